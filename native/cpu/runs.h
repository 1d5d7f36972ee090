// Fused passes over the particles: a run of local maps forward, backward, or backward with its adjoint.
#pragma once

#include "../engine/line.h"
#include "faults.h"
#include "particles.h"

namespace unkick {

// One run on one beam. `maps` are in forward order.
template <class Storage>
struct RunPass {
  Particles<Storage> particles;
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

template <class Storage>
void forwardChunk(const RunPass<Storage>& pass, std::int64_t chunk);
template <class Storage>
void inverseChunk(const RunPass<Storage>& pass, std::int64_t chunk);
// Inverse and adjoint.
template <class Storage>
void reverseChunk(const RunPass<Storage>& pass, std::int64_t chunk);
// Adjoint from the input state, which is not written.
template <class Storage>
void adjointChunk(const RunPass<Storage>& pass, std::int64_t chunk);

}  // namespace unkick
