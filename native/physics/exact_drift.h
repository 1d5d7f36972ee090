// Exact drift, one lift. With e = energy + p and pz = sqrt(e^2 - massSquared - px^2 - py^2):
// x += L px/pz, y += L py/pz, tau += L (e/pz - 1/beta0).
#pragma once

#include "phase.h"

namespace unkick {

struct ExactDrift {
  double length;       // m
  double energy;       // E0/(p0 c) = ratio/beta0
  double massSquared;  // (m c/p0)^2 = (ratio/(beta0 gamma0))^2
  double inverseBeta;  // 1/beta0

  static constexpr int coefficients = 4;
  static constexpr int lifts = 1;
  UNKICK_HD static constexpr unsigned targets(int) { return bit(X) | bit(Y) | bit(TAU); }

  template <class R>
  UNKICK_HD R longitudinalMomentum(const Phase<R>& z, R e) const {
    return squareRoot(e * e - massSquared - z[PX] * z[PX] - z[PY] * z[PY]);
  }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    const R e = z[P] + energy;
    const R inversePz = 1.0 / longitudinalMomentum(z, e);
    d[X] = length * (z[PX] * inversePz);
    d[Y] = length * (z[PY] * inversePz);
    d[TAU] = length * (e * inversePz - inverseBeta);
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    const R e = z[P] + energy;
    const R inversePz = 1.0 / longitudinalMomentum(z, e);
    const R flow = (zBar[X] * z[PX] + zBar[Y] * z[PY] + zBar[TAU] * e) * inversePz;
    const R pull = length * flow * (inversePz * inversePz);  // = -pzBar/pz
    const R eBar = length * (zBar[TAU] * inversePz) - pull * e;
    bar[0] = bar[0] + (flow - zBar[TAU] * inverseBeta);
    bar[1] = bar[1] + eBar;
    bar[2] = bar[2] + 0.5 * pull;
    bar[3] = bar[3] - length * zBar[TAU];
    zBar[PX] = zBar[PX] + length * (zBar[X] * inversePz) + pull * z[PX];
    zBar[PY] = zBar[PY] + length * (zBar[Y] * inversePz) + pull * z[PY];
    zBar[P] = zBar[P] + eBar;
  }
};

}  // namespace unkick
