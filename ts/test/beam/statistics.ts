import { COORDINATES } from '../../src/beam/coordinates.js';

/** Mean of f(i) over i = 0 … n − 1, by a plain loop: independent of the library's own sums. */
export function average(n: number, f: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f(i);
  return sum / n;
}

/** Population covariance of two arrays of equal weight. */
export function covarianceOf(u: ArrayLike<number>, v: ArrayLike<number>): number {
  const uMean = average(u.length, (i) => u[i]!);
  const vMean = average(v.length, (i) => v[i]!);
  return average(u.length, (i) => (u[i]! - uMean) * (v[i]! - vMean));
}

/** All coordinates of one particle. */
export function particleOf(coordinates: Record<string, Float64Array>, i: number): number[] {
  return COORDINATES.map((name) => coordinates[name]![i]!);
}

/** The largest |a − b| over the entries. */
export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}

/** The largest distance between the distribution of a sample and a cumulative one. */
export function kolmogorovDistance(sample: Float64Array, share: (value: number) => number): number {
  const sorted = sample.slice().sort();
  const n = sorted.length;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const expected = share(sorted[i]!);
    worst = Math.max(worst, expected - i / n, (i + 1) / n - expected);
  }
  return worst;
}
