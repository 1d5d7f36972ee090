import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  AbortedError,
  COORDINATES,
  DisposedError,
  Drift,
  type GradientResult,
  Lattice,
  Marker,
  mean,
  type Progress,
  sigma,
  Tracker,
  TrackerBusyError,
} from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';
import { hashOf } from '../support/bits.js';

const beam = gaussianBunch(20_000);
const KICKS = 60;
/** Long enough that progress is told of on the way: about half a second there and back on two cores. */
const line = new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({
  kicks: KICKS,
  gridShape: [24, 24, 24],
});
const WRT = ['d.length', 'energy', 'charge', 'beam'];

function bitsOf({ value, gradient }: GradientResult): string {
  return hashOf(
    value,
    ...Object.values(gradient.parameters),
    ...COORDINATES.map((name) => gradient.coordinates![name]),
  );
}

/** Rejections that nobody handled would end up here, and with them the test file. */
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', note));
afterAll(() => process.off('unhandledRejection', note));

describe.each(FAST_BACKENDS)('a tracker at work on %s', (backend) => {
  it('refuses a second run and its disposal; the first run ends as if nothing had happened', async () => {
    using tracker = await Tracker.create(line, { backend });
    const undisturbed = bitsOf(await tracker.gradient(beam, sigma('x'), { wrt: WRT }));
    const first = tracker.gradient(beam, sigma('x'), { wrt: WRT });
    await expect(tracker.track(beam)).rejects.toThrow(TrackerBusyError);
    await expect(tracker.gradient(beam, sigma('x'))).rejects.toThrow(
      /await its run, or create a second tracker/,
    );
    expect(() => tracker.dispose()).toThrow(TrackerBusyError);
    expect(bitsOf(await first)).toBe(undisturbed);
  });

  it('does not keep another tracker from working', async () => {
    using one = await Tracker.create(line, { backend });
    using other = await Tracker.create(line, { backend });
    const alone = bitsOf(await one.gradient(beam, sigma('x'), { wrt: WRT }));
    const both = await Promise.all([one, other].map((t) => t.gradient(beam, sigma('x'), { wrt: WRT })));
    for (const result of both) expect(bitsOf(result)).toBe(alone);
  });

  it('lets the event loop turn', async () => {
    using tracker = await Tracker.create(line, { backend });
    let turns = 0;
    let next = setImmediate(function turn() {
      turns++;
      next = setImmediate(turn);
    });
    await tracker.gradient(beam, sigma('x'), { wrt: WRT });
    clearImmediate(next);
    expect(turns).toBeGreaterThan(0);
  });
});

describe.each(FAST_BACKENDS)('a tracker that was disposed of, on %s,', (backend) => {
  it('refuses to work, and may be disposed of again', async () => {
    const tracker = await Tracker.create(line, { backend });
    await tracker.track(gaussianBunch(100));
    tracker.dispose();
    tracker.dispose();
    await expect(tracker.track(beam)).rejects.toThrow(DisposedError);
    await expect(tracker.gradient(beam, sigma('x'))).rejects.toThrow(DisposedError);
  });

  it('is disposed of by `using`, also before it ever worked', async () => {
    let kept: Tracker;
    {
      using tracker = await Tracker.create(line, { backend });
      kept = tracker;
    }
    await expect(kept.track(beam)).rejects.toThrow(DisposedError);
  });
});

describe.each(FAST_BACKENDS)('aborting on %s', (backend) => {
  it('before the start takes no memory and rejects with the reason as its cause', async () => {
    using tracker = await Tracker.create(line, { backend });
    const reason = new Error('changed my mind');
    const run = tracker.track(beam, { signal: AbortSignal.abort(reason) });
    await expect(run).rejects.toThrow(AbortedError);
    await expect(run).rejects.toMatchObject({ name: 'AbortError', code: 'UNKICK_ABORTED', cause: reason });
  });

  it.each(['forward', 'reverse'] as const)(
    'on the way %s leaves a tracker that gives the same bits as before',
    async (phase) => {
      using tracker = await Tracker.create(line, { backend });
      const undisturbed = bitsOf(await tracker.gradient(beam, sigma('x'), { wrt: WRT }));
      for (const strategy of ['invert', 'store', 'fields'] as const) {
        const abort = new AbortController();
        let last: Progress | undefined;
        const onProgress = (progress: Progress) => {
          last = progress;
          if (progress.phase === phase) abort.abort();
        };
        const run = tracker.gradient(beam, sigma('x'), {
          wrt: WRT,
          strategy,
          signal: abort.signal,
          onProgress,
        });
        await expect(run).rejects.toThrow(AbortedError);
        expect(last).toMatchObject({ phase });
        expect(bitsOf(await tracker.gradient(beam, sigma('x'), { wrt: WRT, strategy }))).toBe(undisturbed);
      }
    },
  );

  it('by a timeout names it', async () => {
    using tracker = await Tracker.create(line, { backend });
    const run = tracker.gradient(beam, sigma('x'), { signal: AbortSignal.timeout(20) });
    await expect(run).rejects.toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } });
  });

  it('after the end does nothing, and the signal is let go of', async () => {
    using tracker = await Tracker.create(line, { backend });
    const abort = new AbortController();
    const { signal } = abort;
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await tracker.gradient(beam, sigma('x'), { signal });
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
    abort.abort();
    await expect(tracker.track(beam)).resolves.toBeDefined();
  });
});

describe.each(FAST_BACKENDS)('progress on %s', (backend) => {
  const lineWithStops = new Lattice([
    new Marker({ name: 'm1' }),
    new Drift({ name: 'd1', length: 1 }),
    new Marker({ name: 'm2' }),
    new Drift({ name: 'd2', length: 1 }),
  ]).withSpaceCharge({ kicks: KICKS, gridShape: [24, 24, 24] });
  const steps = 2 * KICKS + 2;

  it.each(['invert', 'store', 'fields'] as const)(
    'goes up, step by step, to the end of each way: %s',
    async (strategy) => {
      using tracker = await Tracker.create(lineWithStops, { backend });
      const seen: Progress[] = [];
      const objective = sigma('x').plus(mean('x').at('m1')).plus(sigma('y').at('m2'));
      await tracker.gradient(beam, objective, { strategy, onProgress: (progress) => seen.push(progress) });
      for (const phase of ['forward', 'reverse'] as const) {
        const done = seen.filter((progress) => progress.phase === phase).map((progress) => progress.done);
        expect(done).toEqual(done.toSorted((a, b) => a - b));
        expect(done.at(-1)).toBe(steps);
      }
      expect(seen.every(({ total }) => total === steps)).toBe(true);
      const turn = seen.findIndex(({ phase }) => phase === 'reverse');
      expect(seen.slice(turn).every(({ phase }) => phase === 'reverse')).toBe(true);
    },
  );

  it('that throws ends the run with what it threw; the tracker stays usable', async () => {
    using tracker = await Tracker.create(line, { backend });
    const undisturbed = bitsOf(await tracker.gradient(beam, sigma('x'), { wrt: WRT }));
    let calls = 0;
    const onProgress = () => {
      calls++;
      throw new RangeError('my bar broke');
    };
    await expect(tracker.gradient(beam, sigma('x'), { wrt: WRT, onProgress })).rejects.toThrow(RangeError);
    expect(calls).toBeGreaterThan(0);
    expect(bitsOf(await tracker.gradient(beam, sigma('x'), { wrt: WRT }))).toBe(undisturbed);
  });
});

describe('rejections', () => {
  it('were all handled', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(unhandled).toEqual([]);
  });
});
