#include "maps.h"

#include <cmath>

namespace unkick::testing {

namespace {

double inverseBetaGammaSquared(double energy) {
  const double gamma = energy / kElectron;
  return 1.0 / ((gamma - 1.0) * (gamma + 1.0));
}

// a = tan(phase/2)/sqrt(k) and b = sqrt(k) sin(phase), phase = sqrt(k) length; hyperbolic for k < 0.
void plane(double length, double k, double& a, double& b) {
  const double root = std::sqrt(std::fabs(k)), phase = root * length;
  a = k == 0 ? 0.5 * length : (k > 0 ? std::tan(0.5 * phase) : std::tanh(0.5 * phase)) / root;
  b = root * (k > 0 ? std::sin(phase) : -std::sinh(phase));
}

}  // namespace

Reference electronReference(double energy) {
  const double gamma = energy / kElectron;
  return referenceAt(gamma, std::sqrt((gamma - 1.0) * (gamma + 1.0)) * kElectron, -1);
}

LocalMap driftMap(double length, double energy) {
  LocalMap map = {};
  map.kind = MapKind::LinearDrift;
  map.drift = {length, length * inverseBetaGammaSquared(energy)};
  return map;
}

LocalMap exactDriftMap(double length, double energy) {
  const double slip = inverseBetaGammaSquared(energy), inverseBeta = std::sqrt(1.0 + slip);
  LocalMap map = {};
  map.kind = MapKind::ExactDrift;
  map.exactDrift = {length, inverseBeta, slip, inverseBeta};
  return map;
}

LocalMap chromaticDriftMap(double length, double energy) {
  const double slip = inverseBetaGammaSquared(energy), inverseBeta = std::sqrt(1.0 + slip);
  LocalMap map = {};
  map.kind = MapKind::ChromaticDrift;
  map.chromaticDrift = {length, inverseBeta, slip, inverseBeta};
  return map;
}

LocalMap chromaticFocusingMap(double length, double kx, double ky, double curvature, double energy) {
  const double slip = inverseBetaGammaSquared(energy), inverseBeta = std::sqrt(1.0 + slip);
  LocalMap map = {};
  map.kind = MapKind::ChromaticFocusing;
  map.chromaticFocusing = {length, kx, ky, curvature, 1.0, inverseBeta, slip, inverseBeta};
  return map;
}

LocalMap quadrupoleMap(double length, double k1, double energy) {
  LocalMap map = {};
  map.kind = MapKind::Focusing;
  plane(length, k1, map.focusing.ax, map.focusing.bx);
  plane(length, -k1, map.focusing.ay, map.focusing.by);
  map.focusing.slip = length * inverseBetaGammaSquared(energy);
  return map;
}

LocalMap rotationMap(double angle) {
  LocalMap map = {};
  map.kind = MapKind::Rotation;
  map.rotation = {std::tan(0.5 * angle), std::sin(angle)};
  return map;
}

LocalMap multipoleMap(int order, double normal, double skew) {
  LocalMap map = {};
  map.kind = MapKind::MultipoleKick;
  map.multipoleKick = {normal, skew, order};
  return map;
}

LocalMap rfKickMap(double amplitude, double phase, double waveNumber) {
  LocalMap map = {};
  map.kind = MapKind::RfKick;
  map.rfKick = {amplitude * std::cos(phase), amplitude * std::sin(phase), waveNumber};
  return map;
}

LocalMap apertureMap(double halfX, double halfY, bool elliptical) {
  LocalMap map = {};
  map.kind = MapKind::Aperture;
  map.aperture = aperture(halfX, halfY, elliptical, 0);  // the line counts them
  return map;
}

double* coefficientsOf(LocalMap& map) {
  double* first = nullptr;
  visit(map, [&](auto& m) { first = reinterpret_cast<double*>(&m); });
  return first;
}

}  // namespace unkick::testing
