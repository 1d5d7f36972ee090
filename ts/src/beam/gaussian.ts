import { BeamError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import {
  beamLaw,
  imprint,
  LONGITUDINAL_KEYS,
  type LongitudinalOptions,
  TRANSVERSE_KEYS,
  type TransverseOptions,
} from './law.js';
import { toNormal } from './normal.js';
import { unitCubePoints } from './points.js';
import { type MatchOptions, matchIfAsked } from './whiten.js';

/** Options of `Beam.gaussian`. */
export interface GaussianOptions extends BunchOptions, TransverseOptions, LongitudinalOptions, MatchOptions {}

const KEYS = [...BUNCH_KEYS, ...TRANSVERSE_KEYS, ...LONGITUDINAL_KEYS, 'matchMoments'];

/**
 * A normal distribution in all six coordinates. The mapping from seed to sample: point i of the six-dimensional unit
 * cube, one normal quantile per coordinate in storage order, then each plane's correlation, scale and mean.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function gaussianCoordinates(options: GaussianOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.gaussian', BeamError);
  const law = beamLaw(options);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, 6);
  for (const column of columns) toNormal(column);
  matchIfAsked(options, columns);
  return imprint(columns, law, centre);
}
