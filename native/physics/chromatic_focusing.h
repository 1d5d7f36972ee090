// Focusing of each particle at its own momentum, in a straight magnet or a sector bend, three lifts. With
// D(p) = sqrt(e^2 - massSquared) = ratio (1 + delta), e = energy + p, their product is the exact flow over L of
//   H = (px^2 + py^2)/(2 D) + (kx x^2 + ky y^2)/2 - h x (D - ratio) - D + p/beta0:
// quadrupole kx = -ky = ratio k1, h = 0; sector bend of curvature h: kx = ratio (h^2 + k1), ky = -ratio k1.
// Lifts 0 and 2 are the flows of a(ax px^2 + ay py^2)/2, lift 1 that of (kx Wx x^2 + ky Wy y^2)/2 - h (D - ratio) Wx x,
// and lift 0 adds what depends on p alone, L (p/beta0 - D) - h^2 (D - ratio)^2 Vx/2. They change tau by -d/dp.
// With kappa = k L^2/D, C = cos sqrt(kappa), S = sin sqrt(kappa)/sqrt(kappa):
//   a = L S/((1 + C) D), W = L S, V = L^3 (1 - S)/(kappa D).
// docs/mathematics.md derives them.
#pragma once

#include "phase.h"

namespace unkick {

// U(kappa) = (1 - S)/kappa = sum (-kappa)^j/(2j + 3)!, entire, and its first two derivatives. 13 terms leave
// 12^2 4^12/27! < 3e-19 for |kappa| <= 4.
template <class R>
struct FocusingSeries {
  R u, u1, u2;

  UNKICK_HD explicit FocusingSeries(const R& kappa) {
    constexpr double kTerms[] = {1.0 / 6,
                                 -1.0 / 120,
                                 1.0 / 5040,
                                 -1.0 / 362880,
                                 1.0 / 39916800,
                                 -1.0 / 6227020800,
                                 1.0 / 1307674368000,
                                 -1.0 / 355687428096000,
                                 1.0 / 121645100408832000,
                                 -1.0 / 51090942171709440000.0,
                                 1.0 / 25852016738884976640000.0,
                                 -1.0 / 15511210043330985984000000.0,
                                 1.0 / 10888869450418352160768000000.0};
    // Horner's scheme, and Horner's scheme of what it divides out: u2 gathers half the second derivative.
    u = kappa * 0.0 + kTerms[12];
    u1 = u2 = kappa * 0.0;
    UNKICK_UNROLL
    for (int j = 11; j >= 0; --j) {
      u2 = u2 * kappa + u1;
      u1 = u1 * kappa + u;
      u = u * kappa + kTerms[j];
    }
    u2 = 2.0 * u2;
  }
};

// A function of length L, strength k and momentum D, that enters increments with its derivative by D.
template <class R>
struct OfMomentum {
  R value, byD;
};
// And what its adjoint needs besides.
template <class R>
struct OfMomentumPartials {
  R byL, byK, byDD, byDL, byDK;
};

struct ChromaticFocusing {
  double length;            // m
  double kx, ky;            // 1/m^2, times ratio
  double curvature;         // h, 1/m
  double ratio;             // of p0 here to that at the entrance
  double energy;            // E0/(p0 c) = ratio/beta0
  double massSquared;       // (m c/p0)^2 = (ratio/(beta0 gamma0))^2
  double inverseBeta;       // 1/beta0

  static constexpr int coefficients = 8;
  static constexpr int lifts = 3;
  UNKICK_HD static constexpr unsigned targets(int lift) {
    return lift == 1 ? bit(PX) | bit(PY) | bit(TAU) : bit(X) | bit(Y) | bit(TAU);
  }

  // One plane at one momentum.
  template <class R>
  struct Plane {
    double l;
    R i;          // 1/D
    R kappa;
    R u, u1, u2;  // U and derivatives
    R s, s1, s2;  // S and derivatives by kappa

    UNKICK_HD Plane(double length, double k, const R& inverse) : l(length), i(inverse), kappa((k * length * length) * inverse) {
      const FocusingSeries<R> series(kappa);
      u = series.u;
      u1 = series.u1;
      u2 = series.u2;
      s = -(kappa * u) + 1.0;
      s1 = -(u + kappa * u1);
      s2 = -(2.0 * u1 + kappa * u2);
    }

    // W = L S
    UNKICK_HD OfMomentum<R> w() const { return {l * s, -l * (i * (kappa * s1))}; }
    UNKICK_HD OfMomentumPartials<R> wPartials() const {
      const R first = kappa * s1, second = kappa * kappa * s2;
      return {s + 2.0 * first, (l * l * l) * (i * s1), l * (i * i * (2.0 * first + second)), -(i * (3.0 * first + 2.0 * second)),
              -((l * l * l) * (i * i * (s1 + kappa * s2)))};
    }

    // V = L^3 U/D
    UNKICK_HD OfMomentum<R> v() const {
      return {(l * l * l) * (i * u), -((l * l * l) * (i * i * (u + kappa * u1)))};
    }
    UNKICK_HD OfMomentumPartials<R> vPartials() const {
      const double cube = l * l * l;
      const R first = kappa * u1, second = kappa * kappa * u2;
      return {(l * l) * (i * (3.0 * u + 2.0 * first)), (cube * l * l) * (i * i * u1), cube * (i * i * i * (2.0 * u + 4.0 * first + second)),
              -((l * l) * (i * i * (3.0 * u + 7.0 * first + 2.0 * second))), -((cube * l * l) * (i * i * i * (2.0 * u1 + kappa * u2)))};
    }

    // a = L T/D, T = S/(1 + C) and its derivatives, by C = S + 2 kappa S', C' = -S/2
    struct Tangent {
      R t, t1, t2;
    };
    UNKICK_HD Tangent tangent() const {
      const R c = 1.0 / (s + 2.0 * (kappa * s1) + 1.0);
      const R t = s * c;
      const R t1 = (s1 + 0.5 * (t * s)) * c;
      return {t, t1, (s2 + t1 * s + 0.5 * (t * s1)) * c};
    }
    UNKICK_HD OfMomentum<R> a(const Tangent& tan) const {
      return {l * (i * tan.t), -(l * (i * i * (tan.t + kappa * tan.t1)))};
    }
    UNKICK_HD OfMomentumPartials<R> aPartials(const Tangent& tan) const {
      const double cube = l * l * l;
      const R first = kappa * tan.t1, second = kappa * kappa * tan.t2;
      return {i * (tan.t + 2.0 * first), cube * (i * i * tan.t1), l * (i * i * i * (2.0 * tan.t + 4.0 * first + second)),
              -(i * i * (tan.t + 5.0 * first + 2.0 * second)), -(cube * (i * i * i * (2.0 * tan.t1 + kappa * tan.t2)))};
    }
  };

  // Adds what a cotangent of a function and of its derivative by D amounts to.
  template <class R>
  UNKICK_HD static void pullBack(const OfMomentum<R>& f, const OfMomentumPartials<R>& partials, const R& valueBar, const R& byDBar, R& lengthBar,
                                 R& kBar, R& dBar) {
    lengthBar = lengthBar + (valueBar * partials.byL + byDBar * partials.byDL);
    kBar = kBar + (valueBar * partials.byK + byDBar * partials.byDK);
    dBar = dBar + (valueBar * f.byD + byDBar * partials.byDD);
  }

  template <int lift, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    const R e = z[P] + energy;
    const R momentum = squareRoot(e * e - massSquared);
    const R inverse = 1.0 / momentum;
    const Plane<R> x(length, kx, inverse), y(length, ky, inverse);
    const R excess = curvature * (momentum - ratio);  // h (D - ratio)
    if constexpr (lift == 1) {
      const OfMomentum<R> wx = x.w(), wy = y.w();
      d[PX] = wx.value * (excess - kx * z[X]);
      d[PY] = -ky * (wy.value * z[Y]);
      const R slope = wx.byD * (z[X] * (0.5 * kx * z[X] - excess)) - curvature * (wx.value * z[X]) + (0.5 * ky) * (wy.byD * (z[Y] * z[Y]));
      d[TAU] = -(slope * (e * inverse));
    } else {
      const OfMomentum<R> ax = x.a(x.tangent()), ay = y.a(y.tangent());
      d[X] = ax.value * z[PX];
      d[Y] = ay.value * z[PY];
      R slope = 0.5 * (ax.byD * (z[PX] * z[PX]) + ay.byD * (z[PY] * z[PY]));
      if constexpr (lift == 0) {
        const OfMomentum<R> v = x.v();
        slope = slope - (excess * (curvature * v.value + 0.5 * (excess * v.byD)) + length);
        d[TAU] = -(slope * (e * inverse) + length * inverseBeta);
      } else {
        d[TAU] = -(slope * (e * inverse));
      }
    }
  }

  template <int lift, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* bar) const {
    const R e = z[P] + energy;
    const R momentum = squareRoot(e * e - massSquared);
    const R inverse = 1.0 / momentum;
    const Plane<R> x(length, kx, inverse), y(length, ky, inverse);
    const R excess = curvature * (momentum - ratio);
    const R slopeBar = -(zBar[TAU] * (e * inverse));
    R slope, excessBar = z[P] * 0.0, dBar = z[P] * 0.0;
    if constexpr (lift == 1) {
      const OfMomentum<R> wx = x.w(), wy = y.w();
      const R force = excess - kx * z[X];
      slope = wx.byD * (z[X] * (0.5 * kx * z[X] - excess)) - curvature * (wx.value * z[X]) + (0.5 * ky) * (wy.byD * (z[Y] * z[Y]));
      excessBar = zBar[PX] * wx.value - slopeBar * (wx.byD * z[X]);
      bar[1] = bar[1] + z[X] * (0.5 * (slopeBar * (wx.byD * z[X])) - zBar[PX] * wx.value);
      bar[2] = bar[2] + z[Y] * (0.5 * (slopeBar * (wy.byD * z[Y])) - zBar[PY] * wy.value);
      bar[3] = bar[3] - slopeBar * (wx.value * z[X]);
      pullBack(wx, x.wPartials(), zBar[PX] * force - slopeBar * (curvature * z[X]), slopeBar * (z[X] * (0.5 * kx * z[X] - excess)), bar[0],
               bar[1], dBar);
      pullBack(wy, y.wPartials(), -ky * (zBar[PY] * z[Y]), slopeBar * ((0.5 * ky) * (z[Y] * z[Y])), bar[0], bar[2], dBar);
      zBar[X] = zBar[X] - (zBar[PX] * (kx * wx.value) + slopeBar * (wx.byD * force + curvature * wx.value));
      zBar[Y] = zBar[Y] + ky * (slopeBar * (wy.byD * z[Y]) - zBar[PY] * wy.value);
    } else {
      const auto tx = x.tangent(), ty = y.tangent();
      const OfMomentum<R> ax = x.a(tx), ay = y.a(ty);
      slope = 0.5 * (ax.byD * (z[PX] * z[PX]) + ay.byD * (z[PY] * z[PY]));
      pullBack(ax, x.aPartials(tx), zBar[X] * z[PX], 0.5 * (slopeBar * (z[PX] * z[PX])), bar[0], bar[1], dBar);
      pullBack(ay, y.aPartials(ty), zBar[Y] * z[PY], 0.5 * (slopeBar * (z[PY] * z[PY])), bar[0], bar[2], dBar);
      if constexpr (lift == 0) {
        const OfMomentum<R> v = x.v();
        const R bend = curvature * v.value + excess * v.byD;
        slope = slope - (excess * (curvature * v.value + 0.5 * (excess * v.byD)) + length);
        excessBar = -(slopeBar * bend);
        bar[0] = bar[0] - (slopeBar + zBar[TAU] * inverseBeta);
        bar[3] = bar[3] - slopeBar * (excess * v.value);
        bar[7] = bar[7] - length * zBar[TAU];
        pullBack(v, x.vPartials(), -curvature * (slopeBar * excess), -0.5 * (slopeBar * (excess * excess)), bar[0], bar[1], dBar);
      }
      zBar[PX] = zBar[PX] + (zBar[X] * ax.value + slopeBar * (ax.byD * z[PX]));
      zBar[PY] = zBar[PY] + (zBar[Y] * ay.value + slopeBar * (ay.byD * z[PY]));
    }
    // excess = h (D - ratio), d[TAU] = -slope e/D, D^2 = e^2 - massSquared
    const R slopeByTau = zBar[TAU] * slope;
    bar[3] = bar[3] + excessBar * (momentum - ratio);
    bar[4] = bar[4] - curvature * excessBar;
    dBar = dBar + (curvature * excessBar + slopeByTau * (e * inverse * inverse));
    const R eBar = (dBar * e - slopeByTau) * inverse;
    bar[5] = bar[5] + eBar;
    bar[6] = bar[6] - 0.5 * (dBar * inverse);
    zBar[P] = zBar[P] + eBar;
  }
};

}  // namespace unkick
