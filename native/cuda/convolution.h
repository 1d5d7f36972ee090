// Free-space convolution on the doubled domain without ever holding it: rows along x are transformed in
// place of the spectrum, then groups of kx planes are padded, transformed, multiplied and cut back in a
// buffer of their own. The working set is two reals per node, and the buffer, instead of sixteen.
#pragma once

#include "../physics/cloud_in_cell.h"
#include "fft_plans.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

struct ConvolutionPass {
  const FftPlans* plans;
  GridShape shape;
  const double* green;      // [half x][half y][half z], transformed Green function
  Complex* spectrum;        // [nz][ny][half x]
  Complex* planes;          // two groups of planes
  double* potential;        // [ghost nodes], result
  double chargeScale;       // fixed-point units per C
  std::int64_t particles;
  SweepScalars* scalars;    // on the device
};

// G * charge [nodes, fixed point] -> potential, without its ghosts.
void convolveCharge(cudaStream_t stream, const ConvolutionPass& pass, const std::int64_t* charge);

// What the adjoint needs beside G * potentialBar where the Green function's cotangent is wanted.
struct Correlation {
  const std::int64_t* charge = nullptr;  // [nodes]
  Complex* spectrum = nullptr;           // as the pass's
  double* product = nullptr;             // octant: Re(conj(spectrum of potentialBar) spectrum of charge), folded onto it
};

// G * potentialBar [ghost nodes, fixed point] -> the charge's cotangent, in potential.
void convolvePotentialBar(cudaStream_t stream, const ConvolutionPass& pass, const std::int64_t* potentialBar,
                          const Correlation& correlation);

}  // namespace unkick::cuda
