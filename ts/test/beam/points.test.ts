import { describe, expect, it } from 'vitest';
import { unitCubePoints } from '../../src/beam/points.js';
import { BeamError } from '../../src/errors.js';
import { average, covarianceOf } from './statistics.js';

/** Radical inverse by digits, straight from its definition. */
function radicalInverse(index: number, base: number): number {
  let value = 0;
  let weight = 1 / base;
  for (let i = index; i > 0; i = Math.floor(i / base), weight /= base) value += weight * (i % base);
  return value;
}

describe('random points', () => {
  it('are 53-bit fractions of the Mersenne twister', () => {
    // The first outputs of MT19937 with its customary seed 5489, as every implementation gives them.
    const [a, b, c, d] = [3499211612n, 581869302n, 3890346734n, 3586334585n];
    const fraction = (high: bigint, low: bigint) =>
      Number(((high % 2n ** 26n) << 27n) + (low % 2n ** 27n)) / 2 ** 53;
    const [first, second] = unitCubePoints({ particles: 1, seed: 5489 }, 2);
    expect([first![0], second![0]]).toEqual([fraction(a!, b!), fraction(c!, d!)]);
  });

  it('begin alike for any number of particles', () => {
    const short = unitCubePoints({ particles: 5, seed: 3 }, 3);
    const long = unitCubePoints({ particles: 9, seed: 3 }, 3);
    expect(long.map((column) => column.slice(0, 5))).toEqual(short);
  });

  it('depend on the seed, which is 1 by default', () => {
    const first = (seed?: number) => unitCubePoints({ particles: 1, seed }, 1)[0]![0];
    expect(first()).toBe(first(1));
    expect(new Set([0, 1, 2, 2 ** 32 - 1].map(first)).size).toBe(4);
  });
});

describe('quiet points', () => {
  it('are the Halton sequence, shifted modulo 1', () => {
    const columns = unitCubePoints({ particles: 200, seed: 7, sampling: 'quiet' }, 6);
    for (const [d, base] of [2, 3, 5, 7, 11, 13].entries()) {
      const column = columns[d]!;
      const shift = column[0]!;
      for (let i = 0; i < 200; i++) {
        expect(column[i]).toBeCloseTo((radicalInverse(i, base) + shift) % 1, 14);
      }
    }
  });

  it('begin alike for any number of particles', () => {
    const short = unitCubePoints({ particles: 50, seed: 3, sampling: 'quiet' }, 6);
    const long = unitCubePoints({ particles: 5000, seed: 3, sampling: 'quiet' }, 6);
    expect(long.map((column) => column.slice(0, 50))).toEqual(short);
  });

  it('stay in [0, 1) and fill it evenly: every tenth holds a tenth', () => {
    const n = 10000;
    for (const column of unitCubePoints({ particles: n, seed: 11, sampling: 'quiet' }, 6)) {
      expect(column.every((u) => u >= 0 && u < 1)).toBe(true);
      const counts = new Array<number>(10).fill(0);
      for (const u of column) counts[Math.floor(10 * u)]! += 1;
      // The one-dimensional discrepancy of a radical inverse: a few points; measured at most 2. Random ones scatter by 30.
      for (const count of counts) expect(Math.abs(count - n / 10)).toBeLessThan(10);
    }
  });

  it('integrate means and products better than random ones, over seeds', () => {
    const worstOver = (sampling: 'random' | 'quiet') => {
      let mean = 0;
      let product = 0;
      for (let seed = 0; seed < 8; seed++) {
        const columns = unitCubePoints({ particles: 10000, seed, sampling }, 6);
        for (const [i, u] of columns.entries()) {
          mean = Math.max(mean, Math.abs(average(u.length, (k) => u[k]!) - 0.5));
          for (const v of columns.slice(0, i)) product = Math.max(product, 12 * Math.abs(covarianceOf(u, v)));
        }
      }
      return { mean, product };
    };
    const quiet = worstOver('quiet');
    const random = worstOver('random');
    expect(quiet.mean).toBeLessThan(random.mean / 10);
    expect(quiet.product).toBeLessThan(random.product / 3);
  });
});

describe('unitCubePoints refuses', () => {
  const cases: [string, object, RegExp][] = [
    ['no particles', { particles: 0 }, /^particles must be an integer from 1 to 2147483647, not 0$/],
    ['half a particle', { particles: 1.5 }, /particles must be an integer/],
    ['an absurd number', { particles: 1e12 }, /particles must be an integer/],
    ['a missing number', {}, /particles must be an integer .* not undefined/],
    ['a negative seed', { particles: 1, seed: -1 }, /^seed must be an integer from 0 to 4294967295, not -1$/],
    [
      'an unknown sampling',
      { particles: 1, sampling: 'quite' },
      /^sampling cannot be 'quite' — did you mean 'quiet'\?$/,
    ],
  ];
  it.each(cases)('%s', (_, options, message) => {
    const make = () => unitCubePoints(options as { particles: number }, 1);
    expect(make).toThrow(BeamError);
    expect(make).toThrow(message);
  });
});
