// The particle side of a space-charge kick: deposit, kick, and the adjoints of both.
#pragma once

#include "../physics/cloud_in_cell.h"
#include "particles.h"
#include "partials.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// One kick on one beam. Its geometry is in the scalars.
template <class Storage>
struct KickPass {
  Particles<Storage> particles;
  Partials partials;
  Quanta quanta;
  GridShape shape;
  int faultPass;
  double chargeScale;       // fixed-point units per C
  const typename Storage::Real* potential;  // [ghost nodes]; in the deposit's adjoint the charge's cotangent
  SweepScalars* scalars;    // on the device
};

// Fixed-point charge onto grid [nodes]; report: leaves what is outside in scalars->outsideCharge.
template <class Storage>
void deposit(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* grid, bool report);
template <class Storage>
void kick(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse);
// Adjoint of gather and kick: position cotangents, the potential's cotangent into grid [ghost nodes], and
// scalars->gather; undoes the kick where inverse.
template <class Storage>
void kickBar(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse, std::int64_t* grid);
// Adjoint of the deposit: position and charge cotangents, and scalars->deposit.
template <class Storage>
void depositBar(cudaStream_t stream, const KickPass<Storage>& pass);

}  // namespace unkick::cuda
