// The reference particle, and how the factors that the maps need depend on its Lorentz factor.
#pragma once

#include "real.h"

namespace unkick {

struct Reference {
  double gamma;        // total energy / rest energy
  double beta;
  double inverseBeta;
  double slip;         // 1/(beta gamma)^2
  double momentum;     // p0 c, eV
  double restEnergy;   // eV
  double chargeNumber; // |Z|
};

inline Reference referenceOf(double energy, double restEnergy, double chargeNumber) {
  Reference r;
  r.gamma = energy / restEnergy;
  // (gamma - 1)(gamma + 1) keeps its digits where gamma^2 - 1 cancels, at low energy.
  const double betaGamma = std::sqrt((r.gamma - 1.0) * (r.gamma + 1.0));
  r.beta = betaGamma / r.gamma;
  r.inverseBeta = r.gamma / betaGamma;
  r.slip = 1.0 / (betaGamma * betaGamma);
  r.momentum = betaGamma * restEnergy;
  r.restEnergy = restEnergy;
  r.chargeNumber = std::fabs(chargeNumber);
  return r;
}

UNKICK_HD double betaByGamma(const Reference& r) { return 1.0 / (r.gamma * r.gamma * r.gamma * r.beta); }
UNKICK_HD double inverseBetaByGamma(const Reference& r) { return -r.slip * squareRoot(r.slip); }
UNKICK_HD double slipByGamma(const Reference& r) { return -2.0 * r.gamma * r.slip * r.slip; }

}  // namespace unkick
