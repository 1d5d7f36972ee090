// Free-space convolution on the doubled domain without ever holding it: rows along x are transformed in place of the spectrum,
// then groups of kx planes along y and z (plane_transforms.h). The working set is two reals per node, and the planes' buffers,
// instead of sixteen.
#pragma once

#include "../physics/cloud_in_cell.h"
#include "fft_plans.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

template <class Real>
struct ConvolutionPass {
  const FftPlans<Real>* plans;
  GridShape shape;
  const Real* green;          // [half x][half y][half z], transformed Green function
  double chargeScale;         // fixed-point units per C
  std::int64_t particles;
  const SweepScalars* scalars;  // on the device
};

// A grid's way through its spectrum. charge and potentialBar count fixed-point units.
template <class Real>
struct Field {
  const Real* from;           // [nodes]
  ComplexOf<Real>* spectrum;  // [nz][ny][half x]
  Real* to;                   // [nodes], may be `from`; null where only the spectrum is wanted
};

// G * charge -> potential. All of the charge is read before planes are transformed.
template <class Real>
void convolveCharge(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& charge);

// G * potentialBar -> the charge's cotangent.
template <class Real>
void convolvePotentialBar(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& potentialBar);

// Both at once, the charge's where it has a `to`, with the same bits as alone; and
// product: octant, Re(conj(spectrum of potentialBar) spectrum of charge), folded onto it. It may lie where potentialBar did.
template <class Real>
void convolveAndCorrelate(cudaStream_t stream, const ConvolutionPass<Real>& pass, const Field<Real>& potentialBar, const Field<Real>& charge,
                          Real* product);

}  // namespace unkick::cuda
