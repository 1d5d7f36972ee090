import { LatticeError } from '../errors.js';
import { requireInteger, show } from '../options.js';
import type { Dual } from './dual.js';
import type { ElementMap } from './maps.js';

/** How a thick element is divided into drifts and kicks. */
export interface DriftKickOptions {
  /** Steps over the whole length. */
  readonly steps?: number | undefined;
  /** Order of the integrator: 2 is drift-kick-drift, 4 is Yoshida's composition of three of those to a step. */
  readonly order?: 2 | 4 | undefined;
}

/** The options, checked. */
export interface DriftKickSettings {
  readonly steps: number;
  readonly order: 2 | 4;
}

/** The options as problem files know them. */
export const DRIFT_KICK_SETTINGS = {
  steps: { kind: 'count', least: 1, meaning: 'Steps of drifts and kicks over the whole length' },
  order: { kind: 'count', least: 2, meaning: 'Order of the integrator, 2 or 4' },
} as const;
/** More is a slip of the pen. */
const MOST_STEPS = 10_000;

/**
 * The options with defaults.
 *
 * @throws LatticeError for steps that are no number from 1, or an order that is neither 2 nor 4
 */
export function readDriftKick(
  { steps, order }: { readonly steps?: unknown; readonly order?: unknown },
  fallback: DriftKickSettings,
  where: string,
): DriftKickSettings {
  const given = order ?? fallback.order;
  if (given !== 2 && given !== 4) {
    throw new LatticeError(`the order of ${where} must be 2 or 4, not ${show(given)}`);
  }
  const count = requireInteger(steps ?? fallback.steps, `steps of ${where}`, 1, MOST_STEPS, LatticeError);
  return { steps: count, order: given };
}

/** Yoshida's weights (Phys. Lett. A 150 (1990) 262): three steps of order 2 whose errors of order 3 cancel. */
const OUTER = 1 / (2 - 2 ** (1 / 3));
const WEIGHTS = { 2: [1], 4: [OUTER, 1 - 2 * OUTER, OUTER] } as const;
/** A part that is a hair longer than whole steps has no more of them. */
const ROUNDING = 1e-9;

/**
 * Drifts and kicks in turn over a part of an element: symmetric, so that the error is even in the step. Where two half drifts
 * meet they are one.
 *
 * @param length - of the part, m
 * @param fraction - of the element that the part is: its share of the steps
 * @param drift - map over a length
 * @param kick - maps of a kick that a length integrates
 */
export function driftKick(
  length: Dual,
  fraction: number,
  { steps, order }: DriftKickSettings,
  drift: (length: Dual) => ElementMap,
  kick: (length: Dual) => readonly ElementMap[],
): ElementMap[] {
  const count = Math.max(1, Math.ceil(steps * fraction * (1 - ROUNDING)));
  const shares = Array.from({ length: count }, () => WEIGHTS[order].map((weight) => weight / count)).flat();
  const maps = [drift(length.times(shares[0]! / 2))];
  for (const [i, share] of shares.entries()) {
    maps.push(...kick(length.times(share)), drift(length.times((share + (shares[i + 1] ?? 0)) / 2)));
  }
  return maps;
}
