#include "convolution.h"

#include "launch.h"
#include "plane_transforms.h"

namespace unkick::cuda {

namespace {

enum class Source { Charge, PotentialBar };

// What one fixed-point unit of a grid stands for in the transform. The convolution's normalisation is in it.
__device__ __forceinline__ double unitOf(Source source, const SweepScalars& s, double transforms, double chargeScale,
                                         std::int64_t particles) {
  const double scale = source == Source::Charge ? chargeScale : slopeBarScale(s, particles);
  return potentialPerCharge(s.geometry, transforms) / scale;
}

// Nodes -> real rows along x of `pitch` reals, padded with zeros. One thread per real.
template <class Real>
__global__ void __launch_bounds__(kBlock) fillRowsKernel(Source source, GridShape shape, const Real* grid, Real* rows, int pitch,
                                                        double transforms, double chargeScale, std::int64_t particles,
                                                        const SweepScalars* scalars) {
  const std::int64_t at = threadNumber();
  const std::int64_t row = at / pitch;
  const int i = static_cast<int>(at % pitch);
  if (row >= std::int64_t(shape.n[1]) * shape.n[2]) return;
  const double unit = unitOf(source, *scalars, transforms, chargeScale, particles);
  rows[at] = static_cast<Real>(i < shape.n[0] ? unit * grid[row * shape.n[0] + i] : 0.0);
}

template <class Real>
__global__ void __launch_bounds__(kBlock) takeRowsKernel(GridShape shape, const Real* rows, int pitch, Real* grid) {
  const std::int64_t node = threadNumber();
  if (node < shape.nodes()) grid[node] = rows[node / shape.n[0] * pitch + node % shape.n[0]];
}

template <class Real>
void fillRows(cudaStream_t stream, const ConvolutionPass<Real>& pass, Source source, const Field<Real>& field) {
  const FftPlans<Real>& plans = *pass.plans;
  const int pitch = 2 * plans.half[0];
  launch(stream, "fill rows", over(std::int64_t(pitch) * pass.shape.n[1] * pass.shape.n[2]), fillRowsKernel<Real>, source, pass.shape,
         field.from, reinterpret_cast<Real*>(field.spectrum), pitch, plans.transforms(), pass.chargeScale, pass.particles, pass.scalars);
}

template <class Real>
void takeRows(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& field) {
  launch(stream, "take rows", over(pass.shape.nodes()), takeRowsKernel<Real>, pass.shape, reinterpret_cast<const Real*>(field.spectrum),
         2 * pass.plans->half[0], field.to);
}

// f(group): for groups of so many planes at most.
template <class Real, class F>
void overGroups(const FftPlans<Real>& plans, int most, F&& f) {
  for (int plane = 0; plane < plans.half[0]; plane += most) f(planeGroup(plans, plane, most));
}

template <class Real>
void convolve(cudaStream_t stream, const ConvolutionPass<Real>& pass, Source source, const Field<Real>& field) {
  const FftPlans<Real>& plans = *pass.plans;
  fillRows(stream, pass, source, field);
  plans.forwardX.realToComplex(field.spectrum);
  const PlaneFields<Real> fields = {{{field.spectrum, plans.buffers}}, 1};
  overGroups(plans, 2 * plans.planes, [&](const PlaneGroup& group) {  // the place of the other field's planes is free
    alongY(stream, group, fields);
    multiplyAlongZ(stream, group, pass.green, plans.buffers);
    alongYBack(stream, group, fields);
  });
  plans.backwardX.complexToReal(field.spectrum);
  takeRows(stream, pass, field);
}

}  // namespace

template <class Real>
void convolveCharge(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& charge) {
  convolve(stream, pass, Source::Charge, charge);
}

template <class Real>
void convolvePotentialBar(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& potentialBar) {
  convolve(stream, pass, Source::PotentialBar, potentialBar);
}

template <class Real>
void convolveAndCorrelate(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& potentialBar, const Field<Real>& charge,
                          Real* product) {
  const FftPlans<Real>& plans = *pass.plans;
  ComplexOf<Real>* chargePlanes = plans.buffers + plans.planeElements();
  const Correlation<Real> with = {chargePlanes, charge.to != nullptr, product, plans.transforms(), pass.scalars};
  // Transforms along x work in the charge's place: it is read before the first of them, and written after the last.
  fillRows(stream, pass, Source::PotentialBar, potentialBar);
  fillRows(stream, pass, Source::Charge, charge);
  plans.forwardX.realToComplex(potentialBar.spectrum);
  plans.forwardX.realToComplex(charge.spectrum);
  const PlaneFields<Real> both = {{{potentialBar.spectrum, plans.buffers}, {charge.spectrum, chargePlanes}}, 2};
  const PlaneFields<Real> wanted = {{both.field[0], both.field[1]}, charge.to ? 2 : 1};
  overGroups(plans, plans.planes, [&](const PlaneGroup& group) {
    alongY(stream, group, both);
    correlateAlongZ(stream, group, pass.green, plans.buffers, with);
    alongYBack(stream, group, wanted);
  });
  plans.backwardX.complexToReal(potentialBar.spectrum);
  if (charge.to) plans.backwardX.complexToReal(charge.spectrum);
  takeRows(stream, pass, potentialBar);
  if (charge.to) takeRows(stream, pass, charge);
}

template void convolveCharge(cudaStream_t, const ConvolutionPass<double>&, const Field<double>&);
template void convolvePotentialBar(cudaStream_t, const ConvolutionPass<double>&, const Field<double>&);
template void convolveAndCorrelate(cudaStream_t, const ConvolutionPass<double>&, const Field<double>&, const Field<double>&, double*);
template void convolveCharge(cudaStream_t, const ConvolutionPass<float>&, const Field<float>&);
template void convolvePotentialBar(cudaStream_t, const ConvolutionPass<float>&, const Field<float>&);
template void convolveAndCorrelate(cudaStream_t, const ConvolutionPass<float>&, const Field<float>&, const Field<float>&, float*);

}  // namespace unkick::cuda
