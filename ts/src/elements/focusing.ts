import { LatticeError } from '../errors.js';
import type { Dual } from './dual.js';

/** Coefficients of the three lifts `u += a pu; pu −= b u; u += a pu`. */
export interface FocusingLifts {
  /** m */
  readonly a: Dual;
  /** 1/m */
  readonly b: Dual;
}

/** The lifts have a pole, that of the tangent, at √k·length = π; callers slice a magnet so that |k|·length² stays below this. */
export const LARGEST_KAPPA = 4;

/** 14 terms leave 4¹⁴/28! < 1e-21 of the cosine at the largest kappa. */
const TERMS = 14;

/**
 * Linear motion u″ = −k u over a length: with C = cos √κ, S = sin √κ/√κ and κ = k·length², a = tan(√κ/2)/√k = length·S/(1 + C) and
 * b = √k sin √κ = k·length·S. C and S are entire functions of κ, so that k = 0 needs no branch and its derivative is exact.
 *
 * @param length - m
 * @param k - 1/m²; |k|·length² at most {@link LARGEST_KAPPA}
 */
export function focusingLifts(length: Dual, k: Dual): FocusingLifts {
  const { c, s } = cosineAndSine(k.times(length).times(length));
  return { a: length.times(s.over(c.plus(1))), b: k.times(length).times(s) };
}

/**
 * How many equal maps make up a length, so that |k|·l² ≤ 1 in each: far from the pole of their lifts.
 *
 * @param length - m
 * @param strengths - k of every plane, 1/m²
 * @param where - the element, for messages
 * @throws LatticeError when that takes more than 10 000 maps: a slip of units, not a magnet
 */
export function mapCount(length: number, strengths: readonly number[], where: string): number {
  const phase = Math.max(...strengths.map((k) => Math.sqrt(Math.abs(k)) * length));
  if (phase <= MOST_MAPS) return Math.max(1, Math.ceil(phase));
  throw new LatticeError(`${where}: √|k|·length = ${phase} is too large; check strengths and length (m)`);
}

const MOST_MAPS = 10_000;

/**
 * cos √κ and sin √κ/√κ, for κ of either sign.
 *
 * @param kappa - |κ| at most {@link LARGEST_KAPPA}
 */
export function cosineAndSine(kappa: Dual): { c: Dual; s: Dual } {
  const x = kappa.value;
  let c = 0;
  let s = 0;
  let cByKappa = 0;
  let sByKappa = 0;
  let term = 1; // (−κ)^j/(2j)!
  let termByKappa = 0;
  for (let j = 0; j < TERMS; j++) {
    c += term;
    cByKappa += termByKappa;
    s += term / (2 * j + 1);
    sByKappa += termByKappa / (2 * j + 1);
    const denominator = (2 * j + 1) * (2 * j + 2);
    termByKappa = (-term - x * termByKappa) / denominator;
    term = (-x * term) / denominator;
  }
  return { c: kappa.chain(c, cByKappa), s: kappa.chain(s, sByKappa) };
}

/**
 * (1 − sin √κ/√κ)/κ = Σ (−κ)^j/(2j + 3)!, for κ of either sign: what dispersion adds to the path length.
 *
 * @param kappa - |κ| at most {@link LARGEST_KAPPA}
 */
export function sineDeficit(kappa: Dual): Dual {
  const x = kappa.value;
  let sum = 0;
  let byKappa = 0;
  let term = 1 / 6; // (−κ)^j/(2j + 3)!
  let termByKappa = 0;
  for (let j = 0; j < TERMS; j++) {
    sum += term;
    byKappa += termByKappa;
    const denominator = (2 * j + 4) * (2 * j + 5);
    termByKappa = (-term - x * termByKappa) / denominator;
    term = (-x * term) / denominator;
  }
  return kappa.chain(sum, byKappa);
}

/** sin(u)/u for any u; by its series near 0, where the quotient has no derivative. */
export function cardinalSine(u: Dual): Dual {
  const x = u.value;
  if (Math.abs(x) < 1) return cosineAndSine(u.squared()).s;
  const value = Math.sin(x) / x;
  return u.chain(value, (Math.cos(x) - value) / x);
}
