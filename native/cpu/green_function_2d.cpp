#include "green_function_2d.h"

#include <algorithm>

#include "../physics/green_2d.h"
#include "cosine_transform.h"
#include "parallel.h"

namespace unkick {

template <class Real>
void transformedGreen2d(const FftPlans& plans, double aspect, Real* data, Complex* scratch, std::int64_t scratchStride, int threads) {
  const Octant<Real> quadrant = {data, plans.half};
  const int nx = plans.nodes[0], ny = plans.nodes[1];
  parallelFor(threads, plans.half[0], [&](std::int64_t i, int thread) {
    Real* column = quadrant.plane(static_cast<int>(i));
    std::fill(column, column + plans.half[1], Real(0));
    for (int j = 0; i < nx && j < ny; ++j) column[j] = static_cast<Real>(green2d(static_cast<int>(i), j, aspect, nx).value);
    cosineYandZ(plans, quadrant, static_cast<int>(i), Interior::Twice, scratch + thread * scratchStride);
  });
  parallelFor(threads, plans.half[1], [&](std::int64_t j, int thread) {
    cosineX(plans, quadrant, static_cast<int>(j), Interior::Twice, scratch + thread * scratchStride);
  });
}

template <class Real>
double greenGradient2d(const FftPlans& plans, double aspect, Real* data, double* columnSums, Complex* scratch, std::int64_t scratchStride,
                       int threads) {
  const Octant<Real> quadrant = {data, plans.half};
  const int nx = plans.nodes[0], ny = plans.nodes[1];
  parallelFor(threads, plans.half[0], [&](std::int64_t i, int thread) {
    cosineYandZ(plans, quadrant, static_cast<int>(i), Interior::Once, scratch + thread * scratchStride);
  });
  parallelFor(threads, plans.half[1], [&](std::int64_t j, int thread) {
    cosineX(plans, quadrant, static_cast<int>(j), Interior::Once, scratch + thread * scratchStride);
  });
  parallelFor(threads, nx, [&](std::int64_t i, int) {
    const Real* column = quadrant.plane(static_cast<int>(i));
    double sum = 0;
    for (int j = 0; j < ny; ++j) {
      const double images = (i == 0 ? 1 : 2) * (j == 0 ? 1 : 2);
      sum += images * column[j] * green2d(static_cast<int>(i), j, aspect, nx).byAspect;
    }
    columnSums[i] = sum;
  });
  double gradient = 0;
  for (int i = 0; i < nx; ++i) gradient += columnSums[i];
  return gradient;
}

template void transformedGreen2d(const FftPlans&, double, double*, Complex*, std::int64_t, int);
template double greenGradient2d(const FftPlans&, double, double*, double*, Complex*, std::int64_t, int);
template void transformedGreen2d(const FftPlans&, double, float*, Complex*, std::int64_t, int);
template double greenGradient2d(const FftPlans&, double, float*, double*, Complex*, std::int64_t, int);

}  // namespace unkick
