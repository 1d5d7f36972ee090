// The long beam's kick: its Green function against quadrature, its stencil against the definition, and a whole kick against
// textbook steps with a convolution summed node by node.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "cases.h"
#include "physics/field_stencil_2d.h"
#include "physics/green_2d.h"
#include "quadrature.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

// --- Green function ---------------------------------------------------------------------------------------

struct Mean {
  Exact value = 0, byAspect = 0;
};

// Over the rectangle centred at (x, y), y in cells of the aspect.
Mean regularMean(Exact x, Exact y, Exact width, Exact height, Exact aspect) {
  static const Quadrature quadrature;
  Mean mean;
  for (int a = 0; a < Quadrature::points; ++a) {
    for (int b = 0; b < Quadrature::points; ++b) {
      const Exact u = x + width * quadrature.at[a], v = y + height * quadrature.at[b];
      const Exact square = u * u + v * v * aspect * aspect, weight = quadrature.weight[a] * quadrature.weight[b];
      mean.value += weight * std::log(square) / 2;
      mean.byAspect += weight * v * v * aspect / square;
    }
  }
  return mean;
}

// Over [x0, x1] x [y0, y1], in so many parts that no part is large beside its distance.
Mean dividedMean(Exact x0, Exact x1, Exact y0, Exact y1, Exact aspect) {
  const Exact width = x1 - x0, height = y1 - y0, x = (x0 + x1) / 2, y = (y0 + y1) / 2;
  const Exact size = std::fmax(width, height * aspect), nearest = std::hypot(x, y * aspect) - std::hypot(width, height * aspect) / 2;
  if (nearest > 2 * size) return regularMean(x, y, width, height, aspect);
  const bool alongX = width > height * aspect;
  const Mean a = alongX ? dividedMean(x0, x, y0, y1, aspect) : dividedMean(x0, x1, y0, y, aspect);
  const Mean b = alongX ? dividedMean(x, x1, y0, y1, aspect) : dividedMean(x0, x1, y, y1, aspect);
  return {(a.value + b.value) / 2, (a.byAspect + b.byAspect) / 2};
}

// Over [0, x] x [0, y]: a quarter of it is the same rectangle at half the size.
Mean cornerMean(Exact x, Exact y, Exact aspect) {
  const Mean right = dividedMean(x / 2, x, 0, y / 2, aspect), above = dividedMean(0, x / 2, y / 2, y, aspect), both = dividedMean(x / 2, x, y / 2, y, aspect);
  return {(right.value + above.value + both.value - std::log(Exact(2))) / 3, (right.byAspect + above.byAspect + both.byAspect) / 3};
}

// Over the cell at node (i, j), whose quarters meet in the node.
Mean meanExactly(int i, int j, Exact aspect) {
  if (i == 0 && j == 0) return cornerMean(0.5L, 0.5L, aspect);
  return dividedMean(i - 0.5L, i + 0.5L, j - 0.5L, j + 0.5L, aspect);
}

void green() {
  double valueWorst = 0, slopeWorst = 0;
  for (double aspect : {1.0, 0.9, 0.2, 3.0, 20.0}) {
    for (int i : {0, 1, 2, 7, 8, 9, 40, 160}) {
      for (int j : {0, 1, 3, 7, 8, 9, 30}) {
        const Mean want = meanExactly(i, j, aspect);
        const CellMean got = green2d(i, j, aspect, 1);
        valueWorst = std::fmax(valueWorst, static_cast<double>(std::fabs(got.value - want.value)));
        slopeWorst = std::fmax(slopeWorst, static_cast<double>(std::fabs(got.byAspect - want.byAspect) * aspect));
      }
    }
  }
  // Measured 1.2e-13 and 2.7e-13, near cells twenty times as high as wide, where the sum over corners cancels.
  expectWithin(valueWorst, 1e-12, "the mean of ln r");
  expectWithin(slopeWorst, 1e-12, "its derivative by ln aspect");
}

// What is added to all potentials is no force, and no derivative of one.
void gauge() {
  for (int i : {0, 5, 100}) {
    const CellMean one = green2d(i, 3, 0.7, 1), hundred = green2d(i, 3, 0.7, 100);
    expectClose(hundred.value, one.value - std::log(100.0), 1e-14, "the potential's constant");
    expect(hundred.byAspect == one.byAspect, "does not follow the aspect");
  }
}

// --- stencil ----------------------------------------------------------------------------------------------

constexpr std::int64_t kRow = 4;

struct Sample {
  double phi[16], f[2], e[2];
  explicit Sample(Random& random) {
    for (double& value : phi) value = random.gaussian();
    for (double& value : f) value = random.uniform();
    for (double& value : e) value = random.gaussian();
  }
};

// Central differences at the four nodes around the particle, interpolated.
void definition(const Sample& s, const double* f, double* slope) {
  const std::int64_t pitch[2] = {1, kRow};
  slope[0] = slope[1] = 0;
  for (int node = 0; node < 4; ++node) {
    const int right = node % 2, above = node / 2;
    const double weight = (right ? f[0] : 1 - f[0]) * (above ? f[1] : 1 - f[1]);
    const std::int64_t at = (1 + above) * kRow + 1 + right;
    for (int d = 0; d < 2; ++d) slope[d] += weight * (s.phi[at + pitch[d]] - s.phi[at - pitch[d]]);
  }
}

void stencil() {
  Random random(5);
  double value = 0, derivative = 0, transposed = 0, interpolated = 0;
  for (int n = 0; n < 2000; ++n) {
    const Sample s(random);
    double want[2], got[2], plain[2], fBar[2], gathered[3];
    definition(s, s.f, want);
    planeSlopes<true>(s.phi, kRow, s.f, got, s.e, fBar);
    planeSlopes<false>(s.phi, kRow, s.f, plain);
    interpolateInPlane(s.phi + kRow + 1, kRow, s.f, gathered);
    const auto meanAt = [&](double fx, double fy) {
      return (1 - fy) * ((1 - fx) * s.phi[5] + fx * s.phi[6]) + fy * ((1 - fx) * s.phi[9] + fx * s.phi[10]);
    };
    interpolated = std::fmax(interpolated, std::fabs(gathered[2] - meanAt(s.f[0], s.f[1])));
    for (int d = 0; d < 2; ++d) {
      expect(got[d] == plain[d], "the kick and its adjoint round alike");
      value = std::fmax(value, std::fabs(got[d] - want[d]));
      // Linear in each fraction: any step gives the derivative.
      double up[2] = {s.f[0], s.f[1]}, down[2] = {s.f[0], s.f[1]}, above[2], below[2];
      up[d] += 0.5;
      down[d] -= 0.5;
      definition(s, up, above);
      definition(s, down, below);
      derivative = std::fmax(derivative, std::fabs(fBar[d] - (s.e[0] * (above[0] - below[0]) + s.e[1] * (above[1] - below[1]))));
      interpolated = std::fmax(interpolated, std::fabs(gathered[d] - (meanAt(up[0], up[1]) - meanAt(down[0], down[1]))));
    }
    double scattered = 0;
    scatterPlaneSlopes(kRow, s.f, s.e, [&](std::int64_t at, double bar) { scattered += bar * s.phi[at]; });
    transposed = std::fmax(transposed, std::fabs(scattered - (s.e[0] * want[0] + s.e[1] * want[1])));
  }
  // Measured 1.4e-15, 5.4e-15, 2.7e-15 and 8.9e-16 on numbers of order 1.
  expectWithin(value, 5e-15, "slopes");
  expectWithin(derivative, 2e-14, "derivatives");
  expectWithin(transposed, 1e-14, "transpose");
  expectWithin(interpolated, 5e-15, "interpolation");
}

// --- a whole kick -----------------------------------------------------------------------------------------

// Bilinear weights of a particle's four nodes.
struct Weights {
  int node[4];
  double weight[4];
};

struct Textbook {
  int nx, ny;
  double centre[2], half[2], cell[2];
  std::vector<double> lambda, potential, field[2];  // [nx ny] C/m, V, V/m

  bool find(double x, double y, Weights& w) const {
    const double xi = (x - centre[0] + half[0]) / cell[0], eta = (y - centre[1] + half[1]) / cell[1];
    if (!(xi >= 0 && xi <= nx - 1 && eta >= 0 && eta <= ny - 1)) return false;
    const int i = std::min(static_cast<int>(xi), nx - 2), j = std::min(static_cast<int>(eta), ny - 2);
    for (int n = 0; n < 4; ++n) {
      const int right = n % 2, above = n / 2;
      w.node[n] = (j + above) * nx + i + right;
      w.weight[n] = (right ? xi - i : 1 - xi + i) * (above ? eta - j : 1 - eta + j);
    }
    return true;
  }

  void solve() {
    potential.assign(nx * ny, 0);
    for (int at = 0; at < nx * ny; ++at) {
      Exact sum = 0;
      for (int from = 0; from < nx * ny; ++from) {
        const int i = std::abs(at % nx - from % nx), j = std::abs(at / nx - from / nx);
        sum -= lambda[from] * means[j * nx + i] / (2 * 3.14159265358979323846L * kVacuumPermittivity);
      }
      potential[at] = static_cast<double>(sum);
    }
    const auto slope = [&](int at, int i, int n, int pitch, double h) {
      const double* phi = potential.data() + at;
      if (i == 0) return (-3 * phi[0] + 4 * phi[pitch] - phi[2 * pitch]) / (2 * h);
      if (i == n - 1) return (3 * phi[0] - 4 * phi[-pitch] + phi[-2 * pitch]) / (2 * h);
      return (phi[pitch] - phi[-pitch]) / (2 * h);
    };
    for (int d = 0; d < 2; ++d) field[d].resize(nx * ny);
    for (int at = 0; at < nx * ny; ++at) {
      field[0][at] = -slope(at, at % nx, nx, 1, cell[0]);
      field[1][at] = -slope(at, at / nx, ny, nx, cell[1]);
    }
  }

  void prepare() {
    for (int at = 0; at < nx * ny; ++at) means.push_back(static_cast<double>(meanExactly(at % nx, at / nx, cell[1] / cell[0]).value));
    lambda.assign(nx * ny, 0);
  }
  std::vector<double> means;
};

void wholeKick(std::array<int, 2> nodes) {
  Case c = planeCases()[0];
  c.elements = {kickInPlane(0.3, 20, nodes, 2)};
  const KickSpec& kick = c.elements[0].kick;
  const State before = [&] {
    Case none = c;
    none.elements = {breakRun(), drift(0)};
    State loaded, returned;
    roundTrip(none, loaded, returned);
    return loaded;
  }();
  const Result result = gradientOf(c);
  const KickReport& report = result.reports[0];

  Textbook book = {kick.nodes[0], kick.nodes[1], {}, {}, {}, {}, {}, {}, {}};
  double charge = 0, outside = 0;
  for (double q : c.beam.charges) charge += q;
  for (int d = 0; d < 2; ++d) {
    double mean = 0, square = 0;
    for (std::int64_t i = 0; i < c.beam.particles(); ++i) mean += c.beam.charges[i] * before.z[2 * d][i] / charge;
    for (std::int64_t i = 0; i < c.beam.particles(); ++i) square += c.beam.charges[i] * (before.z[2 * d][i] - mean) * (before.z[2 * d][i] - mean) / charge;
    book.centre[d] = mean;
    book.half[d] = 2 * std::sqrt(square);
    book.cell[d] = 2 * book.half[d] / (kick.nodes[d] - 1);
    expectWithin(std::fabs(report.half[d] / book.half[d] - 1), 1e-12, "half width");
  }
  book.prepare();
  const double perCharge = 20 / (kick.reference.beta * 299792458.0 * charge);
  Weights w;
  for (std::int64_t i = 0; i < c.beam.particles(); ++i) {
    if (!book.find(before.z[X][i], before.z[Y][i], w)) {
      outside += c.beam.charges[i];
      continue;
    }
    for (int n = 0; n < 4; ++n) book.lambda[w.node[n]] += perCharge * c.beam.charges[i] * w.weight[n];
  }
  expect(outside > 0.02 * charge, "some lie outside");
  expectWithin(std::fabs(report.outsideCharge - outside) / charge, 1e-12, "charge outside");
  book.solve();
  const Reference& ref = kick.reference;
  const double strength = 0.3 / (ref.momentum * ref.beta * ref.gamma * ref.gamma);
  double worst = 0, largest = 0;
  for (std::int64_t i = 0; i < c.beam.particles(); ++i) {
    double want[2] = {0, 0};
    if (book.find(before.z[X][i], before.z[Y][i], w)) {
      for (int n = 0; n < 4; ++n) {
        for (int d = 0; d < 2; ++d) want[d] += strength * w.weight[n] * book.field[d][w.node[n]];
      }
    }
    for (int d = 0; d < 2; ++d) {
      worst = std::fmax(worst, std::fabs(result.state.z[2 * d + 1][i] - before.z[2 * d + 1][i] - want[d]));
      largest = std::fmax(largest, std::fabs(want[d]));
    }
    expect(result.state.z[P][i] == before.z[P][i] && result.state.z[TAU][i] == before.z[TAU][i], "nothing happens along the beam");
  }
  // Measured 3.3e-11, which is half a quantum of the momenta, and 1.3e-6.
  expectWithin(worst / largest, c.precision == Precision::F64 ? 1e-10 : 1e-5, "the kicks");
}

}  // namespace

void planeFormulaTests() {
  test("long beam: Green function against quadrature", green);
  test("long beam: the potential's constant", gauge);
  test("long beam: stencil", stencil);
}

void planeTests(const std::string& name, Precision precision) {
  const UseBackend use(name, precision);
  // The least shape, odd and prime numbers, and very unequal ones.
  for (const std::array<int, 2> nodes : {std::array<int, 2>{4, 4}, {11, 9}, {5, 33}, {64, 4}}) {
    const std::string shape = std::to_string(nodes[0]) + "x" + std::to_string(nodes[1]);
    test(name + " " + precisionName(precision) + ": a long beam's kick against a sum over all nodes, " + shape, [&] { wholeKick(nodes); });
  }
}

}  // namespace unkick::testing
