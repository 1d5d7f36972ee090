// Linear drift, one lift: x += l px, y += l py, tau -= s p, with l = L/ratio and s = L/(beta0 gamma0)^2/ratio.
#pragma once

#include "phase.h"

namespace unkick {

struct LinearDrift {
  double length;  // m, l
  double slip;    // m, s

  static constexpr int coefficients = 2;
  static constexpr int lifts = 1;
  UNKICK_HD static constexpr unsigned targets(int) { return bit(X) | bit(Y) | bit(TAU); }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    d[X] = length * z[PX];
    d[Y] = length * z[PY];
    d[TAU] = -slip * z[P];
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    bar[0] = bar[0] + (zBar[X] * z[PX] + zBar[Y] * z[PY]);
    bar[1] = bar[1] - zBar[TAU] * z[P];
    zBar[PX] = zBar[PX] + length * zBar[X];
    zBar[PY] = zBar[PY] + length * zBar[Y];
    zBar[P] = zBar[P] - slip * zBar[TAU];
  }
};

}  // namespace unkick
