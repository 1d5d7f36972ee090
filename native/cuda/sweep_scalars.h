// The few numbers that the kernels of a sweep hand to one another. They live on the device, so that the
// host never waits inside a sweep.
#pragma once

#include "../engine/memory_plan.h"
#include "../physics/fixed_point.h"
#include "../physics/field_stencil_2d.h"
#include "../physics/kick_geometry_2d.h"
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
  KickSums kick;                // its adjoint's sums
  double greenBar[3];           // d/d(hx, hy, gamma0 hz) through the Green function
  MomentCotangent pending;      // left by a kick for the next pass over the adjoint
  MomentCotangent injected;     // an objective's
};
static_assert(sizeof(SweepScalars) <= kCudaScalarBytes, "planned in planCudaMemory");

// Fixed-point units per unit of what a kick's adjoint scatters.
UNKICK_HD double slopeBarScale(const SweepScalars& s, std::int64_t particles) {
  double factor[3];
  kickFactors(s.geometry, factor);
  double addend[3];  // bounds of one particle's to a lane
  for (int d = 0; d < 3; ++d) addend[d] = s.bound[d] * magnitude(factor[d]);
  const double count = static_cast<double>(particles);
  if (s.geometry.dimensions == 2) return fixedPointScale(addend[0] + addend[1], count, kPlaneFoldGrowth);
  return fixedPointScale(larger(larger(addend[0], addend[1]), addend[2]), count, 0);
}

}  // namespace unkick::cuda
