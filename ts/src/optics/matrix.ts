/** Square matrices as rows of numbers; small ones, so that clarity counts. */
export type Matrix = readonly (readonly number[])[];

/** a·b. */
export function multiply(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/** The rows and columns of these indices. */
export function block(m: Matrix, rows: readonly number[], columns: readonly number[] = rows): number[][] {
  return rows.map((i) => columns.map((j) => m[i]![j]!));
}

export function determinant2(m: Matrix): number {
  return m[0]![0]! * m[1]![1]! - m[0]![1]! * m[1]![0]!;
}

/**
 * Solves a·x = b by elimination with partial pivoting.
 *
 * @returns undefined where a is singular to working precision
 */
export function solve(a: Matrix, b: readonly number[]): number[] | undefined {
  const n = b.length;
  const rows = a.map((row, i) => [...row, b[i]!]);
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k);
    if (Math.abs(rows[pivot]![k]!) < 1e-14) return undefined;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = x.reduce((sum, value, j) => (j > i ? sum + rows[i]![j]! * value : sum), 0);
    x[i] = (rows[i]![n]! - known) / rows[i]![i]!;
  }
  return x;
}

/** Rows of the identity minus m. */
export function identityMinus(m: Matrix): number[][] {
  return m.map((row, i) => row.map((value, j) => (i === j ? 1 : 0) - value));
}
