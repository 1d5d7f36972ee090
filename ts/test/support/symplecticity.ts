/** Largest entry of ratio·MᵀJM − J for the pairs (x, px), (y, py) and (p, tau): momenta shrink with the p0 that measures them. */
export function symplecticError(m: readonly (readonly number[])[], ratio: number): number {
  let worst = 0;
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      let sum = 0;
      for (const [q, p, sign] of PAIRS) sum += sign * (m[q]![i]! * m[p]![j]! - m[p]![i]! * m[q]![j]!);
      worst = Math.max(worst, Math.abs(ratio * sum - poisson(i, j)));
    }
  }
  return worst;
}

const PAIRS = [
  [0, 1, 1],
  [2, 3, 1],
  [4, 5, -1],
] as const;

function poisson(i: number, j: number): number {
  for (const [q, p, sign] of PAIRS) {
    if (i === q && j === p) return sign;
    if (i === p && j === q) return -sign;
  }
  return 0;
}
