// The numbers of a node as a particle gathers them: all at once, from the eight nodes around it. For device code.
#pragma once

#include "kicks.h"

// Keeps a loop a loop.
#if defined(__CUDA_ARCH__)
#define UNKICK_ROLLED _Pragma("unroll 1")
#else
#define UNKICK_ROLLED
#endif

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

// Of `lanes` lanes. corner: the cell's first node. f: [3] fractions. weight: [lanes], for the gradient. Node by node: axis by
// axis would take fewer operations, but more registers than the 128 that let two blocks run on a multiprocessor. Whether the
// gradient is wanted changes no bit of the lanes.
template <int lanes, bool gradient, class Real>
__device__ __forceinline__ Gathered gatherLanes(const Real* corner, std::int64_t row, std::int64_t plane, const double* f, const double* weight) {
  const NodeLanes<Real>* node = reinterpret_cast<const NodeLanes<Real>*>(corner);
  Gathered out = {};
  UNKICK_ROLLED
  for (int z = 0; z < 2; ++z) {
    UNKICK_UNROLL
    for (int n = 0; n < 4; ++n) {
      const int side[3] = {n & 1, n >> 1, z};
      const NodeLanes<Real> there = node[side[0] + side[1] * row + side[2] * plane];
      double part[3];  // weight of the node along each axis
      for (int d = 0; d < 3; ++d) part[d] = side[d] ? f[d] : 1.0 - f[d];
      const double yz = part[1] * part[2], whole = part[0] * yz;
      for (int l = 0; l < lanes; ++l) out.lane[l] = out.lane[l] + whole * there.lane[l];
      if (!gradient) continue;
      double weighted = 0;
      for (int l = 0; l < lanes; ++l) weighted = weighted + weight[l] * there.lane[l];
      const double byPart[3] = {yz * weighted, (part[0] * part[2]) * weighted, (part[0] * part[1]) * weighted};
      for (int d = 0; d < 3; ++d) out.fBar[d] = side[d] ? out.fBar[d] + byPart[d] : out.fBar[d] - byPart[d];
    }
  }
  return out;
}

}  // namespace unkick::cuda
