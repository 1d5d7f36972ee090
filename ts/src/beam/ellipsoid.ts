import { BeamError } from '../errors.js';
import { requireKnownKeys, requireNonNegative } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import { cbrt, cosTurn, sinTurn } from './elementary.js';
import { imprint } from './law.js';
import { toNormal } from './normal.js';
import type { PlaneLaw } from './plane.js';
import { unitCubePoints } from './points.js';
import { type MatchOptions, matchIfAsked } from './whiten.js';

/** Options of `Beam.uniformEllipsoid`. The semi-axes of the ellipsoid are √5 times the rms sizes. */
export interface UniformEllipsoidOptions extends BunchOptions, MatchOptions {
  /** rms of x in m. */
  readonly sigmaX: number;
  /** rms of y in m. */
  readonly sigmaY: number;
  /** rms of tau in m. */
  readonly sigmaTau: number;
  /** rms of px, normally distributed (default 0: cold). */
  readonly sigmaPx?: number | undefined;
  /** rms of py, normally distributed (default 0: cold). */
  readonly sigmaPy?: number | undefined;
  /** rms of p, normally distributed (default 0: cold). */
  readonly sigmaP?: number | undefined;
}

const SIGMA_KEYS = ['sigmaX', 'sigmaY', 'sigmaTau', 'sigmaPx', 'sigmaPy', 'sigmaP'];
const KEYS = [...BUNCH_KEYS, ...SIGMA_KEYS, 'matchMoments'];

/**
 * An ellipsoid in (x, y, tau), uniformly filled; momenta cold or normally distributed and uncorrelated. The mapping
 * from seed to sample: three numbers of the unit cube give the radius (cube root), the polar cosine and the azimuth
 * of a point of the ball; a beam that is not cold takes three more for its momenta.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function ellipsoidCoordinates(options: UniformEllipsoidOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.uniformEllipsoid', BeamError);
  const law = {
    x: uncorrelated(options.sigmaX, 'sigmaX', options.sigmaPx, 'sigmaPx'),
    y: uncorrelated(options.sigmaY, 'sigmaY', options.sigmaPy, 'sigmaPy'),
    tau: uncorrelated(options.sigmaTau, 'sigmaTau', options.sigmaP, 'sigmaP'),
  };
  const cold = Object.values(law).every((plane) => plane.sigmaPu === 0);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, cold ? 3 : 6);
  const [x, y, tau, ...momenta] = columns as [Float64Array, Float64Array, Float64Array, ...Float64Array[]];
  toBall(x, y, tau);
  for (const column of momenta) toNormal(column);
  matchIfAsked(options, columns);
  const [px, py, p] = cold ? Array.from({ length: 3 }, () => new Float64Array(x.length)) : momenta;
  return imprint([x, px!, y, py!, tau, p!], law, centre);
}

function uncorrelated(sigmaU: number, nameU: string, sigmaPu: number | undefined, namePu: string): PlaneLaw {
  return {
    sigmaU: requireNonNegative(sigmaU, `${nameU} (m)`, BeamError),
    sigmaPu: requireNonNegative(sigmaPu ?? 0, namePu, BeamError),
    correlation: 0,
    decorrelation: 1,
  };
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
