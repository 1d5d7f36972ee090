// Linear focusing in both transverse planes, uncoupled, three lifts per plane: u += a pu; pu -= b u; u += a pu;
// tau -= s p as in the linear drift. A quadrupole, a constant focusing channel, the body of a solenoid.
#pragma once

#include "phase.h"

namespace unkick {

struct Focusing {
  double ax, bx, ay, by;  // m, 1/m
  double slip;            // m, s

  static constexpr int coefficients = 5;
  static constexpr int lifts = 3;
  UNKICK_HD static constexpr unsigned targets(int lift) {
    return lift == 0 ? bit(X) | bit(Y) | bit(TAU) : lift == 1 ? bit(PX) | bit(PY) : bit(X) | bit(Y);
  }

  template <int lift, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    if constexpr (lift == 1) {
      d[PX] = -bx * z[X];
      d[PY] = -by * z[Y];
    } else {
      d[X] = ax * z[PX];
      d[Y] = ay * z[PY];
      if constexpr (lift == 0) d[TAU] = -slip * z[P];
    }
  }

  template <int lift, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    if constexpr (lift == 1) {
      bar[1] = bar[1] - zBar[PX] * z[X];
      bar[3] = bar[3] - zBar[PY] * z[Y];
      zBar[X] = zBar[X] - bx * zBar[PX];
      zBar[Y] = zBar[Y] - by * zBar[PY];
    } else {
      bar[0] = bar[0] + zBar[X] * z[PX];
      bar[2] = bar[2] + zBar[Y] * z[PY];
      zBar[PX] = zBar[PX] + ax * zBar[X];
      zBar[PY] = zBar[PY] + ay * zBar[Y];
      if constexpr (lift == 0) {
        bar[4] = bar[4] - zBar[TAU] * z[P];
        zBar[P] = zBar[P] - slip * zBar[TAU];
      }
    }
  }
};

}  // namespace unkick
