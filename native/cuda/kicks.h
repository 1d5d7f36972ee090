// The particle side of a space-charge kick: the kick, its adjoint, and the deposit's.
#pragma once

#include "../physics/cloud_in_cell.h"
#include "particles.h"
#include "partials.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// Lanes of a node [kNodeLanes]: slopes of the potential along x, y, z, and the charge's cotangent. In what is scattered,
// cotangents of the slopes, and charge.
constexpr int kChargeLane = 3;

// One kick on one beam. Its geometry is in the scalars.
template <class Storage>
struct KickPass {
  Particles<Storage> particles;
  Partials partials;
  Quanta quanta;
  GridShape shape;
  int faultPass;
  double chargeScale;                   // fixed-point units per C
  const typename Storage::Real* nodes;  // [nodes][kNodeLanes]; of a long beam the potential [ghost nodes]
  SweepScalars* scalars;                // on the device
};

template <class Storage>
void kick(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse);
// Adjoint of gather, kick and deposit: position and charge cotangents, and scalars->kick; undoes the kick where inverse.
template <class Storage>
void gatherBar(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse);

}  // namespace unkick::cuda
