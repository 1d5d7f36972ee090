// The first fault of a sweep as one number, so that threads find it with an atomic minimum: the earliest
// pass wins, in it the lowest particle, and a later pass cannot cover up what an earlier one did.
//
// From the top: 12 bits pass since the last look, 37 bits particle, 4 bits what, 11 bits excess. The excess
// is kept as the exponent of the next power of two, which is all that a headroom is chosen by.
#pragma once

#include "../engine/fault.h"
#include "../physics/snap.h"
#include "launch.h"

namespace unkick::cuda {

using FaultKey = unsigned long long;  // what CUDA's atomics take
constexpr FaultKey kNoFault = ~FaultKey(0);
constexpr int kMostPasses = 1 << 12;
constexpr int kCollapsedAxis = 8;  // `what`: 0..5 a coordinate, 8..10 a collapsed axis
constexpr int kNotANumber = 0x7ff;

UNKICK_HD FaultKey faultKey(int pass, std::int64_t particle, int what, double excess) {
  const int exponent = excess == excess ? floorLog2(excess) + 1 + 1023 : kNotANumber;
  return (FaultKey(pass) << 52) | (FaultKey(particle) << 15) | (FaultKey(what) << 11) |
         FaultKey(exponent < kNotANumber ? exponent : kNotANumber);
}

// Which coordinate of a particle that broke its range is the furthest beyond it, and by how much.
UNKICK_HD int worstCoordinate(const Phase<double>& before, const Phase<double>& after, const Quanta& quanta, double& excess) {
  int worst = 0;
  excess = 1;
  for (int c = 0; c < kCoordinates; ++c) {
    const double reach = magnitude(after[c]) / quanta.coordinateBound[c];
    const double stride = magnitude(after[c] - before[c]) / quanta.incrementBound[c];
    const double most = larger(stride, reach);
    if (most <= excess) continue;  // not so for a NaN
    worst = c;
    excess = most;
    if (most != most) break;
  }
  return worst;
}

#if defined(UNKICK_DEVICE_CODE)
__device__ __forceinline__ void recordFault(FaultKey* first, FaultKey fault) { atomicMin(first, fault); }
#endif

Fault decodeFault(FaultKey key, int step);
inline int passOf(FaultKey key) { return static_cast<int>(key >> 52); }

}  // namespace unkick::cuda
