// Linear thick quadrupole of length L and strength k1 [1/m^2] (k1 > 0 focuses x), three lifts per plane:
//   u += a pu;  pu -= b u;  u += a pu,   a = tan(sqrt(k) L/2)/sqrt(k),  b = sqrt(k) sin(sqrt(k) L),
// with k = k1 in x and -k1 in y; tau as in the linear drift. In kappa = k L^2 both coefficients are entire
// functions divided by 1 + cos: a = L S/(1 + C), b = k L S, with S = sin(sqrt kappa)/sqrt kappa and
// C = cos(sqrt kappa), so that k = 0 needs no branch and its derivative is exact.
#pragma once

#include "phase.h"
#include "reference.h"

namespace unkick {

// a has its first pole at kappa = pi^2; callers slice a magnet so that |kappa| stays below this bound.
constexpr double kLargestQuadrupoleKappa = 4.0;

// One plane's coefficients and their derivatives.
struct QuadrupolePlane {
  double a, b;              // m, 1/m
  double aByK, bByK;        // m^3, m
  double aByLength, bByLength;
};

inline QuadrupolePlane quadrupolePlane(double length, double k) {
  const double kappa = k * length * length;
  // S = sum (-kappa)^j/(2j+1)!, C = sum (-kappa)^j/(2j)!; 14 terms leave 4^14/28! < 1e-21 of C at the bound.
  double s = 0, c = 0, sByKappa = 0, cByKappa = 0;
  double term = 1;  // (-kappa)^j/(2j)!
  double termByKappa = 0;
  for (int j = 0; j < 14; ++j) {
    c += term;
    cByKappa += termByKappa;
    s += term / (2 * j + 1);
    sByKappa += termByKappa / (2 * j + 1);
    const double denominator = (2.0 * j + 1) * (2.0 * j + 2);
    termByKappa = (-term - kappa * termByKappa) / denominator;
    term = -kappa * term / denominator;
  }
  const double ratio = s / (1 + c);
  const double ratioByKappa = (sByKappa - ratio * cByKappa) / (1 + c);
  QuadrupolePlane plane;
  plane.a = length * ratio;
  plane.b = k * length * s;
  plane.aByK = length * length * length * ratioByKappa;
  plane.aByLength = ratio + 2 * kappa * ratioByKappa;
  plane.bByK = length * (s + kappa * sByKappa);
  plane.bByLength = k * (s + 2 * kappa * sByKappa);
  return plane;
}

struct Quadrupole {
  double length;  // m
  double k1;      // 1/m^2
  double slip;    // 1/(beta0 gamma0)^2
  double ax, bx, ay, by;

  static constexpr int lifts = 3;
  static constexpr int sums = 5;
  static constexpr int parameters = 2;  // length, k1
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
      if constexpr (lift == 0) d[TAU] = -(length * slip) * z[P];
    }
  }

  template <int lift, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* sum) const {
    if constexpr (lift == 1) {
      sum[1] = sum[1] - zBar[PX] * z[X];
      sum[3] = sum[3] - zBar[PY] * z[Y];
      zBar[X] = zBar[X] - bx * zBar[PX];
      zBar[Y] = zBar[Y] - by * zBar[PY];
    } else {
      sum[0] = sum[0] + zBar[X] * z[PX];
      sum[2] = sum[2] + zBar[Y] * z[PY];
      zBar[PX] = zBar[PX] + ax * zBar[X];
      zBar[PY] = zBar[PY] + ay * zBar[Y];
      if constexpr (lift == 0) {
        sum[4] = sum[4] + zBar[TAU] * z[P];
        zBar[P] = zBar[P] - (length * slip) * zBar[TAU];
      }
    }
  }

  void parametersBar(const double* sum, const Reference& reference, double* bar, double& gammaBar) const {
    const QuadrupolePlane x = quadrupolePlane(length, k1);
    const QuadrupolePlane y = quadrupolePlane(length, -k1);
    bar[0] += sum[0] * x.aByLength + sum[1] * x.bByLength + sum[2] * y.aByLength + sum[3] * y.bByLength - slip * sum[4];
    bar[1] += sum[0] * x.aByK + sum[1] * x.bByK - sum[2] * y.aByK - sum[3] * y.bByK;
    gammaBar += -length * sum[4] * slipByGamma(reference);
  }
};

inline Quadrupole quadrupole(double length, double k1, const Reference& reference) {
  const QuadrupolePlane x = quadrupolePlane(length, k1);
  const QuadrupolePlane y = quadrupolePlane(length, -k1);
  return {length, k1, reference.slip, x.a, x.b, y.a, y.b};
}

}  // namespace unkick
