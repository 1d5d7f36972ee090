import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  Beam,
  BudgetError,
  CustomStep,
  Drift,
  Lattice,
  planGradient,
  Quadrupole,
  sigma,
  Tracker,
} from '../../src/index.js';
import { ALL_WRT, lineOfAllKinds, twoPlaces, wideBunch } from '../support/allKinds.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';
import { rigid, ring } from '../support/ring.js';

const drift = (kicks: number, n = 16) =>
  new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({ kicks, gridShape: [n, n, n] });

describe('planGradient', () => {
  it('needs neither the particles nor a GPU', () => {
    const particles = 1e9;
    const { memory, backend, launches } = planGradient(drift(100, 64), { particles }, { backend: 'cuda' });
    expect(backend).toBe('cuda');
    // Six coordinates, a charge, and the cotangents of all seven: DESIGN.md, section 8.
    expect(memory.accounts).toMatchObject({ state: 48e9, charge: 8e9, adjoint: 56e9, tape: 0 });
    expect(memory.device).toBe(Object.values(memory.accounts).reduce((sum, bytes) => sum + bytes, 0));
    expect(launches).toEqual({ load: 1, forward: 201, inverse: 0, adjoint: 0, reverse: 201 });
    const fields = planGradient(drift(100, 64), { particles }, { backend: 'cuda', strategy: 'fields' });
    expect(fields.memory.accounts.tape).toBe(99 * 8 * 64 ** 3);
  });

  it.each(FAST_BACKENDS)('predicts on %s what is then allocated, for every strategy', async (backend) => {
    const beam = wideBunch(500);
    using tracker = await Tracker.create(lineOfAllKinds(), { backend });
    for (const strategy of ['auto', 'store', 'selective', 'revolve', 'multistage', 'hierarchical'] as const) {
      const plan = tracker.plan(beam, { strategy, wrt: ALL_WRT, objective: twoPlaces() });
      const run = await tracker.gradient(beam, twoPlaces(), { strategy, wrt: ALL_WRT });
      expect(run.memory.accounts).toEqual(plan.memory.accounts);
      expect(run.memory.arenaBytes).toBe(plan.memory.device);
      expect(run.strategy).toBe(plan.strategy);
    }
  });

  it('plans several turns as one long line', async () => {
    const beam = wideBunch(500);
    using tracker = await Tracker.create(ring(rigid), { backend: 'cpu' });
    const options = { turns: 3, wrt: ['q.k1', 'energy'], objective: sigma('x') };
    for (const strategy of ['auto', 'store', 'revolve', 'online'] as const) {
      const plan = tracker.plan(beam, { ...options, strategy });
      const { turns, wrt } = options;
      const run = await tracker.gradient(beam, sigma('x'), { turns, wrt, strategy });
      expect(run.memory.accounts).toEqual(plan.memory.accounts);
      expect(plan.kicks).toBe(3 * run.kicks.length);
      expect(plan.steps).toHaveLength(3 * 7);
      expect(plan.steps[8]!.name).toBe('sc on turn 2');
    }
    expect(() => tracker.plan(beam, { turns: 10_000 })).toThrow(
      '70000 steps are too many to plan one by one',
    );
  });

  it('explains every step by its name', () => {
    const lattice = new Lattice([
      new Quadrupole({ name: 'q1', length: 0.1, k1: 3 }),
      new CustomStep({ name: 'c', forward: (z) => z, adjoint: (_, bar) => ({ coordinates: bar }) }),
      new Drift({ name: 'd1', length: 0.5 }),
    ]).withSpaceCharge({ kicks: 2, gridShape: [16, 16, 16] });
    const plan = planGradient(lattice, { particles: 1000 }, { memory: { device: '1 GiB' } });
    expect(plan.isOptimal).toBe(true);
    const lines = plan.explain();
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatch(/^step 1 \(kick q1_sc1\): inverted, field kept \(device\), 32.0 KiB: /);
    expect(lines[3]).toMatch(
      /^step 3 \(custom.*\): stored \(device\), 46.9 KiB: it cannot be inverted, and its input state has a snapshot of its own$/,
    );
    const [kept] = plan.steps.filter(({ fieldTier }) => fieldTier);
    expect(kept).toMatchObject({ name: 'q1_sc1', bytes: 8 * 16 ** 3 });
  });

  it('says what would fit where nothing does', () => {
    const plan = () => planGradient(drift(5), { particles: 1e6 }, { memory: { device: '10 MiB' } });
    expect(plan).toThrow(BudgetError);
    expect(plan).toThrow(
      /^this run needs 107 MiB \(\d+ bytes\) on the cpu back end, but 10.0 MiB are allowed; fewer macro/,
    );
  });

  it('takes fewer kicks in the same time where memory buys speed, and never the other way round', () => {
    const { curve, smallestBytes } = planGradient(drift(30), { particles: 1e5 });
    expect(curve[0]!.bytes).toBe(smallestBytes);
    // All fields but the last.
    expect(curve.at(-1)!.bytes).toBe(smallestBytes + 29 * 8 * 16 ** 3);
  });

  it('refuses what makes no sense', () => {
    const particles = 1000;
    expect(() => planGradient({} as Lattice, { particles })).toThrow(/takes a Lattice first/);
    expect(() => planGradient(drift(1), { particles: 0 })).toThrow(/particles must be an integer from 1/);
    expect(() => planGradient(drift(1), { particles }, { stratgey: 'auto' } as object)).toThrow(
      /did you mean 'strategy'/,
    );
    expect(() => planGradient(drift(1), { particles }, { wrt: ['d.lenght'] })).toThrow(
      /did you mean 'd.length'/,
    );
    expect(() => planGradient(drift(1), { particles }, { memory: { device: '8 GB/s' } })).toThrow(
      /not an amount of memory/,
    );
    expect(() => planGradient(drift(1), { particles }, { objective: 'x' as never })).toThrow(
      /must be an objective/,
    );
  });

  it('answers for a beam as for its number of macroparticles', () => {
    const beam = gaussianBunch(777);
    expect(beam).toBeInstanceOf(Beam);
    expect(planGradient(drift(3), beam).memory).toEqual(planGradient(drift(3), { particles: 777 }).memory);
  });
});

describe.each(FAST_BACKENDS)('a profile on %s', (backend) => {
  it('measures every step, and plans can be made with it', async () => {
    const beam = wideBunch(500);
    using tracker = await Tracker.create(lineOfAllKinds(), { backend });
    const objective = twoPlaces();
    const profile = await tracker.profile(beam, { objective, repeats: 1 });
    for (const { kind, costs, invertible, fieldBytes } of profile.steps) {
      expect(costs.forward).toBeGreaterThan(0);
      expect(costs.adjoint).toBeGreaterThan(0);
      expect(Number.isFinite(costs.inverse)).toBe(invertible);
      expect(Number.isFinite(costs.reverse)).toBe(invertible);
      expect(fieldBytes).toBe(kind === 'kick' ? 8 * 12 ** 3 : 0);
    }
    const plan = tracker.plan(beam, { objective, wrt: ALL_WRT, profile });
    expect(plan.seconds.costs).toBe('measured');
    const forward = profile.steps.reduce((sum, { costs }) => sum + costs.forward, 0);
    expect(plan.seconds.forward).toBeGreaterThanOrEqual(forward);
    const run = await tracker.gradient(beam, objective, { wrt: ALL_WRT });
    expect(run.memory.arenaBytes).toBe(tracker.plan(beam, { objective, wrt: ALL_WRT }).memory.device);
  });

  it('tells what every directive would cost', async () => {
    using tracker = await Tracker.create(drift(2), { backend });
    const profile = await tracker.profile(gaussianBunch(1000), { repeats: 1 });
    const effects = profile.effects();
    const of = (reverse: string) => effects.filter((effect) => effect.reverse === reverse);
    expect(of('store').map(({ bytes }) => bytes)).toEqual(profile.steps.map(() => 48_000));
    expect(of('field').map(({ name, bytes }) => [name, bytes])).toEqual([
      ['d_sc1', 8 * 16 ** 3],
      ['d_sc2', 8 * 16 ** 3],
    ]);
    expect(of('recompute').every(({ bytes }) => bytes === 0)).toBe(true);
  });

  it('fits a line whose runs directives divide otherwise', async () => {
    const beam = gaussianBunch(1000);
    const lattice = (reverse?: 'store') =>
      new Lattice([
        new Drift({ name: 'd', length: 1 }),
        new Quadrupole({ name: 'q', length: 0.1, k1: 1, reverse }),
        new Drift({ name: 'e', length: 1 }),
      ]).withSpaceCharge({ kicks: 3, gridShape: [16, 16, 16] });
    using tracker = await Tracker.create(lattice(), { backend });
    const profile = await tracker.profile(beam, { repeats: 1 });
    const plan = planGradient(lattice('store'), beam, { profile, memory: { device: '1 GiB' } });
    expect(plan.steps.length).toBeGreaterThan(profile.steps.length);
    const forward = profile.steps.reduce((sum, { costs }) => sum + costs.forward, 0);
    const load = planGradient(lattice(), beam, { profile }).seconds.forward - forward;
    // The same maps in other runs: as many seconds, but for rounding.
    expect(plan.seconds.forward).toBeCloseTo(forward + load, 12);
  });

  it('of another line is refused; an aborted one leaves the tracker usable', async () => {
    const beam = gaussianBunch(1000);
    using tracker = await Tracker.create(drift(2), { backend });
    const profile = await tracker.profile(beam, { repeats: 1 });
    expect(() => planGradient(drift(3), beam, { profile })).toThrow(
      /the profile knows no kick 'd_sc3': profile this lattice/,
    );
    const controller = new AbortController();
    const run = tracker.profile(beam, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(run).rejects.toThrow(AbortedError);
    expect((await tracker.gradient(beam, sigma('x'))).value).toBeGreaterThan(0);
  });
});
