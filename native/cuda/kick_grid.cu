#include "kick_grid.h"

#include "../physics/kick_geometry_2d.h"
#include "launch.h"

namespace unkick::cuda {

namespace {

__global__ void placeGridKernel(GridPass pass, int faultPass, KickReport* report) {
  const KickGeometry g = placedGrid(pass.spec, pass.scalars->moments, pass.beamCharge);
  pass.scalars->geometry = g;
  // The passes that follow find every particle outside of a grid that has no cells.
  const int axis = collapsedAxis(g);
  if (axis >= 0) recordFault(&pass.scalars->fault, faultKey(faultPass, 0, kCollapsedAxis + axis, 1));
  if (!report) return;
  for (int d = 0; d < 3; ++d) {
    report->centre[d] = g.centre[d];
    report->half[d] = g.half[d];
  }
}

__global__ void reportOutsideKernel(const SweepScalars* scalars, double chargeScale, KickReport* report) {
  report->outsideCharge = static_cast<double>(scalars->outsideCharge) / chargeScale;
}

__global__ void gridBarKernel(GridPass pass, bool greenBar, double* out) {
  SweepScalars& s = *pass.scalars;
  double green[3];
  for (int d = 0; d < 3; ++d) green[d] = greenBar ? s.greenBar[d] : 0.0;

  KickParametersBar bar;
  const PositionMomentCotangent back = placedGridBar(pass.spec, s.geometry, s.kick, green, bar);
  out[0] += bar.effectLength;
  for (int d = 0; d < 3; ++d) out[1 + d] += bar.extent[d];
  out[4] += bar.gamma;
  if (pass.spec.differentiateGrid) s.pending = onParticles(s.geometry.moments, back);
}

}  // namespace

void placeGrid(cudaStream_t stream, const GridPass& pass, int faultPass, KickReport* report) {
  launch(stream, "place grid", single(), placeGridKernel, pass, faultPass, report);
}

void reportOutside(cudaStream_t stream, const SweepScalars* scalars, double chargeScale, KickReport* report) {
  launch(stream, "report outside", single(), reportOutsideKernel, scalars, chargeScale, report);
}

void gridBar(cudaStream_t stream, const GridPass& pass, bool greenBar, double* out) {
  launch(stream, "grid adjoint", single(), gridBarKernel, pass, greenBar, out);
}

}  // namespace unkick::cuda
