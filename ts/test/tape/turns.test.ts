import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  COORDINATES,
  CoordinateRangeError,
  Drift,
  emittance,
  type GradientOptions,
  type GradientResult,
  Lattice,
  Marker,
  type Objective,
  ofParticles,
  planGradient,
  Quadrupole,
  Segment,
  SpaceChargeKick,
  type StrategyOptions,
  sigma,
  Tracker,
  type TurnEnd,
} from '../../src/index.js';
import { STRATEGIES } from '../../src/tape/strategy.js';
import { wideBunch } from '../support/allKinds.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { derivative } from '../support/differences.js';
import { lossy, oneKick, type RingElements, rigid, ring, unrolled } from '../support/ring.js';
import { SMOOTH_HEADROOM, SMOOTH_SPACE_CHARGE, smoothBeam } from '../support/smoothLine.js';

const TURNS = 4;
const beam = wideBunch(1000);

/** Of the beam's end and of two places on the last turn, one of them where the turn begins. */
const objective = (suffix: string): Objective => {
  const radius = ofParticles(({ x, y }) => ({
    value: x.reduce((sum, a, i) => sum + a * a + y[i]! ** 2, 0),
    coordinates: { x: x.map((a) => 2 * a), y: y.map((a) => 2 * a) },
  }));
  return sigma('x')
    .squared()
    .plus(emittance('y').at(`m${suffix}`))
    .plus(sigma('y').squared().at(`start${suffix}`))
    .plus(radius.at(`m${suffix}`))
    .plus(radius);
};

/** Value and the gradient by all that the turns have in common, to the bit. */
function bitsOf({ value, gradient }: GradientResult): string {
  const { coordinates, charges } = gradient;
  return [value, ...COORDINATES.flatMap((name) => [...coordinates![name]]), ...charges!].join();
}

/** Parameters of a long line, added up over its turns. */
function overTurns(parameters: Record<string, number>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const inRing = name.replace(/@\d+/, '');
    sums[inRing] = (sums[inRing] ?? 0) + value;
  }
  return sums;
}

const WRT = (lattice: Lattice) => [
  ...lattice.elements.flatMap(({ name, parameters }) => Object.keys(parameters).map((p) => `${name}.${p}`)),
  ...['energy', 'charge', 'beam', 'charges'],
];

async function gradientOf(lattice: Lattice, suffix: string, options: GradientOptions, backend = 'cpu') {
  using tracker = await Tracker.create(lattice, { backend: backend as 'cpu', threads: 2 });
  return await tracker.gradient(beam, objective(suffix), { wrt: WRT(lattice), ...options });
}

const KNOWN: StrategyOptions[] = [
  ...STRATEGIES.map((name) => ({ name })),
  { name: 'auto' },
  { name: 'online', snapshots: 0 },
  { name: 'online', snapshots: 3, tier: 'disk' },
  { name: 'revolve', snapshots: 2, tier: 'host' },
];
/** Those that need not know when it ends. */
const OPEN: StrategyOptions[] = [
  { name: 'invert' },
  { name: 'auto' },
  { name: 'online' },
  { name: 'online', snapshots: 0 },
  { name: 'online', snapshots: 2 },
  { name: 'online', snapshots: 5, tier: 'host' },
];
const NEEDS_INVERSES = ['invert', 'fields'];

const RINGS: [string, RingElements][] = [
  ['one kick', oneKick],
  ['two kicks and apertures', lossy],
  ['a step without inverse', rigid],
];

/** Where a beam stays for as long as one likes; three steps, since drift and quadrupole are one. */
const STABLE_STEPS = 3;
const stable = new Lattice([
  new Quadrupole({ name: 'qf', length: 0.1, k1: 4 }),
  new SpaceChargeKick({ name: 'sc', effectLength: 0.3, gridShape: [8, 8, 8] }),
  new Drift({ name: 'd', length: 0.2 }),
  new Quadrupole({ name: 'qd', length: 0.1, k1: -4 }),
]);

describe.each(FAST_BACKENDS)('on %s', (backend) => {
  describe.each(RINGS)('a ring of %s', (_, elements) => {
    const isRigid = elements === rigid;
    const lattice = ring(elements);
    let long: GradientResult;
    beforeAll(async () => {
      long = await gradientOf(unrolled(elements, TURNS), `@${TURNS - 1}`, { strategy: 'store' }, backend);
    });

    const expectLikeLong = (run: GradientResult) => {
      expect(run.turns).toBe(TURNS);
      expect(bitsOf(run)).toBe(bitsOf(long));
      const { energy, charge, ...sums } = overTurns(long.gradient.parameters);
      const largest = Math.max(...Object.values(sums).map(Math.abs));
      for (const [name, sum] of Object.entries(sums)) {
        // Sums over turns are rounded in another order: 1.1e-16 was measured, and for the energy.
        expect(Math.abs(run.gradient.parameters[name]! - sum) / largest, name).toBeLessThan(1e-15);
      }
      expect(Math.abs(run.gradient.parameters.energy! / energy! - 1)).toBeLessThan(1e-15);
      expect(run.gradient.parameters.charge).toBe(charge);
      expect(run.memory.arenaBytes).toBe(run.memory.predictedBytes);
      // The last turn is reported.
      const last = long.kicks.slice(
        -lattice.elements.filter(({ type }) => type === 'spaceChargeKick').length,
      );
      expect(
        run.kicks.map(({ centre, halfWidth, outsideCharge }) => [centre, halfWidth, outsideCharge]),
      ).toEqual(last.map(({ centre, halfWidth, outsideCharge }) => [centre, halfWidth, outsideCharge]));
    };
    const suits = ({ name }: StrategyOptions) => !(isRigid && NEEDS_INVERSES.includes(name));

    it('is like one long line, by every strategy', async () => {
      let all: Record<string, number> | undefined;
      for (const strategy of KNOWN.filter(suits)) {
        const run = await gradientOf(lattice, '', { strategy, turns: TURNS, verify: true }, backend);
        expectLikeLong(run);
        // And among each other all bits agree, those of sums over turns as well.
        all ??= run.gradient.parameters;
        expect(run.gradient.parameters, JSON.stringify(strategy)).toEqual(all);
      }
    });

    it('is the same if nobody knows when it ends', async () => {
      for (const strategy of OPEN.filter(suits)) {
        const turns: number[] = [];
        const until = ({ turn }: TurnEnd) => {
          turns.push(turn);
          return turn === TURNS;
        };
        const options = { strategy, until, maxTurns: 100, verify: true };
        const run = await gradientOf(lattice, '', options, backend);
        expectLikeLong(run);
        expect(turns, 'asked once a turn').toEqual([1, 2, 3, 4]);
        expect(run.strategy).toBe(strategy.name === 'auto' ? (isRigid ? 'online' : 'invert') : strategy.name);
      }
    });

    it('fits a budget', async () => {
      const { memory } = await gradientOf(lattice, '', { turns: TURNS, strategy: 'revolve' }, backend);
      // The moments that `until` looks at take a region more; without an inverse, a state has to be kept.
      const least = memory.arenaBytes - memory.accounts.tape! + 256 + (isRigid ? 60_000 : 0);
      for (const device of [least, least + 200_000]) {
        const options = { turns: TURNS, memory: { device } };
        const planned = await gradientOf(lattice, '', options, backend);
        expectLikeLong(planned);
        expect(planned.memory.arenaBytes).toBeLessThanOrEqual(device);
        const until = ({ turn }: TurnEnd) => turn === TURNS;
        const open = await gradientOf(lattice, '', { until, maxTurns: 50, memory: { device } }, backend);
        expectLikeLong(open);
        expect(open.memory.arenaBytes).toBeLessThanOrEqual(device);
        const online = await gradientOf(lattice, '', { ...options, strategy: 'online' }, backend);
        expectLikeLong(online);
        expect(online.memory.arenaBytes).toBeLessThanOrEqual(device);
        using tracker = await Tracker.create(lattice, { backend, threads: 2 });
        const about = {
          ...options,
          strategy: 'online',
          objective: objective(''),
          wrt: WRT(lattice),
        } as const;
        expect(tracker.plan(beam, about).memory.device).toBe(online.memory.arenaBytes);
      }
    });

    it('tracks like one long line, and tells who was lost on which turn', async () => {
      using rolled = await Tracker.create(lattice, { backend });
      using straight = await Tracker.create(unrolled(elements, TURNS), { backend });
      const want = await straight.track(beam, { observe: ['start@3', 'm@3'] });
      const until = ({ turn }: TurnEnd) => turn === TURNS;
      for (const how of [{ turns: TURNS }, { until, maxTurns: TURNS }]) {
        const got = await rolled.track(beam, { ...how, observe: ['start', 'm'] });
        expect(got.coordinates).toEqual(want.coordinates);
        expect(got.moments).toEqual(want.moments);
        expect(got.markers).toEqual({ start: want.markers['start@3'], m: want.markers['m@3'] });
        expect(got.losses).toEqual(want.losses);
        expect(got.warnings).toEqual([]);
      }
      if (elements === oneKick) return;
      const lost = new Set(want.losses);
      for (let passed = 0; passed < 2 * TURNS; passed++) expect(lost, `aperture ${passed}`).toContain(passed);
    });
  });

  it('comes back from a thousand turns with the state that it began with', async () => {
    using tracker = await Tracker.create(stable, { backend });
    const few = wideBunch(100);
    const options = { wrt: ['qf.k1'], strategy: 'invert', verify: true } as const;
    const once = await tracker.gradient(few, sigma('x'), options);
    const many = await tracker.gradient(few, sigma('x'), { ...options, turns: 1000 });
    // Every state but the last was hashed and compared; memory does not know how many there were.
    expect(many.memory.accounts).toEqual(once.memory.accounts);
    expect(many.memory.accounts.tape).toBe(0);
    expect(Number.isFinite(many.gradient.parameters['qf.k1'])).toBe(true);
  });
});

it('differentiates by parameters that act on every turn as finite differences do', async () => {
  const build = (changes: Record<string, number> = {}) =>
    new Lattice([
      new Quadrupole({ name: 'q', length: 0.02, k1: 0.8 }),
      new SpaceChargeKick({ name: 'sc', effectLength: 0.1, ...SMOOTH_SPACE_CHARGE }),
      new Drift({ name: 'd', length: 0.02 }),
    ]).withParameters(changes);
  const smooth = smoothBeam();
  const gradient = async (changes: Record<string, number>, wrt: string[]) => {
    using tracker = await Tracker.create(build(changes), { backend: 'cpu' });
    return await tracker.gradient(smooth, sigma('x'), { wrt, turns: 5, headroom: SMOOTH_HEADROOM });
  };
  const steps = { 'q.k1': 0.02, 'd.length': 2e-3, 'sc.effectLength': 2e-3 };
  const { gradient: got } = await gradient({}, Object.keys(steps));
  for (const [name, step] of Object.entries(steps)) {
    const here = build().parameter(name);
    const difference = await derivative(
      async (by) => (await gradient({ [name]: here + by }, [])).value,
      step,
    );
    expect(Math.abs(got.parameters[name]! / difference - 1), name).toBeLessThan(2e-9); // measured 1.7e-10
  }
});

describe('directives in a ring', () => {
  const directed: RingElements = (suffix) => {
    const [start, q, sc, m, d, a, second, ...others] = rigid(suffix);
    const elements = [q!.with({ reverse: 'store' }), sc!];
    const segment = new Segment({ name: `s${suffix}`, mode: 'joint', elements });
    return [start!, segment, m!, d!, a!, second!.with({ reverse: 'field' }), ...others];
  };
  const lattice = ring(directed);

  it('hold on every turn, and change no bit', async () => {
    const plain = await gradientOf(ring(rigid), '', { turns: TURNS });
    for (const memory of [undefined, { device: '4 MiB' }]) {
      const run = await gradientOf(lattice, '', { turns: TURNS, memory, verify: true });
      expect(bitsOf(run)).toBe(bitsOf(plain));
      expect(run.gradient.parameters).toEqual(plain.gradient.parameters);
    }
    // And the plan is that of one long line.
    const planned = (line: Lattice, turns: number) =>
      planGradient(line, beam, { turns, backend: 'cpu' }).steps.map(({ name, ...decision }) => decision);
    expect(planned(lattice, TURNS)).toEqual(planned(unrolled(directed, TURNS), 1));
  });

  it("are refused where 'auto' does not plan, and left aside by name", async () => {
    const options = { until: ({ turn }: TurnEnd) => turn === TURNS, maxTurns: 9 };
    await expect(gradientOf(lattice, '', options)).rejects.toThrow(
      "directives are for a known number of turns, and 20000 steps in all: ask for 'invert' or 'online' by name",
    );
    const run = await gradientOf(lattice, '', { ...options, strategy: 'online' });
    expect(bitsOf(run)).toBe(bitsOf(await gradientOf(ring(rigid), '', { turns: TURNS })));
  });
});

describe('until', () => {
  const widths = async () => {
    using tracker = await Tracker.create(ring(lossy), { backend: 'cpu' });
    const sizes: number[] = [];
    for (let turns = 1; turns <= 5; turns++) {
      const { moments } = await tracker.track(beam, { turns });
      sizes.push(moments.covariance[35]!);
    }
    return sizes;
  };

  it('ends at the first turn whose beam meets a condition', async () => {
    const sizes = await widths();
    using tracker = await Tracker.create(ring(lossy), { backend: 'cpu' });
    const seen: number[] = [];
    const until = ({ moments }: TurnEnd) => {
      seen.push(moments.covariance[35]!);
      return moments.covariance[35]! === sizes[2];
    };
    const tracked = await tracker.track(beam, { until, maxTurns: 5 });
    expect(tracked.turns).toBe(3);
    expect(seen).toEqual(sizes.slice(0, 3));
    expect(tracked.coordinates).toEqual((await tracker.track(beam, { turns: 3 })).coordinates);
  });

  it('says that maxTurns came first', async () => {
    using tracker = await Tracker.create(ring(oneKick), { backend: 'cpu' });
    const options = { until: () => false, maxTurns: 3 };
    const run = await tracker.gradient(beam, sigma('x'), options);
    expect(run.turns).toBe(3);
    expect(run.warnings).toEqual(['until did not hold within 3 turns: the run ended there (maxTurns)']);
    expect(run.value).toBe((await tracker.gradient(beam, sigma('x'), { turns: 3 })).value);
  });

  it('may throw; the tracker is usable afterwards', async () => {
    using tracker = await Tracker.create(ring(oneKick), { backend: 'cpu' });
    const until = () => {
      throw new RangeError('no more');
    };
    await expect(tracker.track(beam, { until, maxTurns: 3 })).rejects.toThrow(new RangeError('no more'));
    expect((await tracker.track(beam)).turns).toBe(1);
  });

  it.each([
    [{ turns: 0 }, 'turns must be an integer from 1 to 2147483647, not 0'],
    [{ turns: 1.5 }, 'turns must be an integer'],
    [
      { turns: 2 ** 30 },
      '1073741824 turns of 3 steps are too many: at most 715827882 can be done in one run',
    ],
    [{ maxTurns: 3 }, 'maxTurns is for `until`: without it, give `turns`'],
    [{ until: (): boolean => true }, 'until needs maxTurns'],
    [{ until: (): boolean => true, maxTurns: 0 }, 'maxTurns must be an integer'],
    [{ until: (): boolean => true, maxTurns: 2, turns: 2 }, 'not both'],
    [{ until: 'later', maxTurns: 2 }, "until must be a function, not 'later'"],
    [
      { until: async (): Promise<boolean> => true, maxTurns: 2 },
      'until must return true or false, not an object (Promise)',
    ],
  ])('%o is refused: %s', async (options, reason) => {
    using tracker = await Tracker.create(ring(oneKick), { backend: 'cpu' });
    await expect(tracker.track(beam, { observe: ['m'], ...(options as object) })).rejects.toThrow(reason);
  });

  it.each(STRATEGIES.filter((name) => name !== 'invert' && name !== 'online'))(
    "is not for '%s', and the error says what is",
    async (strategy) => {
      const options = { strategy, until: () => true, maxTurns: 3 };
      await expect(gradientOf(ring(oneKick), '', options)).rejects.toThrow(
        `strategy '${strategy}' has to know the number of turns: with \`until\` take 'invert' or 'online'`,
      );
    },
  );

  it('does not invert what has no inverse', async () => {
    const options = { strategy: 'invert', until: () => true, maxTurns: 3 } as const;
    await expect(gradientOf(ring(rigid), '', options)).rejects.toThrow('custom) cannot be inverted');
  });

  it('waits in vain where nothing acts', async () => {
    using tracker = await Tracker.create(new Lattice([new Marker({ name: 'm' })]), { backend: 'cpu' });
    await expect(tracker.track(beam, { until: () => true, maxTurns: 2 })).rejects.toThrow('waits in vain');
    expect((await tracker.track(beam, { turns: 3 })).turns).toBe(3);
  });
});

describe('controls', () => {
  it('progress counts the steps of all turns', async () => {
    const seen: Record<string, [number, number][]> = { forward: [], reverse: [] };
    const options: GradientOptions = {
      turns: 1500,
      strategy: 'invert',
      onProgress: ({ phase, done, total }) => seen[phase]!.push([done, total]),
    };
    using tracker = await Tracker.create(stable, { backend: 'cpu' });
    await tracker.gradient(wideBunch(8), sigma('x'), options);
    for (const phase of ['forward', 'reverse']) {
      const done = seen[phase]!.map(([count]) => count);
      expect(done.at(-1)).toBe(STABLE_STEPS * 1500);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(new Set(seen[phase]!.map(([, total]) => total))).toEqual(new Set([STABLE_STEPS * 1500]));
    }
  });

  it('abort ends a run between turns', async () => {
    using tracker = await Tracker.create(ring(oneKick), { backend: 'cpu' });
    const controller = new AbortController();
    const until = ({ turn }: TurnEnd): boolean => {
      if (turn === 7) controller.abort();
      return false;
    };
    const { signal } = controller;
    await expect(tracker.track(beam, { until, maxTurns: 1e6, signal })).rejects.toThrow('aborted');
    expect((await tracker.track(beam)).turns).toBe(1);
  });

  it('a fault names its turn', async () => {
    using tracker = await Tracker.create(ring(oneKick), { backend: 'cpu' });
    const run = tracker.track(beam, { turns: 1000, headroom: 16 });
    await expect(run).rejects.toThrow(/outgrew .* on turn \d+:/);
    await expect(run).rejects.toBeInstanceOf(CoordinateRangeError);
  });
});

describe('a journal', () => {
  const interrupted = async (options: GradientOptions, folder: string, resumed: GradientOptions) => {
    const journal = { folder, everySeconds: 0 };
    const controller = new AbortController();
    const onProgress: GradientOptions['onProgress'] = ({ phase, done }) => {
      if (phase === 'reverse' && done > 12) controller.abort();
    };
    const { signal } = controller;
    await expect(gradientOf(ring(rigid), '', { ...options, journal, onProgress, signal })).rejects.toThrow(
      'aborted',
    );
    return await gradientOf(ring(rigid), '', { ...resumed, journal: { ...journal, resume: true } });
  };

  it('resumes on the turn where it stood, without asking again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unkick-turns-'));
    const whole = await gradientOf(ring(rigid), '', { turns: TURNS });
    const until = ({ turn }: TurnEnd) => turn === TURNS;
    const never = () => {
      throw new Error('asked again');
    };
    const open = await interrupted({ until, maxTurns: 9 }, folder, { until: never, maxTurns: 9 });
    const known = await interrupted({ turns: TURNS }, folder, { turns: TURNS, strategy: 'revolve' });
    for (const run of [open, known]) {
      expect(run.turns).toBe(TURNS);
      expect(bitsOf(run)).toBe(bitsOf(whole));
      expect(run.gradient.parameters).toEqual(whole.gradient.parameters);
      expect(run.kicks).toEqual(whole.kicks);
    }
    await expect(interrupted({ turns: TURNS }, folder, { turns: TURNS + 1 })).rejects.toThrow(
      'belongs to another beam, line, objective or back end',
    );
    rmSync(folder, { recursive: true });
  });
});
