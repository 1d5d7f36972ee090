// Charge-weighted mean and variance of the three positions, from partial sums that are merged in a fixed
// order: the result depends on the particles and their order alone, not on the number of threads.
#pragma once

#include "phase.h"

namespace unkick {

struct PositionMoments {
  double charge;       // C
  double mean[3];      // x, y, tau; m
  double deviation[3]; // sum q (u - mean)^2; C m^2
};

// Turns sums about an arbitrary point into moments about the mean. About a point inside the beam the
// subtraction loses a digit or two at most.
// charge: sum q. first, second: [3] sum q (u - about), sum q (u - about)^2.
UNKICK_HD PositionMoments momentsAbout(double charge, const double* about, const double* first, const double* second) {
  PositionMoments m;
  m.charge = charge;
  for (int d = 0; d < 3; ++d) {
    const double shift = charge > 0 ? first[d] / charge : 0.0;
    m.mean[d] = about[d] + shift;
    m.deviation[d] = charge > 0 ? larger(second[d] - first[d] * shift, 0.0) : 0.0;
  }
  return m;
}

// Chan, Golub & LeVeque, Technical Report STAN-CS-79-773 (1979), eq. 2.1.
UNKICK_HD PositionMoments merge(const PositionMoments& a, const PositionMoments& b) {
  if (!(b.charge > 0)) return a;
  if (!(a.charge > 0)) return b;
  PositionMoments m;
  m.charge = a.charge + b.charge;
  const double share = b.charge / m.charge;
  for (int d = 0; d < 3; ++d) {
    const double gap = b.mean[d] - a.mean[d];
    m.mean[d] = a.mean[d] + gap * share;
    m.deviation[d] = a.deviation[d] + b.deviation[d] + gap * gap * (a.charge * share);
  }
  return m;
}

// Cotangent of a function of first and second moments of all six coordinates, as it acts on a macroparticle:
//   aBar += q/W (mean + (covariance + covariance^T) u),  qBar += (mean.u + u^T covariance u - trace)/W,
// with u = a - centre and trace = sum_ij covariance_ij C_ij (the charge also normalises the moments).
struct MomentCotangent {
  double charge;                                   // W, C
  double centre[kCoordinates];
  double mean[kCoordinates];
  double covariance[kCoordinates][kCoordinates];   // symmetric
  double trace;

  template <class R>
  UNKICK_HD void apply(const Phase<R>& z, R q, Phase<R>& zBar, R& qBar) const {
    const R share = q * (1.0 / charge);
    R quadratic = q * 0.0;
    for (int i = 0; i < kCoordinates; ++i) {
      R row = q * 0.0;
      for (int j = 0; j < kCoordinates; ++j) row = row + covariance[i][j] * (z[j] - centre[j]);
      zBar[i] = zBar[i] + share * (2.0 * row + mean[i]);
      quadratic = quadratic + (row + mean[i]) * (z[i] - centre[i]);
    }
    qBar = qBar + (quadratic - trace) * (1.0 / charge);
  }
};

}  // namespace unkick
