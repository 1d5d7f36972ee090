import { type Matrix, multiply } from '../optics/matrix.js';

export type { Matrix } from '../optics/matrix.js';

/** n×n from a function of row and column. */
export function matrix(n: number, entry: (i: number, j: number) => number): Matrix {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j)));
}

export const identity = (n: number): Matrix => matrix(n, (i, j) => (i === j ? 1 : 0));
export const diagonal = (values: readonly number[]): Matrix =>
  matrix(values.length, (i, j) => (i === j ? values[i]! : 0));

export function transposed(a: Matrix): Matrix {
  return matrix(a.length, (i, j) => a[j]![i]!);
}

export function scaled(a: Matrix, factor: number): Matrix {
  return matrix(a.length, (i, j) => factor * a[i]![j]!);
}

export function added(a: Matrix, b: Matrix): Matrix {
  return matrix(a.length, (i, j) => a[i]![j]! + b[i]![j]!);
}

/** The product of all, the last one acting first. */
export function multiplied(...factors: readonly Matrix[]): Matrix {
  return factors.reduce(multiply);
}

/** (A + Aᵀ)/2 */
export function symmetrised(a: Matrix): Matrix {
  return matrix(a.length, (i, j) => 0.5 * (a[i]![j]! + a[j]![i]!));
}

/** The largest entry's magnitude. */
export function largest(a: Matrix): number {
  return Math.max(...a.flat().map(Math.abs));
}

/** The inverse by elimination with the largest pivot of each column; `undefined` where there is none. */
export function inverse(a: Matrix): Matrix | undefined {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...identity(n)[i]!]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const top = rows[column]!;
    const by = top[column]!;
    if (by === 0 || !Number.isFinite(by)) return undefined;
    for (const [i, row] of rows.entries()) {
      if (i === column) continue;
      const factor = row[column]! / by;
      for (let j = column; j < 2 * n; j++) row[j]! -= factor * top[j]!;
    }
  }
  return matrix(n, (i, j) => rows[i]![n + j]! / rows[i]![i]!);
}

const MOST_ROUNDS = 100;

/**
 * The polar decomposition A = P·O of an invertible matrix: P symmetric and positive, O orthogonal. O is the limit of X ← (gX + X⁻ᵀ/g)/2
 * from X = A (N. J. Higham, SIAM J. Sci. Stat. Comput. 7 (1986) 1160, with its scaling g).
 */
export function polar(a: Matrix): { symmetric: Matrix; orthogonal: Matrix } {
  let x = a;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const inverted = transposed(inverse(x)!);
    const g = Math.sqrt(frobenius(inverted) / frobenius(x));
    const next = added(scaled(x, g / 2), scaled(inverted, 0.5 / g));
    const change = largest(added(next, scaled(x, -1)));
    x = next;
    if (change < 1e-15) break;
  }
  return { symmetric: symmetrised(multiplied(a, transposed(x))), orthogonal: x };
}

function frobenius(a: Matrix): number {
  return Math.sqrt(a.flat().reduce((sum, value) => sum + value * value, 0));
}

export function determinant(a: Matrix): number {
  if (a.length === 1) return a[0]![0]!;
  const minor = (column: number) => a.slice(1).map((row) => row.filter((_, j) => j !== column));
  return a[0]!.reduce((sum, value, j) => sum + (j % 2 === 0 ? 1 : -1) * value * determinant(minor(j)), 0);
}
