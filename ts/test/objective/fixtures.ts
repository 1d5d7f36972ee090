import { expect } from 'vitest';
import { COORDINATES, type Coordinates, perCoordinate } from '../../src/beam/coordinates.js';
import { momentsOf } from '../../src/objective/moments.js';
import type { Objective } from '../../src/objective/objective.js';
import {
  type Location,
  type LocationKey,
  locationKey,
  type Observation,
  type ObservationCotangent,
  type Observations,
} from '../../src/objective/observation.js';

type Seen = Required<Observation> & { moments: object; coordinates: Coordinates; charges: Float64Array };
type Places = Record<LocationKey, Seen>;

export const PARTICLES = 5;

/** A beam of numbers of order one, correlated and off centre, with unequal charges. */
export function sampleParticles(phase: number): { coordinates: Coordinates; charges: Float64Array } {
  const indices = Array.from({ length: PARTICLES }, (_, i) => i);
  const wave = (i: number, d: number) => 0.2 * d + Math.sin(1.3 * i + 0.7 * d * i + d + phase);
  return {
    coordinates: perCoordinate((_, d) => Float64Array.from(indices, (i) => wave(i, d))),
    charges: Float64Array.from(indices, (i) => 1 + 0.5 * Math.cos(i + phase)),
  };
}

function observe(phase: number): Seen {
  const { coordinates, charges } = sampleParticles(phase);
  const reference = { gamma0: 5 + phase, beta0: 0.9 + 0.01 * phase };
  return { coordinates, charges, moments: momentsOf(coordinates, charges), reference };
}

/** Different beams at the end, at the entrance and at two markers. */
export const PLACES: Places = {
  end: observe(0),
  entrance: observe(3),
  'marker:m1': observe(1),
  'marker:m2': observe(2),
};

/** Looks places up, as a tracker does. */
export function observationsOf(places: Record<string, Observation>): Observations {
  return (location: Location) => places[locationKey(location)]!;
}

export const OBSERVED = observationsOf(PLACES);

/** One observed number: how to change it, and where its derivative is found. */
interface Input {
  readonly name: string;
  readonly nudge: (seen: Seen, step: number) => void;
  readonly derivative: (bar: ObservationCotangent) => number;
}

const INPUTS: readonly Input[] = [
  ...[0, 1, 2, 3, 4, 5].flatMap((i) => [
    meanInput(i),
    ...[0, 1, 2, 3, 4, 5].map((j) => covarianceInput(i, j)),
  ]),
  ...COORDINATES.flatMap((name) =>
    particleInputs(
      name,
      (bar) => bar.coordinates?.[name],
      (seen) => seen.coordinates[name],
    ),
  ),
  ...particleInputs(
    'charges',
    (bar) => bar.charges,
    (seen) => seen.charges,
  ),
  ...(['gamma0', 'beta0'] as const).map((name) => ({
    name,
    nudge: (seen: Seen, step: number) =>
      Object.assign(seen.reference, { [name]: seen.reference[name] + step }),
    derivative: (bar: ObservationCotangent) => bar.reference?.[name] ?? 0,
  })),
];

function meanInput(i: number): Input {
  return {
    name: `mean[${i}]`,
    nudge: (seen, step) => {
      seen.moments.mean[i]! += step;
    },
    derivative: (bar) => bar.moments?.mean[i] ?? 0,
  };
}

/** The covariance matrix stays symmetric: both entries change. */
function covarianceInput(i: number, j: number): Input {
  const entries = i === j ? [7 * i] : [6 * i + j, 6 * j + i];
  return {
    name: `covariance[${i}, ${j}]`,
    nudge: (seen, step) => {
      for (const k of entries) seen.moments.covariance[k]! += step;
    },
    derivative: (bar) => entries.reduce((sum, k) => sum + (bar.moments?.covariance[k] ?? 0), 0),
  };
}

function particleInputs(
  name: string,
  bars: (bar: ObservationCotangent) => Float64Array | undefined,
  values: (seen: Seen) => Float64Array,
): Input[] {
  return Array.from({ length: PARTICLES }, (_, i) => ({
    name: `${name}[${i}]`,
    nudge: (seen: Seen, step: number) => {
      values(seen)[i]! += step;
    },
    derivative: (bar: ObservationCotangent) => bars(bar)?.[i] ?? 0,
  }));
}

/**
 * Compares every derivative of an objective, by every observed number at every place, with its finite difference.
 * Relative to the largest derivative, or to 1: on numbers of order one the difference is right to 1e-11 (h⁴ times a fifth
 * derivative, and 1e-16/h); measured worst 3.3e-12.
 */
export function expectExactDerivatives(objective: Objective): void {
  const { cotangents } = objective.evaluate(OBSERVED);
  const rows = Object.keys(PLACES).flatMap((key) =>
    INPUTS.map((input) => ({
      what: `${input.name} at ${key}`,
      derivative: input.derivative(cotangents.get(key as LocationKey) ?? {}),
      difference: centralDifference(objective, key as LocationKey, input),
    })),
  );
  const scale = Math.max(1, ...rows.map(({ difference }) => Math.abs(difference)));
  const errors = rows.map(({ derivative, difference }) => Math.abs(derivative - difference) / scale);
  const worst = Math.max(...errors);
  expect(worst, `${objective.describe()} by ${rows[errors.indexOf(worst)]!.what}`).toBeLessThan(2e-11);
}

/** The central difference of fourth order. */
function centralDifference(objective: Objective, key: LocationKey, input: Input): number {
  const step = 1e-4;
  const value = (by: number) => {
    const places = structuredClone(PLACES);
    input.nudge(places[key] as Seen, by);
    return objective.value(observationsOf(places));
  };
  const slope = (h: number) => (value(h) - value(-h)) / (2 * h);
  return (4 * slope(step) - slope(2 * step)) / 3;
}
