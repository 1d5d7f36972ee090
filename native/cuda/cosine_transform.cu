#include "cosine_transform.h"

#include "row_fft.h"

namespace unkick::cuda {

namespace {

// What the interior elements of a row count: each stands for itself and its mirror image, so that an even row sums them twice;
// with Once the sum is over the elements as they are.
enum class Interior { Twice, Once };

// Rows of an octant along one axis, counted over the other two with z, or else y, fastest.
struct OctantRows {
  int half;            // elements of a row
  int filled;          // how many of them may be other than zero
  int wanted;          // how many are wanted afterwards
  double inner;        // what interior ones count before they are mirrored
  std::int64_t pitch;  // between elements
  int across;          // rows of the faster axis
  std::int64_t acrossPitch, outerPitch;
  std::int64_t rows;

  UNKICK_HD std::int64_t at(std::int64_t row, int i) const { return row / across * outerPitch + row % across * acrossPitch + i * pitch; }
  UNKICK_HD bool interior(int i) const { return i > 0 && i + 1 < half; }
};
// Towards the spectrum x comes first, and on the way back last: along the axes after it there are nodes only.
OctantRows rowsAlong(const Octant& o, int axis, Interior interior) {
  const std::int64_t pitch[3] = {std::int64_t(o.half[1]) * o.half[2], o.half[2], 1};
  const int faster = axis == 2 ? 1 : 2, outer = axis == 0 ? 1 : 0;
  const int across = faster > axis ? o.n[faster] : o.half[faster], around = outer > axis ? o.n[outer] : o.half[outer];
  const bool forward = interior == Interior::Twice;
  return {o.half[axis], forward ? o.n[axis] : o.half[axis], forward ? o.half[axis] : o.n[axis], forward ? 1.0 : 0.5,
          pitch[axis], across, pitch[faster], pitch[outer], std::int64_t(across) * around};
}

// Number i of a row, as it enters its even extension. row: its first element, of the octant's.
template <class Real>
__device__ __forceinline__ Real enter(const OctantRows& rows, const Real* row, int i) {
  if (i >= rows.filled) return 0;
  return rows.interior(i) ? row[i * rows.pitch] * static_cast<Real>(rows.inner) : row[i * rows.pitch];
}

constexpr int kCosineThreads = 128;
// Two real rows are the real and the imaginary part of a complex one: theirs are those of its transform. So many complex rows
// are 64 bytes across, which are read and written at once.
template <class Real>
constexpr int kMostPairs = 32 / sizeof(Real);

template <class Real>
__global__ void __launch_bounds__(kCosineThreads) cosineKernel(OctantRows rows, RowFft fft, Real* octant) {
  ComplexOf<Real>* shared = reinterpret_cast<ComplexOf<Real>*>(sharedMemory());
  const int columns = 2 * fft.rows, column = threadIdx.x % columns, step = kCosineThreads / columns;
  const std::int64_t number = static_cast<std::int64_t>(blockIdx.x) * columns + column;
  const bool there = number < rows.rows;
  Real* row = octant + (there ? rows.at(number, 0) : 0);
  Real* extended = reinterpret_cast<Real*>(shared);  // [length][columns]
  for (int i = threadIdx.x / columns; i < rows.half; i += step) {
    const Real value = there ? enter(rows, row, i) : Real(0);
    extended[i * columns + column] = value;
    if (rows.interior(i)) extended[(fft.length - i) * columns + column] = value;
  }
  ComplexOf<Real>*const other = shared + fft.length * fft.rows, *const roots = other + fft.length * fft.rows;
  fillRoots(fft, roots);
  const Real* transformed = reinterpret_cast<const Real*>(transformRows(fft, shared, other, roots));
  for (int i = threadIdx.x / columns; there && i < rows.wanted; i += step) row[i * rows.pitch] = transformed[i * columns + column];
}

template <class Real>
void cosineAlong(cudaStream_t stream, const FftPlans<Real>& plans, int axis, Interior interior, Real* octant) {
  if (plans.length[axis] == 1) return;
  const OctantRows rows = rowsAlong(octantOf(plans), axis, interior);
  const RowFft fft = rowFft<Real>(plans.length[axis], kMostPairs<Real>, kCosineBuffers);
  const Shape shape = {(rows.rows + 2 * fft.rows - 1) / (2 * fft.rows), kCosineThreads, static_cast<int>(sharedBytes<Real>(fft, kCosineBuffers) / sizeof(double))};
  launch(stream, "cosine transform", shape, cosineKernel<Real>, rows, fft, octant);
}

}  // namespace

template <class Real>
void cosineTransform(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant) {
  for (int axis = 0; axis < 3; ++axis) cosineAlong(stream, plans, axis, Interior::Twice, octant);
}

template <class Real>
void cosineSums(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant) {
  for (int axis = 2; axis >= 0; --axis) cosineAlong(stream, plans, axis, Interior::Once, octant);
}

template void cosineTransform(cudaStream_t, const FftPlans<double>&, double*);
template void cosineTransform(cudaStream_t, const FftPlans<float>&, float*);
template void cosineSums(cudaStream_t, const FftPlans<double>&, double*);
template void cosineSums(cudaStream_t, const FftPlans<float>&, float*);

}  // namespace unkick::cuda
