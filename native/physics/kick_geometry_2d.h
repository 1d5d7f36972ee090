// The space-charge kick of a long beam, whose field has no longitudinal part and is the same along it (docs/mathematics.md):
// grid and strength from the beam's moments, and the way back. The beam's current I [A] makes a line charge I/(beta0 c), which
// macroparticles share in proportion to their charge: lambda = q/Q I/(beta0 c), with Q the charge of all that were loaded, so
// that apertures take current away.
//
// Potentials are kept per ampere and the kick's strength has the current: its derivative is exact at no current, too.
#pragma once

#include "kick_geometry.h"

namespace unkick {

// beamCharge: Q, C.
UNKICK_HD KickGeometry kickGeometry2d(const KickSpec& spec, const PositionMoments& m, double beamCharge) {
  const Reference& ref = spec.reference;
  KickGeometry g = {};
  g.dimensions = 2;
  g.moments = m;
  g.beta = ref.beta;
  for (int d = 0; d < 2; ++d) placeAxis(spec, m, d, g);
  g.strength = spec.current * (spec.effectLength * ref.chargeNumber / (ref.momentum * ref.beta * ref.gamma * ref.gamma));
  g.aspect[0] = 1.0;
  g.aspect[1] = g.cell[1] / g.cell[0];
  // Macroparticles without any charge make no field, whatever its unit.
  g.perLineCharge = -2.0 * kCoulombConstant / (ref.beta * kSpeedOfLight * (beamCharge > 0 ? beamCharge : 1.0));
  return g;
}

// greenBar: sum over the grid of GBar dG/d(hy/hx). The charges' cotangents hold at a fixed Q; Q's own is
// -sum of current currentBar over all kicks, over Q.
UNKICK_HD PositionMomentCotangent kickGeometryBar2d(const KickSpec& spec, const KickGeometry& g, const KickSums& sums, double greenBar,
                                                    KickParametersBar& bar) {
  const Reference& ref = spec.reference;
  const double strengthBar = sums.work[0] + sums.work[1];
  const double perLength = ref.chargeNumber / (ref.momentum * ref.beta * ref.gamma * ref.gamma);
  bar.effectLength = strengthBar * (spec.current * perLength);
  bar.extent[0] = bar.extent[1] = 0;
  bar.extent[2] = strengthBar * (spec.effectLength * perLength);
  // Strength and line charge each go with 1/beta0.
  bar.gamma = strengthBar * g.strength * (-2.0 * betaByGamma(ref) / ref.beta - 2.0 / ref.gamma);

  PositionMomentCotangent back = {{0, 0, 0}, {0, 0, 0}};
  if (!spec.differentiateGrid) return back;
  for (int d = 0; d < 2; ++d) {
    const double byAspect = d == 0 ? -g.aspect[1] * greenBar : g.aspect[1] * greenBar;  // times the cell size
    const double cellBar = (byAspect - (g.strength * sums.work[d] + sums.spreadBar[d])) * g.inverseCell[d];
    const AxisBar axis = placeAxisBar(spec, g, d, cellBar, sums.nodeBar[d]);
    bar.extent[d] = axis.extent;
    back.mean[d] = axis.mean;
    back.sigma[d] = axis.sigma;
  }
  return back;
}

// Whether a kick is a long beam's, or a bunch's.
UNKICK_HD KickGeometry placedGrid(const KickSpec& spec, const PositionMoments& m, double beamCharge) {
  return spec.dimensions() == 2 ? kickGeometry2d(spec, m, beamCharge) : kickGeometry(spec, m);
}
UNKICK_HD PositionMomentCotangent placedGridBar(const KickSpec& spec, const KickGeometry& g, const KickSums& sums, const double* greenBar,
                                                KickParametersBar& bar) {
  return spec.dimensions() == 2 ? kickGeometryBar2d(spec, g, sums, greenBar[1], bar) : kickGeometryBar(spec, g, sums, greenBar, bar);
}

}  // namespace unkick
