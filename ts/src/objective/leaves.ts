import { COORDINATES, type Coordinate, PLANE_INDICES, PLANES, type Plane } from '../beam/coordinates.js';
import { ObjectiveError } from '../errors.js';
import { requireOneOf } from '../options.js';
import { Anchored, BetaGammaLeaf, Definition, MomentLeaf } from './named.js';
import type { Objective } from './objective.js';

/**
 * The charge-weighted mean of a coordinate, in its unit (m for x, y, tau).
 *
 * @throws ObjectiveError for an unknown coordinate
 */
export function mean(coordinate: Coordinate): Objective {
  const i = indexOf(coordinate, 'mean');
  return new MomentLeaf(`mean(${coordinate})`, {
    value: (moments) => moments.mean[i]!,
    pullBack: (_, bar, cotangent) => {
      cotangent.mean[i]! += bar;
    },
  });
}

/**
 * The covariance ⟨(u − ū)(v − v̄)⟩ of two coordinates; of a coordinate with itself, its variance.
 *
 * @throws ObjectiveError for an unknown coordinate
 */
export function covariance(u: Coordinate, v: Coordinate): Objective {
  const i = indexOf(u, 'covariance');
  const j = indexOf(v, 'covariance');
  return new MomentLeaf(`covariance(${u}, ${v})`, {
    value: (moments) => moments.covariance[6 * i + j]!,
    pullBack: (_, bar, cotangent) => {
      cotangent.covariance[6 * i + j]! += bar / 2;
      cotangent.covariance[6 * j + i]! += bar / 2;
    },
  });
}

/**
 * The rms size (standard deviation) of a coordinate, in its unit. Its derivative does not exist where it is 0.
 *
 * @throws ObjectiveError for an unknown coordinate; at evaluation, for a beam of no extent
 */
export function sigma(coordinate: Coordinate): Objective {
  return rms(`sigma(${coordinate})`, coordinate, 'sigma');
}

/** The rms of the relative energy deviation p, dimensionless: `sigma('p')` by its usual name. */
export function energySpread(): Objective {
  return rms('energySpread()', 'p', 'energySpread');
}

/**
 * The geometric rms emittance √(⟨u²⟩⟨pu²⟩ − ⟨u pu⟩²) of a plane in m (m rad with px ≈ x′); `'tau'` is the longitudinal
 * one, of tau and p. Its derivative does not exist where it is 0.
 *
 * @throws ObjectiveError for an unknown plane; at evaluation, for a beam of no emittance
 */
export function emittance(plane: Plane): Objective {
  return emittanceOf(plane, 'emittance');
}

/**
 * The normalized rms emittance β0γ0·ε of a plane in m. Depends on the reference energy by itself, too.
 *
 * @throws ObjectiveError for an unknown plane; at evaluation, for a beam of no emittance
 */
export function normalizedEmittance(plane: Plane): Objective {
  const geometric = emittanceOf(plane, 'normalizedEmittance');
  return new Definition(`normalizedEmittance(${plane})`, geometric.times(new BetaGammaLeaf()));
}

/**
 * The normalized rms emittance of a plane as a multiple of what it was at the entrance, on the first turn: 1 where it is kept. `at`
 * moves the place that is compared with the entrance.
 *
 * @throws ObjectiveError for an unknown plane; at evaluation, for a beam of no emittance
 */
export function emittanceGrowth(plane: Plane): Objective {
  requireOneOf(plane, PLANES, 'the plane of emittanceGrowth()', ObjectiveError);
  const entrance = new Anchored(normalizedEmittance(plane).atEntrance());
  return new Definition(`emittanceGrowth(${plane})`, normalizedEmittance(plane).dividedBy(entrance));
}

/** The Courant–Snyder parameters of a plane, as objectives. */
export interface TwissObjectives {
  /** β = ⟨u²⟩/ε in m. */
  readonly beta: Objective;
  /** α = −⟨u pu⟩/ε. */
  readonly alpha: Objective;
  /** γ = ⟨pu²⟩/ε in 1/m. */
  readonly gamma: Objective;
}

/**
 * The Courant–Snyder parameters that the beam's second moments define in a plane.
 *
 * @throws ObjectiveError for an unknown plane; at evaluation, for a beam of no emittance
 */
export function twiss(plane: Plane): TwissObjectives {
  const geometric = emittanceOf(plane, 'twiss');
  const [u, pu] = PLANE_INDICES[plane].map((index) => COORDINATES[index]!) as [Coordinate, Coordinate];
  return {
    beta: new Definition(`twiss(${plane}).beta`, covariance(u, u).dividedBy(geometric)),
    alpha: new Definition(`twiss(${plane}).alpha`, covariance(u, pu).times(-1).dividedBy(geometric)),
    gamma: new Definition(`twiss(${plane}).gamma`, covariance(pu, pu).dividedBy(geometric)),
  };
}

function rms(name: string, coordinate: Coordinate, caller: string): Objective {
  indexOf(coordinate, caller);
  const hint = `the beam has no extent in ${coordinate}; covariance('${coordinate}', '${coordinate}') is its square`;
  return new Definition(name, covariance(coordinate, coordinate).sqrt(), hint);
}

function emittanceOf(plane: Plane, caller: string): Objective {
  requireOneOf(plane, PLANES, `the plane of ${caller}()`, ObjectiveError);
  const hint = `the beam fills no area in the ${plane} plane`;
  return new Definition(`emittance(${plane})`, squaredEmittance(plane).sqrt(), hint);
}

/** ε² = C₀₀C₁₁ − C₀₁² of a plane; not below 0, where only rounding can take it. */
function squaredEmittance(plane: Plane): Objective {
  const [u, pu] = PLANE_INDICES[plane];
  const [uu, upu, puu, pupu] = [7 * u, 6 * u + pu, 6 * pu + u, 7 * pu];
  return new MomentLeaf(`emittance(${plane})^2`, {
    value: ({ covariance: c }) => Math.max(0, c[uu]! * c[pupu]! - c[upu]! * c[puu]!),
    pullBack: ({ covariance: c }, bar, cotangent) => {
      cotangent.covariance[uu]! += bar * c[pupu]!;
      cotangent.covariance[pupu]! += bar * c[uu]!;
      cotangent.covariance[upu]! -= bar * c[puu]!;
      cotangent.covariance[puu]! -= bar * c[upu]!;
    },
  });
}

function indexOf(coordinate: Coordinate, caller: string): number {
  const known = requireOneOf(coordinate, COORDINATES, `the coordinate of ${caller}()`, ObjectiveError);
  return COORDINATES.indexOf(known);
}
