import { describe, expect, it } from 'vitest';
import { Beam, type FromCoordinatesOptions } from '../../src/beam/beam.js';
import { COORDINATES, type CoordinateArrays } from '../../src/beam/coordinates.js';
import { BeamError } from '../../src/errors.js';
import { worstDifference } from './statistics.js';

const REFERENCE = { species: 'electron', energy: 25e6 } as const;

/** Three particles whose moments are easily worked out by hand. */
function arrays(): Record<(typeof COORDINATES)[number], number[]> {
  return {
    x: [1, 2, 6],
    px: [0, 1, 0],
    y: [0, 0, 0],
    py: [1, 1, 1],
    tau: [-1, 0, 1],
    p: [2, 0, -2],
  };
}

describe('Beam.fromCoordinates', () => {
  it('copies its arrays', () => {
    const given = { ...arrays(), x: Float64Array.of(1, 2, 6) };
    const charges = [1e-9, 1e-9, 2e-9];
    const beam = Beam.fromCoordinates(given, { ...REFERENCE, charges });
    given.x[0] = 99;
    charges[0] = 99;
    expect([...beam.coordinates.x]).toEqual([1, 2, 6]);
    expect([...beam.charges]).toEqual([1e-9, 1e-9, 2e-9]);
  });

  it('shares a total charge equally', () => {
    const beam = Beam.fromCoordinates(arrays(), { ...REFERENCE, charge: 3e-9 });
    expect([...beam.charges]).toEqual([1e-9, 1e-9, 1e-9]);
    expect(beam.particles).toBe(3);
    expect(beam.charge).toBeCloseTo(3e-9, 22);
  });

  it('knows its reference particle', () => {
    const beam = Beam.fromCoordinates(arrays(), { ...REFERENCE, charge: 1e-9 });
    const mc2 = 510998.95069;
    expect(beam.energy).toBe(25e6);
    expect(beam.gamma0).toBe(25e6 / mc2);
    expect(beam.momentum).toBeCloseTo(Math.sqrt(25e6 ** 2 - mc2 ** 2), 6);
    expect(beam.beta0 * beam.gamma0 * mc2).toBeCloseTo(beam.momentum, 6);
  });

  it('accepts macroparticles without charge among others', () => {
    expect(Beam.fromCoordinates(arrays(), { ...REFERENCE, charges: [0, 0, 1e-9] }).charge).toBe(1e-9);
  });
});

describe('Beam.fromCoordinates refuses', () => {
  const charge = { ...REFERENCE, charge: 1e-9 };
  const bad =
    (changes: object, options: object = charge) =>
    () =>
      Beam.fromCoordinates(
        { ...arrays(), ...changes } as CoordinateArrays,
        options as FromCoordinatesOptions,
      );

  it.each<[string, () => unknown, string]>([
    ['NaN', bad({ px: [0, Number.NaN, 0] }), 'px of particle 1 is NaN: coordinates must be finite'],
    ['infinity', bad({ tau: [0, 0, Number.NEGATIVE_INFINITY] }), 'tau of particle 2 is -Infinity'],
    ['text', bad({ y: [0, 'one', 0] }), 'y of particle 1 is NaN'],
    [
      'unequal lengths',
      bad({ y: [0, 0] }),
      'coordinates must have equal lengths, not x 3, px 3, y 2, py 3, tau 3, p 3',
    ],
    [
      'a missing coordinate',
      bad({ p: undefined }),
      'coordinates.p must be an array of numbers, not undefined',
    ],
    ['a number for an array', bad({ p: 1 }), 'coordinates.p must be an array of numbers, not 1'],
    ['an unknown coordinate', bad({ taus: [1] }), "coordinates: 'taus' is unknown — did you mean 'tau'?"],
    [
      'no particles',
      bad(Object.fromEntries(COORDINATES.map((name) => [name, []]))),
      'a beam needs at least one particle: the coordinates are empty',
    ],
    [
      'no charge',
      bad({}, REFERENCE),
      'give exactly one of charges (C, one per particle) and charge (C, in all), not neither',
    ],
    ['both charges', bad({}, { ...charge, charges: [1, 1, 1] }), 'not both'],
    [
      'a negative total',
      bad({}, { ...REFERENCE, charge: -1e-9 }),
      'charge (C) must be a positive number, not -1e-9',
    ],
    ['a total of zero', bad({}, { ...REFERENCE, charge: 0 }), 'charge (C) must be a positive number, not 0'],
    ['too few charges', bad({}, { ...REFERENCE, charges: [1, 1] }), 'charges has 2 entries for 3 particles'],
    ['a negative charge', bad({}, { ...REFERENCE, charges: [1, -1, 1] }), 'charge of particle 1 is -1 C'],
    [
      'a charge of NaN',
      bad({}, { ...REFERENCE, charges: [1, 1, Number.NaN] }),
      'charge of particle 2 is NaN C',
    ],
    ['charges of zero', bad({}, { ...REFERENCE, charges: [0, 0, 0] }), 'the charges add up to 0'],
    [
      'one charge for all',
      bad({}, { ...REFERENCE, charges: 1e-9 }),
      'charges must be an array of numbers, not 1e-9',
    ],
    [
      'energy at rest',
      bad({}, { ...charge, energy: 510998.95069 }),
      'not above the rest energy of the electron',
    ],
    ['a typing error', bad({}, { ...charge, enrgy: 1e6 }), "'enrgy' is unknown — did you mean 'energy'?"],
    [
      'no options',
      bad({}, null as never),
      'Beam.fromCoordinates: expected an object of species, energy, kineticEnergy, charges, charge, not null',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(BeamError);
    expect(make).toThrow(message);
  });
});

describe('Beam.moments', () => {
  it('are means and population covariances', () => {
    const moments = Beam.fromCoordinates(arrays(), { ...REFERENCE, charge: 3 }).moments();
    expect(moments.charge).toBe(3);
    expect([...moments.mean]).toEqual([3, 1 / 3, 0, 1, 0, 0]);
    const [xx, xpx, xtau, taup] = [0, 1, 4, 29].map((k) => moments.covariance[k]!);
    expect(xx).toBeCloseTo(14 / 3, 15); // (4 + 1 + 9)/3
    expect(xpx).toBeCloseTo(-1 / 3, 15); // 2/3 − 3·1/3
    expect(xtau).toBeCloseTo(5 / 3, 15);
    expect(taup).toBeCloseTo(-4 / 3, 15);
  });

  it('weight particles by charge: a double charge counts as two particles', () => {
    const twice = Object.fromEntries(Object.entries(arrays()).map(([name, a]) => [name, [...a, a[2]!]]));
    const four = Beam.fromCoordinates(twice as unknown as CoordinateArrays, {
      ...REFERENCE,
      charge: 4e-9,
    }).moments();
    const three = Beam.fromCoordinates(arrays(), { ...REFERENCE, charges: [1e-9, 1e-9, 2e-9] }).moments();
    // Rounding only: entries are of order 1.
    expect(worstDifference(three.mean, four.mean)).toBeLessThan(1e-15);
    expect(worstDifference(three.covariance, four.covariance)).toBeLessThan(4e-15);
  });

  it('survive a large offset: the variance is that of the distances, not of the positions', () => {
    const n = 100_000;
    const wiggle = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 2 ** -20 : -(2 ** -20)));
    const zero = new Float64Array(n);
    const x = wiggle.map((w) => 1024 + w); // exact in binary
    const coordinates = { x, px: zero, y: wiggle, py: zero, tau: zero, p: zero };
    const { mean, covariance } = Beam.fromCoordinates(coordinates, { ...REFERENCE, charge: 1 }).moments();
    // ⟨x²⟩ − ⟨x⟩² would be wrong by 1e-16·2²⁰/2⁻⁴⁰ = 100 times the answer; the means' rounding leaves 1e-7.
    expect(mean[0]).toBeCloseTo(1024, 12);
    expect(Math.abs(covariance[0]! / 2 ** -40 - 1)).toBeLessThan(1e-6);
    expect(covariance[14]! / 2 ** -40).toBeCloseTo(1, 14);
  });
});
