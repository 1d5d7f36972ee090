// The order in which a beam lies on the device.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/load_order.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

constexpr double kRms = 1e-3;  // m

std::vector<double> gaussianTau(std::int64_t particles) {
  Random random(7);
  std::vector<double> tau(particles);
  for (double& t : tau) t = kRms * random.gaussian();
  return tau;
}

// Particle at each place, -1 where there is none.
std::vector<std::int64_t> placesOf(const LoadOrder& order, std::int64_t particles) {
  std::vector<std::int64_t> at(particles, -1);
  order.walkAll([&](std::int64_t particle, std::int64_t place) { at[place] = particle; });
  return at;
}

void everyParticleOnce(std::int64_t particles) {
  const std::vector<double> tau = gaussianTau(particles);
  const LoadOrder order(tau.data(), particles);
  std::vector<std::int64_t> sorted = placesOf(order, particles);
  const std::vector<std::int64_t> at = sorted;
  expect(order.particleAt(particles / 3) == at[particles / 3], "the particle at a place is found again");

  // 1024 slices within four rms to either side, in order; within one the caller's order stays.
  double furthest = 0, soFar = -1;
  for (const std::int64_t particle : at) {
    if (std::fabs(tau[particle]) > 3.9 * kRms) continue;  // what lies beyond shares the outermost slices
    furthest = std::max(furthest, soFar - tau[particle]);
    soFar = std::max(soFar, tau[particle]);
  }
  if (particles >= 5000) expectWithin(furthest / (8 * kRms) * 1024, 1.05, "slices out of order");  // the sample's rms is not kRms

  std::sort(sorted.begin(), sorted.end());
  for (std::int64_t i = 0; i < particles; ++i) expect(sorted[i] == i, "every particle has a place of its own");
}

// On one thread or on several.
void sameOnThreads() {
  constexpr std::int64_t particles = 300001;
  const std::vector<double> tau = gaussianTau(particles);
  const LoadOrder order(tau.data(), particles);
  std::vector<std::int64_t> at(particles, -1);
  for (int part = 0; part < LoadOrder::parts; ++part) {
    order.walk(part, [&](std::int64_t particle, std::int64_t place) { at[place] = particle; });
  }
  expect(at == placesOf(order, particles), "threads find the places that one thread finds");
}

}  // namespace

void loadOrderTests() {
  for (const std::int64_t particles : {std::int64_t(1), std::int64_t(5), std::int64_t(5000), std::int64_t(300001)}) {
    test("load order: every one of " + std::to_string(particles) + " particles", [&] { everyParticleOnce(particles); });
  }
  test("load order: threads", sameOnThreads);
}

}  // namespace unkick::testing
