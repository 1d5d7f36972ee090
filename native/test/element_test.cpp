// Each map's lifts: exact inverse, increments and their adjoints against finite differences, and what they multiply to.
#include <cmath>
#include <cstring>

#include "engine/line.h"
#include "maps.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

Phase<double> randomPhase(Random& random, const double* scale) {
  Phase<double> z;
  for (int c = 0; c < kCoordinates; ++c) z[c] = scale[c] * random.gaussian();
  return z;
}

constexpr double kScale[kCoordinates] = {1e-3, 1e-3, 1e-3, 1e-3, 2e-3, 1e-2};

template <class Map>
void exactInverse(const Map& map) {
  const Quanta quanta = quantaFor(kScale, 1024, 52);
  Random random(3);
  for (int n = 0; n < 10000; ++n) {
    Phase<double> z = randomPhase(random, kScale);
    for (int c = 0; c < kCoordinates; ++c) z[c] = snap(z[c], quanta.magic[c]);
    const Phase<double> before = z;
    Phase<double> zBar = {};
    double sums[kMostCoefficients] = {};
    bool fault = false;
    mapForward(map, z, quanta, fault);
    expect(std::memcmp(&z, &before, sizeof z) != 0, "the map does something");
    Phase<double> undone = z;
    mapInverse(map, undone, quanta);
    expect(std::memcmp(&undone, &before, sizeof z) == 0, "the inverse gives back every bit");
    mapReverse(map, z, zBar, sums, quanta);
    expect(std::memcmp(&z, &before, sizeof z) == 0, "so does the inverse that carries the adjoint");
    expect(!fault, "nothing is out of range");
  }
}

// A functional of the state after the map, w . z, in quanta so fine that snapping does not disturb differences.
template <class Map>
double functional(const Map& map, Phase<double> z, const double* w) {
  Quanta quanta;
  for (int c = 0; c < kCoordinates; ++c) {
    quanta.magic[c] = 0;  // snap() is then the identity
    quanta.coordinateBound[c] = quanta.incrementBound[c] = 1e300;
  }
  bool fault = false;
  mapForward(map, z, quanta, fault);
  double sum = 0;
  for (int c = 0; c < kCoordinates; ++c) sum += w[c] * z[c];
  return sum;
}

// Both adjoints of a map, by its input and by its coefficients, against central differences.
void differences(LocalMap local, const std::vector<double>& steps) {
  Random random(4);
  const Phase<double> z = randomPhase(random, kScale);
  double w[kCoordinates];
  for (double& weight : w) weight = random.gaussian();
  const auto value = [&](const Phase<double>& at) {
    double sum = 0;
    visit(local, [&](const auto& map) { sum = functional(map, at, w); });
    return sum;
  };

  Phase<double> after = z, zBar;
  Quanta quanta = {};
  for (double& bound : quanta.coordinateBound) bound = 1e300;
  for (double& bound : quanta.incrementBound) bound = 1e300;
  bool fault = false;
  double bar[kMostCoefficients] = {};
  for (int c = 0; c < kCoordinates; ++c) zBar[c] = w[c];
  visit(local, [&](const auto& map) {
    mapForward(map, after, quanta, fault);
    mapReverse(map, after, zBar, bar, quanta);
  });

  double worst = 0;
  for (int c = 0; c < kCoordinates; ++c) {
    Phase<double> up = z, down = z;
    const double h = 1e-4 * kScale[c];
    up[c] += h;
    down[c] -= h;
    worst = std::fmax(worst, std::fabs(zBar[c] - (value(up) - value(down)) / (2 * h)));
  }
  expectWithin(worst, 1e-8, "coordinates");  // measured 7.5e-10, of order 1

  worst = 0;
  expect(static_cast<int>(steps.size()) == sumsOf(local), "a step for every coefficient");
  double* coefficients = coefficientsOf(local);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double at = coefficients[i];
    coefficients[i] = at + steps[i];
    const double up = value(z);
    coefficients[i] = at - steps[i];
    const double down = value(z);
    coefficients[i] = at;
    worst = std::fmax(worst, std::fabs(bar[i] - (up - down) / (2 * steps[i])) / std::fmax(std::fabs(bar[i]), 1e-3));
  }
  expectWithin(worst, 5e-8, "coefficients");  // measured 1.4e-8
}

// A map's Jacobian away from the axis, by central differences, must keep the symplectic form.
void symplectic(const LocalMap& local) {
  Random random(5);
  const Phase<double> z = randomPhase(random, kScale);
  double m[kCoordinates][kCoordinates];
  for (int row = 0; row < kCoordinates; ++row) {
    double w[kCoordinates] = {};
    w[row] = 1;
    for (int column = 0; column < kCoordinates; ++column) {
      Phase<double> up = z, down = z;
      const double h = 1e-4 * kScale[column];
      up[column] += h;
      down[column] -= h;
      visit(local, [&](const auto& map) { m[row][column] = (functional(map, up, w) - functional(map, down, w)) / (2 * h); });
    }
  }
  // tau and p are a pair of the other sign: dtau/ds = -dH/dp.
  const double sign[3] = {1, 1, -1};
  double worst = 0;
  for (int i = 0; i < kCoordinates; ++i) {
    for (int j = 0; j < kCoordinates; ++j) {
      double sum = 0;
      for (int d = 0; d < 3; ++d) sum += sign[d] * (m[2 * d][i] * m[2 * d + 1][j] - m[2 * d + 1][i] * m[2 * d][j]);
      const double want = i / 2 != j / 2 || i == j ? 0 : (i < j ? 1 : -1) * sign[i / 2];
      worst = std::fmax(worst, std::fabs(sum - want));
    }
  }
  expectWithin(worst, 1e-8, "symplectic form");  // measured 7.4e-10 for the decapole, what differences leave of the digits
}

void quadrupoleMatrix() {
  // The three lifts multiply to the thick lens: cos, sin/sqrt(k), -sqrt(k) sin.
  for (double k1 : {7.3, -7.3, 1e-9, 0.0}) {
    const Focusing map = quadrupoleMap(0.3, k1).focusing;
    Phase<double> z = {};
    z[X] = 1e-3;
    z[PX] = 2e-3;
    const double w[kCoordinates] = {1, 0, 0, 0, 0, 0}, v[kCoordinates] = {0, 1, 0, 0, 0, 0};
    const double root = std::sqrt(std::fabs(k1)), phase = root * 0.3;
    const double c = k1 > 0 ? std::cos(phase) : std::cosh(phase);
    const double s = root == 0 ? 0.3 : (k1 > 0 ? std::sin(phase) : std::sinh(phase)) / root;
    expectClose(functional(map, z, w), c * 1e-3 + s * 2e-3, 1e-18, "x");
    expectClose(functional(map, z, v), -k1 * s * 1e-3 + c * 2e-3, 1e-17, "px");
  }
}

void rotationMatrix() {
  const Rotation map = rotationMap(0.7).rotation;
  const Phase<double> z = {{1e-3, 3e-3, -2e-3, 5e-3, 0, 0}};
  const double c = std::cos(0.7), s = std::sin(0.7);
  const double want[4] = {c * z[X] + s * z[Y], c * z[PX] + s * z[PY], c * z[Y] - s * z[X], c * z[PY] - s * z[PX]};
  for (int row = 0; row < 4; ++row) {
    double w[kCoordinates] = {};
    w[row] = 1;
    expectClose(functional(map, z, w), want[row], 2e-18, "turned coordinates");
  }
}

// By + i Bx = kn w^n/n!: px -= Re, py += Im, written out for a sextupole, normal and skew.
void sextupoleFormula() {
  const Phase<double> z = {{2e-3, 0, 1e-3, 0, 0, 0}};
  const double k2l = 7, k2sl = -3;
  const MultipoleKick map = multipoleMap(2, k2l / 2, k2sl / 2).multipoleKick;
  const double byPx[kCoordinates] = {0, 1, 0, 0, 0, 0}, byPy[kCoordinates] = {0, 0, 0, 1, 0, 0};
  const double square = z[X] * z[X] - z[Y] * z[Y], product = z[X] * z[Y];
  expectClose(functional(map, z, byPx), -0.5 * k2l * square + k2sl * product, 1e-20, "px");
  expectClose(functional(map, z, byPy), k2l * product + 0.5 * k2sl * square, 1e-20, "py");
}

struct Named {
  const char* name;
  LocalMap map;
  std::vector<double> steps;  // of differences, by coefficient
};

std::vector<Named> mapsOfEveryKind() {
  const std::vector<double> nine(9, 1e-4);
  const std::vector<double> eight = {1e-4, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-6, 1e-4};
  return {
      {"linear drift", driftMap(0.7), {1e-4, 1e-4}},
      {"exact drift", exactDriftMap(0.7, 5e6), {1e-4, 1e-5, 1e-6, 1e-4}},
      {"chromatic drift", chromaticDriftMap(0.7, 5e6), {1e-4, 1e-5, 1e-6, 1e-4}},
      {"focusing", quadrupoleMap(0.2, 8), {1e-4, 1e-4, 1e-4, 1e-4, 1e-4}},
      {"focusing of strength 0", quadrupoleMap(0.2, 0), {1e-4, 1e-4, 1e-4, 1e-4, 1e-4}},
      {"chromatic quadrupole", chromaticFocusingMap(0.3, 7, -7, 0, 5e6), eight},
      {"chromatic bend", chromaticFocusingMap(0.4, 3, -2, 0.7, 5e6), eight},
      {"chromatic focusing of strength 0", chromaticFocusingMap(0.4, 0, 0, 0.2, 5e6), eight},
      {"drift-like lift", liftMap(QuadraticLift<Sources::Momenta>{0.3, 0.2, 0.1, 0.2, -0.3, 0.4, 1e-4, 2e-4, -1e-4}), nine},
      {"lens-like lift", liftMap(QuadraticLift<Sources::Positions>{0.5, 0.1, -0.2, -0.3, 0.3, 0.1, 1e-4, -2e-4, 3e-4}), nine},
      {"bend-like lift", liftMap(QuadraticLift<Sources::Bend>{0.4, 0.1, 0.2, -0.1, 0.1, -0.5, 1e-4, 1e-4, 2e-4}), nine},
      {"rotation", rotationMap(0.7), {1e-4, 1e-4}},
      {"dipole kick", multipoleMap(0, 1e-4, 2e-4), {1e-4, 1e-4}},
      {"sextupole kick", multipoleMap(2, 20, -10), {1e-2, 1e-2}},
      {"RF kick", rfKickMap(0.02, 0.7, 40), {1e-4, 1e-4, 1e-2}},
      {"RF kick at the zero crossing", rfKickMap(0.02, -kPi / 2, 150), {1e-4, 1e-4, 1e-2}},
      {"decapole kick", multipoleMap(4, 2e7, 1e7), {1e5, 1e5}},
  };
}

}  // namespace

void elementTests() {
  for (const Named& named : mapsOfEveryKind()) {
    const std::string name = named.name;
    test(name + ": exact inverse", [=] { visit(named.map, [](const auto& map) { exactInverse(map); }); });
    test(name + ": adjoint against differences", [=] { differences(named.map, named.steps); });
    test(name + ": symplectic", [=] { symplectic(named.map); });
  }
  test("focusing: thick lens", quadrupoleMatrix);
  test("rotation: turned axes", rotationMatrix);
  test("multipole kick: sextupole", sextupoleFormula);
}

}  // namespace unkick::testing
