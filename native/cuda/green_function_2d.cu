#include "green_function_2d.h"

#include "../physics/green_2d.h"
#include "block_sums.h"

namespace unkick::cuda {

namespace {

// G at the nodes, and zeros on the rest of the quadrant.
template <class Real>
__global__ void __launch_bounds__(kBlock) greenKernel(Octant quadrant, const SweepScalars* scalars, Real* green) {
  const std::int64_t at = threadNumber();
  if (at >= quadrant.elements()) return;
  const int i = static_cast<int>(at / quadrant.half[1]), j = static_cast<int>(at % quadrant.half[1]);
  const bool node = i < quadrant.n[0] && j < quadrant.n[1];
  green[at] = node ? static_cast<Real>(green2d(i, j, scalars->geometry.aspect[1], quadrant.n[0]).value) : Real(0);
}

template <class Real>
__global__ void __launch_bounds__(kBlock) gradientKernel(Octant quadrant, const SweepScalars* scalars, const Real* transformed, Partials partials) {
  double sums[1] = {0};
  for (std::int64_t at = threadNumber(); at < quadrant.nodes(); at += partials.chunks * kBlock) {
    const int i = static_cast<int>(at / quadrant.n[1]), j = static_cast<int>(at % quadrant.n[1]);
    const double images = (i == 0 ? 1.0 : 2.0) * (j == 0 ? 1.0 : 2.0);
    const double bar = images * transformed[quadrant.at(i, j, 0)];
    sums[0] = sums[0] + bar * green2d(i, j, scalars->geometry.aspect[1], quadrant.n[0]).byAspect;
  }
  writeSums(partials, sums);
}

// Blocks that sum the gradient: a fixed number for a grid, so that the sum's order is.
constexpr std::int64_t kMostGradientBlocks = 512;

}  // namespace

template <class Real>
void transformedGreen2d(cudaStream_t stream, const FftPlans<Real>& plans, const SweepScalars* scalars, Real* quadrant, ComplexOf<Real>* work) {
  const Octant shape = octantOf(plans);
  launch(stream, "Green function 2d", over(shape.elements()), greenKernel<Real>, shape, scalars, quadrant);
  for (int axis = 0; axis < 2; ++axis) cosineTransform(stream, plans, axis, Interior::Twice, quadrant, work);
}

template <class Real>
void greenGradient2d(cudaStream_t stream, const FftPlans<Real>& plans, SweepScalars* scalars, Real* quadrant, ComplexOf<Real>* work) {
  const Octant shape = octantOf(plans);
  for (int axis = 1; axis >= 0; --axis) cosineTransform(stream, plans, axis, Interior::Once, quadrant, work);
  const std::int64_t wanted = (shape.nodes() + kBlock - 1) / kBlock;
  // The partial sums lie in the spectrum's memory, which is idle again.
  const Partials partials = {reinterpret_cast<double*>(work), wanted < kMostGradientBlocks ? wanted : kMostGradientBlocks};
  launch(stream, "Green gradient 2d", blocks(partials.chunks, sumsShared(1)), gradientKernel<Real>, shape, scalars, quadrant, partials);
  Combination what;
  what.sums = 1;
  what.sumsOut = scalars->greenBar + 1;
  combine(stream, partials, what);
}

template void transformedGreen2d(cudaStream_t, const FftPlans<double>&, const SweepScalars*, double*, ComplexOf<double>*);
template void greenGradient2d(cudaStream_t, const FftPlans<double>&, SweepScalars*, double*, ComplexOf<double>*);
template void transformedGreen2d(cudaStream_t, const FftPlans<float>&, const SweepScalars*, float*, ComplexOf<float>*);
template void greenGradient2d(cudaStream_t, const FftPlans<float>&, SweepScalars*, float*, ComplexOf<float>*);

}  // namespace unkick::cuda
