import { describe, expect, it } from 'vitest';
import { COORDINATES } from '../../src/beam/coordinates.js';
import { type MomentsCotangent, momentsOf, pullBackMoments } from '../../src/objective/moments.js';
import { CompensatedSum, dotProduct, sumOf } from '../../src/objective/sums.js';
import { PARTICLES, sampleParticles } from './fixtures.js';

describe('compensated sums', () => {
  it('keep what a plain sum loses', () => {
    expect(sumOf(Float64Array.of(1, 1e100, 1, -1e100))).toBe(2);
    expect(dotProduct(Float64Array.of(1, 1e8, -1e8), Float64Array.of(3, 1e8, 1e8))).toBe(3);
    const sum = new CompensatedSum();
    for (let i = 0; i < 1e6; i++) sum.add(0.1);
    expect(sum.value).toBe(1e5); // a plain loop is off by 1e-6
  });

  it('of nothing are 0', () => {
    expect(sumOf(new Float64Array(0))).toBe(0);
  });
});

describe('pullBackMoments', () => {
  const { coordinates, charges } = sampleParticles(0);
  // Not symmetric: the value Σ c̄ᵢⱼ Cᵢⱼ runs over all 36 entries.
  const cotangent: MomentsCotangent = {
    mean: Float64Array.from({ length: 6 }, (_, i) => Math.cos(i)),
    covariance: Float64Array.from({ length: 36 }, (_, k) => Math.sin(3 * k + 1)),
  };
  const value = () => {
    const moments = momentsOf(coordinates, charges);
    return dotProduct(cotangent.mean, moments.mean) + dotProduct(cotangent.covariance, moments.covariance);
  };
  const difference = (array: Float64Array, i: number) => {
    const before = array[i]!;
    const at = (step: number) => {
      array[i] = before + step;
      const result = value();
      array[i] = before;
      return result;
    };
    return (at(1e-5) - at(-1e-5)) / 2e-5;
  };
  const bar = pullBackMoments(cotangent, momentsOf(coordinates, charges), coordinates, charges);

  // Derivatives of order one: the central difference is right to 1e-10.
  it('is the derivative by every coordinate', () => {
    for (const name of COORDINATES) {
      for (let i = 0; i < PARTICLES; i++) {
        expect(bar.coordinates[name][i]).toBeCloseTo(difference(coordinates[name], i), 9);
      }
    }
  });

  it('is the derivative by every charge', () => {
    for (let i = 0; i < PARTICLES; i++) expect(bar.charges[i]).toBeCloseTo(difference(charges, i), 9);
  });
});
