// The reference particle at a kick, and how the factors that the kick needs depend on its Lorentz factor.
#pragma once

#include "real.h"

namespace unkick {

struct Reference {
  double gamma;         // here: total energy / rest energy
  double beta;          // here
  double momentum;      // p0 c at the line's entrance, eV: the unit of momenta
  double chargeNumber;  // |Z|
};

inline Reference referenceAt(double gamma, double momentum, double chargeNumber) {
  // (gamma - 1)(gamma + 1) keeps its digits where gamma^2 - 1 cancels, at low energy.
  return {gamma, std::sqrt((gamma - 1.0) * (gamma + 1.0)) / gamma, momentum, std::fabs(chargeNumber)};
}

UNKICK_HD double betaByGamma(const Reference& r) { return 1.0 / (r.gamma * r.gamma * r.gamma * r.beta); }

}  // namespace unkick
