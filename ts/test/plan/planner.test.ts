import { describe, expect, it } from 'vitest';
import { BudgetError } from '../../src/errors.js';
import {
  type Decision,
  type Directive,
  decisionsOf,
  describeDecision,
  type Plan,
  Planner,
  type PlanProblem,
  type Segment,
} from '../../src/tape/plan/index.js';
import { checkSchedule, leastForwardLaunches, type ScheduleReport } from '../../src/tape/schedules/index.js';
import { beamLine, chain, seeded, step } from '../schedules/chains.js';

/** The plan for a budget and its replay within that budget. */
function planned(
  problem: PlanProblem,
  budget: number,
  planner = new Planner(problem),
): Plan & { report: ScheduleReport; decisions: Decision[] } {
  const plan = planner.plan(budget);
  const machine = { ...problem.machine, device: { ...problem.machine?.device, bytes: budget } };
  const report = checkSchedule(plan.schedule, problem.steps, machine);
  expect(report.seconds).toBeLessThanOrEqual(plan.seconds + 1e-9 * plan.seconds);
  expect(report.tiers.device.peakBytes).toBeLessThanOrEqual(plan.bytes);
  return { ...plan, report, decisions: decisionsOf(plan.schedule, problem) };
}

/** Directives by step. */
function at(given: Record<number, Directive>): (Directive | undefined)[] {
  const directives: (Directive | undefined)[] = [];
  for (const [i, directive] of Object.entries(given)) directives[Number(i)] = directive;
  return directives;
}

/** A beam line of which every tenth step cannot be inverted, with costs that differ a little. */
function lineWithRigidSteps(n: number, seed = 5): PlanProblem['steps'] {
  const random = seeded(seed);
  const line = beamLine(n);
  return line.slice(0, n).map((descriptor, i) => {
    const scale = 0.9 + 0.2 * random();
    const costs = Object.fromEntries(Object.entries(descriptor.costs).map(([name, s]) => [name, s * scale]));
    return step({ ...descriptor, costs, ...(i % 10 === 9 && { invertible: false, kind: 'custom' }) });
  });
}

describe('Planner', () => {
  it('inverts everything in no memory, and buys the fields that save most with what there is', () => {
    const steps = beamLine(10);
    const none = planned({ steps }, 0);
    expect(none.report.launches).toMatchObject({ forward: 21, reverse: 21, inverse: 0, adjoint: 0 });
    const some = planned({ steps }, 65);
    expect(some.decisions.filter(({ fieldTier }) => fieldTier)).toHaveLength(3);
    expect(none.seconds - some.seconds).toBeCloseTo(3 * 7, 9);
    // With all fields but the last, which is at hand, states that save an inverse follow.
    const all = planned({ steps }, 1e9);
    expect(all.bytes).toBe(9 * 20 + 21 * 48);
    expect(all.report.launches.adjoint).toBe(21);
  });

  it('plans lines of no, one and two steps', () => {
    for (const n of [0, 1, 2]) {
      for (const invertible of [true, false]) {
        const steps = chain(n, { invertible, costs: { reverse: 1, adjoint: 1 } });
        const { report } = planned({ steps }, 1e3);
        expect(report.launches.forward).toBe(n);
        expect(planned({ steps }, 0).report.launches.adjoint).toBe(invertible ? 0 : n);
      }
    }
  });

  it('keeps every budget, never gets slower with more, and stops where the curve says', () => {
    const steps = lineWithRigidSteps(60);
    const planner = new Planner({ steps });
    const { curve } = planner;
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i <= 20; i++) {
      const budget = planner.smallestBytes + (i / 20) * (curve.at(-1)!.bytes - planner.smallestBytes);
      const { seconds, report } = planned({ steps }, budget, planner);
      expect(report.seconds).toBeCloseTo(seconds, 9);
      expect(seconds).toBeLessThanOrEqual(before);
      before = seconds;
    }
    expect(before).toBe(curve.at(-1)!.seconds);
  });

  it('says what the least would be where no plan fits', () => {
    const steps = beamLine(3);
    const directives = at({ 0: { reverse: 'store' }, 2: { reverse: 'store' }, 1: { reverse: 'field' } });
    const planner = new Planner({ steps, directives });
    expect(planner.smallestBytes).toBe(48 + 48 + 20);
    const error = (() => {
      try {
        planner.plan(100);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(BudgetError);
    expect(error).toMatchObject({ name: 'BudgetError', smallestBytes: 116, curve: planner.curve });
    expect((error as BudgetError).message).toBe(
      'the tape needs at least 116 B on the device, 100 B are allowed',
    );
    planned({ steps, directives }, 116);
  });

  it('has the fewest launches on a chain of rigid steps, up to 60 steps and beyond', () => {
    for (const n of [1, 2, 5, 24, 25, 60]) {
      for (let s = 0; s <= 8; s++) {
        const { report } = planned({ steps: chain(n) }, s);
        expect([n, s, report.launches.forward]).toEqual([n, s, leastForwardLaunches(n, s)]);
      }
    }
    const long = planned({ steps: chain(1000) }, 30);
    expect(long.report.launches.forward).toBe(leastForwardLaunches(1000, 30));
  });

  it('tells every step what becomes of it and why', () => {
    const steps = [
      ...beamLine(1),
      step({ kind: 'custom', stateBytes: 48 }),
      step({ kind: 'custom', stateBytes: 48 }),
      ...beamLine(1),
    ];
    const { decisions } = planned({ steps }, 48);
    expect(decisions.map(({ state }) => state)).toEqual([
      'inverted',
      'inverted',
      'inverted',
      'stored',
      'recomputed',
      'inverted',
      'inverted',
      'inverted',
    ]);
    const lines = decisions.map(describeDecision);
    expect(lines[0]).toBe(
      'step 0 (run): inverted, 0 B: going back costs 500 ms for the inverse and no memory',
    );
    expect(lines[3]).toBe(
      'step 3 (custom): stored (device), run 2 times, 48 B: it cannot be inverted, and its input state has a snapshot of its own',
    );
    expect(lines[4]).toBe(
      'step 4 (custom): recomputed, 0 B: it cannot be inverted, and an earlier snapshot serves it too',
    );
  });
});

describe('directives', () => {
  const steps = beamLine(5);

  it('invert: nothing is kept, whatever the budget', () => {
    const directives = steps.map((): Directive => ({ reverse: 'invert' }));
    const { bytes, report } = planned({ steps, directives }, 1e9);
    expect(bytes).toBe(0);
    expect(report.launches.reverse).toBe(11);
  });

  it('store: the input state is kept, also of a step that cannot be inverted', () => {
    const line = [...steps, step({ stateBytes: 48 })];
    const directives = at({ 3: { reverse: 'store' }, 11: { reverse: 'store' } });
    const { decisions, report, bytes } = planned({ steps: line, directives }, 96);
    expect(decisions[3]).toMatchObject({ state: 'stored', stateTier: 'device' });
    expect(decisions[11]).toMatchObject({ state: 'stored' });
    expect(decisions[3]!.why).toMatch(/^'store' was asked for/);
    expect([report.launches.forward, bytes]).toEqual([12, 96]);
  });

  it('field: the field is kept, but the last one that is still at hand', () => {
    const directives = at({ 1: { reverse: 'field' }, 9: { reverse: 'field' } });
    const { decisions, bytes } = planned({ steps, directives }, 20);
    expect(decisions.flatMap(({ step: i, fieldTier }) => (fieldTier ? [i] : []))).toEqual([1]);
    expect(bytes).toBe(20);
  });

  it('recompute: nothing of it is kept from the first sweep', () => {
    const directives = at({ 4: { reverse: 'recompute' }, 5: { reverse: 'recompute' } });
    const { decisions, schedule } = planned({ steps, directives }, 1e9);
    expect(decisions[4]!.state === 'recomputed' || decisions[4]!.state === 'stored').toBe(true);
    expect(decisions[5]).toMatchObject({ state: 'recomputed' });
    const kept = schedule.actions
      .slice(0, schedule.turn)
      .flatMap((a) => ('step' in a && 'tier' in a ? [a] : []));
    expect(kept.filter((a) => a.step === 4 || a.step === 5)).toEqual([]);
    const everywhere = steps.map((): Directive => ({ reverse: 'recompute' }));
    const { report, schedule: again } = planned({ steps, directives: everywhere }, 1e9);
    expect(report.launches).toMatchObject({ adjoint: 11, reverse: 0 });
    expect(again.actions.slice(0, again.turn).some(({ do: what }) => what === 'storeState')).toBe(false);
  });

  it('tier: what is kept lies there', () => {
    const machine = { host: { writeBandwidth: 100, readBandwidth: 100 } };
    const directives = steps.map((): Directive => ({ reverse: 'invert' }));
    directives[1] = { reverse: 'field', tier: 'host' };
    directives[4] = { reverse: 'store', tier: 'host' };
    const { decisions, report } = planned({ steps, directives, machine }, 0);
    expect(decisions[1]!.fieldTier).toBe('host');
    expect(decisions[4]!.stateTier).toBe('host');
    expect(report.tiers.host.peakBytes).toBe(68);
  });

  it.each<[Record<number, Directive>, RegExp]>([
    [{ 11: { reverse: 'invert' } }, /there is no step 11 .*the line has 11/],
    [{ 0: { reverse: 'field' } }, /step 0 \(run\) has no field/],
    [{ 0: { reverse: 'store', tier: 'disk' } }, /tier 'disk', which is not there/],
  ])('refuses %j', (given, message) => {
    expect(() => new Planner({ steps, directives: at(given) })).toThrow(message);
  });

  it('refuses to invert a rigid step', () => {
    expect(() => new Planner({ steps: chain(1), directives: at({ 0: { reverse: 'invert' } }) })).toThrow(
      /step 0 \(step\) cannot be inverted: use 'store', 'recompute' or 'auto'/,
    );
  });
});

describe('segments', () => {
  const steps = beamLine(9);
  const fields = steps.map(({ fieldBytes }): Directive => ({ reverse: fieldBytes > 0 ? 'field' : 'invert' }));

  it('joint: what a segment keeps is kept only while it is reversed', () => {
    const segments: Segment[] = [
      { from: 0, to: 6, mode: 'joint' },
      { from: 6, to: 12, mode: 'joint' },
      { from: 12, to: 18, mode: 'joint' },
    ];
    const inOne = new Planner({ steps, directives: fields });
    expect(inOne.smallestBytes).toBe(8 * 20);
    const { bytes, report } = planned({ steps, directives: fields, segments }, 96);
    // Two snapshots at the turn; then the fields of one segment with the snapshots before it.
    expect(bytes).toBe(48 + 48);
    expect(report.launches.forward).toBe(19 + 18);
  });

  it('nests', () => {
    const segments: Segment[] = [
      { from: 2, to: 16, mode: 'joint' },
      { from: 4, to: 10, mode: 'joint' },
      { from: 5, to: 8, mode: 'joint' },
    ];
    const { report } = planned({ steps, segments }, 1e9);
    expect(report.launches.forward).toBe(19 + 14 + 6 + 3);
  });

  it('split: nothing in it is run again for its own sake', () => {
    const line = chain(12);
    const free = planned({ steps: line }, 4);
    expect(free.report.launches.forward).toBe(leastForwardLaunches(12, 4));
    const segments: Segment[] = [{ from: 4, to: 8, mode: 'split' }];
    const { decisions } = planned({ steps: line, segments }, 11);
    expect(decisions.slice(4, 8).map(({ state }) => state)).toEqual(['stored', 'stored', 'stored', 'stored']);
    expect(new Planner({ steps: line, segments }).smallestBytes).toBe(4);
  });

  it.each<[Segment[], RegExp]>([
    [[{ from: 3, to: 3, mode: 'joint' }], /segment \[3, 3\) is not a part of a line of 19 steps/],
    [[{ from: 3, to: 20, mode: 'split' }], /segment \[3, 20\) is not a part/],
    [
      [
        { from: 0, to: 5, mode: 'joint' },
        { from: 3, to: 8, mode: 'joint' },
      ],
      /segments \[0, 5\) and \[3, 8\) cross/,
    ],
  ])('refuses %j', (segments, message) => {
    expect(() => new Planner({ steps, segments })).toThrow(message);
  });
});

describe('tiers', () => {
  const host = { writeBandwidth: 50, readBandwidth: 50 };

  it('puts off the device what pays for its transfers', () => {
    const steps = beamLine(10);
    // A field of 20 bytes takes 0.8 s there and back and saves 7 s; a state of 48 bytes takes 1.92 s and saves 1 s.
    const { report, seconds } = planned({ steps, machine: { host } }, 0);
    expect(report.tiers.host.peakBytes).toBe(9 * 20);
    expect(seconds).toBeCloseTo(new Planner({ steps }).plan(0).seconds - 9 * (7 - 0.8), 9);
  });

  it('keeps the capacity of every tier', () => {
    const steps = lineWithRigidSteps(50);
    const disk = { writeBandwidth: 20, readBandwidth: 30 };
    for (const hostBytes of [0, 20, 150]) {
      for (const diskBytes of [0, 48]) {
        const machine = { host: { ...host, bytes: hostBytes }, disk: { ...disk, bytes: diskBytes } };
        const planner = new Planner({ steps, machine });
        for (const budget of [planner.smallestBytes, 48, 96, 300]) {
          if (budget >= planner.smallestBytes) planned({ steps, machine }, budget, planner);
        }
      }
    }
  });

  it('says so where what is asked for has no room', () => {
    const machine = { host: { bytes: 10 } };
    const directives = at({ 1: { reverse: 'field', tier: 'host' } });
    expect(() => new Planner({ steps: beamLine(2), machine, directives })).toThrow(
      /does not fit into the capacities of the tiers/,
    );
  });

  it('reserves the staging slots of prefetches, and nothing where all stays on the device', () => {
    const steps = beamLine(10);
    const problem: PlanProblem = { steps, machine: { host }, staging: 2 };
    const planner = new Planner(problem);
    expect(planner.smallestBytes).toBe(0);
    // Two slots that fields arrive in, and one that they leave through.
    const { schedule, report } = planned(problem, 3 * 48);
    expect(schedule.actions.filter((a) => a.do === 'prefetch')).toHaveLength(9);
    expect(report.tiers.host.peakBytes).toBe(9 * 20);
    expect(report.tiers.device.peakBytes).toBe(2 * 20);
  });
});

describe('long lines', () => {
  const many = 10_000;

  it('10,000 invertible steps: the budget is used up to one field', () => {
    const steps = beamLine(5000).slice(0, many);
    const planner = new Planner({ steps });
    for (const budget of [0, 19, 20, 1000, 31_415, 99_999]) {
      const { bytes, report } = planned({ steps }, budget, planner);
      expect(report.launches.forward).toBe(many);
      expect(budget - bytes).toBeLessThan(20);
    }
    expect(planner.curve.length).toBeGreaterThan(5000);
  });

  it.each([
    ['every thousandth step rigid', (i: number) => i % 1000 === 999],
    ['every seventh step rigid', (i: number) => i % 7 === 6],
    ['all rigid', () => true],
    ['rigid steps in bursts', (i: number) => (i >> 6) % 4 === 0 && (i * i) % 5 < 2],
  ])('10,000 steps, %s', (_, isRigid) => {
    const random = seeded(31);
    const steps = beamLine(5000)
      .slice(0, many)
      .map((descriptor, i) => {
        const forward = descriptor.costs.forward * (0.5 + random());
        const { costs } = descriptor;
        return step({ ...descriptor, invertible: !isRigid(i), costs: { ...costs, forward } });
      });
    const planner = new Planner({ steps });
    const { curve } = planner;
    let before = Number.POSITIVE_INFINITY;
    for (const part of [0, 0.01, 0.1, 0.5, 1]) {
      const budget = curve[Math.floor(part * (curve.length - 1))]!.bytes;
      const { seconds } = planned({ steps }, budget, planner);
      expect(seconds).toBeLessThanOrEqual(before);
      before = seconds;
    }
    expect(planned({ steps }, 1e9, planner).report.launches.forward).toBe(many);
  });
});
