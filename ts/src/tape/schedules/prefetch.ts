import {
  isRestore,
  isStore,
  type Place,
  type RestoreAction,
  type Schedule,
  type TapeAction,
} from './actions.js';
import { layoutOf, regionBytes } from './layout.js';
import type { StepDescriptor } from './steps.js';

/**
 * Lets what lies off the device arrive before it is needed: every restore from host or disk becomes a prefetch into one of
 * `staging` slots on the device, issued as soon as that slot is free and the snapshot written, and a restore from there. The
 * slots are used in turn, so that the transfer of one overlaps with the work on the other. No more of them are taken than there
 * are such restores.
 *
 * @param staging - slots on the device, each as large as the largest thing that is off it; 0 changes nothing
 */
export function withPrefetch(
  schedule: Schedule,
  steps: readonly StepDescriptor[],
  staging: number,
): Schedule {
  const { actions } = schedule;
  const isRemote = (action: TapeAction): action is RestoreAction =>
    isRestore(action) && action.tier !== 'device';
  const turns = Math.min(staging, actions.filter(isRemote).length);
  if (turns < 1) return schedule;
  const slots = layoutOf(schedule, steps);
  const first = slots.device.length;
  /** Prefetches to issue before the action of that index. */
  const issues = new Map<number, TapeAction[]>();
  const written = new Map<string, number>();
  /** Index behind the last use of every staging slot. */
  const vacant: number[] = new Array(turns).fill(0);
  const staged = new Map<number, Place>();
  actions.forEach((action, index) => {
    if (isStore(action)) written.set(keyOf(action), index + 1);
    if (action.do === 'move' || action.do === 'prefetch') written.set(keyOf(action.to), index + 1);
    if (!isRemote(action)) return;
    const turn = staged.size % turns;
    const to: Place = { tier: 'device', slot: first + turn };
    const from: Place = { tier: action.tier, slot: action.slot };
    const at = Math.max(vacant[turn]!, written.get(keyOf(action))!);
    issues.set(at, [...(issues.get(at) ?? []), { do: 'prefetch', from, to }]);
    vacant[turn] = index + 1;
    staged.set(index, to);
  });
  const { actions: woven, turn } = weave(schedule, issues, staged);
  const bytes = [...slots.host, ...slots.disk].reduce((most, range) => Math.max(most, range.bytes), 0);
  const top = regionBytes(slots.device);
  const stagingSlots = Array.from({ length: turns }, (_, i) => ({ offset: top + i * bytes, bytes }));
  return {
    ...schedule,
    actions: woven,
    turn,
    slots: { ...slots, device: [...slots.device, ...stagingSlots] },
  };
}

function weave(
  { actions, turn }: Schedule,
  issues: ReadonlyMap<number, TapeAction[]>,
  staged: ReadonlyMap<number, Place>,
): { actions: TapeAction[]; turn: number } {
  const woven: TapeAction[] = [];
  let wovenTurn = 0;
  actions.forEach((action, index) => {
    woven.push(...(issues.get(index) ?? []));
    const place = staged.get(index);
    if (place) woven.push({ ...(action as RestoreAction), ...place }, { do: 'free', ...place });
    else woven.push(action);
    if (index + 1 === turn) wovenTurn = woven.length;
  });
  return { actions: woven, turn: wovenTurn };
}

function keyOf({ tier, slot }: Place): string {
  return `${tier} ${slot}`;
}
