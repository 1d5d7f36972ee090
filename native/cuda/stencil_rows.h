// potentialSlopes of physics/field_stencil.h for one thread per particle: the same functional, taken row by
// row along x, so that a thread holds one row of potentials instead of twelve. The compiler then needs half
// the registers, and twice as many threads run at once. native/test holds the two against each other.
#pragma once

#include "../physics/field_stencil.h"

namespace unkick::cuda {

// Keeps a loop a loop.
#if defined(__CUDA_ARCH__)
#define UNKICK_ROLLED _Pragma("unroll 1")
#else
#define UNKICK_ROLLED
#endif

// See potentialSlopes.
template <class T>
UNKICK_HD void rowSlopes(const T* phi, std::int64_t row, std::int64_t plane, const double* f, double* slope) {
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]), z = axisWeights(f[2]);
  for (int d = 0; d < 3; ++d) slope[d] = 0;
  UNKICK_UNROLL
  for (int c = 0; c < 4; ++c) {
    UNKICK_UNROLL
    for (int b = 0; b < 4; ++b) {
      const bool innerB = b == 1 || b == 2, innerC = c == 1 || c == 2;
      if (!innerB && !innerC) continue;
      const T* at = phi + c * plane + b * row;
      const double r[4] = {at[0], at[1], at[2], at[3]};
      const double value = x.value[1] * r[1] + x.value[2] * r[2];
      if (innerC) slope[1] = slope[1] + (y.slope[b] * z.value[c]) * value;
      if (innerB) slope[2] = slope[2] + (y.value[b] * z.slope[c]) * value;
      if (!innerB || !innerC) continue;
      const double sloped = (x.slope[0] * r[0] + x.slope[1] * r[1]) + (x.slope[2] * r[2] + x.slope[3] * r[3]);
      slope[0] = slope[0] + (y.value[b] * z.value[c]) * sloped;
    }
  }
}

// Weights of plane c along z and their derivatives by the fraction: axisWeights without an array, whose elements would have to
// lie in memory for a loop to choose among them.
struct PlaneWeights {
  double value, slope, valueByF, slopeByF;
};
UNKICK_HD PlaneWeights planeWeights(int c, double f) {
  const bool inner = c == 1 || c == 2, upper = c >= 2;
  const double near = upper ? f : 1.0 - f, far = upper ? 1.0 - f : -f;
  const double sign = upper ? 1.0 : -1.0;
  return {inner ? near : 0.0, inner ? far : sign * near, inner ? sign : 0.0, inner ? -1.0 : 1.0};
}

// With derivatives. The planes stay a loop: unrolled, the products of weights of all twelve rows are kept at once, and
// spill over the 128 registers that let two blocks run on a multiprocessor.
template <class T>
UNKICK_HD void rowSlopesAndBar(const T* phi, std::int64_t row, std::int64_t plane, const double* f, double* slope,
                               const double* e, double* fBar) {
  constexpr double valueByF[4] = {0.0, -1.0, 1.0, 0.0}, slopeByF[4] = {1.0, -1.0, -1.0, 1.0};
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]);
  for (int d = 0; d < 3; ++d) slope[d] = fBar[d] = 0;
  UNKICK_ROLLED
  for (int c = 0; c < 4; ++c) {
    const PlaneWeights z = planeWeights(c, f[2]);
    const bool innerC = c == 1 || c == 2;
    UNKICK_UNROLL
    for (int b = 0; b < 4; ++b) {
      const bool innerB = b == 1 || b == 2;
      if (!innerB && !innerC) continue;
      const T* at = phi + c * plane + b * row;
      const double r[4] = {at[0], at[1], at[2], at[3]};
      const double value = x.value[1] * r[1] + x.value[2] * r[2];
      slope[1] = slope[1] + (y.slope[b] * z.value) * value;
      fBar[0] = fBar[0] + (e[1] * y.slope[b] * z.value + e[2] * y.value[b] * z.slope) * (r[2] - r[1]);
      fBar[1] = fBar[1] + (e[1] * slopeByF[b] * z.value + e[2] * valueByF[b] * z.slope) * value;
      fBar[2] = fBar[2] + (e[1] * y.slope[b] * z.valueByF + e[2] * y.value[b] * z.slopeByF) * value;
      if (!innerB) continue;
      slope[2] = slope[2] + (y.value[b] * z.slope) * value;
      if (!innerC) continue;
      const double sloped = (x.slope[0] * r[0] + x.slope[1] * r[1]) + (x.slope[2] * r[2] + x.slope[3] * r[3]);
      slope[0] = slope[0] + (y.value[b] * z.value) * sloped;
      fBar[0] = fBar[0] + e[0] * (y.value[b] * z.value) * ((r[0] - r[1]) + (r[3] - r[2]));
      fBar[1] = fBar[1] + e[0] * (valueByF[b] * z.value) * sloped;
      fBar[2] = fBar[2] + e[0] * (y.value[b] * z.valueByF) * sloped;
    }
  }
}

}  // namespace unkick::cuda
