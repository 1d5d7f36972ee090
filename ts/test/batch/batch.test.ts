import { describe, expect, it } from 'vitest';
import {
  type Beam,
  CoordinateRangeError,
  Drift,
  type FailedMember,
  Lattice,
  LatticeError,
  Marker,
  Quadrupole,
  sigma,
  Tracker,
  type TrackResult,
} from '../../src/index.js';
import { loadBackend, type NativeAddon } from '../../src/native.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';
import { differingCoordinates } from '../support/bits.js';
import { gradientBits } from '../support/gradientBits.js';

const LINE = new Lattice([
  new Quadrupole({ name: 'q1', length: 0.1, k1: 6 }),
  new Drift({ name: 'd1', length: 0.4 }),
  new Marker({ name: 'm1' }),
  new Quadrupole({ name: 'q2', length: 0.1, k1: -6 }),
]).withSpaceCharge({ kicks: 4, gridShape: [8, 8, 8] });

const STRENGTHS = [4, 5, 6.5, 7, 7.25];
const BEAMS = [1, 2, 3, 4].map((seed) => gaussianBunch(300, seed));
const EVERYTHING = { wrt: ['q1.k1', 'q2.k1', 'beam', 'charge', 'charges', 'energy'] };
const objective = sigma('x').times(sigma('y').at('m1'));

/** Tracks one beam on a tracker that does nothing else. */
async function alone<T>(
  work: (tracker: Tracker) => Promise<T>,
  lattice = LINE,
  backend = FAST_BACKENDS[0]!,
): Promise<T> {
  using tracker = await Tracker.create(lattice, { backend });
  return await work(tracker);
}

describe.each(FAST_BACKENDS)('a batch on %s', (backend) => {
  it.each([1, 2, 3])('of settings has the bits of single calls, in order: %i workers', async (workers) => {
    using tracker = await Tracker.create(LINE, { backend });
    const parameters = { 'q1.k1': Float64Array.from(STRENGTHS), 'q2.k1': STRENGTHS.map((k1) => -k1) };
    const results = await tracker.trackBatch(BEAMS[0]!, { parameters, workers, observe: ['m1'] });
    expect(results).toHaveLength(STRENGTHS.length);
    for (const [i, k1] of STRENGTHS.entries()) {
      const lattice = LINE.withParameters({ 'q1.k1': k1, 'q2.k1': -k1 });
      const single = await alone((other) => other.track(BEAMS[0]!, { observe: ['m1'] }), lattice, backend);
      expect(differingCoordinates(results[i]!.coordinates, single.coordinates)).toBe(0);
      expect(results[i]!.markers).toEqual(single.markers);
    }
  });

  it.each([1, 2])('of beams has the bits of single gradients: %i workers', async (workers) => {
    using tracker = await Tracker.create(LINE, { backend });
    const results = await tracker.gradientBatch(BEAMS, objective, { ...EVERYTHING, workers });
    for (const [i, beam] of BEAMS.entries()) {
      const single = await alone((other) => other.gradient(beam, objective, EVERYTHING), LINE, backend);
      expect(gradientBits(results[i]!)).toBe(gradientBits(single));
    }
  });

  it('pairs beams with settings given as records', async () => {
    using tracker = await Tracker.create(LINE, { backend });
    const parameters = BEAMS.map((_, i) => ({ 'q1.k1': STRENGTHS[i]! }));
    const results = await tracker.trackBatch(BEAMS, { parameters });
    for (const [i, beam] of BEAMS.entries()) {
      const single = await tracker.track(beam, { parameters: parameters[i] });
      expect(differingCoordinates(results[i]!.coordinates, single.coordinates)).toBe(0);
    }
  });
});

describe('a batch', () => {
  const strengths = (n: number) => ({ 'q1.k1': Float64Array.from({ length: n }, (_, i) => 5 + i / n) });

  it('takes one arena, however many members it has, and keeps nothing of what was handed over', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    const single = await tracker.track(BEAMS[0]!);
    let done = 0;
    for await (const { memory } of tracker.trackEach(BEAMS[0]!, { parameters: strengths(200) })) {
      expect(memory.arenaBytes).toBe(single.memory.arenaBytes);
      done += 1;
    }
    expect(done).toBe(200);
  });

  it('makes one engine for all members, and one more for a line of another shape', async () => {
    const addon = loadBackend('cpu') as { Engine: NativeAddon['Engine'] };
    const { Engine } = addon;
    let made = 0;
    addon.Engine = class extends Engine {
      constructor(...given: ConstructorParameters<NativeAddon['Engine']>) {
        super(...given);
        made += 1;
      }
    };
    try {
      using tracker = await Tracker.create(LINE, { backend: 'cpu' });
      await tracker.trackBatch(BEAMS[0]!, { parameters: strengths(20) });
      expect(made).toBe(1);
      // √|k1|·length = 1.1 of half the quadrupole: two maps where there was one.
      await tracker.track(BEAMS[0]!, { parameters: { 'q1.k1': 500 } });
      expect(made).toBe(2);
    } finally {
      addon.Engine = Engine;
    }
  });

  it('asks for beams when they are needed, and may be left in the middle', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    let made = 0;
    const beams = (function* (): Generator<Beam> {
      for (;;) {
        made += 1;
        yield gaussianBunch(100, made);
      }
    })();
    let seen = 0;
    for await (const result of tracker.trackEach(beams, { workers: 2 })) {
      expect(result.coordinates.x).toHaveLength(100);
      seen += 1;
      if (seen === 3) break;
    }
    expect(made).toBeLessThanOrEqual(6);
    await expect(tracker.track(BEAMS[0]!)).resolves.toBeDefined();
  });

  it('tells how far it is', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    const progress: unknown[] = [];
    await tracker.trackBatch(BEAMS, { onProgress: (at) => progress.push(at) });
    expect(progress).toEqual([1, 2, 3, 4].map((done) => ({ done, total: 4 })));
  });

  /** The third member's quadrupole throws particles out of any range. */
  const OUT_OF_RANGE = { 'q1.k1': [5, 6, -4e4, 7] };

  it.each([1, 2])(
    'puts the error of a member in its place where it is asked to: %i workers',
    async (workers) => {
      using tracker = await Tracker.create(LINE, { backend: 'cpu' });
      const options = { parameters: OUT_OF_RANGE, workers, failures: 'report', headroom: 64 } as const;
      const results = await tracker.trackBatch(BEAMS[0]!, options);
      const [failed] = results.splice(2, 1) as [FailedMember];
      expect(failed.index).toBe(2);
      expect(failed.error).toBeInstanceOf(CoordinateRangeError);
      for (const [i, k1] of [5, 6, 7].entries()) {
        const single = await tracker.track(BEAMS[0]!, { parameters: { 'q1.k1': k1 }, headroom: 64 });
        expect(differingCoordinates((results[i] as TrackResult).coordinates, single.coordinates)).toBe(0);
      }
    },
  );

  it('ends at a member that fails where it is not, and the tracker goes on', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    const done: number[] = [];
    const all = (async () => {
      for await (const { turns } of tracker.trackEach(BEAMS[0]!, { parameters: OUT_OF_RANGE, headroom: 64 }))
        done.push(turns);
    })();
    await expect(all).rejects.toThrow(CoordinateRangeError);
    expect(done).toHaveLength(2);
    await expect(tracker.track(BEAMS[0]!)).resolves.toBeDefined();
  });

  it.each([1, 3])('can be aborted: %i workers', async (workers) => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 5 && controller.abort();
    const options = {
      parameters: strengths(1000),
      workers,
      failures: 'report',
      signal: controller.signal,
    } as const;
    await expect(tracker.trackBatch(BEAMS[0]!, { ...options, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
    await expect(tracker.track(BEAMS[0]!)).resolves.toBeDefined();
  });

  it('has the tracker to itself', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    const batch = tracker.trackBatch(BEAMS);
    await expect(tracker.track(BEAMS[0]!)).rejects.toMatchObject({ code: 'UNKICK_TRACKER_BUSY' });
    await expect(batch).resolves.toHaveLength(4);
  });

  it('shares a budget among its workers', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    const { arenaBytes } = (await tracker.track(BEAMS[0]!)).memory;
    const within = (device: number, workers: number) =>
      tracker.trackBatch(BEAMS, { memory: { device }, workers });
    await expect(within(2 * arenaBytes, 2)).resolves.toHaveLength(4);
    await expect(within(2 * arenaBytes, 3)).rejects.toMatchObject({ code: 'UNKICK_BUDGET' });
  });

  it('may be empty', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    expect(await tracker.trackBatch([])).toEqual([]);
    expect(await tracker.trackBatch(BEAMS[0]!, { parameters: [] })).toEqual([]);
    expect(await tracker.trackBatch(BEAMS[0]!)).toHaveLength(1);
  });

  it.each<[string, (tracker: Tracker) => Promise<unknown>, string]>([
    [
      'a misspelt name',
      (t) => t.trackBatch(BEAMS[0]!, { parameters: { 'q1.k2': [1] } }),
      "did you mean 'k1'?",
    ],
    [
      'a misspelt name in a record',
      (t) => t.trackBatch(BEAMS[0]!, { parameters: [{ 'q3.k1': 1 }] }),
      "did you mean 'q1' or 'q2'?",
    ],
    [
      'unequal lengths',
      (t) => t.trackBatch(BEAMS[0]!, { parameters: { 'q1.k1': [1], 'q2.k1': [1, 2] } }),
      "'q1.k1' has 1, 'q2.k1' 2",
    ],
    [
      'as many settings as there are no beams',
      (t) => t.trackBatch(BEAMS, { parameters: [{}] }),
      'a batch of 4 beams needs as many sets',
    ],
    [
      'too few beams that come one by one',
      (t) => t.trackBatch(new Set(BEAMS), { parameters: [{}, {}, {}, {}, {}] }),
      'not 5',
    ],
    ['too many of them', (t) => t.trackBatch(new Set(BEAMS), { parameters: [{}] }), 'not 1'],
    [
      'what is no beam',
      (t) => t.trackBatch([BEAMS[0]!, 3 as never]),
      'member 1 of the batch is no Beam but 3',
    ],
    ['no list at all', (t) => t.trackBatch(3 as never), 'takes a Beam or a list of them'],
    ['a misspelt option', (t) => t.trackBatch(BEAMS, { worker: 2 } as never), "did you mean 'workers'?"],
    [
      'another word for failures',
      (t) => t.trackBatch(BEAMS, { failures: 'ignore' as never }),
      'known: throw, report',
    ],
    ['no worker', (t) => t.trackBatch(BEAMS, { workers: 0 }), 'workers must be an integer from 1'],
    ['a journal', (t) => t.gradientBatch(BEAMS, objective, { journal: {} } as never), "'journal' is unknown"],
    ['no objective', (t) => t.gradientBatch(BEAMS, 3 as never), 'gradientEach takes an objective'],
  ])('refuses %s', async (_, call, message) => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    await expect(call(tracker)).rejects.toThrow(message);
    await expect(tracker.track(BEAMS[0]!)).resolves.toBeDefined();
  });

  it('reports a value that an element cannot have as that member’s', async () => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    const results = await tracker.trackBatch(BEAMS[0]!, {
      parameters: { 'q1.length': [0.1, -1] },
      failures: 'report',
    });
    expect((results[1] as FailedMember).error).toBeInstanceOf(LatticeError);
  });
});
