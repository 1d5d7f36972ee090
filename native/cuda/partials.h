// Partial results of the chunks, number by number, and their combination in a fixed order.
#pragma once

#include <cuda_runtime.h>

#include "../engine/memory_plan.h"
#include "../physics/moments.h"

namespace unkick::cuda {

struct Partials {
  static constexpr int kSums = kObservation;  // capacity for sums per chunk
  static constexpr int kMomentNumbers = sizeof(PositionMoments) / sizeof(double);
  static constexpr int kFirstMoment = kSums;
  static constexpr int kFirstBound = kFirstMoment + kMomentNumbers;
  static constexpr int kNumbers = kFirstBound + 3;

  double* base;  // [kNumbers][chunks]
  std::int64_t chunks;

  UNKICK_HD double& at(int number, std::int64_t chunk) const { return base[number * chunks + chunk]; }

  UNKICK_HD PositionMoments moments(std::int64_t chunk) const {
    PositionMoments m;
    m.charge = at(kFirstMoment, chunk);
    for (int d = 0; d < 3; ++d) {
      m.mean[d] = at(kFirstMoment + 1 + d, chunk);
      m.deviation[d] = at(kFirstMoment + 4 + d, chunk);
    }
    return m;
  }
  UNKICK_HD void setMoments(std::int64_t chunk, const PositionMoments& m) const {
    at(kFirstMoment, chunk) = m.charge;
    for (int d = 0; d < 3; ++d) {
      at(kFirstMoment + 1 + d, chunk) = m.mean[d];
      at(kFirstMoment + 4 + d, chunk) = m.deviation[d];
    }
  }
};
static_assert(Partials::kNumbers == kCudaPartials, "planned in planCudaMemory");

// What to combine, and where to.
struct Combination {
  int sums = 0;
  double* sumsOut = nullptr;           // [sums]
  bool addSums = false;                // to what is there
  PositionMoments* moments = nullptr;  // or null
  double* bounds = nullptr;            // [3], or null
};
void combine(cudaStream_t stream, const Partials& partials, const Combination& what);

}  // namespace unkick::cuda
