// Formulas of native/physics against long double, and against finite differences.
#include <cmath>

#include "physics/fixed_point.h"
#include "physics/green.h"
#include "physics/green_far.h"
#include "quadrature.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

double relative(double got, Exact want) { return static_cast<double>(std::fabs((got - want) / want)); }

void transcendentals() {
  Random random(1);
  double asinhWorst = 0, atanWorst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::exp(random.uniform(-20, 20)), rho = std::exp(random.uniform(-20, 20));
    const double r = std::sqrt(x * x + rho * rho);
    asinhWorst = std::fmax(asinhWorst, relative(hyperbolicAngle(x, rho, r), std::asinh(Exact(x) / rho)));
    atanWorst = std::fmax(atanWorst, relative(firstQuadrantAngle(x, rho), std::atan2(Exact(x), Exact(rho))));
  }
  // Measured 6.6e-16 and 6.2e-16 over ratios from e^-40 to e^40.
  expectWithin(asinhWorst, 1e-15, "asinh, relative");
  expectWithin(atanWorst, 1e-15, "arc tangent, relative");
}

// Arguments near and far, near multiples of pi/2, where the reduction cancels, and tiny ones.
void circularFunctions() {
  Random random(9);
  double worst = 0, worstSmall = 0;
  const auto test = [&](double a) {
    double s, c;
    sineAndCosine(a, s, c);
    worst = std::fmax(worst, static_cast<double>(std::fmax(std::fabs(s - std::sin(Exact(a))), std::fabs(c - std::cos(Exact(a))))));
    if (std::fabs(a) < 0.7 && a != 0) worstSmall = std::fmax(worstSmall, relative(s, std::sin(Exact(a))));
  };
  for (int i = 0; i < 200000; ++i) {
    test(random.uniform(-1e5, 1e5));
    test(random.uniform(-4, 4));
    test(std::exp(random.uniform(-40, 0)));
    test(std::floor(random.uniform(-6e4, 6e4)) * (kPi / 2) + 1e-9 * random.gaussian());
  }
  double s, c;
  sineAndCosine(0.0, s, c);
  expect(s == 0 && c == 1, "exact at 0");
  expectWithin(worst, 2.3e-16, "sine and cosine, absolute");       // measured 1.5e-16
  expectWithin(worstSmall, 3e-16, "sine of small angles, relative");  // measured 1.2e-16
}

Exact cornerExactly(Exact x, Exact y, Exact z) {
  const Exact r = std::sqrt(x * x + y * y + z * z);
  return -z * z / 2 * std::atan(x * y / (z * r)) - y * y / 2 * std::atan(x * z / (y * r)) - x * x / 2 * std::atan(y * z / (x * r)) +
         y * z * std::asinh(x / std::sqrt(y * y + z * z)) + x * z * std::asinh(y / std::sqrt(x * x + z * z)) +
         x * y * std::asinh(z / std::sqrt(x * x + y * y));
}

CornerTerms<double> termsAt(double x, double y, double z) {
  return cornerTerms(x, y, z, std::sqrt(y * y + z * z), std::sqrt(x * x + z * z), std::sqrt(x * x + y * y));
}

void corners() {
  Random random(2);
  double valueWorst = 0, gradientWorst = 0;
  for (int i = 0; i < 20000; ++i) {
    const double x = std::exp(random.uniform(-3, 5)), y = std::exp(random.uniform(-3, 5)), z = std::exp(random.uniform(-3, 9));
    const CornerTerms<double> terms = termsAt(x, y, z);
    // The terms cancel: the error is relative to the largest of them.
    const double scale = y * z * terms.boostX + x * z * terms.boostY + x * y * terms.boostZ;
    valueWorst = std::fmax(valueWorst, static_cast<double>(std::fabs(cornerValue(x, y, z, terms) - cornerExactly(x, y, z))) / scale);
    double gradient[3];
    cornerGradient(x, y, z, terms, gradient[0], gradient[1], gradient[2]);
    const double at[3] = {x, y, z};
    for (int d = 0; d < 3; ++d) {
      const Exact h = 1e-5L * at[d];
      Exact up[3] = {x, y, z}, down[3] = {x, y, z};
      up[d] += h;
      down[d] -= h;
      const Exact difference = (cornerExactly(up[0], up[1], up[2]) - cornerExactly(down[0], down[1], down[2])) / (2 * h);
      gradientWorst = std::fmax(gradientWorst, static_cast<double>(std::fabs(gradient[d] - difference)) * at[d] / scale);
    }
  }
  // Measured 4.3e-16, and 8.2e-12 for the difference quotient in long double.
  expectWithin(valueWorst, 1e-15, "corner values");
  expectWithin(gradientWorst, 1e-10, "their gradients by differences");
}

// The integral of 1/r over the cell at node (i, j, k), and h dG/dh by each cell size, by quadrature: exact to 1e-18 where
// r is several cell sizes.
void farExactly(const double* cell, const int* node, Exact& value, Exact* logGradient) {
  static const Quadrature quadrature;
  value = logGradient[0] = logGradient[1] = logGradient[2] = 0;
  const Exact volume = Exact(cell[0]) * cell[1] * cell[2];
  for (int a = 0; a < Quadrature::points; ++a) {
    for (int b = 0; b < Quadrature::points; ++b) {
      for (int c = 0; c < Quadrature::points; ++c) {
        const int point[3] = {a, b, c};
        Exact r[3], weight = volume, square = 0;
        for (int d = 0; d < 3; ++d) {
          r[d] = (node[d] + quadrature.at[point[d]]) * cell[d];
          weight *= quadrature.weight[point[d]];
          square += r[d] * r[d];
        }
        weight /= std::sqrt(square);
        value += weight;
        for (int d = 0; d < 3; ++d) logGradient[d] += weight * (1 - r[d] * r[d] / square);
      }
    }
  }
}

void farValues(const double* cell, const int* node, double& value, double* logGradient) {
  const FarSeries series = farSeries(cell);
  double square = 0, r2[3], c[kFarPowers], moments[kFarPowers + 1], termsBar[kFarTerms] = {}, back[3] = {};
  for (int d = 0; d < 3; ++d) {
    r2[d] = node[d] * cell[d] * (node[d] * cell[d]);
    square += r2[d];
  }
  for (int q = 0; q <= kFarPowers; ++q) moments[q] = std::pow(1 / square, q + 0.5);
  farRow(series, r2[0], r2[1], c);
  value = 0;
  for (int q = 0; q < kFarPowers; ++q) value += c[q] * moments[q];
  farRowBar(series, r2[0], r2[1], moments, termsBar, back[0], back[1]);
  farSeriesBar(series, termsBar, back);
  for (int d = 0; d < 2; ++d) logGradient[d] = back[d];
  logGradient[2] = 2 * value - back[0] - back[1];
}

void farSeriesTest() {
  Random random(3);
  double valueWorst = 0, gradientWorst = 0;
  for (int i = 0; i < 2000; ++i) {
    const double stretch = i % 2 == 0 ? 1 : 7;  // cells that are nearly cubes, and of any shape
    double cell[3] = {1, std::exp(random.uniform(-stretch, stretch)), std::exp(random.uniform(-stretch, stretch))};
    if (i % 10 == 0) cell[1] = cell[2] = 1;
    const double reach = kFarDistance * std::fmax(cell[0], std::fmax(cell[1], cell[2]));
    // On the edge of the far region along one axis, and anywhere along the others.
    int node[3];
    for (int d = 0; d < 3; ++d) node[d] = static_cast<int>(random.uniform() * random.uniform() * 3 * reach / cell[d]);
    const int edge = i % 3;
    node[edge] = static_cast<int>(std::ceil(reach / cell[edge]));
    Exact value, gradient[3];
    farExactly(cell, node, value, gradient);
    double got, gotGradient[3];
    farValues(cell, node, got, gotGradient);
    valueWorst = std::fmax(valueWorst, relative(got, value));
    for (int d = 0; d < 3; ++d) gradientWorst = std::fmax(gradientWorst, static_cast<double>(std::fabs((gotGradient[d] - gradient[d]) / value)));
  }
  // Measured 3.6e-13 and 4.0e-12, all at the edge of the far region.
  expectWithin(valueWorst, 1e-12, "values, relative");
  expectWithin(gradientWorst, 1e-11, "h dG/dh, relative to G");
}

void fixedPoint() {
  // One addend stays below 2^50 and the sum of all below 2^62, with the growth to spare.
  for (double largest : {1e-19, 3.7e-16, 1.0, 4e9}) {
    for (double count : {1.0, 7.0, 1e6, 3e9}) {
      for (int growth : {0, 4}) {
        const double scale = fixedPointScale(largest, count, growth);
        int exponent;
        expect(std::frexp(scale, &exponent) == 0.5, "the scale is a power of two");
        expect(largest * scale < 0x1p50, "an addend stays below 2^50");
        expect(largest * scale * count * std::ldexp(1.0, growth) < 0x1p62, "the sum stays below 2^62");
        expect(largest * scale >= 0x1p48 || largest * scale * count * std::ldexp(1.0, growth) >= 0x1p59, "no more bits are given away than need be");
      }
    }
  }
  expect(fixedPointScale(0, 10, 0) == 1 && fixedPointScale(NAN, 10, 0) == 1, "nothing to add has a scale as well");
}

}  // namespace

void formulaTests() {
  test("sine and cosine against long double", circularFunctions);
  test("asinh and arc tangent against long double", transcendentals);
  test("corners of the Green function against long double", corners);
  test("the Green function far away against quadrature", farSeriesTest);
  test("fixed-point scales", fixedPoint);
}

}  // namespace unkick::testing
