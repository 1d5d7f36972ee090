import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Drift, Lattice, ofMoments, sigma, Tracker } from '../../src/index.js';
import { type BackendName, loadBackend } from '../../src/native.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const MIB = 2 ** 20;
const beam = gaussianBunch(20_000);
const line = new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({
  kicks: 3,
  gridShape: [24, 24, 24],
});
const WRT = ['d.length', 'energy', 'charge', 'beam', 'charges'];

async function gradient(tracker: Tracker): Promise<void> {
  await tracker.gradient(beam, sigma('x'), { wrt: WRT });
}

/** Resident-set size in bytes once garbage is gone; buffers are freed when the event loop turns. */
async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage.rss();
}

/**
 * Growth of the resident-set size over 100 calls, after 20 that fill caches, in MiB: the least of five looks, with 20 more calls
 * between them. V8 returns array buffers when it likes, up to 30 MiB later; what leaks is there at every look.
 */
async function growth(work: () => Promise<void>): Promise<number> {
  const looks: number[] = [];
  for (let i = 0; i < 20; i++) await work();
  const before = await residentBytes();
  for (let i = 0; i < 80; i++) await work();
  for (let look = 0; look < 5; look++) {
    for (let i = 0; i < 20; i++) await work();
    looks.push(await residentBytes());
  }
  return (Math.min(...looks) - before) / MIB;
}

const liveBytes = (backend: BackendName) => loadBackend(backend).liveBytes();

describe.each(FAST_BACKENDS)('memory over many runs on %s', (backend) => {
  it('100 gradients on one tracker leave the resident set flat', async () => {
    using tracker = await Tracker.create(line, { backend });
    // A gradient returns 1.1 MB of arrays: keeping those would be 107 MiB. Measured −8 to 1.
    expect(await growth(() => gradient(tracker))).toBeLessThan(20);
  });

  it('100 trackers, created and disposed of, leave it flat', async () => {
    const createAndDispose = async () => {
      using tracker = await Tracker.create(line, { backend });
      await gradient(tracker);
    };
    // An arena has 3.5 MiB: keeping those would be 350 MiB. Measured 0 to 1.
    expect(await growth(createAndDispose)).toBeLessThan(20);
  });
});

describe.each(FAST_BACKENDS)('arenas on %s', (backend) => {
  it('are gone once their tracker is disposed of', async () => {
    const before = liveBytes(backend);
    const trackers = [];
    for (let i = 0; i < 5; i++) trackers.push(await Tracker.create(line, { backend }));
    expect(liveBytes(backend)).toBe(before); // nothing is taken before the first run
    for (const tracker of trackers) await gradient(tracker);
    expect(liveBytes(backend)).toBeGreaterThan(before + 5 * 3 * MIB);
    for (const tracker of trackers) tracker.dispose();
    expect(liveBytes(backend)).toBe(before);
  });

  it('stay one per tracker while its runs change what they need', async () => {
    const before = liveBytes(backend);
    {
      using tracker = await Tracker.create(line, { backend });
      for (const strategy of ['invert', 'store', 'fields'] as const) {
        const { memory } = await tracker.gradient(beam, sigma('x'), { strategy });
        expect(liveBytes(backend) - before).toBe(memory.arenaBytes);
      }
      const { memory } = await tracker.track(beam);
      expect(liveBytes(backend) - before).toBe(memory.arenaBytes);
    }
    expect(liveBytes(backend)).toBe(before);
  });

  it('are gone after runs that failed, were refused or aborted', async () => {
    const before = liveBytes(backend);
    const tracker = await Tracker.create(line, { backend });
    const failing = ofMoments(() => {
      throw new Error('mine');
    });
    const abort = new AbortController();
    const runs = [
      () => tracker.gradient(beam, failing),
      () => tracker.track(gaussianBunch(20_000), { headroom: 1 }), // out of range
      () => tracker.gradient(beam, sigma('x'), { memory: { device: 1000 } }),
      () => tracker.gradient(beam, sigma('x'), { signal: abort.signal, onProgress: () => abort.abort() }),
    ];
    for (const run of runs) await expect(run()).rejects.toThrow();
    tracker.dispose();
    expect(liveBytes(backend)).toBe(before);
  });

  it('of a tracker that was forgotten go with it, in time', async () => {
    const before = liveBytes(backend);
    await (async () => gradient(await Tracker.create(line, { backend })))();
    expect(liveBytes(backend)).toBeGreaterThan(before);
    for (let i = 0; i < 100 && liveBytes(backend) > before; i++) await residentBytes();
    expect(liveBytes(backend)).toBe(before);
  });
});
