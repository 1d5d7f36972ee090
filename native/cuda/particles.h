// Views of the particle arrays on the device, and of the chunks that blocks sum over.
#pragma once

#include "../engine/memory_plan.h"
#include "../physics/phase.h"

namespace unkick::cuda {

struct Particles {
  std::int64_t count;      // macroparticles
  std::int64_t stride;     // of the coordinate arrays
  std::int64_t chunkSize;  // macroparticles that one block sums over
  double* z;               // [6][stride]
  double* charge;          // [stride], negative where the particle is lost
  std::int32_t* lost;      // [stride] aperture that took the particle, or kAlive; null where the line has none
  double* zBar;            // [6][stride], or null
  double* chargeBar;       // [stride], or null

  UNKICK_HD std::int64_t chunkBegin(std::int64_t chunk) const { return chunk * chunkSize; }
  UNKICK_HD std::int64_t chunkEnd(std::int64_t chunk) const {
    const std::int64_t end = (chunk + 1) * chunkSize;
    return end < count ? end : count;
  }
  UNKICK_HD double& at(int coordinate, std::int64_t i) const { return z[coordinate * stride + i]; }
  UNKICK_HD double& barAt(int coordinate, std::int64_t i) const { return zBar[coordinate * stride + i]; }

  UNKICK_HD Phase<double> load(std::int64_t i) const {
    Phase<double> phase;
    for (int c = 0; c < kCoordinates; ++c) phase[c] = at(c, i);
    return phase;
  }
  UNKICK_HD void store(const Phase<double>& phase, std::int64_t i) const {
    for (int c = 0; c < kCoordinates; ++c) at(c, i) = phase[c];
  }
  UNKICK_HD Phase<double> loadBar(std::int64_t i) const {
    Phase<double> phase;
    for (int c = 0; c < kCoordinates; ++c) phase[c] = barAt(c, i);
    return phase;
  }
  UNKICK_HD void storeBar(const Phase<double>& phase, std::int64_t i) const {
    for (int c = 0; c < kCoordinates; ++c) barAt(c, i) = phase[c];
  }
};

}  // namespace unkick::cuda
