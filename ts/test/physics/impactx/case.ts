import { expect } from 'vitest';
import { COORDINATES, type Coordinates, perCoordinate } from '../../../src/beam/coordinates.js';
import { Beam, type Lattice, type SpeciesName, Tracker } from '../../../src/index.js';
import { uniforms } from '../../support/beams.js';

/**
 * ImpactX's published cases (https://impactx.readthedocs.io, "Examples"): its inputs as numbers, and the moments that its own analysis
 * scripts expect, each to a few times 1/√(its 10 000 macroparticles). They are quoted by the name of the example.
 */

/** A beam as ImpactX's inputs describe it: where the ellipse of each plane cuts the axes, and the correlation. */
export interface ImpactXBeam {
  readonly species: SpeciesName;
  /** eV */
  readonly kineticEnergy: number;
  /** C; without space charge it does not matter. */
  readonly charge?: number;
  /** x, y, t: m. */
  readonly lambda: readonly [number, number, number];
  /** px, py, pt. */
  readonly lambdaP: readonly [number, number, number];
  /** xpx, ypy, tpt; default 0. */
  readonly mu?: readonly [number, number, number];
}

/** σx, σy, σt [m] and the emittances of x, y, t [m]. */
export type SixMoments = readonly [number, number, number, number, number, number];

const PLANES = [
  ['x', 'px'],
  ['y', 'py'],
  ['tau', 'p'],
] as const;

/**
 * A six-dimensional waterbag: uniform inside an ellipsoid. ImpactX's t is this code's tau, its pt is −p.
 *
 * @param sample - macroparticles, by default ten times those of the published run
 */
export function waterbag(of: ImpactXBeam, particles = 100_000, seed = 1): Beam {
  const { species, kineticEnergy, charge = 1e-9, lambda, lambdaP, mu = [0, 0, 0] } = of;
  const unit = unitWaterbag(particles, seed);
  const coordinates = perCoordinate(() => new Float64Array(particles));
  for (const [plane, [u, pu]] of PLANES.entries()) {
    const root = Math.sqrt(1 - mu[plane]! ** 2);
    const sign = pu === 'p' ? -1 : 1;
    for (let i = 0; i < particles; i++) {
      const [a, b] = [unit[u][i]!, unit[pu][i]!];
      coordinates[u][i] = (lambda[plane]! * a) / root;
      coordinates[pu][i] = sign * lambdaP[plane]! * (b - (mu[plane]! * a) / root);
    }
  }
  return Beam.fromCoordinates(coordinates, { species, kineticEnergy, charge });
}

/** Uniform in the ball of six dimensions whose coordinates have the variance 1: of radius √8. */
function unitWaterbag(particles: number, seed: number): Coordinates {
  const uniform = uniforms(seed);
  const out = perCoordinate(() => new Float64Array(particles));
  for (let i = 0; i < particles; i++) {
    const normals = COORDINATES.map(() => normal(uniform));
    const radius = Math.sqrt(8) * ((uniform() + 1) / 2) ** (1 / 6);
    const length = Math.hypot(...normals);
    for (const [k, name] of COORDINATES.entries()) out[name][i] = (normals[k]! * radius) / length;
  }
  return out;
}

/** Marsaglia's polar method. */
function normal(uniform: () => number): number {
  for (;;) {
    const [a, b] = [uniform(), uniform()];
    const square = a * a + b * b;
    if (square > 0 && square < 1) return a * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/** The six moments that ImpactX's analysis scripts print. */
export function sixMoments(z: Coordinates): SixMoments {
  const sigmas = PLANES.map(([u]) => Math.sqrt(covariance(z[u], z[u])));
  const emittances = PLANES.map(([u, pu]) => {
    const square = covariance(z[u], z[u]) * covariance(z[pu], z[pu]) - covariance(z[u], z[pu]) ** 2;
    return Math.sqrt(Math.max(0, square));
  });
  return [...sigmas, ...emittances] as unknown as SixMoments;
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function covariance(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  return a.reduce((sum, value, i) => sum + (value - meanA) * (b[i]! - meanB), 0) / a.length;
}

/** What a published case says, and how near its own script wants to be. */
export interface Published {
  readonly initial: SixMoments;
  readonly final: SixMoments;
  /** Relative, of initial and final moments. */
  readonly tolerance: number;
  /** How often the beam passes; default once. */
  readonly turns?: number;
  /** By how much coordinates outgrow the initial beam, where the default is too little. */
  readonly headroom?: RunHeadroom;
}

type RunHeadroom = NonNullable<Parameters<Tracker['track']>[1]>['headroom'];

/** Tracks a case and compares the six moments before and after; returns the coordinates behind it for what else is published. */
export async function expectPublished(beam: Beam, line: Lattice, published: Published): Promise<Coordinates> {
  const { initial, final, tolerance, turns = 1, headroom } = published;
  expectNear(sixMoments(beam.coordinates), initial, tolerance);
  using tracker = await Tracker.create(line);
  const { coordinates } = await tracker.track(beam, { turns, headroom });
  expectNear(sixMoments(coordinates), final, tolerance);
  return coordinates;
}

const NAMES = ['sigma x', 'sigma y', 'sigma t', 'emittance x', 'emittance y', 'emittance t'];

function expectNear(found: SixMoments, expected: SixMoments, tolerance: number): void {
  for (const [i, name] of NAMES.entries()) {
    expect(Math.abs(found[i]! - expected[i]!), name).toBeLessThanOrEqual(tolerance * expected[i]!);
  }
}
