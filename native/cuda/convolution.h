// Free-space convolution on the doubled domain without ever holding it: rows along x are transformed in
// place of the spectrum, then groups of kx planes are padded, transformed, multiplied and cut back in a
// buffer of their own. The working set is two reals per node, and the buffer, instead of sixteen.
#pragma once

#include "../physics/cloud_in_cell.h"
#include "fft_plans.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

template <class Real>
struct ConvolutionPass {
  const FftPlans<Real>* plans;
  GridShape shape;
  const Real* green;        // [half x][half y][half z], transformed Green function
  ComplexOf<Real>* spectrum;  // [nz][ny][half x]
  ComplexOf<Real>* planes;  // two groups of planes
  Real* potential;          // [ghost nodes], result
  double chargeScale;       // fixed-point units per C
  std::int64_t particles;
  SweepScalars* scalars;    // on the device
};

// G * charge [nodes, fixed point] -> potential, without its ghosts.
template <class Real>
void convolveCharge(cudaStream_t stream, const ConvolutionPass<Real>& pass, const std::int64_t* charge);

// What the adjoint needs beside G * potentialBar where the Green function's cotangent is wanted.
template <class Real>
struct Correlation {
  const std::int64_t* charge = nullptr;  // [nodes]
  ComplexOf<Real>* spectrum = nullptr;   // as the pass's
  Real* product   = nullptr;             // octant: Re(conj(spectrum of potentialBar) spectrum of charge), folded onto it
};

// G * potentialBar [ghost nodes, fixed point] -> the charge's cotangent, in potential. All of potentialBar is read
// before the correlation's spectrum is written.
template <class Real>
void convolvePotentialBar(cudaStream_t stream, const ConvolutionPass<Real>& pass, const std::int64_t* potentialBar,
                          const Correlation<Real>& correlation);

}  // namespace unkick::cuda
