import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../src/scaling/leastSquares.js';

/**
 * J. W. Longley's data of 1967, the ill-conditioned linear regression of NIST's Statistical Reference Datasets
 * (https://www.itl.nist.gov/div898/strd/lls/data/Longley.shtml): employment, then price deflator, product, unemployed, armed forces,
 * population, year.
 */
const LONGLEY = [
  [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
  [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
  [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
  [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
  [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
  [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
  [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
  [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
  [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
  [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
  [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
  [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
  [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
  [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
  [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
  [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
];
/** Certified coefficients and standard deviations. */
const CERTIFIED = [
  [-3482258.63459582, 890420.383607373],
  [15.0618722713733, 84.9149257747669],
  [-0.35819179292591e-1, 0.334910077722432e-1],
  [-2.02022980381683, 0.488399681651699],
  [-1.03322686717359, 0.214274163161675],
  [-0.511041056535807e-1, 0.22607320006937],
  [1829.15146461355, 455.478499142212],
];

describe('leastSquares', () => {
  it('finds the certified values of an ill-conditioned regression', () => {
    const rows = LONGLEY.map(([, ...factors]) => [1, ...factors]);
    const { coefficients, uncertainties } = leastSquares(
      rows,
      LONGLEY.map(([employed]) => employed!),
    )!;
    // 5e-12 measured: the price of year and product growing alike.
    for (const [j, [value, deviation]] of CERTIFIED.entries()) {
      expect(Math.abs(coefficients[j]! / value! - 1)).toBeLessThan(1e-9);
      expect(Math.abs(uncertainties[j]! / deviation! - 1)).toBeLessThan(1e-9);
    }
  });

  it('tells coefficients apart that differ by twenty orders of magnitude', () => {
    const generator = mersenne(1);
    const truth = [3e-9, -7e11, 2, 1e-4];
    const rows = Array.from({ length: 9 }, () =>
      [1e9, 1e-11, 1, 1e4].map((size) => size * uniformFloat64(generator)),
    );
    const values = rows.map((row) => row.reduce((sum, factor, j) => sum + factor * truth[j]!, 0));
    const { coefficients, uncertainties } = leastSquares(rows, values)!;
    for (const [j, value] of truth.entries()) {
      // 9e-16 measured.
      expect(Math.abs(coefficients[j]! / value - 1)).toBeLessThan(1e-12);
      expect(uncertainties[j]! / Math.abs(value)).toBeLessThan(1e-12);
    }
  });

  it('says so where columns depend on one another', () => {
    const ones = [1, 1, 1, 1];
    const line = (slope: number) => ones.map((_, i) => [1, i, slope * i + 2]);
    expect(leastSquares(line(3), ones)).toBeUndefined();
    expect(leastSquares(line(1e8), ones)).toBeUndefined();
    expect(
      leastSquares(
        [
          [1, 0],
          [2, 0],
          [3, 0],
        ],
        [1, 2, 3],
      ),
    ).toBeUndefined();
  });
});
