import { BeamError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import { cosTurn, sinTurn } from './elementary.js';
import { beamLaw, imprint, LAW_KEYS, type LawOptions } from './law.js';
import { toUniform } from './longitudinal.js';
import { toNormal } from './normal.js';
import { unitCubePoints } from './points.js';
import { type MatchOptions, matchIfAsked } from './whiten.js';

/** Options of `Beam.semiGaussian`. The transverse semi-axes are 2 times, the half length is √3 times the rms sizes. */
export interface SemiGaussianOptions extends BunchOptions, LawOptions, MatchOptions {}

const KEYS = [...BUNCH_KEYS, ...LAW_KEYS, 'matchMoments'];

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

/**
 * Uniform in a straight elliptical cylinder of (x, y, tau), normal in px, py and p. The mapping from seed to sample: of
 * six numbers of the unit cube two are the squared radius and the azimuth of (x, y), one gives tau, three give the
 * momenta; they stand in storage order, the azimuth in the place of y.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function semiGaussianCoordinates(options: SemiGaussianOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.semiGaussian', BeamError);
  const law = beamLaw(options);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, 6) as Columns;
  const [x, px, y, py, tau, p] = columns;
  for (let i = 0; i < x.length; i++) {
    const radius = 2 * Math.sqrt(x[i]!);
    const turn = y[i]!;
    x[i] = radius * cosTurn(turn);
    y[i] = radius * sinTurn(turn);
  }
  toUniform(tau);
  for (const momentum of [px, py, p]) toNormal(momentum);
  matchIfAsked(options, columns);
  return imprint(columns, law, centre);
}
