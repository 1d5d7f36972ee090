import { BeamError } from '../errors.js';
import { requireArray, requireKnownKeys } from '../options.js';

/**
 * The six coordinates of a macroparticle at fixed s, in storage order: `x`, `y` [m]; `px = Px/p0`, `py = Py/p0`;
 * `tau = c·Δt` [m], late is positive; `p = (E − E0)/(p0 c)`.
 */
export const COORDINATES = ['x', 'px', 'y', 'py', 'tau', 'p'] as const;

/** Name of one coordinate. */
export type Coordinate = (typeof COORDINATES)[number];

/** All coordinates of a beam, one array per coordinate, each `[n]`; units as in {@link COORDINATES}. */
export type Coordinates = Record<Coordinate, Float64Array>;

/** Arrays a beam may be made from: anything with a length and numbers. */
export type CoordinateArrays = Readonly<Record<Coordinate, ArrayLike<number>>>;

/** A degree of freedom: a position and its momentum. */
export const PLANES = ['x', 'y', 'tau'] as const;

/** Name of a degree of freedom. */
export type Plane = (typeof PLANES)[number];

/** The position and momentum coordinates of each plane, as indices into {@link COORDINATES}. */
export const PLANE_INDICES: Readonly<Record<Plane, readonly [position: number, momentum: number]>> = {
  x: [0, 1],
  y: [2, 3],
  tau: [4, 5],
};

/** Builds a record with one entry per coordinate. */
export function perCoordinate<T>(make: (coordinate: Coordinate, index: number) => T): Record<Coordinate, T> {
  const entries = COORDINATES.map((coordinate, index) => [coordinate, make(coordinate, index)] as const);
  return Object.fromEntries(entries) as Record<Coordinate, T>;
}

/** Fresh coordinates of `n` macroparticles, all zero. */
export function zeroCoordinates(n: number): Coordinates {
  return perCoordinate(() => new Float64Array(n));
}

/**
 * Copies and checks a user's coordinates.
 *
 * @throws BeamError when a coordinate is missing or unknown, lengths differ, there is no particle, or a value is not
 * finite (naming the particle, from 0, and the coordinate)
 */
export function copyCoordinates(arrays: CoordinateArrays): Coordinates {
  requireKnownKeys(arrays, COORDINATES, 'coordinates', BeamError);
  for (const name of COORDINATES) requireArray(arrays[name], `coordinates.${name}`, BeamError);
  const n = arrays.x.length;
  if (COORDINATES.some((name) => arrays[name].length !== n)) {
    const lengths = COORDINATES.map((name) => `${name} ${arrays[name].length}`).join(', ');
    throw new BeamError(`coordinates must have equal lengths, not ${lengths}`);
  }
  if (n === 0) throw new BeamError('a beam needs at least one particle: the coordinates are empty');
  const copy = perCoordinate((name) => new Float64Array(arrays[name]));
  for (const name of COORDINATES) requireFiniteEntries(copy[name], name);
  return copy;
}

function requireFiniteEntries(values: Float64Array, name: Coordinate): void {
  const particle = values.findIndex((value) => !Number.isFinite(value));
  if (particle < 0) return;
  throw new BeamError(`${name} of particle ${particle} is ${values[particle]}: coordinates must be finite`);
}
