// Exact drift, one lift. With e = 1/beta0 + p and pz = sqrt(e^2 - 1/(beta0 gamma0)^2 - px^2 - py^2):
// x += L px/pz, y += L py/pz, tau += L (e/pz - 1/beta0).
#pragma once

#include "phase.h"
#include "reference.h"

namespace unkick {

struct ExactDrift {
  double length;       // m
  double inverseBeta;  // 1/beta0
  double slip;         // 1/(beta0 gamma0)^2

  static constexpr int lifts = 1;
  static constexpr int sums = 3;
  static constexpr int parameters = 1;  // length
  UNKICK_HD static constexpr unsigned targets(int) { return bit(X) | bit(Y) | bit(TAU); }

  template <class R>
  UNKICK_HD R longitudinalMomentum(const Phase<R>& z, R e) const {
    return squareRoot(e * e - slip - z[PX] * z[PX] - z[PY] * z[PY]);
  }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>& z, Phase<R>& d) const {
    const R e = z[P] + inverseBeta;
    const R inversePz = 1.0 / longitudinalMomentum(z, e);
    d[X] = length * (z[PX] * inversePz);
    d[Y] = length * (z[PY] * inversePz);
    d[TAU] = length * (e * inversePz - inverseBeta);
  }

  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>& z, Phase<R>& zBar, R* sum) const {
    const R e = z[P] + inverseBeta;
    const R inversePz = 1.0 / longitudinalMomentum(z, e);
    const R flow = (zBar[X] * z[PX] + zBar[Y] * z[PY] + zBar[TAU] * e) * inversePz;
    const R pull = length * flow * (inversePz * inversePz);  // = -pzBar/pz
    const R eBar = length * (zBar[TAU] * inversePz) - pull * e;
    sum[0] = sum[0] + (flow - zBar[TAU] * inverseBeta);
    sum[1] = sum[1] + (eBar - length * zBar[TAU]);
    sum[2] = sum[2] + pull;
    zBar[PX] = zBar[PX] + length * (zBar[X] * inversePz) + pull * z[PX];
    zBar[PY] = zBar[PY] + length * (zBar[Y] * inversePz) + pull * z[PY];
    zBar[P] = zBar[P] + eBar;
  }

  UNKICK_HD void parametersBar(const double* sum, const Reference& reference, double* bar, double& gammaBar) const {
    bar[0] += sum[0];
    gammaBar += sum[1] * inverseBetaByGamma(reference) + 0.5 * sum[2] * slipByGamma(reference);
  }
};

inline ExactDrift exactDrift(double length, const Reference& reference) {
  return {length, reference.inverseBeta, reference.slip};
}

}  // namespace unkick
