import { describe, expect, it } from 'vitest';
import { casesOf, checkDesign, DEFAULT_DESIGN, workOf } from '../../src/scaling/design.js';

const bare = (each: object) => JSON.stringify(each);

describe('the default sweep', () => {
  const cases = casesOf(DEFAULT_DESIGN);

  it('spans 1e3 to 1e7 macroparticles, 16³ to 128³ nodes and 1 to 256 kicks', () => {
    const range = (key: 'particles' | 'grid' | 'kicks') => {
      const values = cases.map((each) => each[key]);
      return [Math.min(...values), Math.max(...values)];
    };
    expect([range('particles'), range('grid'), range('kicks')]).toEqual([
      [1e3, 1e7],
      [16, 128],
      [1, 256],
    ]);
    expect(new Set(cases.map(bare)).size).toBe(cases.length);
    for (const strategy of DEFAULT_DESIGN.strategies) {
      expect(cases.filter((each) => each.strategy === strategy)).toHaveLength(20);
    }
  });

  it('varies one size at a time, and has the corners with as many kicks as are bearable', () => {
    const has = (particles: number, grid: number, kicks: number) =>
      cases.some((each) => bare(each) === bare({ strategy: 'store', particles, grid, kicks }));
    for (const particles of DEFAULT_DESIGN.particles) expect(has(particles, 32, 16)).toBe(true);
    for (const grid of DEFAULT_DESIGN.grids) expect(has(1e5, grid, 16)).toBe(true);
    for (const kicks of DEFAULT_DESIGN.kicks) expect(has(1e5, 32, kicks)).toBe(true);
    for (const [particles, grid, most] of [
      [1e3, 16, 256],
      [1e3, 128, 16],
      [1e7, 16, 16],
      [1e7, 128, 4],
    ] as const) {
      expect(has(particles, grid, 1)).toBe(true);
      expect(has(particles, grid, most)).toBe(true);
    }
  });

  it('begins with what is quick', () => {
    const work = cases.map(workOf);
    expect(work).toEqual([...work].sort((a, b) => a - b));
  });
});

describe('checkDesign', () => {
  it('sorts, and drops what is named twice', () => {
    const design = checkDesign({
      strategies: ['store', 'store'],
      particles: [9, 3, 9],
      grids: [8],
      kicks: [2, 1],
    });
    expect(design).toEqual({ strategies: ['store'], particles: [3, 9], grids: [8], kicks: [1, 2] });
  });

  it.each<[object, RegExp]>([
    [{ strategies: ['sotre'] }, /strategies cannot be 'sotre' — did you mean 'store'\?/],
    [{ strategies: [] }, /strategies must be a list/],
    [{ strategies: 'store' }, /strategies must be a list/],
    [{ particles: [] }, /particles must name one number at least/],
    [{ particles: [0] }, /particles must be an integer from 1/],
    [{ particles: [1.5] }, /particles must be an integer/],
    [{ particles: 1000 }, /particles must be an array/],
    [{ grids: [2] }, /grids must be an integer from 3/],
    [{ kicks: [Number.NaN] }, /kicks must be an integer from 1/],
  ])('refuses %j', (change, message) => {
    expect(() => checkDesign({ ...DEFAULT_DESIGN, ...change })).toThrow(message);
  });
});
