// potentialSlopes of physics/field_stencil.h for one thread per particle: the same functional, taken row by
// row along x, so that a thread holds one row of potentials instead of twelve. The compiler then needs half
// the registers, and twice as many threads run at once. native/test holds the two against each other.
#pragma once

#include "../physics/field_stencil.h"

namespace unkick::cuda {

// See potentialSlopes.
template <bool derivatives>
UNKICK_HD void rowSlopes(const double* phi, std::int64_t row, std::int64_t plane, const double* f, double* slope,
                         const double* e = nullptr, double* fBar = nullptr) {
  constexpr double valueByF[4] = {0.0, -1.0, 1.0, 0.0}, slopeByF[4] = {1.0, -1.0, -1.0, 1.0};
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]), z = axisWeights(f[2]);
  for (int d = 0; d < 3; ++d) slope[d] = 0;
  if (derivatives) {
    for (int d = 0; d < 3; ++d) fBar[d] = 0;
  }
  UNKICK_UNROLL
  for (int c = 0; c < 4; ++c) {
    UNKICK_UNROLL
    for (int b = 0; b < 4; ++b) {
      const bool innerB = b == 1 || b == 2, innerC = c == 1 || c == 2;
      if (!innerB && !innerC) continue;
      const double* r = phi + c * plane + b * row;
      const double value = x.value[1] * r[1] + x.value[2] * r[2];
      if (innerC) slope[1] = slope[1] + (y.slope[b] * z.value[c]) * value;
      if (innerB) slope[2] = slope[2] + (y.value[b] * z.slope[c]) * value;
      if (derivatives) {
        fBar[0] = fBar[0] + (e[1] * y.slope[b] * z.value[c] + e[2] * y.value[b] * z.slope[c]) * (r[2] - r[1]);
        fBar[1] = fBar[1] + (e[1] * slopeByF[b] * z.value[c] + e[2] * valueByF[b] * z.slope[c]) * value;
        fBar[2] = fBar[2] + (e[1] * y.slope[b] * valueByF[c] + e[2] * y.value[b] * slopeByF[c]) * value;
      }
      if (!innerB || !innerC) continue;
      const double sloped = (x.slope[0] * r[0] + x.slope[1] * r[1]) + (x.slope[2] * r[2] + x.slope[3] * r[3]);
      slope[0] = slope[0] + (y.value[b] * z.value[c]) * sloped;
      if (derivatives) {
        fBar[0] = fBar[0] + e[0] * (y.value[b] * z.value[c]) * ((r[0] - r[1]) + (r[3] - r[2]));
        fBar[1] = fBar[1] + e[0] * (valueByF[b] * z.value[c]) * sloped;
        fBar[2] = fBar[2] + e[0] * (y.value[b] * valueByF[c]) * sloped;
      }
    }
  }
}

}  // namespace unkick::cuda
