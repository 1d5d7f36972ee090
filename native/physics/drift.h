// Linear drift, one lift: x += L px, y += L py, tau -= L/(beta0 gamma0)^2 p.
#pragma once

#include "phase.h"
#include "reference.h"

namespace unkick {

struct LinearDrift {
  double length;  // m
  double slip;    // 1/(beta0 gamma0)^2

  static constexpr int lifts = 1;
  static constexpr int sums = 2;
  static constexpr int parameters = 1;  // length
  UNKICK_HD static constexpr unsigned targets(int) { return bit(X) | bit(Y) | bit(TAU); }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    d[X] = length * z[PX];
    d[Y] = length * z[PY];
    d[TAU] = -(length * slip) * z[P];
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* sum) const {
    sum[0] = sum[0] + (zBar[X] * z[PX] + zBar[Y] * z[PY]);
    sum[1] = sum[1] + zBar[TAU] * z[P];
    zBar[PX] = zBar[PX] + length * zBar[X];
    zBar[PY] = zBar[PY] + length * zBar[Y];
    zBar[P] = zBar[P] - (length * slip) * zBar[TAU];
  }

  UNKICK_HD void parametersBar(const double* sum, const Reference& reference, double* bar, double& gammaBar) const {
    bar[0] += sum[0] - slip * sum[1];
    gammaBar += -length * sum[1] * slipByGamma(reference);
  }
};

inline LinearDrift linearDrift(double length, const Reference& reference) { return {length, reference.slip}; }

}  // namespace unkick
