// Slopes on the nodes and their transpose; and what a CUDA thread gathers from the nodes, compiled for the host.
#include <cmath>
#include <vector>

#include "physics/nodal_slopes.h"
#include "random.h"
#include "testing.h"
#include "tests.h"
#if defined(UNKICK_EMULATION)
#include "cuda/node_lanes.h"
#endif

namespace unkick::testing {

namespace {

double slopeAt(const std::vector<double>& phi, int i) {
  const AxisSlope slope = axisSlope(i, static_cast<int>(phi.size()));
  double sum = 0;
  for (int r = 0; r < 3; ++r) sum += slope.weight[r] * phi[slope.first + r];
  return sum;
}

// Of a parabola, on whole numbers, central and one-sided differences of second order are exact.
void parabola() {
  for (int n = 3; n <= 9; ++n) {
    std::vector<double> phi(n);
    for (int i = 0; i < n; ++i) phi[i] = 5 - 3 * i + 7 * i * i;
    for (int i = 0; i < n; ++i) expect(slopeAt(phi, i) == 2 * (-3 + 14 * i), "2 h dphi/dr");
  }
}

void transposed() {
  Random random(8);
  double worst = 0;
  for (int n = 3; n <= 9; ++n) {
    std::vector<double> phi(n), bar(n);
    for (double& value : phi) value = random.gaussian();
    for (double& value : bar) value = random.gaussian();
    double forward = 0, backward = 0;
    for (int i = 0; i < n; ++i) forward += bar[i] * slopeAt(phi, i);
    for (int i = 0; i < n; ++i) {
      const AxisSlopeBar back = axisSlopeBar(i, n);
      for (int term = 0; term < back.count; ++term) backward += phi[i] * back.weight[term] * bar[back.node[term]];
    }
    worst = std::fmax(worst, std::fabs(forward - backward));
  }
  expectWithin(worst, 5e-15, "dot product");  // measured 6.7e-16
}

#if defined(UNKICK_EMULATION)
// Lanes of the eight nodes of a cell, interpolated by the definition of the weights.
void definition(const double* nodes, const double* f, double* lane) {
  for (int l = 0; l < kNodeLanes; ++l) lane[l] = 0;
  for (int node = 0; node < 8; ++node) {
    double weight = 1;
    for (int d = 0; d < 3; ++d) weight *= node >> d & 1 ? f[d] : 1 - f[d];
    for (int l = 0; l < kNodeLanes; ++l) lane[l] += weight * nodes[kNodeLanes * node + l];
  }
}

void gathered() {
  Random random(9);
  double lanes = 0, derivatives = 0;
  for (int n = 0; n < 500; ++n) {
    alignas(16) double nodes[8 * kNodeLanes];
    double f[3], weight[kNodeLanes], want[kNodeLanes];
    for (double& value : nodes) value = random.gaussian();
    for (double& value : f) value = random.uniform();
    for (double& value : weight) value = random.gaussian();
    definition(nodes, f, want);
    const cuda::Gathered got = cuda::gatherLanes<kNodeLanes, true>(nodes, 2, 4, f, weight);
    const cuda::Gathered plain = cuda::gatherLanes<3, false>(nodes, 2, 4, f, nullptr);
    for (int l = 0; l < kNodeLanes; ++l) lanes = std::fmax(lanes, std::fabs(got.lane[l] - want[l]));
    for (int d = 0; d < 3; ++d) {
      expect(got.lane[d] == plain.lane[d], "the kick and its adjoint round alike, or the inverse would not be exact");
      // Linear in each fraction: any step gives the derivative.
      double up[3] = {f[0], f[1], f[2]}, down[3] = {f[0], f[1], f[2]}, above[kNodeLanes], below[kNodeLanes], difference = 0;
      up[d] += 0.5;
      down[d] -= 0.5;
      definition(nodes, up, above);
      definition(nodes, down, below);
      for (int l = 0; l < kNodeLanes; ++l) difference += weight[l] * (above[l] - below[l]);
      derivatives = std::fmax(derivatives, std::fabs(got.fBar[d] - difference));
    }
  }
  expectWithin(lanes, 5e-15, "lanes");
  expectWithin(derivatives, 2e-14, "derivatives");
}
#endif

}  // namespace

void nodalTests() {
  test("slopes on nodes: exact for a parabola", parabola);
  test("slopes on nodes: transpose", transposed);
#if defined(UNKICK_EMULATION)
  test("CUDA: lanes gathered from the nodes of a cell", gathered);
#endif
}

}  // namespace unkick::testing
