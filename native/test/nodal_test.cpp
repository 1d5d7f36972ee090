// Slopes on the nodes: against their definition, against the stencil that takes the field at a particle at once, and
// their transpose.
#include <cmath>
#include <vector>

#include "physics/field_stencil.h"
#include "physics/nodal_slopes.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

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

// Inside a grid of 4 x 4 x 4 nodes: interpolated from the eight nodes in its middle.
void likeTheStencil() {
  Random random(9);
  double worst = 0;
  for (int n = 0; n < 500; ++n) {
    double phi[64], f[3], want[3], got[3] = {0, 0, 0};
    for (double& value : phi) value = random.gaussian();
    for (double& value : f) value = random.uniform();
    potentialSlopes<false, PlainRow>(phi, 4, 16, f, want);
    const int pitch[3] = {1, 4, 16};
    for (int corner = 0; corner < 8; ++corner) {
      int node[3], at = 0;
      double weight = 1;
      for (int d = 0; d < 3; ++d) {
        node[d] = 1 + (corner >> d & 1);
        weight *= corner >> d & 1 ? f[d] : 1 - f[d];
        at += node[d] * pitch[d];
      }
      for (int d = 0; d < 3; ++d) {
        const AxisSlope slope = axisSlope(node[d], 4);
        for (int r = 0; r < 3; ++r) got[d] += weight * slope.weight[r] * phi[at + (slope.first + r - node[d]) * pitch[d]];
      }
    }
    for (int d = 0; d < 3; ++d) worst = std::fmax(worst, std::fabs(got[d] - want[d]));
  }
  expectWithin(worst, 5e-15, "slopes");  // measured 8.9e-16
}

}  // namespace

void nodalTests() {
  test("slopes on nodes: exact for a parabola", parabola);
  test("slopes on nodes: transpose", transposed);
  test("slopes on nodes: interpolated, they are the field stencil", likeTheStencil);
}

}  // namespace unkick::testing
