// One linear lift with a constant: the flow of a quadratic function of three coordinates u that commute,
//   H(u) = u^T S u/2 + g^T u,  S symmetric.
// Hamilton's equations with the pairs (x, px), (y, py) and (tau, p), of which the last has the opposite sign:
//   u = (px, py, p)  drifts:      x += H_px,  y += H_py,  tau -= H_p
//   u = (x, y, tau)  thin lenses: px -= H_x,  py -= H_y,  p += H_tau
//   u = (x, y, p)    bends:       px -= H_x,  py -= H_y,  tau -= H_p
// Every linear symplectic map is a product of such lifts (docs/mathematics.md); with g alone it is a shift.
#pragma once

#include "phase.h"

namespace unkick {

enum class Sources { Momenta, Positions, Bend };

template <Sources sources>
struct QuadraticLift {
  double xx, xy, xt, yy, yt, tt;  // S
  double x, y, t;                 // g

  static constexpr int coefficients = 9;
  static constexpr int lifts = 1;

  // The three sources, what each one's slope of H is added to, and with which sign.
  UNKICK_HD static constexpr int source(int i) {
    constexpr int of[3][3] = {{PX, PY, P}, {X, Y, TAU}, {X, Y, P}};
    return of[static_cast<int>(sources)][i];
  }
  UNKICK_HD static constexpr int target(int i) {
    constexpr int of[3][3] = {{X, Y, TAU}, {PX, PY, P}, {PX, PY, TAU}};
    return of[static_cast<int>(sources)][i];
  }
  UNKICK_HD static constexpr double sign(int i) {
    const bool isMomentum = source(i) == PX || source(i) == PY || source(i) == TAU;
    return isMomentum ? 1.0 : -1.0;
  }
  UNKICK_HD static constexpr unsigned targets(int) { return bit(target(0)) | bit(target(1)) | bit(target(2)); }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    const R& a = z[source(0)];
    const R& b = z[source(1)];
    const R& c = z[source(2)];
    d[target(0)] = sign(0) * (xx * a + xy * b + xt * c + x);
    d[target(1)] = sign(1) * (xy * a + yy * b + yt * c + y);
    d[target(2)] = sign(2) * (xt * a + yt * b + tt * c + t);
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    const R& a = z[source(0)];
    const R& b = z[source(1)];
    const R& c = z[source(2)];
    const R u = sign(0) * zBar[target(0)];
    const R v = sign(1) * zBar[target(1)];
    const R w = sign(2) * zBar[target(2)];
    bar[0] = bar[0] + u * a;
    bar[1] = bar[1] + (u * b + v * a);
    bar[2] = bar[2] + (u * c + w * a);
    bar[3] = bar[3] + v * b;
    bar[4] = bar[4] + (v * c + w * b);
    bar[5] = bar[5] + w * c;
    bar[6] = bar[6] + u;
    bar[7] = bar[7] + v;
    bar[8] = bar[8] + w;
    zBar[source(0)] = zBar[source(0)] + (xx * u + xy * v + xt * w);
    zBar[source(1)] = zBar[source(1)] + (xy * u + yy * v + yt * w);
    zBar[source(2)] = zBar[source(2)] + (xt * u + yt * v + tt * w);
  }
};

}  // namespace unkick
