/*
 * The envelope of a Kapchinskij–Vladimirskij beam: its space charge is linear inside, so that second moments follow from linear maps
 * and thin linear kicks alone. In rms sizes a and b the defocusing is K/(2a(a + b)) in x, with the perveance
 * K = I/(2πε0·mc²/e·c·(β0γ0)³) (M. Reiser, Theory and Design of Charged Particle Beams, ch. 4).
 */

/** Protons of 6.7 MeV kinetic energy. */
export const REST_ENERGY = 938272089.43;
export const ENERGY = REST_ENERGY + 6.7e6;
const GAMMA0 = ENERGY / REST_ENERGY;

/** A FODO cell: length in m and k1 in 1/m². */
export const CELL = [
  { length: 0.0744, k1: 0 },
  { length: 0.061, k1: -103.12574100336 },
  { length: 0.1488, k1: 0 },
  { length: 0.061, k1: 103.12574100336 },
  { length: 0.0744, k1: 0 },
] as const;

/** ⟨u²⟩, ⟨u pu⟩ and ⟨pu²⟩ of a plane. */
export type PlaneMoments = readonly [number, number, number];

type Matrix = readonly [number, number, number, number];

/** Perveance of a current in A. */
export function perveance(current: number): number {
  const betaGamma = Math.sqrt(GAMMA0 * GAMMA0 - 1);
  return current / (2 * Math.PI * 8.8541878188e-12 * REST_ENERGY * 299792458 * betaGamma ** 3);
}

/** What a cell does to a beam. */
export interface Passage {
  readonly x: PlaneMoments;
  readonly y: PlaneMoments;
  /** Of single particles, in x. */
  readonly matrix: Matrix;
}

/**
 * Behind one cell with symmetric kicks.
 *
 * @param start - moments at its entrance, in both planes
 * @param kicks - per element
 */
export function throughCell(
  start: { x: PlaneMoments; y: PlaneMoments },
  current: number,
  kicks: number,
): Passage {
  let { x, y } = start;
  let matrix: Matrix = [1, 0, 0, 1];
  const apply = (mx: Matrix, my: Matrix) => {
    x = transported(x, mx);
    y = transported(y, my);
    matrix = product(mx, matrix);
  };
  for (const { length, k1 } of CELL) {
    const slice = length / kicks;
    for (let i = 0; i < kicks; i++) {
      apply(thick(slice / 2, k1), thick(slice / 2, -k1));
      const [a, b] = [Math.sqrt(x[0]), Math.sqrt(y[0])];
      const defocusing = (slice * perveance(current)) / (2 * (a + b));
      apply([1, 0, defocusing / a, 1], [1, 0, defocusing / b, 1]);
      apply(thick(slice / 2, k1), thick(slice / 2, -k1));
    }
  }
  return { x, y, matrix };
}

/** Phase advance of a matrix in degrees. */
export function phaseAdvance([a, , , d]: Matrix): number {
  return (Math.acos((a + d) / 2) * 180) / Math.PI;
}

function thick(length: number, k: number): Matrix {
  if (k === 0) return [1, length, 0, 1];
  const root = Math.sqrt(Math.abs(k));
  const phase = root * length;
  const [c, s] = k > 0 ? [Math.cos(phase), Math.sin(phase)] : [Math.cosh(phase), Math.sinh(phase)];
  return [c, s / root, k > 0 ? -root * s : root * s, c];
}

function product([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

function transported([uu, up, pp]: PlaneMoments, [a, b, c, d]: Matrix): PlaneMoments {
  return [
    a * a * uu + 2 * a * b * up + b * b * pp,
    a * c * uu + (a * d + b * c) * up + b * d * pp,
    c * c * uu + 2 * c * d * up + d * d * pp,
  ];
}
