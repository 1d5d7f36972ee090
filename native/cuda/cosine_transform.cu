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

// --- rows that fit the shared memory ----------------------------------------------------------------------

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
  const Real* transformed = reinterpret_cast<const Real*>(transformRows(fft, shared));
  for (int i = threadIdx.x / columns; there && i < rows.wanted; i += step) row[i * rows.pitch] = transformed[i * columns + column];
}

// --- longer rows ------------------------------------------------------------------------------------------

// A block turns a tile of rows by elements, so that both sides are read and written in whole lines.
constexpr int kTile = 16, kTilePitch = kTile + 1;
static_assert(kTile * kTile == kBlock, "one element per thread");

struct RowTile {
  std::int64_t row;
  int i;
};
// The first row and element of this block's. Rows count from the first of the pass.
__device__ __forceinline__ RowTile tileCorner(const OctantRows& rows) {
  const int tiles = (rows.half + kTile - 1) / kTile;
  return {blockIdx.x / tiles * kTile, static_cast<int>(blockIdx.x % tiles) * kTile};
}
std::int64_t tiles(const OctantRows& rows, std::int64_t count) { return (rows.half + kTile - 1) / kTile * ((count + kTile - 1) / kTile); }

// Octant rows, extended to even periodic ones of 2 (half - 1) reals at a pitch of 2 half.
template <class Real>
__global__ void __launch_bounds__(kBlock) extendKernel(OctantRows rows, std::int64_t firstRow, std::int64_t count, const Real* octant, Real* extended) {
  Real* tile = reinterpret_cast<Real*>(sharedMemory());
  const RowTile corner = tileCorner(rows);
  const int slow = threadIdx.x / kTile, fast = threadIdx.x % kTile;
  const int r = rows.pitch == 1 ? slow : fast, e = rows.pitch == 1 ? fast : slow;
  const bool there = corner.row + r < count && firstRow + corner.row + r < rows.rows && corner.i + e < rows.half;
  tile[r * kTilePitch + e] = there ? enter(rows, octant + rows.at(firstRow + corner.row + r, 0), corner.i + e) : Real(0);
  __syncthreads();
  const std::int64_t row = corner.row + slow;
  const int i = corner.i + fast;
  if (row >= count || i >= rows.half) return;
  Real* to = extended + row * 2 * rows.half;
  to[i] = tile[slow * kTilePitch + fast];
  if (rows.interior(i)) to[2 * (rows.half - 1) - i] = tile[slow * kTilePitch + fast];
}

template <class Real>
__global__ void __launch_bounds__(kBlock) takeRealKernel(OctantRows rows, std::int64_t firstRow, std::int64_t count,
                                                        const ComplexOf<Real>* transformed, Real* octant) {
  Real* tile = reinterpret_cast<Real*>(sharedMemory());
  const RowTile corner = tileCorner(rows);
  const int slow = threadIdx.x / kTile, fast = threadIdx.x % kTile;
  if (corner.row + slow < count && corner.i + fast < rows.half) {
    tile[slow * kTilePitch + fast] = transformed[(corner.row + slow) * rows.half + corner.i + fast].re;
  }
  __syncthreads();
  const int r = rows.pitch == 1 ? slow : fast, e = rows.pitch == 1 ? fast : slow;
  const std::int64_t row = corner.row + r;
  if (row < count && firstRow + row < rows.rows && corner.i + e < rows.wanted) {
    octant[rows.at(firstRow + row, corner.i + e)] = tile[r * kTilePitch + e];
  }
}

template <class Real>
void cosineAlong(cudaStream_t stream, const FftPlans<Real>& plans, int axis, Interior interior, Real* octant, ComplexOf<Real>* work) {
  if (plans.length[axis] == 1) return;
  const OctantRows rows = rowsAlong(octantOf(plans), axis, interior);
  const RowFft fft = rowFft<Real>(plans.length[axis], kMostPairs<Real>);
  if (fft.rows > 0) {
    const Shape shape = {(rows.rows + 2 * fft.rows - 1) / (2 * fft.rows), kCosineThreads, sharedDoubles<Real>(fft)};
    launch(stream, "cosine transform", shape, cosineKernel<Real>, rows, fft, octant);
    return;
  }
  const std::int64_t count = plans.cosineRows[axis];
  const Shape shape = blocks(tiles(rows, count), kTile * kTilePitch);
  for (std::int64_t first = 0; first < rows.rows; first += count) {
    launch(stream, "extend octant", shape, extendKernel<Real>, rows, first, count, octant, reinterpret_cast<Real*>(work));
    plans.cosine(axis).realToComplex(work);
    launch(stream, "take octant", shape, takeRealKernel<Real>, rows, first, count, work, octant);
  }
}

}  // namespace

template <class Real>
void cosineTransform(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant, ComplexOf<Real>* work) {
  for (int axis = 0; axis < 3; ++axis) cosineAlong(stream, plans, axis, Interior::Twice, octant, work);
}

template <class Real>
void cosineSums(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant, ComplexOf<Real>* work) {
  for (int axis = 2; axis >= 0; --axis) cosineAlong(stream, plans, axis, Interior::Once, octant, work);
}

template void cosineTransform(cudaStream_t, const FftPlans<double>&, double*, ComplexOf<double>*);
template void cosineTransform(cudaStream_t, const FftPlans<float>&, float*, ComplexOf<float>*);
template void cosineSums(cudaStream_t, const FftPlans<double>&, double*, ComplexOf<double>*);
template void cosineSums(cudaStream_t, const FftPlans<float>&, float*, ComplexOf<float>*);

}  // namespace unkick::cuda
