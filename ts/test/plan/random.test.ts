import { describe, expect, it } from 'vitest';
import {
  type Decision,
  type Directive,
  decisionsOf,
  Planner,
  type PlanProblem,
  type Reverse,
  type Segment,
} from '../../src/tape/plan/index.js';
import { checkSchedule, type Machine, withVerification } from '../../src/tape/schedules/index.js';
import { seeded, step } from '../schedules/chains.js';

/** A random line with random directives, nested segments and tiers. */
function randomProblem(random: () => number, most: number): PlanProblem {
  const n = Math.floor(random() * most);
  const rigid = random();
  const steps = Array.from({ length: n }, () => {
    const forward = 0.1 + random();
    const hasField = random() < 0.5;
    return step({
      invertible: random() > rigid,
      stateBytes: random() < 0.9 ? 8 : 5,
      fieldBytes: hasField ? 1 + Math.floor(random() * 3) : 0,
      costs: {
        forward,
        inverse: forward,
        adjoint: 2 * forward,
        reverse: 2.2 * forward,
        savedByField: hasField ? 0.5 * forward : 0,
      },
    });
  });
  const machine: Machine = {
    loadSeconds: random(),
    device: { writeBandwidth: 100, readBandwidth: 200 },
    ...(random() < 0.5 && { host: tier(random, 20) }),
    ...(random() < 0.3 && { disk: tier(random, 5) }),
  };
  const directives = steps.map(({ invertible, fieldBytes }): Directive | undefined => {
    if (random() < 0.7) return undefined;
    const allowed: Reverse[] = [
      'auto',
      'store',
      'recompute',
      ...(invertible ? ['invert' as const] : []),
      ...(fieldBytes > 0 ? ['field' as const] : []),
    ];
    const reverse = allowed[Math.floor(random() * allowed.length)]!;
    return random() < 0.2 && machine.host && machine.host.bytes === undefined
      ? { reverse, tier: 'host' }
      : { reverse };
  });
  return { steps, machine, directives, segments: nested(random, 0, n), staging: Math.floor(random() * 3) };
}

function tier(random: () => number, bandwidth: number): NonNullable<Machine['host']> {
  return {
    writeBandwidth: bandwidth * (0.5 + random()),
    readBandwidth: bandwidth * (0.5 + random()),
    ...(random() < 0.5 && { bytes: Math.floor(random() * 60) }),
  };
}

function nested(random: () => number, from: number, to: number): Segment[] {
  if (to - from < 4 || random() < 0.4) return [];
  const begin = from + Math.floor((random() * (to - from)) / 2);
  const end = begin + 1 + Math.floor(random() * (to - begin));
  const mode = random() < 0.6 ? 'joint' : 'split';
  return [{ from: begin, to: end, mode }, ...nested(random, begin, end), ...nested(random, end, to)];
}

describe('plans of random problems', () => {
  it.each([
    [12, 150],
    [60, 40],
    [300, 8],
  ])('fewer than %i steps: valid, within every budget, as fast as predicted', (most, trials) => {
    const random = seeded(most);
    for (let trial = 0; trial < trials; trial++) {
      const problem = randomProblem(random, most);
      const planner = new Planner(problem);
      const { curve } = planner;
      for (const part of [0, 0.3, 0.7, 1]) {
        const { bytes, seconds } = curve[Math.round(part * (curve.length - 1))]!;
        const plan = planner.plan(bytes);
        const machine = { ...problem.machine, device: { ...problem.machine?.device, bytes } };
        const schedule = withVerification(plan.schedule, [0, 1, problem.steps.length]);
        const report = checkSchedule(schedule, problem.steps, machine);
        expect(report.launches.adjoint + report.launches.reverse).toBe(problem.steps.length);
        expect(report.seconds).toBeLessThanOrEqual(seconds * (1 + 1e-9));
        // Of a prefetch only the read from the device is waited for.
        if (plan.isOptimal && !problem.staging) expect(report.seconds).toBeCloseTo(seconds, 9);
        checkDirectives(decisionsOf(plan.schedule, problem), problem);
      }
    }
  });
});

/** What the directives ask for must have become of their steps. */
function checkDirectives(decisions: readonly Decision[], { directives = [], steps }: PlanProblem): void {
  directives.forEach((directive, i) => {
    const { state, stateTier, fieldTier } = decisions[i]!;
    const asked = directive?.reverse ?? 'auto';
    if (asked === 'invert') expect([i, state]).toEqual([i, 'inverted']);
    if (asked === 'store') expect([i, state]).toEqual([i, 'stored']);
    if (asked === 'store' && directive?.tier) expect(stateTier).toBe(directive.tier);
    if (asked === 'recompute') expect(state).not.toBe('inverted');
    if (fieldTier) expect(asked).not.toBe('invert');
    if (asked === 'field' && steps[i]!.invertible) expect([i, state]).toEqual([i, 'inverted']);
  });
}
