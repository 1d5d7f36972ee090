import { beforeAll, describe, expect, it } from 'vitest';
import { BudgetError, Tracker } from '../../src/index.js';
import { ALL_WRT, lineOfAllKinds, twoPlaces, wideBunch } from '../support/allKinds.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gradientBits } from '../support/gradientBits.js';

const BUDGETS = 20;
const lattice = lineOfAllKinds();
const beam = wideBunch(2000);
const options = { wrt: ALL_WRT, objective: twoPlaces() };

describe.each(FAST_BACKENDS)('budgets from the least to that of store-all on %s', (backend) => {
  let tracker: Tracker;
  let least = 0;
  let most = 0;
  let expected = '';

  beforeAll(async () => {
    tracker = await Tracker.create(lattice, { backend });
    least = tracker.plan(beam, options).smallestBytes;
    const stored = await tracker.gradient(beam, twoPlaces(), { wrt: ALL_WRT, strategy: 'store' });
    most = stored.memory.arenaBytes;
    expected = gradientBits(stored);
    return () => tracker.dispose();
  });

  it('are kept, to the byte that was predicted, with the same bits; more memory is never slower', async () => {
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < BUDGETS; i++) {
      const device = Math.floor(least + (i * (most - least)) / (BUDGETS - 1));
      const plan = tracker.plan(beam, { ...options, memory: { device } });
      const run = await tracker.gradient(beam, twoPlaces(), { wrt: ALL_WRT, memory: { device } });
      expect(run.memory.arenaBytes).toBe(plan.memory.device);
      expect(run.memory.arenaBytes).toBe(run.memory.predictedBytes);
      expect(run.memory.accounts).toEqual(plan.memory.accounts);
      expect(run.memory.arenaBytes).toBeLessThanOrEqual(device);
      expect(plan.seconds.total).toBeLessThanOrEqual(before);
      expect(gradientBits(run)).toBe(expected);
      before = plan.seconds.total;
    }
  });

  it('are refused from one byte below the least, with the whole trade-off', async () => {
    const memory = { device: least - 1 };
    const run = tracker.gradient(beam, twoPlaces(), { wrt: ALL_WRT, memory });
    const error = (await run.catch((caught: unknown) => caught)) as BudgetError;
    expect(error).toBeInstanceOf(BudgetError);
    expect(error.smallestBytes).toBe(least);
    expect(error.curve).toEqual(tracker.plan(beam, options).curve);
    for (const [i, { bytes, seconds }] of error.curve.entries()) {
      if (i === 0) continue;
      expect(bytes).toBeGreaterThan(error.curve[i - 1]!.bytes);
      expect(seconds).toBeLessThan(error.curve[i - 1]!.seconds);
    }
  });

  it('of tiers besides the device are used where they help, and never exceeded', async () => {
    const host = 5 * 104_000;
    const plan = tracker.plan(beam, { ...options, memory: { device: least + 4 * 104_000, host } });
    expect(plan.memory.host).toBeLessThanOrEqual(host);
    expect(plan.memory.host).toBeGreaterThan(0);
    const run = await tracker.gradient(beam, twoPlaces(), {
      wrt: ALL_WRT,
      memory: { device: plan.memory.device, host },
    });
    expect(run.memory.arenaBytes).toBe(plan.memory.device);
    expect(gradientBits(run)).toBe(expected);
  });
});
