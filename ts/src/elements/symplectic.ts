import {
  added,
  determinant,
  diagonal,
  identity,
  inverse,
  largest,
  type Matrix,
  matrix,
  multiplied,
  polar,
  scaled,
  symmetrised,
  transposed,
} from './matrices.js';

/** A lift of all positions q += S m, or of all momenta m += S q, with q = (x, y, tau), m = (px, py, −p) and S symmetric [3][3]. */
export interface TriangularLift {
  readonly of: 'positions' | 'momenta';
  readonly matrix: Matrix;
}

/** Where q and m lie among (x, px, y, py, tau, p); the sign of p makes every pair conjugate. */
const POSITIONS = [0, 2, 4];
const MOMENTA = [1, 3, 5];
const signOf = (coordinate: number) => (coordinate === 5 ? -1 : 1);

/** Largest entry of MᵀJM − J: 0 for a symplectic matrix of (x, px, y, py, tau, p). */
export function symplecticViolation(m: Matrix): number {
  const j = matrix(6, (row, column) => {
    if (row % 2 === 0) return column === row + 1 ? signOf(column) : 0;
    return column === row - 1 ? -signOf(row) : 0;
  });
  return largest(added(multiplied(transposed(m), j, m), scaled(j, -1)));
}

/**
 * A symplectic matrix as a product of lifts, in the order in which they act: at most ten. With M = [A B; C D] in q and m:
 *
 * 1. a lift of positions by a diagonal −T first, T chosen such that B + A T can be inverted. By the theorem on complementary bases (F. M.
 *    Dopico and C. R. Johnson, Linear Algebra Appl. 419 (2006) 772) det(B + A T), linear in each entry of T, does not vanish for all T;
 *    then it does not for all T with entries −1, 0 and 1, of which the best conditioned is taken;
 * 2. with B' = B + A T and D' = D + C T, and L for lifts of momenta, U of positions: where B' is symmetric,
 *    M [1 T; 0 1] = L((D' − 1) B'⁻¹) U(B') L(B'⁻¹ (A − 1)), three lifts;
 * 3. elsewhere it is L(D' B'⁻¹) [0 B'; −B'⁻ᵀ 0] L(B'⁻¹ A). [0 X; −X⁻¹ 0] = U(X) L(−X⁻¹) U(X) for a symmetric X, and three such make up
 *    any B'.
 *
 * docs/mathematics.md has it in full.
 *
 * @param m - [6][6], symplectic up to rounding
 */
export function triangularLifts(m: Matrix): TriangularLift[] {
  const [a, b, c, d] = blocks(m);
  const t = bestShift(a, b);
  const shifted = added(b, multiplied(a, t));
  const inverted = inverse(shifted)!;
  const factors = symmetricFactors(shifted);
  const rest = factors.length === 1 ? identity(3) : scaled(identity(3), 0);
  const less = (block: Matrix) => added(block, scaled(rest, -1));
  const first = symmetrised(multiplied(inverted, less(a)));
  const last = symmetrised(multiplied(less(added(d, multiplied(c, t))), inverted));
  return merged([
    { of: 'positions', matrix: scaled(t, -1) },
    { of: 'momenta', matrix: first },
    ...(factors.length === 1 ? [{ of: 'positions', matrix: factors[0]! } as const] : exchange(factors)),
    { of: 'momenta', matrix: last },
  ]);
}

/** A, B, C, D of M in q and m. */
function blocks(m: Matrix): readonly [Matrix, Matrix, Matrix, Matrix] {
  const block = (rows: readonly number[], columns: readonly number[]) =>
    matrix(3, (i, j) => m[rows[i]!]![columns[j]!]! * signOf(rows[i]!) * signOf(columns[j]!));
  return [
    block(POSITIONS, POSITIONS),
    block(POSITIONS, MOMENTA),
    block(MOMENTA, POSITIONS),
    block(MOMENTA, MOMENTA),
  ];
}

/** The diagonal T with entries −1, 0, 1 m for which B + A T and its inverse are smallest. */
function bestShift(a: Matrix, b: Matrix): Matrix {
  const entries = [0, 1, -1];
  const candidates = entries.flatMap((x) => entries.flatMap((y) => entries.map((z) => diagonal([x, y, z]))));
  const sizes = candidates.map((t) => {
    const shifted = added(b, multiplied(a, t));
    const inverted = inverse(shifted);
    return inverted ? largest(shifted) + largest(inverted) : Number.POSITIVE_INFINITY;
  });
  return candidates[sizes.indexOf(Math.min(...sizes))]!;
}

/** The product of all [0 X; −X⁻¹ 0] as lifts. */
function exchange(factors: readonly Matrix[]): TriangularLift[] {
  return factors.toReversed().flatMap((x): TriangularLift[] => {
    const lift: TriangularLift = { of: 'positions', matrix: x };
    return [lift, { of: 'momenta', matrix: symmetrised(scaled(inverse(x)!, -1)) }, lift];
  });
}

const ROUNDING = 1e-15;

/**
 * X, or X, Y, Z, all symmetric, with B = X, or B = −X Y⁻¹ Z: as [0 X; −X⁻¹ 0][0 Y; −Y⁻¹ 0][0 Z; −Z⁻¹ 0] is [0 B; −B⁻ᵀ 0].
 * B = P O (polar), O = ±R with a rotation R, which is a product of two reflections H Q, both symmetric: H takes some axis e to R e,
 * so that H R is a reflection that leaves e alone.
 */
function symmetricFactors(b: Matrix): Matrix[] {
  const skew = largest(added(b, scaled(transposed(b), -1)));
  if (skew <= ROUNDING * largest(b)) return [symmetrised(b)];
  const { symmetric, orthogonal } = polar(b);
  const sign = Math.sign(determinant(orthogonal));
  const rotation = scaled(orthogonal, sign);
  const reflection = reflectionAlong(rotation);
  if (!reflection) return [scaled(symmetric, sign)];
  const other = symmetrised(multiplied(reflection, rotation));
  return [symmetric, reflection, scaled(other, -sign)];
}

/** 1 − 2 v vᵀ with v along the largest of R e − e for the three axes e; `undefined` for R = 1. */
function reflectionAlong(rotation: Matrix): Matrix | undefined {
  const moved = added(rotation, scaled(identity(3), -1));
  const columns = transposed(moved);
  const lengths = columns.map((column) => Math.hypot(...column));
  const longest = Math.max(...lengths);
  if (longest === 0) return undefined;
  const v = columns[lengths.indexOf(longest)]!.map((value) => value / longest);
  return matrix(3, (i, j) => (i === j ? 1 : 0) - 2 * v[i]! * v[j]!);
}

/** Neighbours of one kind add up; those that do nothing vanish. */
function merged(lifts: readonly TriangularLift[]): TriangularLift[] {
  const out: TriangularLift[] = [];
  for (const lift of lifts) {
    const before = out.at(-1);
    if (before?.of === lift.of) out.splice(-1, 1, { of: lift.of, matrix: added(before.matrix, lift.matrix) });
    else out.push(lift);
    if (largest(out.at(-1)!.matrix) === 0) out.pop();
  }
  return out;
}
