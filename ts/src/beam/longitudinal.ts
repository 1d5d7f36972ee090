import { BeamError } from '../errors.js';
import { requireOneOf } from '../options.js';
import { toNormal } from './normal.js';

/** Option of distributions that are stated in the four transverse coordinates. */
export interface CoastingOptions {
  /** Distribution of tau: `'uniform'` over ±√3·sigmaTau (default) or `'gaussian'`. p is normally distributed. */
  readonly longitudinal?: 'uniform' | 'gaussian' | undefined;
}

const LAWS = ['uniform', 'gaussian'] as const;

/**
 * Numbers of the unit interval to tau and p of zero mean and unit variance, in place.
 *
 * @throws BeamError for an unknown law
 */
export function toLongitudinal(options: CoastingOptions, tau: Float64Array, p: Float64Array): void {
  const law = requireOneOf(options.longitudinal ?? 'uniform', LAWS, 'longitudinal', BeamError);
  if (law === 'uniform') toUniform(tau);
  else toNormal(tau);
  toNormal(p);
}

/** Uniform numbers of the unit interval to uniform ones of variance 1, in place. */
export function toUniform(column: Float64Array): void {
  const halfWidth = Math.sqrt(3);
  for (let i = 0; i < column.length; i++) column[i] = halfWidth * (2 * column[i]! - 1);
}
