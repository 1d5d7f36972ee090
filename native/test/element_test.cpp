// Each element's lifts: exact inverse, and increments and their adjoints against finite differences.
#include <cmath>
#include <cstring>

#include "engine/line.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

constexpr double kElectron = 510998.95069;  // eV

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
    double sums[kMostSums] = {};
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

// make(parameters, reference) builds the map; both adjoints against central differences.
template <class Make, int parameters>
void differences(Make&& make, const double (&at)[parameters], double energy) {
  const auto reference = [](double total) { return referenceOf(total, kElectron, 1); };
  const auto map = make(at, reference(energy));
  Random random(4);
  const Phase<double> z = randomPhase(random, kScale);
  double w[kCoordinates];
  for (double& weight : w) weight = random.gaussian();

  Phase<double> after = z, zBar;
  Quanta quanta = {};
  for (double& bound : quanta.coordinateBound) bound = 1e300;
  for (double& bound : quanta.incrementBound) bound = 1e300;
  bool fault = false;
  double sums[kMostSums] = {}, bar[kMostParameters] = {}, gammaBar = 0;
  mapForward(map, after, quanta, fault);
  for (int c = 0; c < kCoordinates; ++c) zBar[c] = w[c];
  mapReverse(map, after, zBar, sums, quanta);
  map.parametersBar(sums, reference(energy), bar, gammaBar);

  double worst = 0;
  for (int c = 0; c < kCoordinates; ++c) {
    Phase<double> up = z, down = z;
    const double h = 1e-4 * kScale[c];
    up[c] += h;
    down[c] -= h;
    worst = std::fmax(worst, std::fabs(zBar[c] - (functional(map, up, w) - functional(map, down, w)) / (2 * h)));
  }
  expectWithin(worst, 5e-9, "coordinates");  // measured 5.2e-10, of order 1

  worst = 0;
  for (int p = 0; p < parameters; ++p) {
    double up[parameters], down[parameters];
    std::memcpy(up, at, sizeof up);
    std::memcpy(down, at, sizeof down);
    const double h = 1e-4 * std::fmax(std::fabs(at[p]), 1e-2);
    up[p] += h;
    down[p] -= h;
    const double difference = (functional(make(up, reference(energy)), z, w) - functional(make(down, reference(energy)), z, w)) / (2 * h);
    worst = std::fmax(worst, std::fabs(bar[p] - difference) / 1e-3);  // derivatives are of the order of a coordinate
  }
  expectWithin(worst, 5e-8, "parameters");  // measured 8.5e-9

  const double h = 1e-4 * energy;
  const double difference =
      (functional(make(at, reference(energy + h)), z, w) - functional(make(at, reference(energy - h)), z, w)) / (2 * h);
  expectWithin(std::fabs(gammaBar / kElectron - difference) / std::fmax(std::fabs(difference), 1e-12), 1e-7, "energy");  // measured 1.1e-8
}

void quadrupoleMatrix() {
  // The three lifts multiply to the thick lens: cos, sin/sqrt(k), -sqrt(k) sin.
  for (double k1 : {7.3, -7.3, 1e-9, 0.0}) {
    const Quadrupole map = quadrupole(0.3, k1, referenceOf(25e6, kElectron, 1));
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

}  // namespace

void elementTests() {
  const Reference reference = referenceOf(25e6, kElectron, 1);
  test("linear drift: exact inverse", [&] { exactInverse(linearDrift(0.7, reference)); });
  test("exact drift: exact inverse", [&] { exactInverse(exactDrift(0.7, reference)); });
  test("quadrupole: exact inverse", [&] { exactInverse(quadrupole(0.2, 8, reference)); });
  test("linear drift: adjoint against differences", [] {
    differences([](const double* p, const Reference& r) { return linearDrift(p[0], r); }, {0.7}, 25e6);
  });
  test("exact drift: adjoint against differences", [] {
    differences([](const double* p, const Reference& r) { return exactDrift(p[0], r); }, {0.7}, 5e6);
  });
  for (double k1 : {8.0, -8.0, 0.0}) {
    test("quadrupole k1 = " + number(k1) + ": adjoint against differences", [=] {
      differences([](const double* p, const Reference& r) { return quadrupole(p[0], p[1], r); }, {0.2, k1}, 25e6);
    });
  }
  test("quadrupole: thick lens", quadrupoleMatrix);
}

}  // namespace unkick::testing
