import { BeamError } from '../errors.js';
import { requireKnownKeys, requirePositive } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import { cosTurn, exp, expm1, log, sinTurn } from './elementary.js';
import { beamLaw, imprint, LAW_KEYS, type LawOptions } from './law.js';
import { toNormal } from './normal.js';
import { unitCubePoints } from './points.js';
import { type MatchOptions, matchIfAsked } from './whiten.js';

/** Where a normal distribution is cut, plane by plane; by default nowhere. */
export interface CutOptions {
  /** Largest distance from the centre in the normalised (x, px) plane, in σ of the uncut distribution. */
  readonly cutX?: number | undefined;
  /** The same in (y, py). */
  readonly cutY?: number | undefined;
  /** The same in (tau, p). */
  readonly cutTau?: number | undefined;
}

/** Options of `Beam.gaussian`. Moments asked for are those of the beam that remains after a cut. */
export interface GaussianOptions extends BunchOptions, LawOptions, CutOptions, MatchOptions {}

const CUT_KEYS = ['cutX', 'cutY', 'cutTau'] as const;
const KEYS = [...BUNCH_KEYS, ...LAW_KEYS, ...CUT_KEYS, 'matchMoments'];

/**
 * A normal distribution in all six coordinates. The mapping from seed to sample: point i of the six-dimensional unit
 * cube, one normal quantile per coordinate in storage order, then each plane's correlation, scale and mean. In a plane
 * that is cut, the two numbers give radius and phase instead.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function gaussianCoordinates(options: GaussianOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.gaussian', BeamError);
  const law = beamLaw(options);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, 6);
  for (const [plane, key] of CUT_KEYS.entries()) {
    const cut = options[key];
    const [a, b] = [columns[2 * plane]!, columns[2 * plane + 1]!];
    if (cut === undefined) {
      toNormal(a);
      toNormal(b);
    } else {
      toCutNormal(a, b, requirePositive(cut, `${key} (σ)`, BeamError));
    }
  }
  matchIfAsked(options, columns);
  return imprint(columns, law, centre);
}

/**
 * Two columns of the unit cube to a two-dimensional normal law cut at radius c, scaled to unit variance; in place.
 * r² is exponential: r² = −2 ln(1 − u·(1 − e^(−c²/2))). Within the cut ⟨r²⟩/2 = 1 − (c²/2)/(e^(c²/2) − 1).
 */
function toCutNormal(a: Float64Array, b: Float64Array, cut: number): void {
  const half = (cut * cut) / 2;
  const kept = -expm1(-half);
  const scale = 1 / Math.sqrt(cutVariance(half));
  for (let i = 0; i < a.length; i++) {
    const radius = scale * Math.sqrt(-2 * log(1 - a[i]! * kept));
    const turn = b[i]!;
    a[i] = radius * cosTurn(turn);
    b[i] = radius * sinTurn(turn);
  }
}

/** 1 − h/(e^h − 1): by its series h/2 − h²/12 + h⁴/720 where the difference would cancel. */
function cutVariance(h: number): number {
  if (h > 0.1) return 1 - (h * exp(-h)) / -expm1(-h);
  const h2 = h * h;
  return h / 2 - h2 / 12 + (h2 * h2) / 720 - (h2 * h2 * h2) / 30240;
}
