// Branch-free asinh and arc tangent of positive ratios for the Green function, sine and cosine for cavities: the
// same code for a double and for a SIMD pack, accurate to a few units in the last place (native/test/formula_test.cpp).
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

// The nearest whole number, for |a| < 2^51.
template <class R>
UNKICK_HD R nearestWhole(R a) {
  constexpr double kMagic = 1.5 * 4503599627370496.0;  // 1.5 * 2^52: from here on doubles are whole
  return (a + kMagic) - kMagic;
}

// Sine and cosine for |a| < 1e5 (absolute error below 2^-52). The nearest multiple n of pi/2 is taken off in
// three parts, of which the first two have 33 bits, so that their products with n are exact; Taylor's series of
// the rest, |r| <= pi/4, leave r^19/19! < 1e-19 and r^18/18! < 3e-18.
template <class R>
UNKICK_HD void sineAndCosine(R a, R& sine, R& cosine) {
  constexpr double kHigh = 0x1.921fb544p+0, kMiddle = 0x1.0b4611a6p-34, kLow = 0x1.3198a2e037073p-69;  // sum: pi/2
  const R n = nearestWhole((2.0 / kPi) * a);
  const R r = ((a - kHigh * n) - kMiddle * n) - kLow * n;
  const R t = r * r;
  R s = t * (1.0 / 355687428096000) - 1.0 / 1307674368000;
  s = s * t + 1.0 / 6227020800;
  s = s * t - 1.0 / 39916800;
  s = s * t + 1.0 / 362880;
  s = s * t - 1.0 / 5040;
  s = s * t + 1.0 / 120;
  s = s * t - 1.0 / 6;
  s = r + r * (t * s);
  R c = t * (1.0 / 20922789888000) - 1.0 / 87178291200;
  c = c * t + 1.0 / 479001600;
  c = c * t - 1.0 / 3628800;
  c = c * t + 1.0 / 40320;
  c = c * t - 1.0 / 720;
  c = c * t + 1.0 / 24;
  const R half = 0.5 * t;
  const R rest = -half + 1.0;
  c = rest + (((-rest + 1.0) - half) + t * (t * c));  // with what 1 - t/2 lost
  const R quadrant = n - 4.0 * nearestWhole(0.25 * n);  // -2, -1, 0, 1, 2
  const Mask<R> odd = (magnitude(quadrant) > 0.5) & (magnitude(quadrant) < 1.5);
  const R alongSine = select(odd, c, s), alongCosine = select(odd, s, c);
  sine = select((quadrant < -0.5) | (quadrant > 1.5), -alongSine, alongSine);
  cosine = select((quadrant > 0.5) | (quadrant < -1.5), -alongCosine, alongCosine);
}

}  // namespace unkick
