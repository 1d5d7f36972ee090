// Thin multipole of one order n, one lift: with c = normal + i skew and w = x + i y,
//   px -= Re(c w^n),  py += Im(c w^n).
// normal = ratio kn L/n!, skew = ratio ks L/n! for integrated strengths kn L, ks L [1/m^n] as in MAD-X:
// By + i Bx = (Brho) sum (kn + i ks) w^n/n!.
#pragma once

#include "phase.h"

namespace unkick {

constexpr int kLargestMultipoleOrder = 20;

struct MultipoleKick {
  double normal, skew;  // 1/m^n
  int order;            // n: 0 dipole, 1 quadrupole, 2 sextupole, ...

  static constexpr int coefficients = 2;
  static constexpr int lifts = 1;
  UNKICK_HD static constexpr unsigned targets(int) { return bit(PX) | bit(PY); }

  template <class R>
  UNKICK_HD void power(const Phase<R>& z, int n, R& re, R& im) const {
    re = z[X] * 0.0 + 1.0;
    im = z[X] * 0.0;
    for (int i = 0; i < n; ++i) {
      const R before = re;
      re = before * z[X] - im * z[Y];
      im = before * z[Y] + im * z[X];
    }
  }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    R re, im;
    power(z, order, re, im);
    d[PX] = skew * im - normal * re;
    d[PY] = normal * im + skew * re;
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    if (order == 0) {
      bar[0] = bar[0] - zBar[PX];
      bar[1] = bar[1] + zBar[PY];
      return;
    }
    R re, im;  // of w^(n-1)
    power(z, order - 1, re, im);
    const R reN = re * z[X] - im * z[Y], imN = re * z[Y] + im * z[X];
    bar[0] = bar[0] + (zBar[PY] * imN - zBar[PX] * reN);
    bar[1] = bar[1] + (zBar[PY] * reN + zBar[PX] * imN);
    // d(c w^n)/dw = n c w^(n-1), by x; times i by y.
    const R byX = static_cast<double>(order) * (normal * re - skew * im);
    const R byY = static_cast<double>(order) * (normal * im + skew * re);
    zBar[X] = zBar[X] + (zBar[PY] * byY - zBar[PX] * byX);
    zBar[Y] = zBar[Y] + (zBar[PY] * byX + zBar[PX] * byY);
  }
};

}  // namespace unkick
