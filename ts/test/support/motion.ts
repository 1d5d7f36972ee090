import { COORDINATES, type Coordinates, perCoordinate } from '../../src/beam/coordinates.js';
import type { Beam } from '../../src/index.js';

/** (x, px, y, py, tau, p) of one particle. */
export type Point = readonly [number, number, number, number, number, number];

/** What equations of motion need to know of the reference particle and of the particle's energy. */
export interface Momentum {
  /** Energy over p0·c. */
  readonly energy: number;
  /** Momentum over p0, 1 + δ. */
  readonly total: number;
  /** 1/β0. */
  readonly inverseBeta: number;
}

/** d(coordinates)/ds where the energy stays the same. */
export type Slope = (point: Point, momentum: Momentum) => Point;

/** Every macroparticle by equations of motion, in steps of the fourth order (Runge and Kutta). */
export function integrated(beam: Beam, length: number, slope: Slope, steps = 400): Coordinates {
  const { coordinates, beta0, gamma0, particles } = beam;
  const out = perCoordinate(() => new Float64Array(particles));
  for (let n = 0; n < particles; n++) {
    let z = COORDINATES.map((name) => coordinates[name][n]!) as unknown as Point;
    const energy = 1 / beta0 + z[5];
    const total = Math.sqrt(energy ** 2 - 1 / (beta0 * gamma0) ** 2);
    const f = (at: Point) => slope(at, { energy, total, inverseBeta: 1 / beta0 });
    const h = length / steps;
    for (let i = 0; i < steps; i++) {
      const k1 = f(z);
      const k2 = f(moved(z, k1, h / 2));
      const k3 = f(moved(z, k2, h / 2));
      const k4 = f(moved(z, k3, h));
      z = z.map((value, c) => value + (h / 6) * (k1[c]! + 2 * k2[c]! + 2 * k3[c]! + k4[c]!)) as never;
    }
    for (const [c, name] of COORDINATES.entries()) out[name][n] = z[c]!;
  }
  return out;
}

const moved = (z: Point, by: Point, h: number) => z.map((value, c) => value + h * by[c]!) as unknown as Point;

/** Largest difference of any coordinate. */
export function largestDifference(a: Coordinates, b: Coordinates): number {
  return Math.max(
    ...COORDINATES.flatMap((name) => [...a[name].map((value, i) => Math.abs(value - b[name][i]!))]),
  );
}
