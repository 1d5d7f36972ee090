import { describe, expect, it } from 'vitest';
import { cbrt, cosTurn, exp, expm1, log, polynomial, sinTurn } from '../../src/beam/elementary.js';

const GRID = Array.from({ length: 9999 }, (_, i) => (i + 1) / 10000);
const TINY = [2 ** -54, 1e-15, 1e-9, 1e-4];

/** Worst relative (log, cbrt) or absolute (circle) difference to the engine's function. */
function worst(xs: number[], f: (x: number) => number, g: (x: number) => number, relative: boolean): number {
  return Math.max(...xs.map((x) => Math.abs(f(x) - g(x)) / (relative ? Math.abs(g(x)) : 1)));
}

// Tolerance 1e-15; measured worst: 4e-16 (log, cbrt), 7e-16 (circle: the engine's argument 2πu is rounded).
describe('elementary functions of exactly rounded operations', () => {
  it('log', () => {
    expect(worst([...TINY, ...GRID], log, Math.log, true)).toBeLessThan(1e-15);
    expect(log(1)).toBe(0);
  });

  it('exp and expm1', () => {
    for (let x = -708; x <= 708; x += 0.37) expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(5e-16);
    for (let x = -40; x <= 40; x += 0.013) expect(Math.abs(expm1(x) / Math.expm1(x) - 1)).toBeLessThan(8e-16);
    expect([exp(0), expm1(0), exp(-800), exp(-708.1)]).toEqual([1, 0, 0, 0]);
    expect(expm1(-1e-300)).toBe(-1e-300);
  });

  it('cbrt', () => {
    expect(worst([...TINY, ...GRID], cbrt, Math.cbrt, true)).toBeLessThan(1e-15);
    expect([cbrt(0), cbrt(0.125), cbrt(1)]).toEqual([0, 0.5, 1]);
  });

  it('the unit circle in turns', () => {
    const cos = (u: number) => Math.cos(2 * Math.PI * u);
    const sin = (u: number) => Math.sin(2 * Math.PI * u);
    expect(worst(GRID, cosTurn, cos, false)).toBeLessThan(1e-15);
    expect(worst(GRID, sinTurn, sin, false)).toBeLessThan(1e-15);
    expect([0, 0.25, 0.5, 0.75].map((u) => cosTurn(u))).toEqual([1, -0, -1, 0]);
  });

  it('polynomial', () => {
    expect(polynomial([5, -3, 2], 4)).toBe(25);
  });
});
