import { describe, expect, it } from 'vitest';
import {
  checkSchedule,
  layoutOf,
  type Machine,
  multistage,
  regionBytes,
  revolve,
  type Schedule,
  type SlotRange,
  type StepDescriptor,
  type TapeAction,
} from '../../src/tape/schedules/index.js';
import { beamLine, chain, step } from './chains.js';

const forward = (i: number): TapeAction => ({ do: 'forward', step: i });
const adjoint = (i: number): TapeAction => ({ do: 'adjoint', step: i });
const load: TapeAction = { do: 'load' };
const store = (i: number, slot = 0, tier: 'device' | 'host' | 'disk' = 'device'): TapeAction => ({
  do: 'storeState',
  step: i,
  tier,
  slot,
});
const restore = (i: number, slot = 0, tier: 'device' | 'host' | 'disk' = 'device'): TapeAction => ({
  do: 'restoreState',
  step: i,
  tier,
  slot,
});
const free = (slot = 0, tier: 'device' | 'host' | 'disk' = 'device'): TapeAction => ({
  do: 'free',
  tier,
  slot,
});

/** Replays; the turn is found where the end is reached first, unless it is given. */
function check(
  actions: TapeAction[],
  steps: StepDescriptor[],
  options: { machine?: Machine; turn?: number; slots?: readonly SlotRange[] } = {},
) {
  const end = actions.findIndex((a) => a.do === 'forward' && a.step === steps.length - 1) + 1;
  const schedule: Schedule = {
    name: 'test',
    actions,
    turn: options.turn ?? end,
    ...(options.slots && { slots: { device: options.slots } }),
  };
  return checkSchedule(schedule, steps, options.machine);
}

/** Two steps: state 1 is kept. */
const good = [load, forward(0), store(1), forward(1), restore(1), adjoint(1), free(), load, adjoint(0)];

describe('checkSchedule', () => {
  it('accepts a legal schedule and counts', () => {
    const report = check(good, chain(2, { stateBytes: 7, costs: { forward: 2, adjoint: 3 } }), {
      machine: { device: { bytes: 7, slots: 1, writeBandwidth: 7, readBandwidth: 14 }, loadSeconds: 0.25 },
    });
    expect(report.launches).toEqual({ load: 2, forward: 2, inverse: 0, adjoint: 2, reverse: 0 });
    expect(report.tiers.device).toEqual({
      peakBytes: 7,
      peakSlots: 1,
      writes: 1,
      reads: 1,
      bytesWritten: 7,
      bytesRead: 7,
    });
    expect(report.seconds).toBeCloseTo(2 * 2 + 2 * 3 + 1 + 0.5 + 2 * 0.25, 12);
  });

  it.each<[string, TapeAction[], RegExp]>([
    [
      'a step before the beam is there',
      [forward(0)],
      /action 0 \(forward 0\): state 0 is needed, but no beam/,
    ],
    [
      'a step from another state',
      [load, forward(1)],
      /action 1 .*state 1 is needed, but the beam is state 0/,
    ],
    ['a step beyond the line', [load, forward(0), forward(1), forward(2)], /there is no step 2/],
    ['an inverse of a rigid step', [load, forward(0), { do: 'inverse', step: 0 }], /cannot be inverted/],
    ['a fused reverse of a rigid step', [load, forward(0), { do: 'reverse', step: 0 }], /cannot be inverted/],
    [
      'a snapshot of another state',
      [load, store(1)],
      /action 1 \(storeState 1 device 0\): state 1 is needed/,
    ],
    ['a full slot', [load, store(0), store(0)], /device slot 0 still holds state 0: free it first/],
    ['an empty slot', [load, restore(0)], /device slot 0 is empty/],
    ['a slot that holds another state', [load, store(0), restore(1)], /holds state 0, not state 1/],
    ['a slot that is no slot', [load, store(0, -1)], /there is no device slot -1/],
    ['freeing twice', [load, store(0), free(), free()], /action 3 \(free device 0\): device slot 0 is empty/],
    [
      'a field that is not there',
      [load, { do: 'storeField', step: 0, tier: 'host', slot: 0 }],
      /field of step 0/,
    ],
    [
      'a verify of another state',
      [load, { do: 'verify', step: 1 }],
      /state 1 is needed, but the beam is state 0/,
    ],
    ['an adjoint before the end', [load, adjoint(0)], /state 2 has not been reached yet/],
    [
      'an adjoint out of order',
      [load, store(0), forward(0), forward(1), restore(0), adjoint(0)],
      /adjoint stands at state 2: step 0 is not its next/,
    ],
    ['an adjoint twice', [...good, adjoint(0)], /adjoint stands at state 0: step 0 is not its next/],
    ['an adjoint that is missing', good.slice(0, -1), /the end: the adjoint stopped before step 0/],
    [
      'a slot that is left full',
      good.filter((a) => a.do !== 'free'),
      /the end: nobody freed state 1 in device slot 0/,
    ],
    ['a line that is not finished', [load, forward(0)], /the end: state 2 was never reached/],
    [
      'a prefetch away from the device',
      [load, store(0), { do: 'prefetch', from: { tier: 'device', slot: 0 }, to: { tier: 'host', slot: 0 } }],
      /from device to host/,
    ],
    [
      'freeing the source of a prefetch that nobody waited for',
      [
        load,
        store(0, 0, 'host'),
        { do: 'prefetch', from: { tier: 'host', slot: 0 }, to: { tier: 'device', slot: 3 } },
        free(0, 'host'),
      ],
      /host slot 0 is still being copied to device slot 3/,
    ],
    [
      'a prefetch of what has not arrived',
      [
        load,
        store(0, 0, 'disk'),
        { do: 'prefetch', from: { tier: 'disk', slot: 0 }, to: { tier: 'host', slot: 0 } },
        { do: 'prefetch', from: { tier: 'host', slot: 0 }, to: { tier: 'device', slot: 0 } },
      ],
      /host slot 0 has not arrived yet/,
    ],
  ])('rejects %s', (_, actions, message) => {
    expect(() => check(actions, chain(2))).toThrow(message);
  });

  it('names the index of the action', () => {
    expect(() => check([load, forward(1)], chain(2))).toThrow(
      expect.objectContaining({ name: 'ScheduleError', code: 'UNKICK_SCHEDULE', action: 1 }),
    );
  });

  it('holds tiers to their limits', () => {
    const steps = chain(2, { stateBytes: 10 });
    expect(() => check(good, steps, { machine: { device: { bytes: 9 } } })).toThrow(
      /device holds 10 bytes, 9 are declared/,
    );
    expect(() => check(good, steps, { machine: { device: { slots: 0 } } })).toThrow(
      /1 slots of device are full, 0 are declared/,
    );
  });

  it('holds slots to their bytes', () => {
    const two = [load, store(0, 0), forward(0), store(1, 1), forward(1)];
    const back = [restore(1, 1), free(1), adjoint(1), restore(0, 0), free(0), adjoint(0)];
    const ranges = (...offsets: number[]) => offsets.map((offset) => ({ offset, bytes: 10 }));
    const steps = chain(2, { stateBytes: 10 });
    check([...two, ...back], steps, { slots: ranges(10, 0) });
    for (const offset of [1, 9]) {
      expect(() => check([...two, ...back], steps, { slots: ranges(offset, 10) })).toThrow(
        /slot 1 shares bytes/,
      );
    }
    expect(() => check([...two, ...back], steps, { slots: ranges(0) })).toThrow(
      /the layout has no device slot 1/,
    );
    expect(() => check([...two, ...back], chain(2, { stateBytes: 11 }), { slots: ranges(0, 20) })).toThrow(
      /device slot 0 has 10 bytes, state 0 needs 11/,
    );
  });

  it('wants the turn where the end is reached', () => {
    expect(() => check(good, chain(2), { turn: 3 })).toThrow(
      /action 2 .*turns here, but the beam is state 1/,
    );
    expect(() => check(good, chain(2), { turn: 0 })).toThrow(/does not say where it turns/);
  });

  it('knows which adjoints need which state', () => {
    const there = [load, forward(0)];
    expect(() => check([...there, adjoint(0)], [step()])).toThrow(/state 0 is needed/);
    check([...there, adjoint(0)], [step({ adjointFrom: 'either' })]);
    check([...there, adjoint(0)], [step({ adjointFrom: 'record' })]);
    const two = chain(2, { adjointFrom: 'record', fieldBytes: 1 });
    expect(() => check([load, forward(0), forward(1), adjoint(1), adjoint(0)], two)).toThrow(
      /what the step recorded is not at hand/,
    );
  });

  it('counts a field at hand once, and not after a load or an adjoint', () => {
    const line = beamLine(1);
    const way: TapeAction[] = [load, forward(0), forward(1), forward(2), { do: 'reverse', step: 2 }];
    const end: TapeAction[] = [
      { do: 'reverse', step: 1 },
      { do: 'reverse', step: 0 },
    ];
    const least = check([...way, ...end], line).seconds;
    const again: TapeAction[] = [load, forward(0), forward(1)];
    // The same forward launches twice: the potential is there again.
    expect(check([...way, ...again, ...end], line).seconds).toBeCloseTo(least + 11, 12);
    // An inverse of the kick uses the potential and leaves it for the adjoint.
    const split: TapeAction[] = [
      { do: 'inverse', step: 1 },
      { do: 'adjoint', step: 1 },
      { do: 'reverse', step: 0 },
    ];
    expect(check([...way, ...split], line).seconds).toBeCloseTo(least - 21 + 10 + 20 - 7, 12);
  });

  it('moves and prefetches', () => {
    const moved: TapeAction[] = [
      load,
      forward(0),
      store(1, 0),
      forward(1),
      { do: 'move', from: { tier: 'device', slot: 0 }, to: { tier: 'disk', slot: 5 } },
      { do: 'prefetch', from: { tier: 'disk', slot: 5 }, to: { tier: 'host', slot: 2 } },
      restore(1, 2, 'host'),
      free(5, 'disk'),
      free(2, 'host'),
      adjoint(1),
      load,
      adjoint(0),
    ];
    const { tiers, seconds } = check(moved, chain(2, { stateBytes: 10, costs: { forward: 0 } }), {
      machine: {
        device: { readBandwidth: 10 },
        disk: { writeBandwidth: 5, readBandwidth: 1 },
        host: { readBandwidth: 20 },
      },
    });
    expect(tiers.disk).toMatchObject({ peakBytes: 10, writes: 1, reads: 1 });
    // The move is waited for, the prefetch from disk is not.
    expect(seconds).toBeCloseTo(1 + 2 + 0.5, 12);
  });
});

describe('layoutOf', () => {
  it('puts slots one behind the other, as large as what they hold', () => {
    const steps = [step({ stateBytes: 5 }), step({ stateBytes: 7 }), step({ stateBytes: 11 })];
    const layout = layoutOf(revolve(3, 2), steps);
    expect(layout.device).toEqual([
      { offset: 0, bytes: 7 },
      { offset: 7, bytes: 11 },
    ]);
    expect(regionBytes(layout.device)).toBe(18);
    expect(regionBytes(layoutOf(multistage(30, 2, 3), chain(30, { stateBytes: 4 })).disk)).toBe(12);
  });
});
