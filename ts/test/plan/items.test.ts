import { describe, expect, it } from 'vitest';
import { type Item, keepSome, type Shelf } from '../../src/tape/plan/items.js';
import { Limits } from '../../src/tape/plan/pareto.js';
import { seeded } from '../schedules/chains.js';

const device: Shelf = { tier: 'device', tracked: 0, secondsPerByte: 0.01 };

function items(count: number, random: () => number, sizes: number): Item[] {
  return Array.from({ length: count }, (_, i) => ({
    what: 'field' as const,
    step: i,
    bytes: 1 + Math.floor(random() * sizes),
    gain: random(),
    isForced: false,
    tier: undefined,
  }));
}

/** Most seconds saved within so many bytes, by trying all subsets. */
function bestBySubsets(all: readonly Item[], budget: number): number {
  let best = 0;
  for (let mask = 0; mask < 1 << all.length; mask++) {
    let bytes = 0;
    let saved = 0;
    all.forEach((item, i) => {
      if (!(mask & (1 << i))) return;
      bytes += item.bytes;
      saved += item.gain - item.bytes * device.secondsPerByte;
    });
    if (bytes <= budget) best = Math.max(best, saved);
  }
  return best;
}

describe('keepSome', () => {
  it('finds the best subset for every budget, sizes mixed', () => {
    const random = seeded(21);
    for (let trial = 0; trial < 20; trial++) {
      const all = items(8, random, 4);
      const limits = new Limits(16384, [Number.POSITIVE_INFINITY]);
      const labels = keepSome(all, [device], limits);
      expect(limits.isThinned).toBe(false);
      for (let budget = 0; budget <= 32; budget++) {
        const label = labels.findLast(({ bytes }) => bytes[0]! <= budget)!;
        expect(-label.seconds).toBeCloseTo(bestBySubsets(all, budget), 12);
        const kept = label.choice();
        expect(kept.reduce((sum, [item]) => sum + item.bytes, 0)).toBe(label.bytes[0]);
      }
    }
  });

  it('with very many items of few sizes misses at most what one more item saves', () => {
    const random = seeded(22);
    const all = items(3000, random, 3);
    const limits = new Limits(16384, [Number.POSITIVE_INFINITY]);
    const labels = keepSome(all, [device], limits);
    // The continuous relaxation bounds every choice from above.
    const byDensity = [...all].sort((a, b) => b.gain / b.bytes - a.gain / a.bytes);
    const most = Math.max(...all.map(({ gain }) => gain));
    for (const budget of [10, 100, 500, 1000, 3000]) {
      const label = labels.findLast(({ bytes }) => bytes[0]! <= budget)!;
      let left = budget;
      let bound = 0;
      for (const { bytes, gain } of byDensity) {
        const part = Math.min(1, left / bytes);
        bound += part * Math.max(0, gain - bytes * device.secondsPerByte);
        left -= part * bytes;
      }
      expect(bound + label.seconds).toBeLessThanOrEqual(most);
    }
  });

  it('takes what is forced at any price, and nothing that does not pay', () => {
    const [dear] = items(1, seeded(23), 1) as [Item];
    const useless = { ...dear, gain: 0 };
    const limits = new Limits(100, [Number.POSITIVE_INFINITY]);
    expect(keepSome([useless], [device], limits)).toHaveLength(1);
    const [forced] = keepSome([{ ...useless, isForced: true }], [device], limits);
    expect(forced!.bytes).toEqual([dear.bytes]);
  });

  it('uses a farther tier that cannot become full as far as it pays', () => {
    const random = seeded(24);
    const host: Shelf = { tier: 'host', tracked: -1, secondsPerByte: 0.3 };
    const all = items(50, random, 1);
    const limits = new Limits(1000, [Number.POSITIVE_INFINITY]);
    const labels = keepSome(all, [device, host], limits);
    const worth = all.filter(({ gain }) => gain > 0.3).length;
    const tiers = labels[0]!.choice().map(([, tier]) => tier);
    expect(tiers).toEqual(new Array(worth).fill('host'));
    const last = labels.at(-1)!.choice();
    expect(new Set(last.map(([, tier]) => tier))).toEqual(new Set(['device']));
  });
});
