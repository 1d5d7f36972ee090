// Integrated Green function of a cell far away from it: the potential of a homogeneous box by its multipoles.
//   G = V sum_abc A_a A_b A_c hx^2a hy^2b hz^2c d^2a/dx d^2b/dy d^2c/dz (1/r),  A_a = 1/(4^a (2a + 1)!),
// up to order a + b + c = 4. 1/r is harmonic, so d^2/dz^2 gives way to -(d^2/dx^2 + d^2/dy^2), which leaves 15 terms
// V B_ab d^2a/dx d^2b/dy (1/r). Each of these is a polynomial in x^2, y^2 and s = 1/r^2; together they have 35 terms
//   G = sum_qmn K_qmn x^2m y^2n s^(q + 1/2),  q = 0..8,
// and at fixed x, y nine powers of s, so that a row along z costs one division, one square root and nine
// multiplications per node.
//
// The series converges as (h/2r)^2. From kFarDistance longest cell sizes on it leaves 1e-12 of G at most, and 1e-11 of it in
// h dG/dh (native/test/formula_test.cpp); the alternating sum over corners (green.h) loses (r/h)^3 roundings of a double.
#pragma once

#include "real.h"

namespace unkick {

constexpr int kFarOrder = 4;
constexpr int kFarPowers = 2 * kFarOrder + 1;  // q = 0..8
constexpr int kFarTerms = 35;                  // (q, m, n)
constexpr int kFarSide = kFarOrder + 1;        // a and b = 0..4
constexpr double kFarDistance = 8;

// From where on the series is taken, in longest cell sizes. What it leaves falls with the tenth power of the distance: from 3 on
// less than a float's rounding.
template <class Real>
UNKICK_HD constexpr double farDistance() {
  return sizeof(Real) < sizeof(double) ? 3 : kFarDistance;
}

// Nodes [0, n) on each axis whose G comes from corners; all others lie so many longest cell sizes away, or more.
struct NearBox {
  int n[3];

  UNKICK_HD NearBox(const int* nodes, const double* cell, double distance) {
    const double reach = distance * larger(cell[0], larger(cell[1], cell[2]));
    UNKICK_UNROLL
    for (int d = 0; d < 3; ++d) {
      const double cells = ::ceil(reach / cell[d]);
      n[d] = cells < nodes[d] ? static_cast<int>(cells) : nodes[d];
    }
  }
  // The first far node of a row.
  UNKICK_HD int far(int i, int j) const { return i < n[0] && j < n[1] ? n[2] : 0; }
};

namespace far {

constexpr double factorial(int n) { return n < 2 ? 1.0 : n * factorial(n - 1); }
constexpr double power(double base, int n) { return n == 0 ? 1.0 : base * power(base, n - 1); }

// x^2m y^2n s^(q + 1/2)
struct Term {
  int q, m, n;
};

// Numbers that depend on no grid. In a struct, because device code sees no constexpr array of the host's: kernels take it as
// an argument.
struct Tables {
  Term terms[kFarTerms];             // in the order of q
  int firstTerm[kFarPowers + 1];     // of each q
  double boxMoment[kFarSide];        // A_a
  double binomial[kFarSide][kFarSide];
  double derivative[kFarSide][kFarSide];  // [a][m]: d^2a/dx^2a f(x^2) = sum_m derivative x^2m f^(a + m)(x^2)
  double halfPower[kFarPowers];           // d^q/du^q u^-1/2 = halfPower u^-(q + 1/2)
};

constexpr Tables makeTables() {
  Tables t = {};
  int count = 0;
  for (int q = 0; q < kFarPowers; ++q) {
    t.firstTerm[q] = count;
    t.halfPower[q] = q == 0 ? 1.0 : (0.5 - q) * t.halfPower[q - 1];
    for (int m = 0; m <= kFarOrder; ++m) {
      for (int n = 0; m + n <= kFarOrder; ++n) {
        const int order = q - m - n;  // a + b of the derivatives that it is a part of
        if (m + n <= order && order <= kFarOrder) t.terms[count++] = {q, m, n};
      }
    }
  }
  t.firstTerm[kFarPowers] = count;
  for (int a = 0; a <= kFarOrder; ++a) {
    t.boxMoment[a] = 1.0 / (power(4, a) * factorial(2 * a + 1));
    for (int m = 0; m <= a; ++m) {
      t.binomial[a][m] = factorial(a) / (factorial(m) * factorial(a - m));
      t.derivative[a][m] = factorial(2 * a) / (factorial(a - m) * factorial(2 * m)) * power(4, m);
    }
  }
  return t;
}
constexpr Tables kTables = makeTables();
static_assert(kTables.firstTerm[kFarPowers] == kFarTerms, "all terms have their place");

// A number and its derivatives by the logarithms of hx and hy. That by hz follows from homogeneity: G is of degree 2.
struct LogSlopes {
  double value, byX, byY;
};

// V B_ab of a cell [3].
UNKICK_HD LogSlopes boxTerm(const Tables& t, const double* cell, int a, int b) {
  LogSlopes sum = {0, 0, 0};
  double alongX = cell[0];
  for (int i = 0; i <= a; ++i) {
    double volume = alongX * cell[1];
    for (int j = 0; j <= b; ++j) {
      const int c = a + b - i - j;  // pairs of z that gave way to pairs of x and y, each with a sign
      double all = volume * cell[2];
      for (int k = 0; k < c; ++k) all = all * -square(cell[2]);
      const double part = t.binomial[c][a - i] * (t.boxMoment[i] * t.boxMoment[j] * t.boxMoment[c]) * all;
      sum.value = sum.value + part;
      sum.byX = sum.byX + (2 * i + 1) * part;
      sum.byY = sum.byY + (2 * j + 1) * part;
      volume = volume * square(cell[1]);
    }
    alongX = alongX * square(cell[0]);
  }
  return sum;
}

// K of a term. box: [kFarSide][kFarSide]. Derivatives are those at fixed s: nodes, and x and y with them, lie in proportion to
// the cells.
UNKICK_HD LogSlopes termOf(const Tables& t, const LogSlopes* box, int term) {
  const Term e = t.terms[term];
  const int order = e.q - e.m - e.n;
  LogSlopes sum = {0, 0, 0};
  for (int a = e.m; a <= order - e.n; ++a) {
    const double weight = t.halfPower[e.q] * (t.derivative[a][e.m] * t.derivative[order - a][e.n]);
    const LogSlopes& b = box[a * kFarSide + order - a];
    sum.value = sum.value + weight * b.value;
    sum.byX = sum.byX + weight * (b.byX + 2 * e.m * b.value);
    sum.byY = sum.byY + weight * (b.byY + 2 * e.n * b.value);
  }
  return sum;
}

}  // namespace far

// K of all terms for one cell, with derivatives as in far::termOf.
struct FarSeries {
  double value[kFarTerms], byX[kFarTerms], byY[kFarTerms];

  UNKICK_HD void set(int term, const far::LogSlopes& k) {
    value[term] = k.value;
    byX[term] = k.byX;
    byY[term] = k.byY;
  }
};
// cell: [3]
inline FarSeries farSeries(const double* cell) {
  far::LogSlopes box[kFarSide * kFarSide] = {};
  for (int a = 0; a <= kFarOrder; ++a) {
    for (int b = 0; a + b <= kFarOrder; ++b) box[a * kFarSide + b] = far::boxTerm(far::kTables, cell, a, b);
  }
  FarSeries series = {};
  for (int term = 0; term < kFarTerms; ++term) series.set(term, far::termOf(far::kTables, box, term));
  return series;
}

// termsBar: [kFarTerms] by K. logBar: [2] takes its part by the logarithms of hx and hy.
inline void farSeriesBar(const FarSeries& series, const double* termsBar, double* logBar) {
  for (int term = 0; term < kFarTerms; ++term) {
    logBar[0] += termsBar[term] * series.byX[term];
    logBar[1] += termsBar[term] * series.byY[term];
  }
}

// Powers 0..4 of x^2 or y^2.
template <class R>
struct EvenPowers {
  R of[kFarSide];
  UNKICK_HD explicit EvenPowers(R square) {
    of[0] = square * 0.0 + 1.0;
    for (int n = 1; n <= kFarOrder; ++n) of[n] = of[n - 1] * square;
  }
};

// Of s^(q + 1/2) in the row at x, y. terms: [kFarTerms] of a series, or its derivatives.
template <class R>
UNKICK_HD R farCoefficient(const far::Tables& t, const double* terms, int q, const EvenPowers<R>& x, const EvenPowers<R>& y) {
  R sum = x.of[0] * 0.0;
  for (int term = t.firstTerm[q]; term < t.firstTerm[q + 1]; ++term) {
    sum = sum + terms[term] * (x.of[t.terms[term].m] * y.of[t.terms[term].n]);
  }
  return sum;
}

// c: [kFarPowers] of the row at x, y.
template <class R>
UNKICK_HD void farRow(const FarSeries& series, R x2, R y2, R* c) {
  const EvenPowers<R> x(x2), y(y2);
  for (int q = 0; q < kFarPowers; ++q) c[q] = farCoefficient(far::kTables, series.value, q, x, y);
}

// moments: [kFarPowers + 1] sum over the row's nodes of GBar s^(q + 1/2). Adds to termsBar (as above), and to xBar and
// yBar what reaches log x and log y by way of s.
template <class R>
UNKICK_HD void farRowBar(const FarSeries& series, R x2, R y2, const R* moments, R* termsBar, R& xBar, R& yBar) {
  const EvenPowers<R> x(x2), y(y2);
  for (int i = 0; i < kFarTerms; ++i) {
    const far::Term& e = far::kTables.terms[i];
    const R monomial = x.of[e.m] * y.of[e.n];
    termsBar[i] = termsBar[i] + monomial * moments[e.q];
    const R slope = ((2.0 * e.q + 1.0) * series.value[i]) * (monomial * moments[e.q + 1]);
    xBar = xBar - x2 * slope;
    yBar = yBar - y2 * slope;
  }
}

// G at a node from the coefficients of its row, and its derivatives by log hx and log hy.
// c, byX, byY: [kFarPowers], the latter from the derivatives of the series.
UNKICK_HD double farValue(const double* c, double s) {
  double sum = c[kFarPowers - 1];
  for (int q = kFarPowers - 2; q >= 0; --q) sum = sum * s + c[q];
  return squareRoot(s) * sum;
}
UNKICK_HD far::LogSlopes farSlopes(const double* c, const double* byX, const double* byY, double x2, double y2, double s) {
  double sum = c[kFarPowers - 1], slope = 0, sumX = byX[kFarPowers - 1], sumY = byY[kFarPowers - 1];
  for (int q = kFarPowers - 2; q >= 0; --q) {
    slope = slope * s + sum;
    sum = sum * s + c[q];
    sumX = sumX * s + byX[q];
    sumY = sumY * s + byY[q];
  }
  const double root = squareRoot(s), byS = s * (sum + 2.0 * s * slope);  // -2 dG/d(r^2) / root
  return {root * sum, root * (sumX - x2 * byS), root * (sumY - y2 * byS)};
}

}  // namespace unkick
