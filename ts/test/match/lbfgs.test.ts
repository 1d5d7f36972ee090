import { describe, expect, it } from 'vitest';
import { lbfgs, type Smooth } from '../../src/match/lbfgs.js';
import type { Iterate } from '../../src/match/optimum.js';

const FREE = (n: number) => ({
  lower: new Float64Array(n).fill(Number.NEGATIVE_INFINITY),
  upper: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
});

/** ½(x − c)ᵀA(x − c) with A = diag(1, 10, 100) plus ½ in every place: its minimum is c. */
const CENTRE = [1, -2, 0.5];
const A = [1, 10, 100].map((d, i) => [0, 1, 2].map((j) => (i === j ? d : 0) + 0.5));
function quadratic(x: Float64Array): Smooth {
  const d = CENTRE.map((c, i) => x[i]! - c);
  const gradient = Float64Array.from(A, (row) => row.reduce((sum, a, j) => sum + a * d[j]!, 0));
  return { value: d.reduce((sum, a, i) => sum + 0.5 * a * gradient[i]!, 0), gradient };
}

/** H. H. Rosenbrock, Comput. J. 3 (1960) 175: minimum 0 at (1, 1). */
function rosenbrock(x: Float64Array): Smooth {
  const [a, b] = [1 - x[0]!, x[1]! - x[0]! ** 2];
  return {
    value: a * a + 100 * b * b,
    gradient: Float64Array.of(-2 * a - 400 * x[0]! * b, 200 * b),
  };
}

async function minimise(
  evaluate: (x: Float64Array) => Smooth | undefined,
  start: readonly number[],
  { bounds = FREE(start.length), tolerance = 1e-10 } = {},
) {
  let evaluations = 0;
  const iterates: Iterate[] = [];
  const optimum = await lbfgs({
    ...{ start: Float64Array.from(start), bounds, tolerance },
    evaluate: async (point) => {
      evaluations++;
      return evaluate(point);
    },
    onIterate: (iterate) => iterates.push(iterate),
  });
  return { optimum: optimum!, evaluations, iterates };
}

describe('lbfgs', () => {
  it('finds the minimum of a quadratic, each value below the one before', async () => {
    const { optimum, evaluations, iterates } = await minimise(quadratic, [0, 0, 0]);
    expect(optimum.reason).toBe('stationary');
    for (const [i, c] of CENTRE.entries()) expect(Math.abs(optimum.point[i]! - c)).toBeLessThan(1e-8);
    expect(evaluations).toBeLessThan(25);
    for (const [i, { value }] of iterates.slice(1).entries()) expect(value).toBeLessThan(iterates[i]!.value);
  });

  it('finds the end of Rosenbrock’s valley', async () => {
    const { optimum, evaluations } = await minimise(rosenbrock, [-1.2, 1]);
    expect(Math.hypot(optimum.point[0]! - 1, optimum.point[1]! - 1)).toBeLessThan(1e-7);
    expect(evaluations).toBeLessThan(80);
  });

  it('stays on a bound that is in the way: there the free variables take their own minimum', async () => {
    const bounds = { ...FREE(3), lower: Float64Array.of(-9, -1, -9), upper: Float64Array.of(0.25, 9, 9) };
    const { optimum } = await minimise(quadratic, [0, 0, 0], { bounds });
    expect(optimum.reason).toBe('stationary');
    expect(Array.from(optimum.point.subarray(0, 2))).toEqual([0.25, -1]);
    // ∂/∂x₂ = 0 with x₀ and x₁ held: 100.5·(x₂ − c₂) = −0.5·((x₀ − c₀) + (x₁ − c₁))
    const held = 0.25 - CENTRE[0]! + (-1 - CENTRE[1]!);
    expect(optimum.point[2]).toBeCloseTo(CENTRE[2]! - (0.5 * held) / 100.5, 10);
  });

  it('starts within the bounds, and stops at once where nothing may move', async () => {
    const bounds = { lower: Float64Array.of(2, 2), upper: Float64Array.of(2, 2) };
    const { optimum, evaluations } = await minimise(rosenbrock, [0, 0], { bounds });
    expect(Array.from(optimum.point)).toEqual([2, 2]);
    expect([optimum.reason, evaluations]).toEqual(['stationary', 1]);
  });

  it('steps back from where there is no value', async () => {
    // −log has none left of 0, where the first steps lead; minimum of x − log x at 1.
    const evaluate = (x: Float64Array) =>
      x[0]! > 0 ? { value: x[0]! - Math.log(x[0]!), gradient: Float64Array.of(1 - 1 / x[0]!) } : undefined;
    const { optimum } = await minimise(evaluate, [0.01]);
    expect(optimum.point[0]).toBeCloseTo(1, 8);
    expect((await minimise(evaluate, [-1])).optimum).toBeUndefined();
  });

  it('says so where no step is better although the gradient promises one', async () => {
    const kink = (x: Float64Array) => ({ value: Math.abs(x[0]!), gradient: Float64Array.of(1) });
    const { optimum } = await minimise(kink, [0]);
    expect(optimum).toMatchObject({ reason: 'precision', value: 0 });
  });
});
