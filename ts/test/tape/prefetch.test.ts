import { describe, expect, it } from 'vitest';
import { Op } from '../../src/tape/actions.js';
import {
  checkSchedule,
  isRestore,
  layoutOf,
  type Place,
  type Schedule,
  type SlotRange,
  type StepDescriptor,
  type TapeAction,
} from '../../src/tape/schedules/index.js';
import { SlotPlan, slotUseOf } from '../../src/tape/slots.js';
import { type Strategy, type StrategyOptions, scheduleFor } from '../../src/tape/strategy.js';
import { seeded, step } from '../schedules/chains.js';

const lengths = [...Array.from({ length: 14 }, (_, n) => n), 20, 33, 60];
const snapshots = [0, 1, 2, 3, 5, 8, 100];

/** Runs and kicks by turns; every fifth step cannot be inverted if `rigid`. Sizes differ, so that a mistake in bytes shows. */
function line(n: number, rigid: boolean): StepDescriptor[] {
  return Array.from({ length: n }, (_, i) => {
    if (rigid && i % 5 === 3) return step({ kind: 'custom', stateBytes: 48 });
    const kind = i % 2 === 0 ? 'run' : 'kick';
    const fieldBytes = kind === 'kick' ? 16 + 8 * (i % 3) : 0;
    const from = kind === 'kick' ? { adjointFrom: 'either' as const } : {};
    return step({ kind, invertible: true, stateBytes: 48, fieldBytes, ...from });
  });
}

/** Every strategy that can leave the device, with every number of snapshots. */
const STRATEGIES: readonly (StrategyOptions & { name: Strategy })[] = (['host', 'disk'] as const).flatMap(
  (tier) => [
    { name: 'store' as const, tier },
    { name: 'fields' as const, tier },
    { name: 'binary' as const, tier },
    ...snapshots.flatMap((count) => [
      ...(['revolve', 'mixed', 'selective', 'binary'] as const).map((name) => ({
        name,
        snapshots: count,
        tier,
      })),
      { name: 'periodic' as const, interval: count + 1, tier },
      { name: 'multistage' as const, snapshots: count, slowSnapshots: 3, tier },
      { name: 'multistage' as const, snapshots: 2, slowSnapshots: count, tier },
    ]),
  ],
);
const HIERARCHICAL = [0, 1, 3].flatMap((count) => [
  { name: 'hierarchical' as const, snapshots: count, slowSnapshots: 2 },
  { name: 'hierarchical' as const, snapshots: 1, slowSnapshots: count },
]);

function* cases(): Generator<{ what: string; schedule: Schedule; steps: StepDescriptor[] }> {
  for (const strategy of [...STRATEGIES, ...HIERARCHICAL]) {
    for (const n of lengths) {
      const steps = line(n, strategy.name !== 'fields');
      const schedule = scheduleFor(strategy, steps, [Math.floor(n / 2)]);
      yield { what: `${JSON.stringify(strategy)}, n = ${n}`, schedule, steps };
    }
  }
}

describe('what lies off the device', () => {
  it('is fetched ahead, by every strategy: valid, at most two slots for arrivals and one for departures', () => {
    for (const { what, schedule, steps } of cases()) {
      checkSchedule(schedule, steps);
      const remote = schedule.actions.filter(isRestore).filter(({ tier }) => tier !== 'device');
      expect(remote, what).toEqual([]);
      const layout = layoutOf(schedule, steps);
      const { native } = new SlotPlan(layout, slotUseOf(schedule.actions));
      const arriving = new Set(
        schedule.actions.flatMap((action) => (action.do === 'prefetch' ? [action.to.slot] : [])),
      );
      expect(arriving.size, what).toBeLessThanOrEqual(2);
      const leaves = layout.host.length + layout.disk.length > 0;
      expect(native.deviceSlots.length - layout.device.length, what).toBe(leaves ? 1 : 0);
    }
  });

  it('costs no launch', () => {
    const launches = (name: Strategy, tier: 'device' | 'disk') => {
      const steps = line(60, false);
      return checkSchedule(scheduleFor({ name, snapshots: 4, tier }, steps, []), steps).launches;
    };
    for (const name of ['store', 'fields', 'revolve', 'mixed', 'periodic', 'binary', 'selective'] as const) {
      expect(launches(name, 'disk'), name).toEqual(launches(name, 'device'));
    }
  });

  it('is asked for as soon as there is room: one restore before it is needed', () => {
    const steps = line(21, false);
    const { actions } = scheduleFor({ name: 'store', tier: 'host' }, steps, []);
    const order = actions.flatMap((action, index) =>
      action.do === 'prefetch' ? [[action.from.slot, index] as const] : [],
    );
    order.forEach(([, issued], k) => {
      const before = actions.slice(0, issued).filter(isRestore).length;
      expect(before).toBe(Math.max(0, k - 1)); // two slots, in turn
    });
  });

  it('arrives in time, however late or early transfers are done', () => {
    for (const { what, schedule, steps } of cases()) {
      for (const haste of ['early', 'late', 'random'] as const) replay(schedule, steps, haste, what);
    }
  });
});

describe('what is verified', () => {
  it('has the hash of every potential kept as it is stored, and compared before it is used', () => {
    const steps = line(20, false);
    const schedule = scheduleFor({ name: 'fields', tier: 'host' }, steps, []);
    const opsOf = (actions: readonly TapeAction[]) => {
      const plan = new SlotPlan(layoutOf(schedule, steps), slotUseOf(actions));
      return actions.filter(concernsSlots).flatMap((action) => plan.lower(action));
    };
    const of = (ops: ReturnType<typeof opsOf>, op: number) => ops.filter((native) => native.op === op);
    const verified = opsOf([...schedule.actions, { do: 'verify', step: 0 }]);
    expect(of(verified, Op.storeField)).toHaveLength(9); // ten kicks; the last one's is at hand
    for (const [use, check, offset] of [
      [Op.storeField, Op.recordField, 1],
      [Op.restoreField, Op.verifyField, -1],
    ] as const) {
      for (const native of of(verified, use)) {
        expect(verified[verified.indexOf(native) + offset]).toEqual({ ...native, op: check });
      }
    }
    expect(of(opsOf(schedule.actions), Op.recordField)).toEqual([]);
  });
});

/** A transfer that was asked for and not done yet. */
interface Move {
  readonly from: Region;
  readonly to: Region;
}
interface Region {
  readonly tier: number;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Executes what a schedule is lowered to on a memory of bytes, each marked by what was written there, as native/engine/slots.h
 * promises: a transfer is done some time after it was asked for, after earlier ones that touch the same bytes, and before a slot
 * that it touches is used.
 */
function replay(
  schedule: Schedule,
  steps: readonly StepDescriptor[],
  haste: 'early' | 'late' | 'random',
  what: string,
): void {
  const plan = new SlotPlan(layoutOf(schedule, steps), slotUseOf(schedule.actions));
  const { deviceSlots, hostSlots, diskSlots } = plan.native;
  const random = seeded(1);
  const memory = [new Map<number, string>(), new Map<number, string>(), new Map<number, string>()];
  let pending: Move[] = [];
  const regionOf = (packed: number): Region => {
    const tier = packed >> 24;
    const slot = packed & 0xffffff;
    if (tier === 2) return { tier, offset: 1000 * slot, bytes: diskSlots[slot]! };
    const range: SlotRange = (tier === 0 ? deviceSlots : hostSlots)[slot]!;
    return { tier, ...range };
  };
  const fill = ({ tier, offset, bytes }: Region, mark: string) => {
    for (let i = 0; i < bytes; i++) memory[tier]!.set(offset + i, mark);
  };
  /** Does the transfers up to and including the last that touches a region; all, or any number more. */
  const settle = (region?: Region) => {
    const touching = pending.map(({ from, to }) => !region || overlaps(from, region) || overlaps(to, region));
    const least = touching.lastIndexOf(true) + 1;
    const more = haste === 'random' ? Math.floor(random() * (pending.length - least + 1)) : 0;
    for (const { from, to } of pending.slice(0, least + more)) {
      const bytes = Math.min(from.bytes, to.bytes);
      for (let i = 0; i < bytes; i++)
        memory[to.tier]!.set(to.offset + i, memory[from.tier]!.get(from.offset + i)!);
    }
    pending = pending.slice(least + more);
  };
  for (const tapeAction of schedule.actions) {
    if (!concernsSlots(tapeAction)) continue;
    const mark = 'step' in tapeAction ? `${tapeAction.do.slice(-5)} ${tapeAction.step}` : '';
    for (const { op, step, slot } of plan.lower(tapeAction)) {
      const isState = op === Op.storeState || op === Op.restoreState;
      const bytes = isState ? 48 : (steps[step]?.fieldBytes ?? 0);
      if (op === Op.move) pending.push({ from: regionOf(step), to: regionOf(slot) });
      if (op === Op.move && haste === 'early') settle();
      if (op === Op.free) settle(regionOf(slot));
      if (op === Op.storeState || op === Op.storeField) {
        settle(regionOf(slot));
        fill({ ...regionOf(slot), bytes }, mark);
      }
      if (op === Op.restoreState || op === Op.restoreField) {
        const region = regionOf(slot);
        settle(region);
        for (let i = 0; i < bytes; i++) {
          const found = memory[region.tier]!.get(region.offset + i);
          if (found !== mark) expect.fail(`${what}, ${haste}: ${mark} is wanted, ${found} is there`);
        }
      }
    }
  }
}

function concernsSlots(
  action: TapeAction,
): action is Extract<TapeAction, Place> | Extract<TapeAction, { from: Place }> {
  return 'slot' in action || 'from' in action;
}

function overlaps(a: Region, b: Region): boolean {
  return a.tier === b.tier && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}
