/** A linear fit. */
export interface Fit {
  /** `[n]`, in the order of the columns. */
  readonly coefficients: readonly number[];
  /** Standard uncertainties of the coefficients, `[n]`. */
  readonly uncertainties: readonly number[];
}

/** Of a column that has been scaled to 1 and is a sum of others nothing but rounding is left: this much at most. */
const DEPENDENT = 1e-10;

/**
 * The coefficients x that minimise |A·x − y|², by Householder reflections (G. H. Golub and C. F. Van Loan, Matrix
 * Computations, 4th edition, 5.3.2). Columns are scaled to unit length first: those of a memory law differ by ten orders of
 * magnitude, and what decides about accuracy is whether they are independent, not how large they are.
 *
 * Uncertainties are σ·√diag((AᵀA)⁻¹), with σ² the sum of squared residuals by degree of freedom: rows of equal accuracy are the
 * caller's to make, by multiplying them with weights.
 *
 * @param rows - A, `[m][n]` with m > n
 * @param values - y, `[m]`
 * @returns undefined if a column depends on those before it, so that the data do not determine the coefficients
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  values: readonly number[],
): Fit | undefined {
  const n = rows[0]!.length;
  const scales = Array.from({ length: n }, (_, j) => Math.hypot(...rows.map((row) => row[j]!)));
  if (scales.includes(0)) return undefined;
  const a = rows.map((row, i) => [...row.map((value, j) => value / scales[j]!), values[i]!]);
  for (let j = 0; j < n; j++) {
    if (!eliminate(a, j)) return undefined;
  }
  const inverse = invertTriangle(a, n);
  const freedom = rows.length - n;
  const squares = a.slice(n).reduce((sum, row) => sum + row[n]! ** 2, 0);
  const deviation = Math.sqrt(squares / freedom);
  return {
    coefficients: inverse.map((row, j) => row.reduce((sum, r, k) => sum + r * a[k]![n]!, 0) / scales[j]!),
    uncertainties: inverse.map((row, j) => (deviation * Math.hypot(...row)) / scales[j]!),
  };
}

/** Reflects the rows from j on so that column j is zero below its diagonal; false if nothing is left of it. */
function eliminate(a: number[][], j: number): boolean {
  const below = a.slice(j);
  const length = Math.hypot(...below.map((row) => row[j]!));
  if (length < DEPENDENT) return false;
  const pivot = a[j]![j]! > 0 ? -length : length;
  const mirror = below.map((row, i) => row[j]! - (i === 0 ? pivot : 0));
  const squared = mirror.reduce((sum, value) => sum + value ** 2, 0);
  for (let k = j; k < a[j]!.length; k++) {
    const along = below.reduce((sum, row, i) => sum + mirror[i]! * row[k]!, 0);
    const factor = (2 * along) / squared;
    for (const [i, row] of below.entries()) row[k]! -= factor * mirror[i]!;
  }
  return true;
}

/** The inverse of the upper triangle R in the first n rows and columns, `[n][n]`. */
function invertTriangle(a: readonly (readonly number[])[], n: number): number[][] {
  const inverse = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let k = 0; k < n; k++) {
    inverse[k]![k] = 1 / a[k]![k]!;
    for (let i = k - 1; i >= 0; i--) {
      let sum = 0;
      for (let j = i + 1; j <= k; j++) sum += a[i]![j]! * inverse[j]![k]!;
      inverse[i]![k] = -sum / a[i]![i]!;
    }
  }
  return inverse;
}
