// Energy that a thin cavity gives a particle more than the reference, one lift: with A = |Z| V/(p0 c),
//   p += A (cos(k tau + phase) - cos(phase)) = -2 h (c h + s q),
// c = A cos(phase), s = A sin(phase), h = sin(k tau/2), q = cos(k tau/2), which cancels no digits.
#pragma once

#include "phase.h"
#include "transcendental.h"

namespace unkick {

struct RfKick {
  double cosine, sine;  // c, s
  double waveNumber;    // k, 1/m

  static constexpr int coefficients = 3;
  static constexpr int lifts = 1;
  UNKICK_HD static constexpr unsigned targets(int) { return bit(P); }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    R h, q;
    sineAndCosine(0.5 * waveNumber * z[TAU], h, q);
    d[P] = -2.0 * (h * (cosine * h + sine * q));
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    R h, q;
    sineAndCosine(0.5 * waveNumber * z[TAU], h, q);
    const R hh = 2.0 * (h * h), hq = 2.0 * (h * q);  // 1 - cos(k tau), sin(k tau)
    const R argumentBar = zBar[P] * (sine * hh - cosine * hq - sine);
    bar[0] = bar[0] - zBar[P] * hh;
    bar[1] = bar[1] - zBar[P] * hq;
    bar[2] = bar[2] + argumentBar * z[TAU];
    zBar[TAU] = zBar[TAU] + waveNumber * argumentBar;
  }
};

}  // namespace unkick
