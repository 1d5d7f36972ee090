import { describe, expect, it } from 'vitest';
import {
  checkSchedule,
  hierarchical,
  type Machine,
  mixed,
  revolve,
  type Schedule,
  type SnapshotTier,
  type StepDescriptor,
  selective,
} from '../../src/tape/schedules/index.js';
import { chain, seeded, step } from './chains.js';
import { leastSeconds } from './exhaustive.js';

function seconds(schedule: Schedule, steps: StepDescriptor[], machine: Machine): number {
  return checkSchedule(schedule, steps, machine).seconds;
}

describe('against an exhaustive search over all legal ways', () => {
  it('revolve has the fewest forward launches, n ≤ 7, s ≤ 4', () => {
    for (let n = 0; n <= 7; n++) {
      for (let s = 0; s <= 4; s++) {
        const machine = { device: { slots: s } };
        expect([n, s, seconds(revolve(n, s), chain(n), machine)]).toEqual([
          n,
          s,
          leastSeconds(chain(n), machine),
        ]);
      }
    }
  });

  it('mixed has the fewest where adjoints work from records, n ≤ 5, s ≤ 3', () => {
    for (let n = 0; n <= 5; n++) {
      const steps = chain(n, { adjointFrom: 'record', fieldBytes: 1 });
      for (let s = 0; s <= 3; s++) {
        const machine = { device: { slots: s } };
        const ours = seconds(mixed(n, s, { adjointFrom: 'record' }), steps, machine);
        expect([n, s, ours]).toEqual([n, s, leastSeconds(steps, machine)]);
      }
    }
  });

  it('selective has the fewest where inverses are free and rigid steps are evenly spread', () => {
    for (const [gap, n] of [
      [1, 6],
      [2, 8],
      [3, 9],
    ] as const) {
      const steps = Array.from({ length: n }, (_, i) => step({ invertible: i % gap !== gap - 1 }));
      for (let s = 0; s <= 3; s++) {
        const machine = { device: { slots: s } };
        expect(seconds(selective(steps, s), steps, machine)).toBe(leastSeconds(steps, machine));
      }
    }
  });

  it('hierarchical has the least time for random costs, n ≤ 6, two tiers', () => {
    const random = seeded(3);
    for (let trial = 0; trial < 60; trial++) {
      const n = trial % 7;
      compareHierarchical(n, random, 2);
    }
  });

  it('hierarchical has the least time for random costs, n ≤ 4, three tiers', () => {
    const random = seeded(4);
    for (let trial = 0; trial < 20; trial++) compareHierarchical(trial % 5, random, 3);
  });
});

function compareHierarchical(n: number, random: () => number, count: number): void {
  const names = ['device', 'host', 'disk'] as const;
  const costs = { forward: 0.2 + random(), adjoint: random(), load: random() };
  const tiers: SnapshotTier[] = names.slice(0, count).map((tier) => ({
    tier,
    slots: Math.floor(random() * 3),
    write: random() * 2 ** Math.floor(random() * 3),
    read: random() * 2 ** Math.floor(random() * 3),
  }));
  const machine = Object.fromEntries(
    tiers.map(({ tier, slots, write, read }) => [
      tier,
      { slots, writeBandwidth: 1 / write, readBandwidth: 1 / read },
    ]),
  );
  const all: Machine = { ...machine, loadSeconds: costs.load };
  const steps = chain(n, { costs: { forward: costs.forward, adjoint: costs.adjoint } });
  const schedule = hierarchical(n, tiers, costs);
  const replayed = seconds(schedule, steps, all);
  expect(replayed).toBeCloseTo(schedule.seconds + costs.load, 9);
  expect(replayed).toBeCloseTo(leastSeconds(steps, all), 9);
}
