import type { ElementMap } from '../../src/elements/maps.js';

/** Where a quadratic lift takes from and adds to, and the signs with which it adds (`native/physics/quadratic_lift.h`). */
const LIFTS = {
  momentumLift: { from: [1, 3, 5], to: [0, 2, 4], signs: [1, 1, -1] },
  positionLift: { from: [0, 2, 4], to: [1, 3, 5], signs: [-1, -1, 1] },
  bendLift: { from: [0, 2, 5], to: [1, 3, 4], signs: [-1, -1, -1] },
} as const;

/** What maps do to (x, px, y, py, tau, p), by the definitions of their kinds: without the engine, and without rounding to quanta. */
export function applied(maps: readonly ElementMap[], z: readonly number[]): number[] {
  return maps.reduce((state, map) => one(map, state), [...z]);
}

function one({ kind, coefficients, order = 0 }: ElementMap, z: readonly number[]): number[] {
  const c = coefficients.map(({ value }) => value);
  const [x, px, y, py, tau, p] = z as [number, number, number, number, number, number];
  if (kind === 'drift') return [x + c[0]! * px, px, y + c[0]! * py, py, tau - c[1]! * p, p];
  if (kind === 'rotation') return turned(2 * Math.atan(c[0]!), z);
  if (kind === 'focusing') {
    const [u, pu] = threeLifts(c[0]!, c[1]!, x, px);
    const [v, pv] = threeLifts(c[2]!, c[3]!, y, py);
    return [u, pu, v, pv, tau - c[4]! * p, p];
  }
  if (kind === 'momentumLift' || kind === 'positionLift' || kind === 'bendLift') {
    return quadratic(LIFTS[kind], c, z);
  }
  if (kind === 'multipoleKick') return kicked(order, c, z);
  throw new Error(`the effect of ${kind} is not written down here`);
}

/** px −= Re((c0 + i c1)(x + i y)ⁿ), py += Im(…), in polar form. */
function kicked(order: number, [normal, skew]: readonly number[], z: readonly number[]): number[] {
  const [x, px, y, py, tau, p] = z as [number, number, number, number, number, number];
  const size = Math.hypot(normal!, skew!) * Math.hypot(x, y) ** order;
  const angle = Math.atan2(skew!, normal!) + order * Math.atan2(y, x);
  return [x, px - size * Math.cos(angle), y, py + size * Math.sin(angle), tau, p];
}

function threeLifts(a: number, b: number, u: number, pu: number): [number, number] {
  const middle = u + a * pu;
  const after = pu - b * middle;
  return [middle + a * after, after];
}

function turned(angle: number, [x, px, y, py, tau, p]: readonly number[]): number[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos * x! + sin * y!, cos * px! + sin * py!, cos * y! - sin * x!, cos * py! - sin * px!, tau!, p!];
}

function quadratic(
  { from, to, signs }: (typeof LIFTS)[keyof typeof LIFTS],
  c: readonly number[],
  z: readonly number[],
): number[] {
  const out = [...z];
  const s = [
    [c[0]!, c[1]!, c[2]!],
    [c[1]!, c[3]!, c[4]!],
    [c[2]!, c[4]!, c[5]!],
  ];
  for (const [i, row] of s.entries()) {
    const slope = row.reduce((sum, entry, j) => sum + entry * z[from[j]!]!, c[6 + i]!);
    out[to[i]!]! += signs[i]! * slope;
  }
  return out;
}
