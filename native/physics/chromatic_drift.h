// Drift to second order in the transverse momenta, exact in the energy, one lift: the flow of
//   H = (px^2 + py^2)/(2 D) - D + p/beta0,  D(p) = sqrt(e^2 - massSquared), e = energy + p,
// with D = ratio (1 + delta) the particle's momentum: x += L px/D, y += L py/D,
// tau += L (e/D (1 + (px^2 + py^2)/(2 D^2)) - 1/beta0).
#pragma once

#include "phase.h"

namespace unkick {

struct ChromaticDrift {
  double length;       // m
  double energy;       // E0/(p0 c) = ratio/beta0
  double massSquared;  // (m c/p0)^2 = (ratio/(beta0 gamma0))^2
  double inverseBeta;  // 1/beta0

  static constexpr int coefficients = 4;
  static constexpr int lifts = 1;
  UNKICK_HD static constexpr unsigned targets(int) { return bit(X) | bit(Y) | bit(TAU); }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    const R e = z[P] + energy;
    const R inverse = 1.0 / squareRoot(e * e - massSquared);
    const R transverse = (z[PX] * z[PX] + z[PY] * z[PY]) * (inverse * inverse);
    d[X] = length * (z[PX] * inverse);
    d[Y] = length * (z[PY] * inverse);
    d[TAU] = length * (e * inverse * (0.5 * transverse + 1.0) - inverseBeta);
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    const R e = z[P] + energy;
    const R inverse = 1.0 / squareRoot(e * e - massSquared);
    const R square = inverse * inverse;
    const R transverse = (z[PX] * z[PX] + z[PY] * z[PY]) * square;
    const R delay = inverse * (0.5 * transverse + 1.0);
    const R flow = zBar[X] * z[PX] + zBar[Y] * z[PY];
    const R pull = length * zBar[TAU] * e * (inverse * square);
    const R inverseBar = length * (flow + zBar[TAU] * e * (1.5 * transverse + 1.0));
    const R squaredBar = -0.5 * inverseBar * (inverse * square);  // by D^2
    const R eBar = length * zBar[TAU] * delay + 2.0 * (e * squaredBar);
    bar[0] = bar[0] + (flow * inverse + zBar[TAU] * (e * delay - inverseBeta));
    bar[1] = bar[1] + eBar;
    bar[2] = bar[2] - squaredBar;
    bar[3] = bar[3] - length * zBar[TAU];
    zBar[PX] = zBar[PX] + (length * (zBar[X] * inverse) + pull * z[PX]);
    zBar[PY] = zBar[PY] + (length * (zBar[Y] * inverse) + pull * z[PY]);
    zBar[P] = zBar[P] + eBar;
  }
};

}  // namespace unkick
