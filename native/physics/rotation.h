// Rotation about the direction of motion, three lifts: with a = tan(angle/2) and b = sin(angle)
//   x += a y, py -= a px;  y -= b x, px += b py;  x += a y, py -= a px
// give x' = cos x + sin y, y' = -sin x + cos y, and the same of the momenta: coordinates in axes that are turned
// by the angle from x towards y. Each lift is the flow of a px y or -b py x. Callers keep |angle| below pi.
#pragma once

#include "phase.h"

namespace unkick {

struct Rotation {
  double a, b;

  static constexpr int coefficients = 2;
  static constexpr int lifts = 3;
  UNKICK_HD static constexpr unsigned targets(int lift) { return lift == 1 ? bit(Y) | bit(PX) : bit(X) | bit(PY); }

  template <int lift, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    if constexpr (lift == 1) {
      d[Y] = -b * z[X];
      d[PX] = b * z[PY];
    } else {
      d[X] = a * z[Y];
      d[PY] = -a * z[PX];
    }
  }

  template <int lift, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    if constexpr (lift == 1) {
      bar[1] = bar[1] + (zBar[PX] * z[PY] - zBar[Y] * z[X]);
      zBar[X] = zBar[X] - b * zBar[Y];
      zBar[PY] = zBar[PY] + b * zBar[PX];
    } else {
      bar[0] = bar[0] + (zBar[X] * z[Y] - zBar[PY] * z[PX]);
      zBar[Y] = zBar[Y] + a * zBar[X];
      zBar[PX] = zBar[PX] - a * zBar[PY];
    }
  }
};

}  // namespace unkick
