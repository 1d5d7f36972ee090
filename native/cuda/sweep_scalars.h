// The few numbers that the kernels of a sweep hand to one another. They live on the device, so that the
// host never waits inside a sweep.
#pragma once

#include "../engine/memory_plan.h"
#include "../physics/fixed_point.h"
#include "../physics/kick_geometry.h"
#include "fault_key.h"

namespace unkick::cuda {

using HashSum = unsigned long long;  // what CUDA's atomics take

struct SweepScalars {
  FaultKey fault;               // the first one, or kNoFault
  std::int64_t outsideCharge;   // fixed-point charge that the last reported deposit left outside
  HashSum hash;                 // of the state, when it was asked for
  PositionMoments moments;      // of the state
  double bound[3];              // largest |cotangent| of px, py, p
  KickGeometry geometry;        // of the kick in progress
  KickSums gather, deposit;     // its adjoint's sums, in the two passes that make them
  double greenBar[3];           // d/d(hx, hy, gamma0 hz) through the Green function
  MomentCotangent pending;      // left by a kick for the next pass over the adjoint
  MomentCotangent injected;     // an objective's
};
static_assert(sizeof(SweepScalars) <= kCudaScalarBytes, "planned in planCudaMemory");

// Bits by which folding the ghosts, whose weights are 3, -3 and 1 on each of two faces, can grow a sum.
constexpr int kFoldGrowth = 4;

// Fixed-point units per unit of the potential's cotangent.
UNKICK_HD double potentialBarScale(const SweepScalars& s, std::int64_t particles) {
  double largest = 0;  // bound of one particle's contribution to a node
  for (int d = 0; d < 3; ++d) largest += s.bound[d] * magnitude(s.geometry.strength) * 0.5 * s.geometry.inverseCell[d];
  return fixedPointScale(largest, static_cast<double>(particles), kFoldGrowth);
}

}  // namespace unkick::cuda
