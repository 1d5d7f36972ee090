import { BeamError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import { cbrt, cosTurn, sinTurn } from './elementary.js';
import { beamLaw, imprint, LAW_KEYS, type LawOptions } from './law.js';
import { toNormal } from './normal.js';
import { unitCubePoints } from './points.js';
import { type MatchOptions, matchIfAsked } from './whiten.js';

/** Options of `Beam.uniformEllipsoid`. The semi-axes of the ellipsoid are √5 times the rms sizes. */
export interface UniformEllipsoidOptions extends BunchOptions, LawOptions, MatchOptions {}

const KEYS = [...BUNCH_KEYS, ...LAW_KEYS, 'matchMoments'];

/**
 * An ellipsoid in (x, y, tau), uniformly filled; momenta cold or normally distributed. The mapping from seed to sample:
 * three numbers of the unit cube give the radius (cube root), the polar cosine and the azimuth of a point of the ball; a
 * beam that is not cold takes three more for its momenta.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function ellipsoidCoordinates(options: UniformEllipsoidOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.uniformEllipsoid', BeamError);
  const law = beamLaw(options);
  const cold = [law.x, law.y, law.tau].every((plane) => plane.sigmaPu === 0);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, cold ? 3 : 6);
  const [x, y, tau, ...momenta] = columns as [Float64Array, Float64Array, Float64Array, ...Float64Array[]];
  toBall(x, y, tau);
  for (const column of momenta) toNormal(column);
  matchIfAsked(options, columns);
  const [px, py, p] = cold ? Array.from({ length: 3 }, () => new Float64Array(x.length)) : momenta;
  return imprint([x, px!, y, py!, tau, p!], law, centre);
}

/** Points of the unit cube to the uniform ball of radius √5, whose variance is 1 along each axis; in place. */
function toBall(x: Float64Array, y: Float64Array, z: Float64Array): void {
  const radius = Math.sqrt(5);
  for (let i = 0; i < x.length; i++) {
    const r = radius * cbrt(x[i]!);
    const cosine = 1 - 2 * y[i]!;
    const rho = r * Math.sqrt((1 - cosine) * (1 + cosine));
    const turn = z[i]!;
    x[i] = rho * cosTurn(turn);
    y[i] = rho * sinTurn(turn);
    z[i] = r * cosine;
  }
}
