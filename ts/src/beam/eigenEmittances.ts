/**
 * The three eigen-emittances of a covariance matrix in (x, px, y, py, tau, p), m each, in descending order: the moduli of
 * the eigenvalues of Σ·J, which no linear symplectic map changes (A. J. Dragt, F. Neri, G. Rangarajan, Phys. Rev. A 45
 * (1992) 2572).
 *
 * With Σ = L·Lᵀ they are the singular values of the antisymmetric Lᵀ·J·L, each of which comes twice. One-sided Jacobi
 * rotations find singular values with small relative error even where they differ by orders of magnitude.
 *
 * @param covariance - `[36]`, row major; it may be singular, as that of a cold beam is
 */
export function eigenEmittances(covariance: ArrayLike<number>): [number, number, number] {
  const factor = choleskyOf(covariance);
  const columns = Array.from({ length: 6 }, (_, j) =>
    Array.from({ length: 6 }, (_, i) => symplecticProduct(factor, i, j)),
  );
  const sizes = singularValues(columns).sort((a, b) => b - a);
  return [sizes[0]!, sizes[2]!, sizes[4]!];
}

/** Columns of L with Σ = L·Lᵀ; a column whose pivot is no more than rounding is 0. */
function choleskyOf(covariance: ArrayLike<number>): number[][] {
  const columns: number[][] = [];
  for (let k = 0; k < 6; k++) {
    const rest = (i: number) =>
      columns.reduce((sum, column) => sum - column[i]! * column[k]!, covariance[6 * i + k]!);
    const pivot = rest(k);
    const root = pivot > 1e-15 * covariance[7 * k]! ? Math.sqrt(pivot) : 0;
    columns.push(
      Array.from({ length: 6 }, (_, i) => (i < k || root === 0 ? 0 : i === k ? root : rest(i) / root)),
    );
  }
  return columns;
}

/**
 * aᵀ·J·b of two columns, the sum over the planes of u·pv − pu·v; with the other sign in (tau, p), for it is tau and −p
 * that are canonical, like time and −E.
 */
function symplecticProduct(columns: readonly number[][], i: number, j: number): number {
  const [a, b] = [columns[i]!, columns[j]!];
  const area = (u: number) => a[u]! * b[u + 1]! - a[u + 1]! * b[u]!;
  return area(0) + area(2) - area(4);
}

/** Lengths of the columns once rotations have made them orthogonal to each other; the columns are changed. */
function singularValues(columns: number[][]): number[] {
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  for (let sweep = 0, rotated = true; rotated && sweep < 60; sweep++) {
    rotated = false;
    for (let i = 0; i < 5; i++) {
      for (let j = i + 1; j < 6; j++) {
        const [a, b] = [columns[i]!, columns[j]!];
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
        if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) continue;
        rotated = true;
        const zeta = (bb - aa) / (2 * ab);
        const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cosine = 1 / Math.sqrt(1 + tangent * tangent);
        const sine = cosine * tangent;
        columns[i] = a.map((value, k) => cosine * value - sine * b[k]!);
        columns[j] = a.map((value, k) => sine * value + cosine * b[k]!);
      }
    }
  }
  return columns.map((column) => Math.sqrt(dot(column, column)));
}
