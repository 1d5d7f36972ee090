import type { Coordinate, Coordinates } from '../beam/coordinates.js';
import { zeroCoordinates } from '../beam/coordinates.js';
import type { Reference } from '../beam/reference.js';
import { ObjectiveError } from '../errors.js';
import type { Moments, MomentsCotangent } from './moments.js';

/**
 * A place where an objective looks at the beam: behind the last element, at a marker, or before the first element; where there are
 * several turns, the first two on the last turn and the third on the first.
 */
export type Location = 'end' | 'entrance' | { readonly marker: string };

/** A location as a key of a map: `'end'`, `'entrance'` or `'marker:NAME'`. */
export type LocationKey = 'end' | 'entrance' | `marker:${string}`;

/** The key of a location. */
export function locationKey(location: Location): LocationKey {
  return typeof location === 'string' ? location : `marker:${location.marker}`;
}

/** What an objective needs to see at one location. */
export interface LocationNeeds {
  readonly location: Location;
  readonly moments: boolean;
  /** Coordinates and charges of every macroparticle. */
  readonly particles: boolean;
}

/** The beam as seen at one location. Arrays are only read. */
export interface Observation {
  readonly moments?: Moments | undefined;
  readonly coordinates?: Coordinates | undefined;
  /** `[n]` C. */
  readonly charges?: Float64Array | undefined;
  readonly reference: Reference;
}

/** Looks up what was observed; asked once per location and evaluation. */
export type Observations = (location: Location) => Observation;

/** The derivative of an objective's value by what was observed at one location; absent parts are zero. */
export interface ObservationCotangent {
  moments?: MomentsCotangent;
  coordinates?: Coordinates;
  /** `[n]` per C. */
  charges?: Float64Array;
  /** By γ0 and β0 taken as independent, the beam at the location held fixed; see {@link gammaCotangent}. */
  reference?: Reference;
}

/** Value and derivative of an objective. */
export interface Evaluation {
  readonly value: number;
  readonly cotangents: Map<LocationKey, ObservationCotangent>;
}

/** The derivative by γ0 alone that one by γ0 and β0 amounts to: dβ0/dγ0 = 1/(β0·γ0³). */
export function gammaCotangent(cotangent: Reference, { gamma0, beta0 }: Reference): number {
  return cotangent.gamma0 + cotangent.beta0 / (beta0 * gamma0 ** 3);
}

/** What one evaluation reads, looked up once per location, and the derivatives it adds up. */
export class Sweep {
  readonly cotangents = new Map<LocationKey, ObservationCotangent>();
  readonly #observations: Observations;
  readonly #seen = new Map<LocationKey, Observation>();

  constructor(observations: Observations) {
    this.#observations = observations;
  }

  reference(location: Location): Reference {
    return this.#observe(location).reference;
  }

  /** @throws ObjectiveError when moments were not observed there */
  moments(location: Location, reader: string): Moments {
    const { moments } = this.#observe(location);
    if (moments === undefined) throw missing('moments', location, reader);
    return moments;
  }

  /** @throws ObjectiveError when particles were not observed there */
  particles(location: Location, reader: string): { coordinates: Coordinates; charges: Float64Array } {
    const { coordinates, charges } = this.#observe(location);
    if (coordinates === undefined || charges === undefined) throw missing('particles', location, reader);
    return { coordinates, charges };
  }

  /** The accumulator of the derivative by moments, zero at first. */
  momentsBar(location: Location): MomentsCotangent {
    const bar = this.#bar(location);
    bar.moments ??= { mean: new Float64Array(6), covariance: new Float64Array(36) };
    return bar.moments;
  }

  addReferenceBar(location: Location, gamma0: number, beta0: number): void {
    const bar = this.#bar(location);
    const before = bar.reference ?? { gamma0: 0, beta0: 0 };
    bar.reference = { gamma0: before.gamma0 + gamma0, beta0: before.beta0 + beta0 };
  }

  /** Adds `factor` times an array to the derivative by one coordinate. */
  addCoordinateBar(location: Location, name: Coordinate, factor: number, array: ArrayLike<number>): void {
    const bar = this.#bar(location);
    bar.coordinates ??= zeroCoordinates(array.length);
    addScaled(bar.coordinates[name], factor, array);
  }

  /** Adds `factor` times an array to the derivative by the charges. */
  addChargeBar(location: Location, factor: number, array: ArrayLike<number>): void {
    const bar = this.#bar(location);
    bar.charges ??= new Float64Array(array.length);
    addScaled(bar.charges, factor, array);
  }

  #observe(location: Location): Observation {
    const key = locationKey(location);
    const seen = this.#seen.get(key) ?? this.#observations(location);
    this.#seen.set(key, seen);
    return seen;
  }

  #bar(location: Location): ObservationCotangent {
    const key = locationKey(location);
    const bar = this.cotangents.get(key) ?? {};
    this.cotangents.set(key, bar);
    return bar;
  }
}

function addScaled(sum: Float64Array, factor: number, array: ArrayLike<number>): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + factor * array[i]!;
}

function missing(what: string, location: Location, reader: string): ObjectiveError {
  const place = typeof location === 'string' ? `the ${location}` : `marker '${location.marker}'`;
  return new ObjectiveError(`${reader} needs ${what} at ${place}, but none were observed there`);
}
