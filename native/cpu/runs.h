// Fused passes over the particles: a run of local maps forward, backward, or backward with its adjoint.
#pragma once

#include "../engine/line.h"
#include "faults.h"
#include "particles.h"

namespace unkick {

// One run on one beam. `maps` are in forward order.
struct RunPass {
  Particles particles;
  Partials partials;
  Quanta quanta;
  const LocalMap* maps;
  int mapCount;
  int sumCount;
  int step;
  std::int32_t firstLoss;              // what the line's first aperture is called on this turn
  bool kickFollows;                    // leave position moments (and cotangent bounds) of each chunk
  const MomentCotangent* pending;      // applied first, or null
  FaultRecorder* faults;
};

void forwardChunk(const RunPass& pass, std::int64_t chunk);
void inverseChunk(const RunPass& pass, std::int64_t chunk);
// Inverse and adjoint.
void reverseChunk(const RunPass& pass, std::int64_t chunk);
// Adjoint from the input state, which is not written.
void adjointChunk(const RunPass& pass, std::int64_t chunk);

}  // namespace unkick
