import { describe, expect, it } from 'vitest';
import { BudgetError, Drift, Lattice, sigma, Tracker } from '../../src/index.js';
import { loadBackend } from '../../src/native.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';

const beam = gaussianBunch(5000);
const line = new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({
  kicks: 20,
  gridShape: [16, 16, 16],
});

describe.each(FAST_BACKENDS)('a budget on %s', (backend) => {
  it('that is too small is refused before anything is allocated, with the smallest that works', async () => {
    using tracker = await Tracker.create(line, { backend });
    const live = loadBackend(backend).liveBytes();
    for (const strategy of ['invert', 'store', 'fields', 'auto'] as const) {
      const run = tracker.gradient(beam, sigma('x'), { strategy, memory: { device: 4096 } });
      await expect(run).rejects.toThrow(BudgetError);
      await expect(run).rejects.toThrow(/this run needs .* \(\d+ bytes\).*, but 4.00 KiB are allowed/);
    }
    expect(loadBackend(backend).liveBytes()).toBe(live);
  });

  it('of exactly the smallest bytes works, one byte less does not', async () => {
    using tracker = await Tracker.create(line, { backend });
    const refused = tracker.gradient(beam, sigma('x'), { strategy: 'store', memory: { device: 1 } });
    const error = (await refused.catch((error: unknown) => error)) as BudgetError;
    const { smallestBytes } = error;
    expect(error.message).toMatch(/strategy 'auto' can do with/);
    const options = { strategy: 'invert', memory: { device: smallestBytes } } as const;
    expect((await tracker.gradient(beam, sigma('x'), options)).memory.arenaBytes).toBe(smallestBytes);
    const less = { strategy: 'invert', memory: { device: smallestBytes - 1 } } as const;
    await expect(tracker.gradient(beam, sigma('x'), less)).rejects.toThrow(BudgetError);
  });

  it('carries the time-memory curve, of which every point can be had, with the same bits', async () => {
    using tracker = await Tracker.create(line, { backend });
    const run = (device?: number | string) =>
      tracker.gradient(beam, sigma('x'), {
        wrt: ['d.length', 'beam'],
        ...(device && { memory: { device } }),
      });
    const free = await run();
    expect(free.strategy).toBe('invert');
    const error = (await run(1).catch((error: unknown) => error)) as BudgetError;
    const { curve } = error;
    expect(curve[0]!.bytes).toBe(error.smallestBytes);
    // One point for every field that may be kept: all but the last one, which is at hand when the sweep turns.
    expect(curve).toHaveLength(20);
    for (const { bytes } of [curve[0]!, curve[1]!, curve[9]!, curve.at(-1)!]) {
      const { memory, gradient, strategy } = await run(bytes);
      expect(memory.arenaBytes).toBe(bytes);
      expect(memory.predictedBytes).toBe(bytes);
      expect(gradient).toEqual(free.gradient);
      expect(strategy).toBe(bytes === error.smallestBytes ? 'invert' : 'auto');
    }
  });

  it('is needed for no run that the machine has no memory for', async () => {
    const huge = new Lattice([new Drift({ length: 1 })]).withSpaceCharge({
      kicks: 1,
      gridShape: [4096, 4096, 4096],
    });
    using tracker = await Tracker.create(huge, { backend });
    await expect(tracker.track(beam)).rejects.toThrow(BudgetError);
    await expect(tracker.track(beam)).rejects.toThrow(/TiB/);
  });
});
