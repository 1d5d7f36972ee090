import { LatticeError } from '../errors.js';
import { requireOneOf } from '../options.js';
import type { Reverse } from '../tape/plan/index.js';
import type { Tier } from '../tape/schedules/actions.js';

/** What elements and segments may say about the way back. It changes time and memory, never a result. */
export interface DirectiveOptions {
  /** How the way back gets at what the adjoint needs; default what a segment around it says, else `'auto'`. */
  readonly reverse?: Reverse | undefined;
  /** Where what is kept for the way back lies; default what a segment around it says, else wherever it is fastest. */
  readonly tier?: Tier | undefined;
}

/** Names of {@link DirectiveOptions}. */
export const DIRECTIVE_KEYS = ['reverse', 'tier'] as const;

/** What `reverse` can be. */
export const REVERSES = [
  'auto',
  'invert',
  'store',
  'field',
  'recompute',
] as const satisfies readonly Reverse[];

/** What `tier` can be. */
export const TIERS = ['device', 'host', 'disk'] as const satisfies readonly Tier[];

/**
 * What is said about the way back, checked; only what was said.
 *
 * @param where - who says it, for messages
 * @throws LatticeError for an unknown word (with the nearest ones), or a tier for what is inverted
 */
export function readDirectives({ reverse, tier }: DirectiveOptions, where: string): DirectiveOptions {
  if (reverse !== undefined) requireOneOf(reverse, REVERSES, `reverse of ${where}`, LatticeError);
  if (tier !== undefined) requireOneOf(tier, TIERS, `tier of ${where}`, LatticeError);
  if (reverse === 'invert' && tier !== undefined) {
    throw new LatticeError(
      `tier of ${where}: nothing is kept of what is inverted; leave tier or reverse out`,
    );
  }
  return { ...(reverse && { reverse }), ...(tier && { tier }) };
}
