#include "beam.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "test/random.h"

namespace unkick::bench {

namespace {

constexpr double kElectron = 510998.95069;  // eV
constexpr double kCharge = 1e-9;            // C
constexpr double kSigma[kCoordinates] = {1e-3, 1e-4, 1e-3, 1e-4, 1e-3, 1e-3};

// So many are drawn; larger beams repeat them, each time a little closer to the axis, so that no two coincide.
constexpr std::int64_t kDrawn = 1 << 20;

}  // namespace

HostBeam Beam::host() const {
  HostBeam host;
  for (int c = 0; c < kCoordinates; ++c) host.coordinates[c] = z[c].data();
  host.charges = charges.data();
  host.particles = static_cast<std::int64_t>(charges.size());
  return host;
}

// Each array on a thread of its own: of a billion macroparticles they are 56 GB.
Beam gaussianBeam(std::int64_t particles) {
  Beam beam;
  std::vector<std::thread> threads;
  for (int c = 0; c < kCoordinates; ++c) {
    threads.emplace_back([&beam, particles, c] {
      testing::Random random(c + 1);
      std::vector<double>& z = beam.z[c];
      z.reserve(particles);
      for (std::int64_t i = 0; i < std::min(particles, kDrawn); ++i) z.push_back(kSigma[c] * random.gaussian());
      for (std::int64_t i = kDrawn; i < particles; ++i) z.push_back(0.9999 * z[i - kDrawn]);
    });
  }
  beam.charges.assign(particles, kCharge / static_cast<double>(particles));
  for (std::thread& thread : threads) thread.join();
  return beam;
}

Line kickLine(int grid, int kicks) {
  Line line;
  constexpr double gamma = 25e6 / kElectron, betaGammaSquared = (gamma - 1) * (gamma + 1);
  const auto addDrift = [&](double length) {
    LocalMap map = {};
    map.kind = MapKind::LinearDrift;
    map.drift = {length, length / betaGammaSquared};
    line.addRun({map});
  };
  addDrift(0.1);
  for (int kick = 0; kick < kicks; ++kick) {
    line.addKick({0.2, {4, 4, 4}, {grid, grid, grid}, true, true, true, referenceAt(gamma, std::sqrt(betaGammaSquared) * kElectron, 1)});
    addDrift(kick + 1 < kicks ? 0.2 : 0.1);
  }
  return line;
}

Demand demandOf(const Settings& settings) {
  Demand demand;
  demand.precision = settings.precision;
  demand.particles = settings.particles;
  demand.differentiate = demand.energyBar = true;
  demand.threads = settings.threads;
  demand.observations = 1;
  return demand;
}

}  // namespace unkick::bench
