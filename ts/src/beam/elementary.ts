/*
 * Logarithm, exponential, cube root and the unit circle from +, −, ×, ÷ and √ alone. IEEE 754 rounds those correctly, whereas
 * the last bit of Math.log, Math.exp, Math.cbrt, Math.cos and Math.sin is left to the engine: with these, a seed gives the
 * same beam, to the bit, on every machine.
 */

/** Coefficients of atanh(s)/s in s², enough for 1e-17 at |s| ≤ 0.172. */
const ATANH = Array.from({ length: 11 }, (_, k) => 1 / (2 * k + 1));
/** Taylor coefficients of sin(t)/t and cos(t) in t², enough for 1e-16 at |t| ≤ π/4. */
const SINE = taylor(1, 8);
const COSINE = taylor(0, 9);

/** Coefficients of (eʳ − 1)/r, enough for 1e-17 at |r| ≤ 1/2. */
const EXPONENTIAL = inverseFactorials(15);
/** ln 2 in two parts: whole multiples of the first, up to 2²⁰ of them, are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** eˣ; 0 below x = −708, where the result would be subnormal. */
export function exp(x: number): number {
  if (x < -708) return 0;
  const doublings = Math.round(x / Math.LN2);
  const r = x - doublings * LN2_HIGH - doublings * LN2_LOW;
  return (1 + r * polynomial(EXPONENTIAL, r)) * powerOfTwo(doublings);
}

/** eˣ − 1 without cancellation. */
export function expm1(x: number): number {
  return Math.abs(x) <= 0.5 ? x * polynomial(EXPONENTIAL, x) : exp(x) - 1;
}

/** 2ⁿ by squaring, which is exact; n from −1022 to 1023. */
function powerOfTwo(n: number): number {
  let power = 1;
  let square = n < 0 ? 0.5 : 2;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
    square *= square;
  }
  return power;
}

/** Natural logarithm for x in (0, 1]. */
export function log(x: number): number {
  let mantissa = x;
  let halvings = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    halvings += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  return 2 * s * polynomial(ATANH, s * s) - halvings * Math.LN2;
}

/** Cube root for x in [0, 1], by Halley's iteration from a straight line. */
export function cbrt(x: number): number {
  if (x === 0) return 0;
  let mantissa = x;
  let scale = 1;
  while (mantissa < 0.125) {
    mantissa *= 8;
    scale *= 0.5;
  }
  let y = 0.45 + 0.55 * mantissa; // within 12 % on [1/8, 1]; each step cubes the error
  for (let i = 0; i < 3; i++) {
    const cube = y * y * y;
    y *= (cube + 2 * mantissa) / (2 * cube + mantissa);
  }
  return y * scale;
}

/** cos(2πu) for an angle u in turns. */
export function cosTurn(u: number): number {
  const quarter = Math.round(4 * u);
  const t = (u - 0.25 * quarter) * (2 * Math.PI); // the reduction is exact in turns
  const t2 = t * t;
  switch (quarter & 3) {
    case 0:
      return polynomial(COSINE, t2);
    case 1:
      return -t * polynomial(SINE, t2);
    case 2:
      return -polynomial(COSINE, t2);
    default:
      return t * polynomial(SINE, t2);
  }
}

/** sin(2πu) for an angle u in turns. */
export function sinTurn(u: number): number {
  return cosTurn(u - 0.25);
}

/** Σ coefficients[k]·x^k by Horner's rule. */
export function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + coefficients[k]!;
  return sum;
}

/** (−1)^k/(2k + offset)!, k = 0 … count − 1. */
function taylor(offset: number, count: number): number[] {
  const coefficients = [1];
  for (let k = 1; k < count; k++) {
    const n = 2 * k + offset;
    coefficients.push(-coefficients[k - 1]! / (n * (n - 1)));
  }
  return coefficients;
}

/** 1/(k + 1)!, k = 0 … count − 1. */
function inverseFactorials(count: number): number[] {
  const coefficients = [1];
  for (let k = 1; k < count; k++) coefficients.push(coefficients[k - 1]! / (k + 1));
  return coefficients;
}
