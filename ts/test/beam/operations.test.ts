import { describe, expect, it } from 'vitest';
import { Beam } from '../../src/beam/beam.js';
import { COORDINATES } from '../../src/beam/coordinates.js';
import { BeamError } from '../../src/errors.js';
import { gaussianBunch } from '../support/beams.js';
import { differingCoordinates } from '../support/bits.js';
import { average, worstDifference } from './statistics.js';

/** 1000 macroparticles with charges from 1 to 2 fC. */
function unevenBunch(): Beam {
  const { coordinates, species, energy } = gaussianBunch(1000);
  const charges = Float64Array.from({ length: 1000 }, (_, i) => 1e-15 * (1 + i / 1000));
  return Beam.fromCoordinates(coordinates, { species, energy, charges });
}

describe('beam.withReferenceEnergy', () => {
  it('changes no energy and no momentum in eV', () => {
    const beam = gaussianBunch(100);
    const other = beam.withReferenceEnergy(31e6);
    expect(other.energy).toBe(31e6);
    for (let i = 0; i < 100; i++) {
      const energy = (b: Beam) => b.energy + b.coordinates.p[i]! * b.momentum;
      const px = (b: Beam) => b.coordinates.px[i]! * b.momentum;
      expect(Math.abs(energy(other) / energy(beam) - 1)).toBeLessThan(1e-15);
      expect(Math.abs(px(other) / px(beam) - 1)).toBeLessThan(1e-15);
    }
    expect(other.coordinates.tau).toEqual(beam.coordinates.tau);
    const back = other.withReferenceEnergy(beam.energy);
    // Rounding of a shift of 0.24: measured 3e-17.
    expect(worstDifference(back.coordinates.p, beam.coordinates.p)).toBeLessThan(2e-16);
  });

  it('refuses an energy below rest', () => {
    expect(() => gaussianBunch(2).withReferenceEnergy(1e5)).toThrow(BeamError);
  });
});

describe('Beam.merge', () => {
  it('keeps every macroparticle, its charge and its energy', () => {
    const [a, b] = [gaussianBunch(10, 1), gaussianBunch(20, 2).withReferenceEnergy(30e6)];
    const both = Beam.merge([a, b]);
    expect([both.particles, both.energy]).toEqual([30, a.energy]);
    expect(both.charge).toBeCloseTo(a.charge + b.charge, 22);
    expect(both.coordinates.x.slice(10)).toEqual(b.coordinates.x);
    const energy = both.energy + both.coordinates.p[15]! * both.momentum;
    expect(energy).toBeCloseTo(b.energy + b.coordinates.p[5]! * b.momentum, 6);
  });

  it('refuses nothing, and different species', () => {
    const protons = Beam.fromCoordinates(gaussianBunch(2).coordinates, {
      ...{ species: 'proton', energy: 1e9, charge: 1e-9 },
    });
    expect(() => Beam.merge([])).toThrow('Beam.merge needs at least one beam');
    expect(() => Beam.merge([gaussianBunch(2), protons])).toThrow(
      'only beams of one species can be merged, not electron and proton',
    );
  });
});

describe('beam.subsample', () => {
  it('keeps the charge, chooses without repeating, and the same on every machine', () => {
    const beam = unevenBunch();
    const few = beam.subsample(100, 7);
    expect(few.particles).toBe(100);
    expect(Math.abs(few.charge / beam.charge - 1)).toBeLessThan(1e-15);
    const indices = Array.from(few.coordinates.x, (x) => beam.coordinates.x.indexOf(x));
    expect(new Set(indices).size).toBe(100);
    expect(indices.slice(0, 5)).toEqual(PINNED_SUBSET);
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
  });

  it('chooses every macroparticle equally often', () => {
    const beam = gaussianBunch(10);
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      for (const x of beam.subsample(3, seed).coordinates.x) counts[beam.coordinates.x.indexOf(x)]! += 1;
    }
    // 600 each with a standard deviation of 20.5: measured 582 to 637.
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(80);
  });

  it('of all is the same beam', () => {
    const beam = unevenBunch();
    expect(differingCoordinates(beam.subsample(1000).coordinates, beam.coordinates)).toBe(0);
  });

  it.each([0, 1001, 1.5, Number.NaN])('refuses %d of 1000', (particles) => {
    expect(() => unevenBunch().subsample(particles)).toThrow('particles must be an integer from 1 to 1000');
  });
});

const PINNED_SUBSET = [2, 6, 27, 37, 42];

describe('beam.split', () => {
  it.each(['random', 'tau', 'p'] as const)('by charge, %s', (by) => {
    const beam = unevenBunch();
    const parts = beam.split([0.2, 0.5, 0.3], { by });
    for (const [k, fraction] of [0.2, 0.5, 0.3].entries()) {
      // To within one macroparticle of 1000.
      expect(Math.abs(parts[k]!.charge / beam.charge - fraction)).toBeLessThan(2e-3);
    }
    expect(parts.reduce((n, part) => n + part.particles, 0)).toBe(1000);
    const all = parts.flatMap((part) => [...part.coordinates.x]).sort((a, b) => a - b);
    expect(all).toEqual([...beam.coordinates.x].sort((a, b) => a - b));
    if (by === 'random') return;
    const [low, middle, high] = parts.map((part) => part.coordinates[by]) as [
      ...[Float64Array, Float64Array, Float64Array],
    ];
    expect(Math.max(...low)).toBeLessThanOrEqual(Math.min(...middle));
    expect(Math.max(...middle)).toBeLessThanOrEqual(Math.min(...high));
  });

  it('at random leaves every part with the moments of the whole', () => {
    const beam = gaussianBunch(20_000);
    for (const part of beam.split([0.5, 0.5])) {
      const { x } = part.coordinates;
      // Standard error 1e-5 of 1e-3.
      expect(Math.abs(average(x.length, (i) => x[i]!))).toBeLessThan(4e-5);
    }
  });

  it.each<[number[], object, string]>([
    [[0.5, 0.4], {}, 'fractions must add up to 1, not 0.9'],
    [[1.5, -0.5], {}, 'fractions[1] must be a positive number, not -0.5'],
    [[0.5, 0.5], { by: 'z' }, "by cannot be 'z'"],
    [[0.5, 0.5], { seeds: 1 }, "'seeds' is unknown — did you mean 'seed'?"],
  ])('refuses %j with %j', (fractions, options, message) => {
    expect(() => unevenBunch().split(fractions, options)).toThrow(message);
  });

  it('refuses a part that would be empty', () => {
    expect(() => gaussianBunch(2).split([0.1, 0.1, 0.8])).toThrow('no macroparticle with charge remains');
  });
});

describe('beam.filter', () => {
  it('keeps what the function says, with its charge', () => {
    const beam = unevenBunch();
    const core = beam.filter(({ x, charge }, index) => Math.abs(x) < 1e-3 && charge > 0 && index >= 10);
    const expected = [...beam.coordinates.x.slice(10)].filter((x) => Math.abs(x) < 1e-3);
    expect([...core.coordinates.x]).toEqual(expected);
    expect(core.charge).toBeLessThan(beam.charge);
  });

  it('refuses to keep nothing', () => {
    expect(() => unevenBunch().filter(() => false)).toThrow('no macroparticle with charge remains');
  });
});

it('no operation shares arrays with the beam that it came from', () => {
  const beam = unevenBunch();
  for (const other of [beam.withReferenceEnergy(30e6), Beam.merge([beam]), beam.subsample(1000)]) {
    for (const name of COORDINATES) expect(other.coordinates[name]).not.toBe(beam.coordinates[name]);
    expect(other.charges).not.toBe(beam.charges);
  }
});
