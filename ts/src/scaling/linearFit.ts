import { OptionsError } from '../errors.js';
import { requirePositive } from '../options.js';
import { leastSquares } from './leastSquares.js';

/** One point that a law goes through: sizes, and what was measured there. */
export interface LawPoint {
  /** Number of macroparticles. */
  readonly particles: number;
  /** Number of nodes of the space-charge grid. */
  readonly cells: number;
  /** Number of space-charge kicks. */
  readonly kicks: number;
  /** Bytes, or seconds. */
  readonly value: number;
}

/** A number with its standard uncertainty. */
export interface Coefficient {
  readonly value: number;
  readonly uncertainty: number;
}

/** How far points lie from a law. */
export interface Residuals {
  /** (measured − law)/measured of every point, in their order. */
  readonly relative: readonly number[];
  /** Root mean square of them. */
  readonly rms: number;
  /** The one of largest magnitude. */
  readonly worst: number;
}

/** What a law's coefficients are multiplied with at a point. */
export type Terms<Name extends string> = Readonly<Record<Name, (point: LawPoint) => number>>;

/**
 * Fits a law that is linear in its coefficients by least squares of relative residuals, so that a kilobyte of a small case
 * counts as much as a gigabyte of a large one of the same share.
 *
 * @param share - what a point's residual is relative to; default its value
 * @throws OptionsError if the points do not determine the coefficients
 */
export function fitTerms<Name extends string>(
  points: readonly LawPoint[],
  terms: Terms<Name>,
  share: readonly number[] = points.map(({ value }) => value),
): Record<Name, Coefficient> {
  const names = Object.keys(terms) as Name[];
  for (const value of share) requirePositive(value, 'what a law is fitted to', OptionsError);
  const rows = points.map((point, i) => names.map((name) => terms[name](point) / share[i]!));
  const values = points.map(({ value }, i) => value / share[i]!);
  const fit = points.length > names.length ? leastSquares(rows, values) : undefined;
  if (fit === undefined) {
    throw new OptionsError(
      `${points.length} cases do not determine the ${names.length} coefficients of a law: particles, grids and kicks must be varied, each on its own`,
    );
  }
  const { coefficients, uncertainties } = fit;
  const entries = names.map((name, j) => [name, { value: coefficients[j]!, uncertainty: uncertainties[j]! }]);
  return Object.fromEntries(entries) as Record<Name, Coefficient>;
}

/** How far the points lie from a law. */
export function residualsOf(points: readonly LawPoint[], law: (point: LawPoint) => number): Residuals {
  const relative = points.map((point) => 1 - law(point) / point.value);
  return {
    relative,
    rms: Math.sqrt(relative.reduce((sum, r) => sum + r * r, 0) / relative.length),
    worst: relative.reduce((most, r) => (Math.abs(r) > Math.abs(most) ? r : most), 0),
  };
}
