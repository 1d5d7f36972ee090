import { describe, expect, it } from 'vitest';
import { thinned } from '../../src/report/thinned.js';

describe('thinned', () => {
  const items = Array.from({ length: 1000 }, (_, i) => i);

  it('keeps few items as they are', () => {
    expect(thinned([], 2)).toEqual([]);
    expect(thinned(items, 1000)).toEqual(items);
  });

  it('keeps the ends of many, and what lies between evenly', () => {
    const kept = thinned(items, 100);
    expect(kept).toHaveLength(100);
    expect([kept[0], kept.at(-1)]).toEqual([0, 999]);
    const gaps = kept.slice(1).map((value, i) => value - kept[i]!);
    expect(Math.min(...gaps)).toBe(10);
    expect(Math.max(...gaps)).toBe(11);
  });
});
