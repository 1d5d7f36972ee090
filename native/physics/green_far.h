// Integrated Green function of a cell far away from it: the potential of a homogeneous box by its multipoles.
//   G = V sum_abc A_a A_b A_c hx^2a hy^2b hz^2c d^2a/dx d^2b/dy d^2c/dz (1/r),  A_a = 1/(4^a (2a + 1)!),
// up to order a + b + c = 4. 1/r is harmonic, so d^2/dz^2 gives way to -(d^2/dx^2 + d^2/dy^2), which leaves 15 terms
// V B_ab d^2a/dx d^2b/dy (1/r); and at fixed x, y each of these is a polynomial in s = 1/r^2:
//   G = sum_q c_q(x^2, y^2) s^(q + 1/2),  q = 0..8,
// so that a row along z costs one division, one square root and nine multiplications per node.
//
// The series converges as (h/2r)^2. From kFarDistance longest cell sizes on it leaves 1e-12 of G at most, and 1e-11 of it in
// h dG/dh (native/test/formula_test.cpp); the alternating sum over corners (green.h) loses (r/h)^3 roundings of a double.
#pragma once

#include "real.h"

namespace unkick {

constexpr int kFarOrder = 4;
constexpr int kFarPowers = 2 * kFarOrder + 1;                     // q = 0..8
constexpr int kFarTerms = (kFarOrder + 1) * (kFarOrder + 2) / 2;  // (a, b) with a + b <= 4
constexpr double kFarDistance = 8;

namespace far {

constexpr double factorial(int n) { return n < 2 ? 1.0 : n * factorial(n - 1); }
constexpr double power(double base, int n) { return n == 0 ? 1.0 : base * power(base, n - 1); }
constexpr double binomial(int n, int k) { return factorial(n) / (factorial(k) * factorial(n - k)); }
constexpr double boxMoment(int a) { return 1.0 / (power(4, a) * factorial(2 * a + 1)); }
constexpr int termOf(int a, int b) { return a * (2 * kFarOrder + 3 - a) / 2 + b; }

// d^2a/dx^2a f(x^2) = sum_i derivative(a, i) x^2(a-i) f^(2a-i)(x^2).
constexpr double derivative(int a, int i) {
  return factorial(2 * a) / (factorial(i) * factorial(2 * a - 2 * i)) * power(2, 2 * a - 2 * i);
}
// d^q/du^q u^-1/2 = halfPower(q) u^-(q + 1/2).
constexpr double halfPower(int q) { return q == 0 ? 1.0 : (0.5 - q) * halfPower(q - 1); }

// coefficient x^2m y^2n s^(q + 1/2), a part of the derivative of 1/r that belongs to `term`.
struct DerivativePart {
  int term, m, n, q;
  double coefficient;
};
constexpr int kDerivativeParts = 70;
struct Derivatives {
  DerivativePart parts[kDerivativeParts];
};
constexpr Derivatives makeDerivatives() {
  Derivatives all = {};
  int count = 0;
  for (int a = 0; a <= kFarOrder; ++a) {
    for (int b = 0; a + b <= kFarOrder; ++b) {
      for (int i = 0; i <= a; ++i) {
        for (int j = 0; j <= b; ++j) {
          const int q = 2 * (a + b) - i - j;
          all.parts[count++] = {termOf(a, b), a - i, b - j, q, derivative(a, i) * derivative(b, j) * halfPower(q)};
        }
      }
    }
  }
  return all;
}
constexpr Derivatives kDerivatives = makeDerivatives();

// A part of V B_term: coefficient hx^(2a+1) hy^(2b+1) hz^(2c+1).
template <class F>
void overBoxMoments(const double* cell, F&& f) {
  for (int a = 0; a <= kFarOrder; ++a) {
    for (int b = 0; a + b <= kFarOrder; ++b) {
      for (int c = 0; a + b + c <= kFarOrder; ++c) {
        const double volumes = power(cell[0], 2 * a + 1) * power(cell[1], 2 * b + 1) * power(cell[2], 2 * c + 1);
        const double moment = boxMoment(a) * boxMoment(b) * boxMoment(c) * volumes;
        for (int p = 0; p <= c; ++p) f(termOf(a + p, b + c - p), (c % 2 == 0 ? 1 : -1) * binomial(c, p) * moment, a, b, c);
      }
    }
  }
}

}  // namespace far

// V B_ab of a cell of sizes `cell` [3].
struct FarSeries {
  double b[kFarTerms];
};
inline FarSeries farSeries(const double* cell) {
  FarSeries series = {};
  far::overBoxMoments(cell, [&](int term, double moment, int, int, int) { series.b[term] += moment; });
  return series;
}

// termsBar: [kFarTerms] by V B_ab. logBar: [3] takes its part by the logarithms of the cell sizes.
inline void farSeriesBar(const double* cell, const double* termsBar, double* logBar) {
  far::overBoxMoments(cell, [&](int term, double moment, int a, int b, int c) {
    logBar[0] += termsBar[term] * moment * (2 * a + 1);
    logBar[1] += termsBar[term] * moment * (2 * b + 1);
    logBar[2] += termsBar[term] * moment * (2 * c + 1);
  });
}

// Powers 0..4 of x^2 or y^2.
template <class R>
struct EvenPowers {
  R of[kFarOrder + 1];
  UNKICK_HD explicit EvenPowers(R square) {
    of[0] = square * 0.0 + 1.0;
    for (int n = 1; n <= kFarOrder; ++n) of[n] = of[n - 1] * square;
  }
};

// c: [kFarPowers] of the row at x, y.
template <class R>
UNKICK_HD void farRow(const FarSeries& series, R x2, R y2, R* c) {
  const EvenPowers<R> x(x2), y(y2);
  for (int q = 0; q < kFarPowers; ++q) c[q] = x2 * 0.0;
  for (const far::DerivativePart& d : far::kDerivatives.parts) {
    c[d.q] = c[d.q] + (d.coefficient * series.b[d.term]) * (x.of[d.m] * y.of[d.n]);
  }
}

// moments: [kFarPowers + 1] sum over the row's nodes of GBar s^(q + 1/2). Adds to termsBar (as above), and to xBar and
// yBar, the cotangents of log x and log y: nodes lie in proportion to the cells.
template <class R>
UNKICK_HD void farRowBar(const FarSeries& series, R x2, R y2, const R* moments, R* termsBar, R& xBar, R& yBar) {
  const EvenPowers<R> x(x2), y(y2);
  for (const far::DerivativePart& d : far::kDerivatives.parts) {
    const R monomial = d.coefficient * (x.of[d.m] * y.of[d.n]);
    const R part = monomial * moments[d.q];
    const R slope = (2.0 * d.q + 1.0) * (monomial * moments[d.q + 1]);
    termsBar[d.term] = termsBar[d.term] + part;
    xBar = xBar + series.b[d.term] * ((2.0 * d.m) * part - x2 * slope);
    yBar = yBar + series.b[d.term] * ((2.0 * d.n) * part - y2 * slope);
  }
}

}  // namespace unkick
