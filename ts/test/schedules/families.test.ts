import { describe, expect, it } from 'vitest';
import {
  binary,
  checkSchedule,
  fields,
  hierarchical,
  invert,
  leastForwardLaunches,
  mixed,
  multistage,
  OnlineSchedule,
  periodic,
  revolve,
  type Schedule,
  selective,
  storeAll,
  withPrefetch,
  withVerification,
} from '../../src/tape/schedules/index.js';
import { beamLine, chain, seeded, step } from './chains.js';

const MOST = 40;
const lengths = Array.from({ length: MOST + 1 }, (_, n) => n);
/** More snapshots than steps are no use, and no error. */
const snapshots = [0, 1, 2, 3, 5, 8, 13, 39, 40, 41, 100];

describe('every schedule of every family is valid for n ≤ 40', () => {
  it('storeAll: nothing is run twice', () => {
    for (const n of lengths) {
      const { launches, tiers } = checkSchedule(storeAll(chain(n)), chain(n));
      expect(launches.forward).toBe(n);
      expect(tiers.device.peakSlots).toBe(Math.max(0, n - 1));
    }
  });

  it('storeAll: a kick that works from either side needs no state of its own', () => {
    const line = beamLine(20).map((s) => (s.kind === 'kick' ? { ...s, adjointFrom: 'either' as const } : s));
    const slots = (schedule: Schedule) => checkSchedule(schedule, line).tiers.device.peakSlots;
    expect(slots(storeAll(line))).toBe(20);
    // State 7 lies before a kick, state 4 before a run.
    expect(slots(storeAll(line, { observed: [4, 7] }))).toBe(21);
  });

  it('revolve, binary and online keep to their snapshots, whatever the number', () => {
    for (const n of lengths) {
      for (const s of snapshots) {
        const limits = { device: { slots: s } };
        const least = checkSchedule(revolve(n, s), chain(n), limits).launches.forward;
        expect(
          checkSchedule(binary(n, { snapshots: s }), chain(n), limits).launches.forward,
        ).toBeGreaterThanOrEqual(least);
        expect(checkSchedule(online(n, s), chain(n), limits).launches.forward).toBeGreaterThanOrEqual(least);
        if (s > 0) checkSchedule(revolve(n, s, { initial: 'stored' }), chain(n), limits);
      }
    }
  });

  it('binary: log₂ n snapshots and about (n/2)·log₂ n launches', () => {
    for (const n of lengths) {
      const { launches, tiers } = checkSchedule(binary(n), chain(n));
      expect(tiers.device.peakSlots).toBeLessThanOrEqual(Math.ceil(Math.log2(n + 1)));
      if (n > 0) expect(launches.forward).toBeLessThanOrEqual(n + (n / 2) * Math.log2(n + 1) + 1);
    }
  });

  it('mixed, from input states and from records', () => {
    for (const n of lengths) {
      const recording = chain(n, { adjointFrom: 'record', fieldBytes: 1 });
      for (const s of snapshots) {
        const limits = { device: { slots: s } };
        checkSchedule(mixed(n, s), chain(n), limits);
        const launches = checkSchedule(mixed(n, s, { adjointFrom: 'record' }), recording, limits).launches;
        if (s >= n - 1) expect(launches.forward).toBe(n);
      }
    }
  });

  it('periodic: no step is run more than twice', () => {
    for (const n of lengths) {
      for (const interval of [1, 2, 3, 7, 40, 100]) {
        const stretches = Math.ceil(n / interval);
        const { launches, tiers } = checkSchedule(periodic(n, interval, { tier: 'host' }), chain(n));
        const lastStretch = n - interval * (stretches - 1);
        expect(launches.forward).toBe(n === 0 ? 0 : 2 * n - lastStretch - (stretches - 1));
        expect(tiers.host.peakSlots).toBe(Math.max(0, stretches - 1));
        expect(tiers.device.peakSlots).toBeLessThanOrEqual(Math.max(0, Math.min(n, interval) - 1));
      }
    }
  });

  it('multistage: as many launches as revolve', () => {
    for (const n of lengths) {
      for (const fast of [0, 1, 2, 5]) {
        for (const slow of [0, 1, 3, 50]) {
          const limits = { device: { slots: fast }, disk: { slots: slow } };
          const { launches } = checkSchedule(multistage(n, fast, slow), chain(n), limits);
          expect(launches.forward).toBe(leastForwardLaunches(n, fast + slow));
        }
      }
    }
  });

  it('hierarchical: the seconds it claims', () => {
    for (const n of lengths) {
      for (const [device, host, disk] of [
        [0, 0, 0],
        [1, 0, 0],
        [0, 2, 100],
        [2, 1, 3],
      ] as const) {
        const { schedule, steps, machine } = hierarchicalCase(n, [device, host, disk]);
        const { seconds } = checkSchedule(schedule, steps, machine);
        expect(seconds).toBeCloseTo(schedule.seconds + machine.loadSeconds, 9);
      }
    }
  });

  it('invert and fields: forward once, back once', () => {
    for (const n of lengths) {
      const line = beamLine(n);
      const inverted = checkSchedule(invert(line), line, { device: { bytes: 0 } });
      expect(inverted.launches).toEqual({
        load: 1,
        forward: 2 * n + 1,
        reverse: 2 * n + 1,
        inverse: 0,
        adjoint: 0,
      });
      const kept = checkSchedule(fields(line), line);
      expect(kept.tiers.device.peakBytes).toBe(20 * Math.max(0, n - 1));
      // The last potential is still at hand in both.
      expect(inverted.seconds - kept.seconds).toBeCloseTo(7 * Math.max(0, n - 1), 9);
    }
    expect(() => invert([step()])).toThrow(/step 0 \(step\) cannot be inverted/);
    expect(() => fields(beamLine(1), { steps: [0] })).toThrow(/step 0 has no field/);
  });

  it('selective: recomputes only between steps that cannot be inverted', () => {
    const random = seeded(1);
    for (const n of lengths) {
      const line = Array.from({ length: n }, () => step({ invertible: random() < 0.8 }));
      const rigid = line.filter(({ invertible }) => !invertible).length;
      for (const s of snapshots) {
        const { launches } = checkSchedule(selective(line, s), line, { device: { slots: s } });
        expect(launches.reverse).toBe(n - rigid);
        expect(launches.adjoint).toBe(rigid);
        if (s >= rigid) expect(launches.forward).toBe(n);
      }
      expect(checkSchedule(selective(chain(n), 3), chain(n)).launches.forward).toBe(
        leastForwardLaunches(n, 3),
      );
    }
  });
});

describe('passes over schedules', () => {
  it('prefetch: valid, same launches, and every remote read is issued ahead', () => {
    for (const n of lengths) {
      for (const staging of [1, 2, 3]) {
        const line = beamLine(n);
        const offDevice = [
          fields(line, { tier: 'host' }),
          multistage(2 * n + 1, 1, 4, { slowTier: 'host' }),
          hierarchicalCase(2 * n + 1, [1, 2, 3]).schedule,
        ];
        for (const schedule of offDevice) {
          const before = checkSchedule(schedule, line);
          const ahead = withPrefetch(schedule, line, staging);
          const after = checkSchedule(ahead, line);
          expect(after.launches).toEqual(before.launches);
          const remote = ahead.actions.filter((a) => a.do.startsWith('restore') && 'tier' in a);
          expect(remote.every((a) => 'tier' in a && a.tier === 'device')).toBe(true);
        }
      }
    }
  });

  it('verification: every return to a watched state is compared', () => {
    const schedule = revolve(20, 3);
    const watched = withVerification(schedule, [0, 7, 20]);
    checkSchedule(watched, chain(20));
    const verified = watched.actions.flatMap((a) => (a.do === 'verify' ? [a.step] : []));
    expect(verified.filter((i) => i === 20)).toHaveLength(1);
    expect(verified.filter((i) => i === 7).length).toBeGreaterThan(1);
    expect(watched.actions[watched.turn - 1]).toEqual({ do: 'verify', step: 20 });
  });
});

describe('size', () => {
  it('does 10,000 steps without running out of stack, and long lines with few snapshots', () => {
    const steps = chain(10_000);
    for (const s of [30, 10_000]) {
      expect(checkSchedule(revolve(10_000, s), steps).launches.forward).toBe(leastForwardLaunches(10_000, s));
    }
    checkSchedule(storeAll(steps), steps);
    checkSchedule(binary(10_000), steps);
    checkSchedule(multistage(1000, 10, 20), chain(1000));
    // Too many slots in several tiers to search them all: slower tiers are used outside only.
    const { schedule, steps: line, machine } = hierarchicalCase(400, [5, 10, 15]);
    const { seconds } = checkSchedule(schedule, line, machine);
    expect(seconds).toBeCloseTo(schedule.seconds + machine.loadSeconds, 9);
    const recording = chain(1000, { adjointFrom: 'record', fieldBytes: 1 });
    checkSchedule(mixed(1000, 30, { adjointFrom: 'record' }), recording, { device: { slots: 30 } });
  });
});

function online(n: number, s: number): Schedule {
  const schedule = new OnlineSchedule(s);
  const way = [schedule.begin(), ...Array.from({ length: n }, () => schedule.step())].flat();
  return { name: 'online', actions: [...way, ...schedule.end()], turn: way.length };
}

function hierarchicalCase(n: number, [device, host, disk]: readonly [number, number, number]) {
  const costs = { forward: 1, adjoint: 2, load: 0.5 };
  const tiers = [
    { tier: 'device', slots: device, write: 0.01, read: 0.02 },
    { tier: 'host', slots: host, write: 0.4, read: 0.3 },
    { tier: 'disk', slots: disk, write: 2, read: 3 },
  ] as const;
  const machine = {
    device: { slots: device, writeBandwidth: 100, readBandwidth: 50 },
    host: { slots: host, writeBandwidth: 1 / 0.4, readBandwidth: 1 / 0.3 },
    disk: { slots: disk, writeBandwidth: 1 / 2, readBandwidth: 1 / 3 },
    loadSeconds: 0.5,
  };
  const steps = chain(n, { costs: { forward: 1, adjoint: 2 } });
  return { schedule: hierarchical(n, tiers, costs), steps, machine };
}
