// Branch-free asinh and arc tangent of positive ratios for the Green function: the same code for a double
// and for a SIMD pack, accurate to a few units in the last place (native/test/formula_test.cpp).
#pragma once

#include "real.h"

namespace unkick {

// Splits a normal a > 0 into mantissa in [sqrt(1/2), sqrt(2)) and exponent.
UNKICK_HD void splitBinary(double a, double& mantissa, double& exponent) {
  std::int64_t bits;
  memcpy(&bits, &a, sizeof bits);
  constexpr std::int64_t kHalfSquare = 0x3fe6a09e667f3bcd;  // sqrt(1/2)
  const std::int64_t shifted = bits - kHalfSquare;
  const std::int64_t power = shifted >> 52;
  const std::int64_t rest = bits - power * (std::int64_t(1) << 52);
  memcpy(&mantissa, &rest, sizeof mantissa);
  exponent = static_cast<double>(power);
}

// asinh(x/rho) = log((x + r)/rho) with r = sqrt(x^2 + rho^2), for x, rho > 0, to full relative accuracy also
// where x << rho and the quotient rounds to 1: there log q = 2 atanh((x + r - rho)/(x + r + rho)), with
// r - rho = x^2/(r + rho). Elsewhere q = 2^e m, m in [sqrt(1/2), sqrt(2)), log m = 2 atanh((m - 1)/(m + 1)).
// Either way |s| <= 0.1716, and the series to s^21 leaves 2 s^23/23 < 3e-19.
template <class R>
UNKICK_HD R hyperbolicAngle(R x, R rho, R r) {
  R m, e;
  splitBinary((x + r) / rho, m, e);
  const Mask<R> nearOne = (e > -0.5) & (e < 0.5);
  const R numerator = select(nearOne, x + x * x / (r + rho), m - 1.0);
  const R denominator = select(nearOne, x + r + rho, m + 1.0);
  const R s = numerator / denominator;
  const R t = s * s;
  R series = t * (1.0 / 21) + 1.0 / 19;
  series = series * t + 1.0 / 17;
  series = series * t + 1.0 / 15;
  series = series * t + 1.0 / 13;
  series = series * t + 1.0 / 11;
  series = series * t + 1.0 / 9;
  series = series * t + 1.0 / 7;
  series = series * t + 1.0 / 5;
  series = series * t + 1.0 / 3;
  constexpr double kLn2High = 0x1.62e42fefa3800p-1;  // 42 bits, so that e * high is exact
  constexpr double kLn2Low = 0x1.ef35793c76730p-45;
  return e * kLn2High + (2.0 * s + (2.0 * s * (t * series) + e * kLn2Low));
}

// Angle of the point (adjacent, opposite) in the first quadrant. The nearest of the directions
// j pi/8, j = 0..4, is rotated away first, so that the rest has |tan| <= tan(pi/16) = 0.1989; the series
// to t^23 leaves t^25/25 < 2e-19.
template <class R>
UNKICK_HD R firstQuadrantAngle(R opposite, R adjacent) {
  constexpr double kTan1 = 0.19891236737965800691;  // tan(pi/16)
  constexpr double kTan3 = 0.66817863791929891999;  // tan(3 pi/16)
  constexpr double kSin = 0.38268343236508977173, kCos = 0.92387953251128675613;  // of pi/8
  constexpr double kHalf = 0.70710678118654752440;
  const R zero = opposite * 0.0;
  // Octants by comparison: opposite > tan(theta) adjacent.
  R cosine = zero + 1.0, sine = zero, angle = zero;
  const Mask<R> past1 = opposite > kTan1 * adjacent;
  const Mask<R> past3 = opposite > kTan3 * adjacent;
  const Mask<R> past5 = kTan3 * opposite > adjacent;
  const Mask<R> past7 = kTan1 * opposite > adjacent;
  cosine = select(past1, zero + kCos, cosine);
  sine = select(past1, zero + kSin, sine);
  angle = select(past1, zero + kPi / 8, angle);
  cosine = select(past3, zero + kHalf, cosine);
  sine = select(past3, zero + kHalf, sine);
  angle = select(past3, zero + kPi / 4, angle);
  cosine = select(past5, zero + kSin, cosine);
  sine = select(past5, zero + kCos, sine);
  angle = select(past5, zero + 3 * kPi / 8, angle);
  cosine = select(past7, zero, cosine);
  sine = select(past7, zero + 1.0, sine);
  angle = select(past7, zero + kPi / 2, angle);
  const R t = (opposite * cosine - adjacent * sine) / (adjacent * cosine + opposite * sine);
  const R u = t * t;
  R series = u * (1.0 / 23) - 1.0 / 21;
  series = series * u + 1.0 / 19;
  series = series * u - 1.0 / 17;
  series = series * u + 1.0 / 15;
  series = series * u - 1.0 / 13;
  series = series * u + 1.0 / 11;
  series = series * u - 1.0 / 9;
  series = series * u + 1.0 / 7;
  series = series * u - 1.0 / 5;
  series = series * u + 1.0 / 3;
  return angle + (t - t * (u * series));
}

}  // namespace unkick
