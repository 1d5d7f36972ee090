import { describe, expect, it } from 'vitest';
import { normalQuantile, toNormal } from '../../src/beam/normal.js';

/** Φ⁻¹ computed with 40 digits (root of the normal distribution function). */
const QUANTILES: [number, number][] = [
  [2 ** -54, -8.292361075813595],
  [1e-15, -7.941345326170997],
  [1e-11, -6.706023155495136],
  [1e-6, -4.753424308822899],
  [0.01, -2.326347874040841],
  [0.07, -1.4757910281791706],
  [0.075, -1.439531470938456],
  [0.3, -0.5244005127080408],
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.926, 1.4466320671589787],
  [0.999, 3.090232306167813],
  [1 - 2 ** -20, 4.7630010342678135],
  [1 - 2 ** -53, 8.209536151601387],
];

describe('normalQuantile', () => {
  it.each(QUANTILES)('of %d is %d', (u, z) => {
    // Measured worst: 3.4e-16 relative.
    expect(Math.abs(normalQuantile(u) - z)).toBeLessThanOrEqual(1e-15 * Math.abs(z));
  });

  it('is finite at 0, which the uniform numbers include', () => {
    expect(normalQuantile(0)).toBe(normalQuantile(2 ** -54));
  });

  it('is odd about one half', () => {
    for (const u of [0.001, 0.0625, 0.25, 0.4375]) {
      expect(normalQuantile(1 - u)).toBeCloseTo(-normalQuantile(u), 14);
    }
  });

  it('works on a column in place', () => {
    const column = Float64Array.of(0.25, 0.5);
    toNormal(column);
    expect([...column]).toEqual([normalQuantile(0.25), 0]);
  });
});
