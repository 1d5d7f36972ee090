import { describe, expect, it } from 'vitest';
import { diagonal, inverse, multiplied, polar } from '../../src/elements/matrices.js';
import { symplecticViolation, triangularLifts } from '../../src/elements/symplectic.js';
import { LinearMap } from '../../src/index.js';
import { uniforms } from '../support/beams.js';
import { describeElementLaws, lawBeam } from '../support/elementLaws.js';
import { exponential, matrixError, matrixOf, multiply, transferMatrix } from '../support/matrices.js';

/** exp(J S) with a random symmetric S: any symplectic matrix near enough to 1, and products of two of them any at all. */
function randomSymplectic(seed: number, size: number): number[][] {
  const uniform = uniforms(seed);
  const one = () => {
    const s = matrixOf({}).map((row) => row.map(() => size * uniform()));
    const j = [0, 2, 4].map((q) => (q === 4 ? -1 : 1));
    const generator = s.map((row, i) =>
      row.map((_, k) => {
        const partner = i % 2 === 0 ? i + 1 : i - 1;
        const sign = (i % 2 === 0 ? 1 : -1) * j[i >> 1]!;
        return (sign * (s[partner]![k]! + s[k]![partner]!)) / 2;
      }),
    );
    return exponential(generator);
  };
  return multiply(one(), one());
}

const swap = (a: number, b: number) => ({
  [`R${a}${b}`]: 1,
  [`R${b}${a}`]: -1,
  [`R${a}${a}`]: 0,
  [`R${b}${b}`]: 0,
});

/** Matrices in which one block or another is singular or derogatory. */
const SPECIAL: Readonly<Record<string, number[][]>> = {
  identity: matrixOf({}),
  'minus identity': matrixOf({ R11: -1, R22: -1, R33: -1, R44: -1, R55: -1, R66: -1 }),
  drift: matrixOf({ R12: 2, R34: 3, R56: -0.1 }),
  'thin lens': matrixOf({ R21: 2, R43: -3, R65: 0.1 }),
  magnifier: matrixOf({ R11: 3, R22: 1 / 3, R33: 0.2, R44: 5 }),
  'quarter turn in x': matrixOf(swap(1, 2)),
  'quarter turns in x and y': matrixOf({ ...swap(1, 2), ...swap(3, 4) }),
  'planes exchanged': matrixOf({
    ...{ R11: 0, R33: 0, R13: 1, R31: 1, R22: 0, R44: 0, R24: 1, R42: 1 },
  }),
  'planes turned': matrixOf({
    ...{ R11: 0.6, R13: 0.8, R31: -0.8, R33: 0.6, R22: 0.6, R24: 0.8, R42: -0.8, R44: 0.6 },
  }),
  'planes turned, and a quarter turn': multiply(
    matrixOf({ ...{ R11: 0.6, R13: 0.8, R31: -0.8, R33: 0.6, R22: 0.6, R24: 0.8, R42: -0.8, R44: 0.6 } }),
    matrixOf({ ...swap(1, 2), ...swap(3, 4) }),
  ),
  'x with tau': multiply(matrixOf({ R16: 0.3, R52: -0.3 }), matrixOf({ R12: 1 })),
};

describeElementLaws({
  'a linear map': new LinearMap({ matrix: randomSymplectic(1, 0.5) }),
  'one that is the identity': new LinearMap({ matrix: SPECIAL.identity! }),
});

describe('LinearMap', () => {
  const beam = lawBeam();

  it.each(Object.entries(SPECIAL))('is the matrix that it is given: %s', async (_, matrix) => {
    expect(symplecticViolation(matrix)).toBeLessThan(1e-15);
    expect(matrixError(await transferMatrix(new LinearMap({ matrix }), beam), matrix)).toBeLessThan(1e-11);
  });

  it('is any of 300 random ones', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const matrix = randomSymplectic(seed, 0.1 * (1 + (seed % 10)));
      const lifts = triangularLifts(matrix);
      expect(lifts.length).toBeLessThanOrEqual(10);
      // Multiplied out without rounding to quanta; measured 3e-12.
      expect(matrixError(product(lifts), matrix)).toBeLessThan(1e-10);
    }
  });

  it('leaves nothing to do for the identity, and one lift for a drift or a lens', () => {
    expect(triangularLifts(SPECIAL.identity!)).toHaveLength(0);
    expect(triangularLifts(SPECIAL.drift!)).toHaveLength(1);
    expect(triangularLifts(SPECIAL['thin lens']!)).toHaveLength(1);
  });

  it('takes a printed matrix, and makes it symplectic', async () => {
    const printed = randomSymplectic(5, 0.5).map((row) => row.map((value) => Number(value.toFixed(7))));
    const found = await transferMatrix(new LinearMap({ matrix: printed }), beam);
    expect(matrixError(found, printed)).toBeLessThan(1e-6);
    expect(symplecticViolation(found)).toBeLessThan(1e-10);
  });

  it.each<[unknown, string]>([
    [undefined, 'matrix of a linearMap must be six rows of six numbers, not undefined'],
    [[[1]], 'must be six rows of six numbers'],
    [matrixOf({ R11: Number.NaN }), 'matrix of a linearMap must be a finite number, not NaN'],
    [
      matrixOf({ R11: 1.1 }),
      'matrix of a linearMap is not symplectic: MᵀJM differs from J by 0.083 of the square of its largest entry',
    ],
  ])('refuses what is no symplectic matrix (%#)', (matrix, message) => {
    expect(() => new LinearMap({ matrix } as never)).toThrow(message);
  });
});

describe('small matrices', () => {
  it('are inverted with pivoting, and have polar decompositions', () => {
    const a = [
      [0, 2, 1],
      [3, 0, 0],
      [0, 1, -1],
    ];
    expect(matrixError(multiplied(a, inverse(a)!) as number[][], diagonal([1, 1, 1]))).toBeLessThan(1e-15);
    expect(
      inverse([
        [1, 2],
        [2, 4],
      ]),
    ).toBeUndefined();
    const { symmetric, orthogonal } = polar(a);
    expect(matrixError(multiplied(symmetric, orthogonal) as number[][], a)).toBeLessThan(1e-14);
  });
});

/** In (x, px, y, py, tau, p), from lifts in (x, y, tau) and (px, py, −p). */
function product(lifts: ReturnType<typeof triangularLifts>): number[][] {
  const matrices = lifts.map(({ of, matrix }) => {
    const out = matrixOf({});
    for (const [i, row] of matrix.entries()) {
      for (const [j, value] of row.entries()) {
        const flip = of === 'positions' ? (j === 2 ? -1 : 1) : i === 2 ? -1 : 1;
        const [to, from] = of === 'positions' ? [2 * i, 2 * j + 1] : [2 * i + 1, 2 * j];
        out[to]![from] = flip * value;
      }
    }
    return out;
  });
  return matrices.length === 0 ? matrixOf({}) : multiply(...matrices.toReversed());
}
