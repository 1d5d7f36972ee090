// Fused passes over the particles: a run of local maps forward, backward, or backward with its adjoint.
#pragma once

#include "../engine/line.h"
#include "particles.h"
#include "partials.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// One run on one beam.
struct RunPass {
  Particles particles;
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

void runForward(cudaStream_t stream, const RunPass& pass);
void runInverse(cudaStream_t stream, const RunPass& pass);
// Inverse and adjoint; `maps` is the host's copy. sums: on the device, those of the run.
void runReverse(cudaStream_t stream, const RunPass& pass, const LocalMap* maps, double* sums);
// Adjoint from the input state, which is not written.
void runAdjoint(cudaStream_t stream, const RunPass& pass, const LocalMap* maps, double* sums);

}  // namespace unkick::cuda
