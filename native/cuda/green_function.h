// The transformed Green function of a grid and the way back through it. Only the positive octant is ever
// held: G is even, so its transform is real and even, a cosine transform of the octant.
// Octants are [half x][half y][half z], z fastest, in units where hx = 1 (G is homogeneous of degree 2).
#pragma once

#include "fft_plans.h"
#include "partials.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// octant: transform of G for the cells of scalars->geometry.
template <class Real>
void transformedGreen(cudaStream_t stream, const FftPlans<Real>& plans, const SweepScalars* scalars, Real* octant);

// octant: sum over the full spectrum of a quantity S, folded onto the octant; destroyed.
// scalars->greenBar: sum_k S(k) d(transform of G)(k)/d(cell size along each axis). work: a spectrum's memory.
template <class Real>
void greenGradient(cudaStream_t stream, const FftPlans<Real>& plans, SweepScalars* scalars, Real* octant, ComplexOf<Real>* work);

}  // namespace unkick::cuda
