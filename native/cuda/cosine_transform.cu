#include "cosine_transform.h"

#include "launch.h"

namespace unkick::cuda {

namespace {

// Rows of the octant along one axis, counted over the other two with z, or else y, fastest.
struct OctantRows {
  int half;             // elements of a row
  std::int64_t pitch;   // between them
  int across;           // rows of the faster axis
  std::int64_t acrossPitch, outerPitch;
  std::int64_t rows;

  UNKICK_HD std::int64_t at(std::int64_t row, int i) const { return row / across * outerPitch + row % across * acrossPitch + i * pitch; }
};
OctantRows rowsAlong(const Octant& o, int axis) {
  const std::int64_t pitch[3] = {std::int64_t(o.half[1]) * o.half[2], o.half[2], 1};
  const int faster = axis == 2 ? 1 : 2, outer = axis == 0 ? 1 : 0;
  return {o.half[axis], pitch[axis], o.half[faster], pitch[faster], pitch[outer], std::int64_t(o.half[faster]) * o.half[outer]};
}

// Octant rows, extended to even periodic ones of 2 (half - 1) reals at a pitch of 2 half. One thread per octant element.
template <class Real>
__global__ void __launch_bounds__(kBlock) extendKernel(OctantRows rows, std::int64_t firstRow, std::int64_t count, Interior counts,
                                                      const Real* octant, Real* extended) {
  const std::int64_t row = threadNumber() / rows.half;
  const int i = static_cast<int>(threadNumber() % rows.half);
  if (row >= count || firstRow + row >= rows.rows) return;
  const bool interior = i > 0 && i + 1 < rows.half;
  const Real value = static_cast<Real>(octant[rows.at(firstRow + row, i)] * (interior && counts == Interior::Once ? 0.5 : 1.0));
  Real* to = extended + row * 2 * rows.half;
  to[i] = value;
  if (interior) to[2 * (rows.half - 1) - i] = value;
}

template <class Real>
__global__ void __launch_bounds__(kBlock) takeRealKernel(OctantRows rows, std::int64_t firstRow, std::int64_t count,
                                                        const ComplexOf<Real>* transformed, Real* octant) {
  const std::int64_t row = threadNumber() / rows.half;
  const int i = static_cast<int>(threadNumber() % rows.half);
  if (row >= count || firstRow + row >= rows.rows) return;
  octant[rows.at(firstRow + row, i)] = transformed[row * rows.half + i].re;
}

}  // namespace

template <class Real>
void cosineTransform(cudaStream_t stream, const FftPlans<Real>& plans, int axis, Interior interior, Real* octant, ComplexOf<Real>* work) {
  if (plans.length[axis] == 1) return;
  const OctantRows rows = rowsAlong(octantOf(plans), axis);
  const std::int64_t count = plans.cosineRows[axis];
  for (std::int64_t first = 0; first < rows.rows; first += count) {
    launch(stream, "extend octant", over(count * rows.half), extendKernel<Real>, rows, first, count, interior, octant, reinterpret_cast<Real*>(work));
    plans.cosine(axis).realToComplex(work);
    launch(stream, "take octant", over(count * rows.half), takeRealKernel<Real>, rows, first, count, work, octant);
  }
}

template void cosineTransform(cudaStream_t, const FftPlans<double>&, int, Interior, double*, ComplexOf<double>*);
template void cosineTransform(cudaStream_t, const FftPlans<float>&, int, Interior, float*, ComplexOf<float>*);

}  // namespace unkick::cuda
