// The field stencil against its definition, its derivatives and its transpose; and the row-by-row form that
// CUDA threads use against it.
#include <cmath>

#include "cuda/stencil_rows.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

constexpr std::int64_t kRow = 4, kPlane = 16;

struct Sample {
  double phi[64], f[3], e[3];
  explicit Sample(Random& random) {
    for (double& value : phi) value = random.gaussian();
    for (double& value : f) value = random.uniform();
    for (double& value : e) value = random.gaussian();
  }
};

// Central differences at the eight nodes around the particle, interpolated.
void definition(const Sample& s, const double* f, double* slope) {
  for (int d = 0; d < 3; ++d) slope[d] = 0;
  const std::int64_t pitch[3] = {1, kRow, kPlane};
  for (int node = 0; node < 8; ++node) {
    double weight = 1;
    std::int64_t at = 0;
    for (int d = 0; d < 3; ++d) {
      const int up = node >> d & 1;
      weight *= up ? f[d] : 1 - f[d];
      at += (1 + up) * pitch[d];
    }
    for (int d = 0; d < 3; ++d) slope[d] += weight * (s.phi[at + pitch[d]] - s.phi[at - pitch[d]]);
  }
}

void forms() {
  Random random(5);
  double worst = 0, derivatives = 0, rows = 0;
  for (int n = 0; n < 2000; ++n) {
    const Sample s(random);
    double want[3], got[3], fBar[3], byRows[3], fBarByRows[3];
    definition(s, s.f, want);
    potentialSlopes<true, PlainRow>(s.phi, kRow, kPlane, s.f, got, s.e, fBar);
    cuda::rowSlopesAndBar(s.phi, kRow, kPlane, s.f, byRows, s.e, fBarByRows);
    for (int d = 0; d < 3; ++d) {
      worst = std::fmax(worst, std::fabs(got[d] - want[d]));
      rows = std::fmax(rows, std::fmax(std::fabs(byRows[d] - want[d]), std::fabs(fBarByRows[d] - fBar[d])));
      // Linear in each fraction: any step gives the derivative.
      double up[3] = {s.f[0], s.f[1], s.f[2]}, down[3] = {s.f[0], s.f[1], s.f[2]}, above[3], below[3];
      up[d] += 0.5;
      down[d] -= 0.5;
      definition(s, up, above);
      definition(s, down, below);
      double difference = 0;
      for (int c = 0; c < 3; ++c) difference += s.e[c] * (above[c] - below[c]);
      derivatives = std::fmax(derivatives, std::fabs(fBar[d] - difference));
    }
  }
  // Measured 8.9e-16, 4.0e-15 and 3.6e-15 on numbers of order 1.
  expectWithin(worst, 5e-15, "slopes");
  expectWithin(derivatives, 2e-14, "derivatives");
  expectWithin(rows, 2e-14, "row by row");
}

void sameIncrements() {
  // The kick and its adjoint must round alike, or the inverse would not be exact.
  Random random(6);
  for (int n = 0; n < 2000; ++n) {
    const Sample s(random);
    double kick[3], adjoint[3], fBar[3];
    cuda::rowSlopes(s.phi, kRow, kPlane, s.f, kick);
    cuda::rowSlopesAndBar(s.phi, kRow, kPlane, s.f, adjoint, s.e, fBar);
    for (int d = 0; d < 3; ++d) expect(kick[d] == adjoint[d], "both forms give the same bits");
  }
}

void transpose() {
  Random random(7);
  double worst = 0;
  for (int n = 0; n < 2000; ++n) {
    const Sample s(random);
    double slope[3], scattered[64] = {}, forward = 0, backward = 0;
    potentialSlopes<false, PlainRow>(s.phi, kRow, kPlane, s.f, slope);
    scatterSlopes<PlainRow>(kRow, kPlane, s.f, s.e, [&](std::int64_t at, const PlainRow& r) {
      for (int i = 0; i < 4; ++i) scattered[at + i] += r.v[i];
    });
    for (int d = 0; d < 3; ++d) forward += s.e[d] * slope[d];
    for (int i = 0; i < 64; ++i) backward += s.phi[i] * scattered[i];
    worst = std::fmax(worst, std::fabs(forward - backward));
  }
  expectWithin(worst, 1e-14, "dot product");  // measured 2.7e-15
}

}  // namespace

void stencilTests() {
  test("field stencil: definition and derivatives", forms);
  test("field stencil: kick and adjoint round alike", sameIncrements);
  test("field stencil: transpose", transpose);
}

}  // namespace unkick::testing
