// Fused passes over the particles: a run of local maps forward, backward, or backward with its adjoint.
#pragma once

#include "../engine/line.h"
#include "particles.h"
#include "partials.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// One run on one beam.
template <class Storage>
struct RunPass {
  Particles<Storage> particles;
  Partials partials;
  Quanta quanta;
  const LocalMap* maps;   // on the device, in forward order
  int mapCount;
  int faultPass;
  std::int32_t firstLoss; // what the line's first aperture is called on this turn
  bool kickFollows;       // leave position moments (and cotangent bounds)
  bool pending;           // apply scalars->pending first
  SweepScalars* scalars;  // on the device
};

template <class Storage>
void runForward(cudaStream_t stream, const RunPass<Storage>& pass);
template <class Storage>
void runInverse(cudaStream_t stream, const RunPass<Storage>& pass);
// Inverse and adjoint; `maps` is the host's copy. sums: on the device, those of the run.
template <class Storage>
void runReverse(cudaStream_t stream, const RunPass<Storage>& pass, const LocalMap* maps, double* sums);
// Adjoint from the input state, which is not written.
template <class Storage>
void runAdjoint(cudaStream_t stream, const RunPass<Storage>& pass, const LocalMap* maps, double* sums);

}  // namespace unkick::cuda
