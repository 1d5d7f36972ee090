#include "green_function_2d.h"

#include "../physics/green_2d.h"
#include "block_sums.h"
#include "green_octant.h"

namespace unkick::cuda {

namespace {

template <class Real>
__global__ void __launch_bounds__(kBlock) greenKernel(Octant quadrant, Real* green, const SweepScalars* scalars) {
  const std::int64_t at = threadNumber();
  if (at >= quadrant.nodes()) return;
  const int i = static_cast<int>(at / quadrant.n[1]), j = static_cast<int>(at % quadrant.n[1]);
  green[quadrant.at(i, j, 0)] = static_cast<Real>(green2d(i, j, scalars->geometry.aspect[1], quadrant.n[0]).value);
}

template <class Real>
__global__ void __launch_bounds__(kBlock) gradientKernel(Octant quadrant, const Real* transformed, Partials partials, const SweepScalars* scalars) {
  double sums[1] = {0};
  for (std::int64_t at = threadNumber(); at < quadrant.nodes(); at += partials.chunks * kBlock) {
    const int i = static_cast<int>(at / quadrant.n[1]), j = static_cast<int>(at % quadrant.n[1]);
    const double images = (i == 0 ? 1.0 : 2.0) * (j == 0 ? 1.0 : 2.0);
    const double bar = images * transformed[quadrant.at(i, j, 0)];
    sums[0] = sums[0] + bar * green2d(i, j, scalars->geometry.aspect[1], quadrant.n[0]).byAspect;
  }
  writeSums(partials, sums);
}

}  // namespace

template <class Real>
void transformedGreen2d(cudaStream_t stream, const FftPlans<Real>& plans, const SweepScalars* scalars, Real* quadrant) {
  transformNodes(stream, plans, quadrant, "Green function 2d", over(octantOf(plans).nodes()), greenKernel<Real>, scalars);
}

template <class Real>
void greenGradient2d(cudaStream_t stream, const FftPlans<Real>& plans, SweepScalars* scalars, Real* quadrant, ComplexOf<Real>* work) {
  const Shape shape = blocks(octantBlocks(partsOf(octantOf(plans).nodes())), sumsShared(1));
  sumOverNodes(stream, plans, quadrant, work, 1, scalars->greenBar + 1, "Green gradient 2d", shape, gradientKernel<Real>, scalars);
}

template void transformedGreen2d(cudaStream_t, const FftPlans<double>&, const SweepScalars*, double*);
template void greenGradient2d(cudaStream_t, const FftPlans<double>&, SweepScalars*, double*, ComplexOf<double>*);
template void transformedGreen2d(cudaStream_t, const FftPlans<float>&, const SweepScalars*, float*);
template void greenGradient2d(cudaStream_t, const FftPlans<float>&, SweepScalars*, float*, ComplexOf<float>*);

}  // namespace unkick::cuda
