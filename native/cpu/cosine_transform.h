// Cosine transforms of octants along one axis, two columns at a time: both are extended evenly and become the real and the
// imaginary part of one complex row, whose transform is again real and imaginary part of theirs. FFTW's own (REDFT00)
// works on one row at a time without SIMD and takes five times as long.
#pragma once

#include "fft_plans.h"

namespace unkick {

// [half x][half y][half z], z fastest; float or double in memory.
template <class Real>
struct Octant {
  Real* data;
  const int* half;
  Real* plane(int i) const { return data + std::int64_t(i) * half[1] * half[2]; }
  Real* row(int i, int j) const { return plane(i) + std::int64_t(j) * half[2]; }
};

// What the interior elements of a column count before the transform: each stands for itself and its mirror image, so the
// transform sums them twice; with Once the sum is over the elements as they are.
enum class Interior { Twice, Once };

// In place. rows: work, kColumns/2 complex rows of the longest length.
template <class Real>
void cosineX(const FftPlans& plans, const Octant<Real>& octant, int j, Interior interior, Complex* rows);  // all z of one j
template <class Real>
void cosineYandZ(const FftPlans& plans, const Octant<Real>& octant, int i, Interior interior, Complex* rows);  // a plane

}  // namespace unkick
