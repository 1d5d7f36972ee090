// Views of the particle arrays and of the chunks that they are worked on in.
#pragma once

#include <algorithm>

#include "../engine/memory_plan.h"
#include "../physics/phase.h"
#include "pack.h"

namespace unkick {

struct Particles {
  std::int64_t count = 0;   // macroparticles
  std::int64_t stride = 0;  // padded to whole packs
  double* z[kCoordinates] = {};
  double* charge = nullptr;
  std::int32_t* lost = nullptr;  // aperture that took the particle; null where the line has none
  double* zBar[kCoordinates] = {};
  double* chargeBar = nullptr;
};

struct Chunk {
  std::int64_t begin, end;  // whole packs
};

inline Chunk chunkAt(const Particles& p, std::int64_t chunk) {
  const std::int64_t size = chunkSize(p.count);
  return {chunk * size, std::min(p.stride, (chunk + 1) * size)};
}

UNKICK_HD Phase<Pack> loadPhase(double* const* z, std::int64_t i) {
  Phase<Pack> phase;
  for (int c = 0; c < kCoordinates; ++c) phase[c] = Pack::load(z[c] + i);
  return phase;
}
UNKICK_HD void storePhase(const Phase<Pack>& phase, double* const* z, std::int64_t i) {
  for (int c = 0; c < kCoordinates; ++c) phase[c].store(z[c] + i);
}

// Partial results of one chunk.
struct Partials {
  double* base;
  int sums;  // capacity for sums per chunk

  static constexpr int kMomentNumbers = sizeof(PositionMoments) / sizeof(double);
  int perChunk() const { return sums + kMomentNumbers + 3; }
  double* sumsOf(std::int64_t chunk) const { return base + chunk * perChunk(); }
  PositionMoments* momentsOf(std::int64_t chunk) const { return reinterpret_cast<PositionMoments*>(sumsOf(chunk) + sums); }
  double* boundOf(std::int64_t chunk) const { return sumsOf(chunk) + sums + kMomentNumbers; }  // [3]
};

// Sums for the position moments of one chunk, about its first macroparticle.
struct MomentAccumulator {
  double about[3];
  Pack charge, first[3], second[3];

  UNKICK_HD void start(const Phase<Pack>& z) {
    charge = Pack::all(0);
    for (int d = 0; d < 3; ++d) {
      about[d] = z[positionOf(d)][0];
      first[d] = second[d] = charge;
    }
  }
  UNKICK_HD void add(const Phase<Pack>& z, Pack q) {
    charge = charge + q;
    for (int d = 0; d < 3; ++d) {
      const Pack u = z[positionOf(d)] - about[d];
      first[d] = first[d] + q * u;
      second[d] = second[d] + q * u * u;
    }
  }
  UNKICK_HD PositionMoments finish() const {
    double one[3], two[3];
    for (int d = 0; d < 3; ++d) {
      one[d] = sumLanes(first[d]);
      two[d] = sumLanes(second[d]);
    }
    return momentsAbout(sumLanes(charge), about, one, two);
  }
};

// Largest momentum cotangents of one chunk, which set the fixed-point scale of the adjoint scatter.
struct BoundAccumulator {
  Pack largest[3] = {Pack::all(0), Pack::all(0), Pack::all(0)};

  UNKICK_HD void add(const Phase<Pack>& zBar) {
    for (int d = 0; d < 3; ++d) largest[d] = unkick::larger(magnitude(zBar[momentumOf(d)]), largest[d]);
  }
  UNKICK_HD void finish(double* bound) const {
    for (int d = 0; d < 3; ++d) bound[d] = largestLane(largest[d]);
  }
};

}  // namespace unkick
