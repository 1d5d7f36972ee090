import { describe, expect, it } from 'vitest';
import {
  CustomStep,
  Drift,
  type Lattice,
  Lattice as LatticeClass,
  Quadrupole,
  resolveSpecies,
  SpaceChargeKick,
  type StrategyOptions,
} from '../../src/index.js';
import type { NativeEngine } from '../../src/native.js';
import { loadBackend } from '../../src/native.js';
import { resolveHeadroom } from '../../src/tape/headroom.js';
import { lineFor, planningFor } from '../../src/tape/prepare.js';
import { inverting, type StepDescriptor } from '../../src/tape/schedules/index.js';
import { SlotPlan, slotUseOf } from '../../src/tape/slots.js';
import { MOST_PLANNED_STEPS } from '../../src/tape/streaming.js';
import { Sweep } from '../../src/tape/sweep.js';
import type { Turns } from '../../src/tape/turns.js';

const ring = new LatticeClass([
  new Quadrupole({ length: 0.1, k1: 4 }),
  new SpaceChargeKick({ effectLength: 0.3, gridShape: [8, 8, 8] }),
  new Drift({ length: 0.2 }),
]);
const rigid = new LatticeClass([
  ...ring.elements,
  new CustomStep({ name: 'c', forward: (z) => z, adjoint: (_, bar) => ({ coordinates: bar }) }),
]);
const { planMemory } = loadBackend('cpu');

/** What would be done, without a beam. */
function streamed(
  lattice: Lattice,
  strategy: StrategyOptions | undefined,
  turns: Turns,
  options: { device?: number; position?: number } = {},
) {
  const line = lineFor(lattice, []);
  const beam = { particles: 1000, energy: 25e6, species: resolveSpecies('electron') };
  const request = { beam, strategy, energyBar: false, threads: 1, precision: 'f64' as const, options: {} };
  const length = options.position ?? turns.most * line.steps.length;
  const setting = {
    line,
    stops: [],
    headroom: resolveHeadroom(undefined, 'f64'),
    turns,
    length,
    backend: 'cpu' as const,
  };
  const { device } = options;
  const planning = planningFor(request, setting, device === undefined ? {} : { device }, {
    predict: ({ native, demand }) => planMemory(native, demand),
    plannerFor: () => {
      throw new Error('a planner was asked for');
    },
  });
  return planning.stream(strategy);
}

const invertibleSteps = [{ invertible: true }] as unknown as StepDescriptor[];
const open = (most: number): Turns => ({ most, until: () => false });

describe('a course', () => {
  it('makes its actions as they are asked for', () => {
    const course = inverting(invertibleSteps);
    expect([...course.begin()]).toEqual([{ do: 'load' }]);
    const far = course.forward(2 ** 31)[Symbol.iterator]();
    const taken = Array.from({ length: 3 }, () => far.next().value);
    expect(taken).toEqual([0, 1, 2].map((step) => ({ do: 'forward', step })));
    const { moves, actions } = course.back();
    expect(moves).toBe(3);
    expect([...actions]).toEqual([2, 1, 0].map((step) => ({ do: 'reverse', step })));
  });
});

describe('a sweep over very many turns', () => {
  it('holds a bounded number of actions at a time', async () => {
    const turns = { most: 300_000 };
    const line = lineFor(ring, []);
    const length = turns.most * line.steps.length;
    let most = 0;
    let done = 0;
    const engine = {
      execute: async (actions: Int32Array) => {
        most = Math.max(most, actions.length / 3);
        done += actions.length / 3;
        return true;
      },
    } as unknown as NativeEngine;
    const slots = new SlotPlan({ device: [], host: [], disk: [] }, slotUseOf([]));
    const course = inverting(invertibleSteps);
    const sweep = new Sweep({
      ...{ engine, line, course, turns, length, slots, stops: [], particles: 1, controls: {} },
    });
    await sweep.forward();
    await sweep.reverse([], {});
    // load and clearAdjoint besides the steps, there and back
    expect(done).toBe(2 * length + 2);
    expect(most).toBeLessThanOrEqual(4097);
  });
});

describe('what is streamed', () => {
  it('leaves one turn to the planner, whatever the strategy', () => {
    for (const name of ['auto', 'invert', 'online'] as const)
      expect(streamed(ring, { name }, { most: 1 })).toBe(undefined);
    expect(streamed(ring, undefined, { most: 1 })).toBe(undefined);
  });

  it('is tracking, inversion and online; the rest is planned where the turns are known', () => {
    expect(streamed(ring, undefined, { most: 2 })!.job.course.name).toBe('forward');
    expect(streamed(ring, { name: 'invert' }, { most: 2 })!.job.course.name).toBe('invert');
    expect(streamed(ring, { name: 'online' }, { most: 2 })!.job.course.name).toBe('online');
    expect(streamed(ring, { name: 'revolve' }, { most: 2 })).toBe(undefined);
    expect(() => streamed(ring, { name: 'revolve' }, open(2))).toThrow('has to know the number of turns');
  });

  it("'auto' inverts where it can and nothing else is asked for, at once for a million turns", () => {
    expect(streamed(ring, { name: 'auto' }, { most: 1e6 })!.job.course.name).toBe('invert');
    expect(streamed(ring, { name: 'auto' }, open(1e6))!.job.course.name).toBe('invert');
    expect(streamed(rigid, { name: 'auto' }, open(1e6))!.job.course.name).toBe('online');
  });

  it("'auto' plans up to a number of steps, with a budget or without an inverse", () => {
    const turns = { most: MOST_PLANNED_STEPS / rigid.elements.length };
    expect(streamed(rigid, { name: 'auto' }, turns)).toBe(undefined);
    expect(streamed(rigid, { name: 'auto' }, { most: turns.most + 1 })!.job.course.name).toBe('online');
    const device = 1e9;
    expect(streamed(ring, { name: 'auto' }, { most: 10 }, { device })).toBe(undefined);
    expect(streamed(ring, { name: 'auto' }, { most: 1e6 }, { device })!.job.course.name).toBe('invert');
  });

  it("'online' keeps sixteen states, or as many as fit, or as are told, but none that no step needs", () => {
    const slots = (options: { device?: number; position?: number }, snapshots?: number, most = 1000) =>
      streamed(rigid, { name: 'online', snapshots }, open(most), options)!.job.demand.deviceSlots.length;
    const { memory } = streamed(rigid, { name: 'online', snapshots: 0 }, open(1000))!;
    expect(slots({})).toBe(16);
    expect(slots({}, 100)).toBe(100);
    expect(slots({}, 100, 2)).toBe(7);
    expect(slots({ device: memory.bytes + 5 * 48_128 })).toBe(5);
    expect(slots({ device: 1 })).toBe(0);
    // What a resumed adjoint has passed needs none either.
    expect(slots({ position: 4 })).toBe(3);
  });
});
