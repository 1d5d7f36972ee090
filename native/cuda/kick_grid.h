// A kick's grid, placed from moments that are on the device, and the way back from the sums of its adjoint
// to parameters and moments: chains of scalar formulas, for which one thread is enough.
#pragma once

#include "../engine/line.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

struct GridPass {
  KickSpec spec;
  double beamCharge;      // C, of all macroparticles that were loaded
  SweepScalars* scalars;  // on the device
};

// scalars->moments -> scalars->geometry; report: on the device, or null.
void placeGrid(cudaStream_t stream, const GridPass& pass, int faultPass, KickReport* report);
// scalars->outsideCharge -> report
void reportOutside(cudaStream_t stream, const SweepScalars* scalars, double chargeScale, KickReport* report);
// The kick's sums -> out [kKickSlots] and scalars->pending; greenBar: whether scalars->greenBar is there.
void gridBar(cudaStream_t stream, const GridPass& pass, bool greenBar, double* out);

}  // namespace unkick::cuda
