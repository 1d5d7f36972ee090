import { block, determinant2, type Matrix } from './matrix.js';
import type { TransferPoint } from './transfer.js';

/** Courant–Snyder parameters and dispersion of one plane at one place. */
export interface PlaneOptics {
  /** m */
  readonly beta: number;
  readonly alpha: number;
  /** Phase advance from the entrance, in units of 2π. */
  readonly mu: number;
  /** d(u)/dδ of the orbit in m, δ = Δ(momentum)/p0. */
  readonly dispersion: number;
  /** d(pu)/dδ of the orbit. */
  readonly dispersionSlope: number;
}

/** What optics start with at the entrance of a line. */
export type InitialPlane = Pick<PlaneOptics, 'beta' | 'alpha'> &
  Partial<Pick<PlaneOptics, 'dispersion' | 'dispersionSlope'>>;

/** The planes by the indices of their coordinates. */
export const PLANE_BLOCKS = { x: [0, 1], y: [2, 3] } as const;
export type TransversePlane = keyof typeof PLANE_BLOCKS;

/** Entries that couple the planes, relative to the largest entry, below this are rounding. */
const COUPLED = 1e-7;

/** Whether a map of (x, px, y, py) couples the two planes. */
export function isCoupled(matrix: Matrix): boolean {
  const off = [...block(matrix, [0, 1], [2, 3]), ...block(matrix, [2, 3], [0, 1])].flat();
  const all = block(matrix, [0, 1, 2, 3]).flat();
  return Math.max(...off.map(Math.abs)) > COUPLED * Math.max(...all.map(Math.abs));
}

/**
 * The periodic solution of one plane of an uncoupled one-turn map: cos 2πν = (m11 + m22)/2 (E. Courant, H. Snyder, Ann. Phys. 3 (1958)
 * 1).
 *
 * @returns undefined where the motion is unstable
 */
export function periodicPlane(matrix: Matrix): { beta: number; alpha: number } | undefined {
  const [[m11 = 0, m12 = 0] = [], [, m22 = 0] = []] = matrix;
  const cosine = (m11 + m22) / 2;
  if (!(Math.abs(cosine) < 1)) return undefined;
  const sine = Math.sign(m12) * Math.sqrt(1 - cosine * cosine);
  return { beta: m12 / sine, alpha: (m11 - m22) / (2 * sine) };
}

/**
 * Fractional tunes of the normal modes of a coupled map, by the eigenvalues' sums λ + 1/λ (D. Edwards, L. Teng, IEEE Trans. Nucl. Sci. 20
 * (1973) 885); each is ν or 1 − ν.
 *
 * @returns undefined where a mode is unstable
 */
export function modeTunes(matrix: Matrix): readonly [number, number] | undefined {
  const [a, b, c, d] = [
    block(matrix, [0, 1]),
    block(matrix, [0, 1], [2, 3]),
    block(matrix, [2, 3], [0, 1]),
    block(matrix, [2, 3]),
  ];
  const trace = (m: Matrix) => m[0]![0]! + m[1]![1]!;
  // c + the symplectic conjugate of b
  const sum = [
    [c[0]![0]! + b[1]![1]!, c[0]![1]! - b[0]![1]!],
    [c[1]![0]! - b[1]![0]!, c[1]![1]! + b[0]![0]!],
  ];
  const half = (trace(a) - trace(d)) / 2;
  const discriminant = half * half + determinant2(sum);
  if (discriminant < 0) return undefined;
  const middle = (trace(a) + trace(d)) / 4;
  const cosines = [middle + Math.sqrt(discriminant) / 2, middle - Math.sqrt(discriminant) / 2] as const;
  if (cosines.some((cosine) => !(Math.abs(cosine) <= 1))) return undefined;
  return [Math.acos(cosines[0]) / (2 * Math.PI), Math.acos(cosines[1]) / (2 * Math.PI)];
}

/**
 * The optics of one plane along a line from those at its entrance: β = (m11 β0 − m12 α0)²/β0 + m12²/β0 and so on; the phase is
 * counted on from place to place, the nearest way.
 *
 * @param beta0 - of the reference particle: δ = p/β0
 */
export function planeAlong(
  points: readonly TransferPoint[],
  plane: TransversePlane,
  initial: InitialPlane,
  beta0: number,
): PlaneOptics[] {
  const [u, pu] = PLANE_BLOCKS[plane];
  const { beta, alpha, dispersion = 0, dispersionSlope = 0 } = initial;
  let mu = 0;
  let before = 0;
  return points.map(({ matrix }) => {
    const [row, slopeRow] = [matrix[u]!, matrix[pu]!];
    const at = (line: readonly number[]) => [line[u]! * beta - line[pu]! * alpha, line[pu]!] as const;
    const [c, s] = at(row);
    const [cSlope, sSlope] = at(slopeRow);
    const phase = Math.atan2(s, c) / (2 * Math.PI);
    mu += phase - before - Math.round(phase - before);
    before = phase;
    const along = (line: readonly number[]) =>
      line[u]! * dispersion + line[pu]! * dispersionSlope + line[5]! * beta0;
    return {
      beta: (c * c + s * s) / beta,
      alpha: -(c * cSlope + s * sSlope) / beta,
      mu,
      dispersion: along(row),
      dispersionSlope: along(slopeRow),
    };
  });
}
