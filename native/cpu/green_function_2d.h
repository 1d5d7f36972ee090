// The transformed Green function of a long beam and the way back through it: as green_function.h, in the quadrant that is an
// octant with one node along z.
#pragma once

#include "fft_plans.h"

namespace unkick {

// Writes the transform of G for cells of the aspect hy/hx into quadrant.
// scratch: per thread, `scratchStride` complex numbers apart.
template <class Real>
void transformedGreen2d(const FftPlans& plans, double aspect, Real* quadrant, Complex* scratch, std::int64_t scratchStride, int threads);

// quadrant: sum over the full spectrum of a quantity S, folded onto the quadrant; destroyed.
// Returns sum_k S(k) d(transform of G)(k)/d(aspect). columnSums: [nodes[0]] work.
template <class Real>
double greenGradient2d(const FftPlans& plans, double aspect, Real* quadrant, double* columnSums, Complex* scratch, std::int64_t scratchStride,
                       int threads);

}  // namespace unkick
