import type { Schedule, SlotRange, Tier } from './actions.js';
import { type StepDescriptor, stateBytes } from './steps.js';

/** Byte ranges of all slots. */
export type Layout = Record<Tier, readonly SlotRange[]>;

/**
 * Where the slots of a schedule lie: as the schedule says, or else one behind the other, each as large as the largest thing it
 * ever holds.
 */
export function layoutOf(schedule: Schedule, steps: readonly StepDescriptor[]): Layout {
  const sizes: Record<Tier, number[]> = { device: [], host: [], disk: [] };
  const grow = (tier: Tier, slot: number, bytes: number) => {
    sizes[tier][slot] = Math.max(sizes[tier][slot] ?? 0, bytes);
  };
  for (const action of schedule.actions) {
    if (action.do === 'storeState') grow(action.tier, action.slot, stateBytes(steps, action.step));
    if (action.do === 'storeField') grow(action.tier, action.slot, steps[action.step]?.fieldBytes ?? 0);
    if (action.do === 'move' || action.do === 'prefetch') {
      grow(action.to.tier, action.to.slot, sizes[action.from.tier][action.from.slot] ?? 0);
    }
  }
  const ranges = (tier: Tier) => schedule.slots?.[tier] ?? oneBehindTheOther(sizes[tier]);
  return { device: ranges('device'), host: ranges('host'), disk: ranges('disk') };
}

/** Bytes that a tier needs for its slots. */
export function regionBytes(ranges: readonly SlotRange[]): number {
  return ranges.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes), 0);
}

function oneBehindTheOther(sizes: readonly (number | undefined)[]): SlotRange[] {
  let offset = 0;
  return Array.from(sizes, (bytes = 0) => {
    const range = { offset, bytes };
    offset += bytes;
    return range;
  });
}
