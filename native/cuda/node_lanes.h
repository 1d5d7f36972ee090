// The numbers of a node as a particle gathers them: all at once, from the eight nodes around it. For device code.
#pragma once

#include "kicks.h"

namespace unkick::cuda {

template <class Real>
struct alignas(16) NodeLanes {  // aligned, so that a thread moves four floats, or two doubles, at once
  Real lane[kNodeLanes];
};

// Lanes interpolated at a particle, and the gradient of weight . lanes by its fractions.
struct Gathered {
  double lane[kNodeLanes];
  double fBar[3];
};

// Of `lanes` lanes. corner: the cell's first node. f: [3] fractions. weight: [lanes], for the gradient. All interpolation is
// linear, axis by axis: a + f (b - a), whose differences the gradient needs as well. Whether it is wanted changes no bit of
// the lanes.
template <int lanes, bool gradient, class Real>
__device__ __forceinline__ Gathered gatherLanes(const Real* corner, std::int64_t row, std::int64_t plane, const double* f, const double* weight) {
  const NodeLanes<Real>* node = reinterpret_cast<const NodeLanes<Real>*>(corner);
  Gathered out = {};
  double near[lanes];
  UNKICK_UNROLL
  for (int x = 0; x < 2; ++x) {
    const NodeLanes<Real> near0 = node[x], far0 = node[x + row], near1 = node[x + plane], far1 = node[x + plane + row];
    const double share = x ? f[0] : 1.0 - f[0];
    UNKICK_UNROLL
    for (int l = 0; l < lanes; ++l) {
      const double below = near0.lane[l], above = near1.lane[l];
      const double stepBelow = far0.lane[l] - below, stepAbove = far1.lane[l] - above;
      const double start = below + f[1] * stepBelow, stepZ = (above + f[1] * stepAbove) - start;
      const double both = start + f[2] * stepZ;
      if (gradient) {
        out.fBar[1] = out.fBar[1] + share * (weight[l] * (stepBelow + f[2] * (stepAbove - stepBelow)));
        out.fBar[2] = out.fBar[2] + share * (weight[l] * stepZ);
      }
      if (x == 0) {
        near[l] = both;
        continue;
      }
      const double stepX = both - near[l];
      out.lane[l] = near[l] + f[0] * stepX;
      if (gradient) out.fBar[0] = out.fBar[0] + weight[l] * stepX;
    }
  }
  return out;
}

}  // namespace unkick::cuda
