import { BeamError } from '../errors.js';
import { dotProduct, sumOf } from '../objective/sums.js';
import { requireBoolean } from '../options.js';

/** Option of distributions that can be made to have their moments exactly. */
export interface MatchOptions {
  /**
   * Shift and mix the sample so that its means and covariances are those asked for, to rounding (default false). Takes
   * more particles than the distribution has dimensions.
   */
  readonly matchMoments?: boolean | undefined;
}

/**
 * Whitens the columns if the options say so.
 *
 * @throws BeamError when `matchMoments` is not a boolean, or the sample is too small
 */
export function matchIfAsked(options: MatchOptions, columns: readonly Float64Array[]): void {
  if (requireBoolean(options.matchMoments ?? false, 'matchMoments', BeamError)) whiten(columns);
}

/**
 * Shifts and mixes columns, in place, so that their means are 0 and their population covariance is the unit matrix,
 * to rounding: columns ← L⁻¹(columns − mean), with the sample covariance C = L·Lᵀ (Cholesky). Each column is mixed with
 * earlier ones only.
 *
 * @throws BeamError when the sample is too small to have a covariance of full rank
 */
export function whiten(columns: readonly Float64Array[]): void {
  const n = columns[0]!.length;
  if (n <= columns.length) {
    throw new BeamError(`matchMoments needs more than ${columns.length} particles here, not ${n}`);
  }
  for (const column of columns) shift(column, -sumOf(column) / n);
  const factor = cholesky(columns.map((u, i) => columns.slice(0, i + 1).map((v) => dotProduct(u, v) / n)));
  for (const [i, column] of columns.entries()) {
    for (let j = 0; j < i; j++) addScaled(column, -factor[i]![j]!, columns[j]!);
    scale(column, 1 / factor[i]![i]!);
  }
}

function shift(column: Float64Array, by: number): void {
  for (let i = 0; i < column.length; i++) column[i] = column[i]! + by;
}

function scale(column: Float64Array, by: number): void {
  for (let i = 0; i < column.length; i++) column[i] = column[i]! * by;
}

function addScaled(column: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < column.length; i++) column[i] = column[i]! + factor * other[i]!;
}

/** The lower triangle L of a symmetric positive matrix L·Lᵀ given by its lower triangle, row by row. */
export function cholesky(lower: readonly number[][]): number[][] {
  const factor: number[][] = [];
  for (const row of lower) {
    const current: number[] = [];
    for (const [j, entry] of row.entries()) {
      const other = factor[j] ?? current; // row j of L, which on the diagonal is this row itself
      let rest = entry;
      for (let k = 0; k < j; k++) rest -= current[k]! * other[k]!;
      current.push(other === current ? Math.sqrt(rest) : rest / other[j]!);
    }
    factor.push(current);
  }
  return factor;
}
