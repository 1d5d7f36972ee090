import { type Coordinates, perCoordinate } from '../beam/coordinates.js';
import type { Reference } from '../beam/reference.js';
import { LatticeError } from '../errors.js';
import type { Line } from '../lattice/line.js';
import type { ReferenceParticle } from '../lattice/reference.js';
import type { Moments } from '../objective/moments.js';
import { gammaCotangent, type Location, type ObservationCotangent } from '../objective/observation.js';
import type { Seen } from './looks.js';
import type { Turns } from './turns.js';

// The engine counts momenta in units of the p0 at the line's entrance, so that acceleration leaves them alone. Callers see them in
// units of the p0 of the place: divided by its ratio to the entrance's.

const MOMENTA = ['px', 'py', 'p'] as const;
/** How often a momentum occurs in coordinate i, by its index. */
const isMomentum = (index: number) => index % 2;
/** Relative change of the energy of a turn that rounding makes. */
const ROUNDING = 1e-12;

/** Reference particle where something is looked at. */
export function referenceOf({ observations, entrance, exit }: Line, location: Location): ReferenceParticle {
  if (location === 'entrance') return entrance;
  if (location === 'end') return exit;
  return observations.find(({ marker }) => marker === location.marker)?.reference ?? exit;
}

/** γ0 and β0 as objectives take them. */
export function factorsOf({ gamma, beta }: ReferenceParticle): Reference {
  return { gamma0: gamma.value, beta0: beta.value };
}

/** Multiplies the momenta by a factor, in place; by 1 they stay as they are. */
export function scaleMomenta(coordinates: Coordinates, factor: number): Coordinates {
  if (factor === 1) return coordinates;
  for (const name of MOMENTA) {
    const array = coordinates[name];
    for (let i = 0; i < array.length; i++) array[i] = array[i]! * factor;
  }
  return coordinates;
}

/** Moments of momenta that are multiplied by a factor; also the cotangent of what was divided by it. */
export function scaledMoments<T extends Pick<Moments, 'mean' | 'covariance'>>(moments: T, factor: number): T {
  if (factor === 1) return moments;
  const mean = moments.mean.map((value, i) => value * factor ** isMomentum(i));
  const covariance = moments.covariance.map(
    (value, at) => value * factor ** (isMomentum(Math.floor(at / 6)) + isMomentum(at % 6)),
  );
  return { ...moments, mean, covariance };
}

/** The cotangent of what the engine holds, from that of what a caller saw of it. */
export function engineCotangent(cotangent: ObservationCotangent, ratio: number): ObservationCotangent {
  if (ratio === 1) return cotangent;
  const { moments, coordinates } = cotangent;
  return {
    ...cotangent,
    ...(moments && { moments: scaledMoments(moments, 1 / ratio) }),
    ...(coordinates && { coordinates: scaleMomenta(copyOf(coordinates), 1 / ratio) }),
  };
}

/** The same coordinates in arrays of their own. */
export function copyOf(coordinates: Coordinates): Coordinates {
  return perCoordinate((name) => coordinates[name].slice());
}

/**
 * What an objective's cotangent at a place says about the reference particle there: its own derivative by γ0 and β0, and that
 * everything seen was divided by p0. By the names of `ReferenceParticle`'s partials.
 */
export function referenceBarOf(
  reference: ReferenceParticle,
  seen: Seen,
  cotangent: ObservationCotangent | undefined,
): [string, number][] {
  if (!cotangent) return [];
  const gammaBar = cotangent.reference ? gammaCotangent(cotangent.reference, factorsOf(reference)) : 0;
  const { gamma, ratio } = reference;
  const ratioBar = ratio.partials.size === 0 ? 0 : -momentaTimesBars(seen, cotangent) / ratio.value;
  return [
    ...[...gamma.partials].map(([name, partial]) => [name, gammaBar * partial] as [string, number]),
    ...[...ratio.partials].map(([name, partial]) => [name, ratioBar * partial] as [string, number]),
  ];
}

/** Σ bar·momentum over everything that is proportional to momenta, as often as it is. */
function momentaTimesBars({ moments, coordinates }: Seen, bar: ObservationCotangent): number {
  let sum = 0;
  if (coordinates && bar.coordinates) sum += momentaProduct(coordinates, bar.coordinates);
  if (moments && bar.moments) {
    const { mean, covariance } = bar.moments;
    mean.forEach((meanBar, i) => {
      sum += isMomentum(i) * meanBar * moments.mean[i]!;
    });
    covariance.forEach((covarianceBar, at) => {
      const often = isMomentum(Math.floor(at / 6)) + isMomentum(at % 6);
      sum += often * covarianceBar * moments.covariance[at]!;
    });
  }
  return sum;
}

/** Σ a·b over all momenta of those particles that count. */
export function momentaProduct(
  a: Coordinates,
  b: Coordinates,
  counts: (particle: number) => boolean = () => true,
): number {
  let sum = 0;
  for (const name of MOMENTA) {
    const other = b[name];
    a[name].forEach((value, i) => {
      if (counts(i)) sum += value * other[i]!;
    });
  }
  return sum;
}

/** Whether a parameter of these changes the energy of the reference particle somewhere. */
export function reachesReference({ references }: Line, parameters: readonly string[]): boolean {
  return parameters.some((name) => references.some(({ gammaBar }) => gammaBar.has(name)));
}

/** @throws LatticeError for several turns of a line that accelerates: the maps of the next one would be for another energy */
export function requireSameEnergy({ entrance, exit }: Line, { most }: Turns): void {
  const gain = (exit.gamma.value - entrance.gamma.value) * entrance.restEnergy;
  if (most === 1 || Math.abs(gain) <= ROUNDING * (entrance.gamma.value - 1) * entrance.restEnergy) return;
  throw new LatticeError(
    `the reference particle gains ${Number(gain.toPrecision(6))} eV on every turn: several turns need a line that leaves its energy as it is, with cavities at phase ±π/2 (Buncher) or gains that cancel`,
  );
}
