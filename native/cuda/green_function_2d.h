// The transformed Green function of a long beam and the way back through it: as green_function.h, in the quadrant that is an
// octant with one node along z.
#pragma once

#include "cosine_transform.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// quadrant: transform of G for the cells of scalars->geometry. work: a spectrum's memory.
template <class Real>
void transformedGreen2d(cudaStream_t stream, const FftPlans<Real>& plans, const SweepScalars* scalars, Real* quadrant);

// quadrant: sum over the full spectrum of a quantity S, folded onto the quadrant; destroyed.
// scalars->greenBar[1]: sum_k S(k) d(transform of G)(k)/d(hy/hx).
template <class Real>
void greenGradient2d(cudaStream_t stream, const FftPlans<Real>& plans, SweepScalars* scalars, Real* quadrant, ComplexOf<Real>* work);

}  // namespace unkick::cuda
