import { describe, expect, it } from 'vitest';
import { levenbergMarquardt } from '../../src/match/levenbergMarquardt.js';
import type { Iterate } from '../../src/match/optimum.js';

interface Functions {
  readonly residuals: (x: Float64Array) => number[] | undefined;
  readonly jacobian: (x: Float64Array) => number[][];
}

const ROSENBROCK: Functions = {
  residuals: ([x = 0, y = 0]) => [1 - x, 10 * (y - x * x)],
  jacobian: ([x = 0]) => [
    [-1, 0],
    [-20 * x, 10],
  ],
};

/**
 * M. J. D. Powell’s badly scaled function, J. J. Moré, B. S. Garbow and K. E. Hillstrom, ACM TOMS 7 (1981) 17, number 3: zero at
 * (1.098159…e-5, 9.106146…).
 */
const BADLY_SCALED: Functions = {
  residuals: ([x = 0, y = 0]) => [1e4 * x * y - 1, Math.exp(-x) + Math.exp(-y) - 1.0001],
  jacobian: ([x = 0, y = 0]) => [
    [1e4 * y, 1e4 * x],
    [-Math.exp(-x), -Math.exp(-y)],
  ],
};

/** The same collection, number 15 (J. Kowalik and M. R. Osborne): eleven residuals that four variables cannot make vanish. */
const Y = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
const U = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
const KOWALIK: Functions = {
  residuals: ([a = 0, b = 0, c = 0, d = 0]) =>
    Y.map((y, i) => y - (a * (U[i]! ** 2 + U[i]! * b)) / (U[i]! ** 2 + U[i]! * c + d)),
  jacobian: ([a = 0, b = 0, c = 0, d = 0]) =>
    U.map((u) => {
      const [above, below] = [u * u + u * b, u * u + u * c + d];
      return [-above / below, (-a * u) / below, (a * above * u) / below ** 2, (a * above) / below ** 2];
    }),
};

async function minimise(
  { residuals, jacobian }: Functions,
  start: readonly number[],
  { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY, tolerance = 1e-8, met = 1e-12 } = {},
) {
  const counts = { residuals: 0, jacobians: 0 };
  const iterates: Iterate[] = [];
  const optimum = await levenbergMarquardt({
    start: Float64Array.from(start),
    bounds: {
      lower: new Float64Array(start.length).fill(lower),
      upper: new Float64Array(start.length).fill(upper),
    },
    tolerance,
    residuals: async (point) => {
      counts.residuals++;
      const found = residuals(point);
      return found && Float64Array.from(found);
    },
    jacobian: async (point) => {
      counts.jacobians++;
      return jacobian(point).map((row) => Float64Array.from(row));
    },
    isMet: (found) => found.every((r) => Math.abs(r) <= met),
    onIterate: (iterate) => iterates.push(iterate),
  });
  return { optimum: optimum!, counts, iterates };
}

describe('levenbergMarquardt', () => {
  it('solves linear equations with two Jacobians at most', async () => {
    const linear: Functions = {
      residuals: ([x = 0, y = 0]) => [3 * x + y - 5, x - 2 * y + 3],
      jacobian: () => [
        [3, 1],
        [1, -2],
      ],
    };
    const { optimum, counts } = await minimise(linear, [0, 0]);
    expect(optimum.reason).toBe('targets');
    expect(optimum.point[0]).toBeCloseTo(1, 12);
    expect(optimum.point[1]).toBeCloseTo(2, 12);
    expect(counts.jacobians).toBeLessThanOrEqual(2);
  });

  it('finds the zero of Rosenbrock’s residuals, each value below the one before', async () => {
    const { optimum, counts, iterates } = await minimise(ROSENBROCK, [-1.2, 1]);
    expect(optimum.reason).toBe('targets');
    expect(Math.hypot(optimum.point[0]! - 1, optimum.point[1]! - 1)).toBeLessThan(1e-11);
    expect(counts.jacobians).toBeLessThan(30);
    for (const [i, { value }] of iterates.slice(1).entries()) expect(value).toBeLessThan(iterates[i]!.value);
  });

  it('does not care how variables are scaled', async () => {
    const { optimum } = await minimise(BADLY_SCALED, [0, 1]);
    expect(optimum.reason).toBe('targets');
    expect(optimum.point[0]! / 1.098159e-5).toBeCloseTo(1, 5);
    expect(optimum.point[1]! / 9.106146).toBeCloseTo(1, 5);
  });

  it('ends at the published minimum of what cannot vanish', async () => {
    const { optimum } = await minimise(KOWALIK, [0.25, 0.39, 0.415, 0.39]);
    expect(optimum.reason).toBe('stationary');
    expect(optimum.value / 3.07505e-4).toBeCloseTo(1, 5);
  });

  it('stays on a bound that is in the way', async () => {
    // With x ≤ 0.5 the least of (1 − x)² + 100(y − x²)² is 0.25 at (0.5, 0.25).
    const { optimum } = await minimise(ROSENBROCK, [-1.2, -3], { upper: 0.5 });
    expect(optimum).toMatchObject({ reason: 'stationary' });
    expect(optimum.point[0]).toBe(0.5);
    expect(optimum.point[1]).toBeCloseTo(0.25, 8);
    expect(optimum.value).toBeCloseTo(0.25, 12);
  });

  it('steps back from where there are no residuals', async () => {
    const log: Functions = {
      residuals: ([x = 0]) => (x > 0 ? [Math.log(x)] : undefined),
      jacobian: ([x = 0]) => [[1 / x]],
    };
    // The first full step from 5 leads to 5 − 5·log 5 < 0.
    expect((await minimise(log, [5])).optimum.point[0]).toBeCloseTo(1, 10);
    expect((await minimise(log, [-5])).optimum).toBeUndefined();
  });

  it('leaves a variable alone that does nothing', async () => {
    const blind: Functions = { residuals: ([x = 0]) => [x - 3], jacobian: () => [[1, 0]] };
    const { optimum } = await minimise(blind, [0, 7]);
    expect(optimum.point[0]).toBeCloseTo(3, 12);
    expect(optimum.point[1]).toBe(7);
  });

  it('stops with what it has where residuals jump', async () => {
    const noisy: Functions = { residuals: ([x = 0]) => [x === 0 ? 1 : 2], jacobian: () => [[1]] };
    expect((await minimise(noisy, [0])).optimum).toMatchObject({ reason: 'precision', value: 1 });
  });
});
