// Formulas of native/physics against long double, and against finite differences.
#include <cmath>

#include "physics/fixed_point.h"
#include "physics/green.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

using Exact = long double;

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
  test("asinh and arc tangent against long double", transcendentals);
  test("corners of the Green function against long double", corners);
  test("fixed-point scales", fixedPoint);
}

}  // namespace unkick::testing
