import { COORDINATES, type Coordinate, type Coordinates } from '../beam/coordinates.js';
import { ObjectiveError } from '../errors.js';
import { requireArray, requireKnownKeys, show } from '../options.js';
import type { Moments } from './moments.js';
import { NamedObjective } from './named.js';
import type { Objective, Recorded } from './objective.js';
import type { Location, LocationNeeds, Sweep } from './observation.js';
import { dotProduct } from './sums.js';

/** What a user's function of the moments returns. */
export interface MomentsResult {
  readonly value: number;
  /** Derivative by `mean` `[6]` and `covariance` `[36]`, as in `MomentsCotangent`. */
  readonly cotangent: { readonly mean: ArrayLike<number>; readonly covariance: ArrayLike<number> };
}

/** What a user's function of the particles returns; absent arrays are zero. */
export interface ParticlesResult {
  readonly value: number;
  /** Derivative by the coordinates, `[n]` each. */
  readonly coordinates?: Partial<Readonly<Record<Coordinate, ArrayLike<number>>>> | undefined;
  /** Derivative by the charges, `[n]` per C. */
  readonly charges?: ArrayLike<number> | undefined;
}

/** A user's function of the moments. Must not write to what it is given. */
export type MomentsFunction = (moments: Moments) => MomentsResult;

/** A user's function of coordinates and charges `[n]`. Must not write to what it is given. */
export type ParticlesFunction = (coordinates: Coordinates, charges: Float64Array) => ParticlesResult;

/**
 * Your own function of the beam's moments, with its derivative.
 *
 * @param name - how `describe()` and messages call it
 * @throws ObjectiveError at evaluation, when what it returns has the wrong shape or is not finite
 */
export function ofMoments(evaluate: MomentsFunction, name = 'ofMoments'): Objective {
  return new MomentsObjective(`${name}()`, requireFunction(evaluate, 'ofMoments'));
}

/**
 * Your own function of all macroparticles, with its derivative.
 *
 * @param name - how `describe()` and messages call it
 * @throws ObjectiveError at evaluation, when what it returns has the wrong shape or is not finite
 */
export function ofParticles(evaluate: ParticlesFunction, name = 'ofParticles'): Objective {
  return new ParticlesObjective(`${name}()`, requireFunction(evaluate, 'ofParticles'));
}

/**
 * The linear functional ⟨cotangent, coordinates⟩ = Σ over coordinates and particles, summed with compensation. Its
 * gradient is the adjoint of the line applied to `cotangent`: what tests and other people's objectives build on.
 *
 * @param cotangent - arrays `[n]` for some or all coordinates, copied; absent ones are zero
 * @throws ObjectiveError for no or an unknown coordinate or an entry that is not finite; at evaluation, for arrays
 * that are not as long as the beam
 */
export function linear(cotangent: Partial<Readonly<Record<Coordinate, ArrayLike<number>>>>): Objective {
  requireKnownKeys(cotangent, COORDINATES, 'linear()', ObjectiveError);
  const given = COORDINATES.filter((name) => cotangent[name] !== undefined);
  if (given.length === 0) throw new ObjectiveError('linear() needs the cotangent of at least one coordinate');
  const own: Partial<Coordinates> = {};
  for (const name of given) {
    const array = cotangent[name];
    requireFiniteArray(array, array?.length ?? 0, `${name} of linear()`);
    own[name] = Float64Array.from(array);
  }
  return new ParticlesObjective('linear()', (coordinates) => {
    const products = given.map((name) => linearTerm(own[name] as Float64Array, coordinates[name], name));
    return { value: products.reduce((total, term) => total + term, 0), coordinates: own };
  });
}

function linearTerm(cotangent: Float64Array, values: Float64Array, name: Coordinate): number {
  if (cotangent.length === values.length) return dotProduct(cotangent, values);
  throw new ObjectiveError(
    `${name} of linear() has ${cotangent.length} entries, but the beam has ${values.length} particles`,
  );
}

/** A user's function of the moments at one place. */
class MomentsObjective extends NamedObjective {
  readonly #evaluate: MomentsFunction;

  constructor(name: string, evaluate: MomentsFunction, location: Location = 'end') {
    super(name, location);
    this.#evaluate = evaluate;
  }

  relocate(location: Location): Objective {
    return new MomentsObjective(this.name, this.#evaluate, location);
  }

  needs(): LocationNeeds[] {
    return [{ location: this.location, moments: true, particles: false }];
  }

  record(sweep: Sweep): Recorded {
    const where = this.describe();
    const result: MomentsResult = this.#evaluate(sweep.moments(this.location, where));
    requireResult(result, ['value', 'cotangent'], where);
    const { value, cotangent } = result;
    requireKnownKeys(cotangent, ['mean', 'covariance'], `the cotangent of ${where}`, ObjectiveError);
    requireFiniteArray(cotangent.mean, 6, `cotangent.mean of ${where}`);
    requireFiniteArray(cotangent.covariance, 36, `cotangent.covariance of ${where}`);
    const pullBack = (bar: number) => {
      const sum = sweep.momentsBar(this.location);
      for (let i = 0; i < 6; i++) sum.mean[i]! += bar * cotangent.mean[i]!;
      for (let i = 0; i < 36; i++) sum.covariance[i]! += bar * cotangent.covariance[i]!;
    };
    return { value: this.finite(value), pullBack };
  }
}

/** A user's function of the particles at one place. */
class ParticlesObjective extends NamedObjective {
  readonly #evaluate: ParticlesFunction;

  constructor(name: string, evaluate: ParticlesFunction, location: Location = 'end') {
    super(name, location);
    this.#evaluate = evaluate;
  }

  relocate(location: Location): Objective {
    return new ParticlesObjective(this.name, this.#evaluate, location);
  }

  needs(): LocationNeeds[] {
    return [{ location: this.location, moments: false, particles: true }];
  }

  record(sweep: Sweep): Recorded {
    const where = this.describe();
    const seen = sweep.particles(this.location, where);
    const result: ParticlesResult = this.#evaluate(seen.coordinates, seen.charges);
    requireResult(result, ['value', 'coordinates', 'charges'], where);
    const { value, coordinates = {}, charges } = result;
    const n = seen.charges.length;
    requireKnownKeys(coordinates, COORDINATES, `the coordinates of ${where}`, ObjectiveError);
    const given = COORDINATES.filter((name) => coordinates[name] !== undefined);
    for (const name of given) requireFiniteArray(coordinates[name], n, `coordinates.${name} of ${where}`);
    if (charges !== undefined) requireFiniteArray(charges, n, `charges of ${where}`);
    const pullBack = (bar: number) => {
      for (const name of given) sweep.addCoordinateBar(this.location, name, bar, coordinates[name]!);
      if (charges !== undefined) sweep.addChargeBar(this.location, bar, charges);
    };
    return { value: this.finite(value), pullBack };
  }
}

function requireFunction<F>(evaluate: F, caller: string): F {
  if (typeof evaluate === 'function') return evaluate;
  throw new ObjectiveError(`${caller}() takes a function, not ${show(evaluate)}`);
}

function requireResult(result: unknown, keys: readonly string[], where: string): void {
  if (result instanceof Promise)
    throw new ObjectiveError(`${where} returned a promise: it must be synchronous`);
  requireKnownKeys(result, keys, `the result of ${where}`, ObjectiveError);
}

/** Refuses what is not an array of `length` finite numbers. */
function requireFiniteArray(
  array: unknown,
  length: number,
  what: string,
): asserts array is ArrayLike<number> {
  requireArray(array, what, ObjectiveError);
  if (array.length !== length) throw new ObjectiveError(`${what} has ${array.length} entries, not ${length}`);
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(array[i]))
      throw new ObjectiveError(`${what}: entry ${i} is ${array[i]}, not finite`);
  }
}
