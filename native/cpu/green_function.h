// The transformed Green function of a grid and the way back through it. Only the positive octant is ever
// held: G is even, so its transform is real and even, a cosine transform of the octant.
// Octants are [half x][half y][half z], z fastest, in units where hx = 1 (G is homogeneous of degree 2).
#pragma once

#include "fft_plans.h"

namespace unkick {

// Writes the transform of G for cells (1, aspect[1], aspect[2]) into octant.
// scratch: per thread, `scratchStride` complex numbers apart.
template <class Real>
void transformedGreen(const FftPlans& plans, const double* aspect, Real* octant, Complex* scratch,
                      std::int64_t scratchStride, int threads);

// octant: sum over the full spectrum of a quantity S, folded onto the octant; destroyed.
// gradient: [3] sum_k S(k) d(transform of G)(k)/d(cell size along each axis).
// planeSums: [nodes[0]][3] work.
template <class Real>
void greenGradient(const FftPlans& plans, const double* aspect, Real* octant, double* gradient, double* planeSums,
                   Complex* scratch, std::int64_t scratchStride, int threads);

}  // namespace unkick
