import type { Tier } from '../schedules/actions.js';
import type { PlannedStep } from './line.js';
import { add, frontier, type Label, type Limits, sums } from './pareto.js';

/** A state or a field that may be kept, and what that saves. */
export interface Item {
  readonly what: 'state' | 'field';
  /** Its step, counted from the beginning of its line. */
  readonly step: number;
  readonly bytes: number;
  /** Seconds that having it saves, transfers not counted. */
  readonly gain: number;
  readonly isForced: boolean;
  readonly tier: Tier | undefined;
}

/** What may be kept of a step; only its field if it lies in no run, and its state is had again otherwise. */
export function itemsOf(planned: PlannedStep, step: number, only?: 'field'): Item[] {
  const { descriptor, state, field, tier } = planned;
  const { stateBytes, fieldBytes, costs } = descriptor;
  const items: Item[] = [];
  if (state !== 'no' && !only) {
    // Where it must be kept, the way back is reckoned with it already.
    const gain = state === 'must' ? 0 : costs.reverse - costs.adjoint;
    items.push({ what: 'state', step, bytes: stateBytes, gain, isForced: state === 'must', tier });
  }
  if (field !== 'no') {
    const isForced = field === 'must';
    items.push({ what: 'field', step, bytes: fieldBytes, gain: costs.savedByField, isForced, tier });
  }
  return items;
}

/** A tier to keep things in. */
export interface Shelf {
  readonly tier: Tier;
  /** Index among the tracked tiers, −1 for one that cannot become full. */
  readonly tracked: number;
  /** Seconds of a write and a read, per byte. */
  readonly secondsPerByte: number;
}

/** Which items are kept where; worked out when it is asked for. */
export type Keeping = () => readonly (readonly [Item, Tier])[];

/** So many different sizes are reckoned with one by one; of more, items are taken in the order of what they save per byte. */
const MOST_SIZES = 16;
/** Counts that are looked at where several tiers may become full: of the device, and of each other tier. */
const COUNTS_OF_DEVICE = 256;
const COUNTS_OF_OTHERS = 16;

/**
 * The best ways to keep some of the items, by bytes. Items of one size are taken in the order of what they save, so that their
 * best ways are as many as they are; {@link sums} combines the sizes.
 *
 * @param shelves - from the nearest tier to the farthest
 */
export function keepSome(
  items: readonly Item[],
  shelves: readonly Shelf[],
  limits: Limits,
): Label<Keeping>[] {
  const nothing: Label<Keeping> = { bytes: limits.capacities.map(() => 0), seconds: 0, choice: () => [] };
  return groupsOf(items, shelves, limits).reduce<Label<Keeping>[]>(
    (labels, group) =>
      sums(labels, waysToKeep(group, limits), limits, (a, b) => () => [...a.choice(), ...b.choice()]),
    [nothing],
  );
}

/** Items of one size, those that save most first, and where they may lie. */
interface ItemGroup {
  readonly items: readonly Item[];
  readonly shelves: readonly Shelf[];
  readonly isForced: boolean;
}

function groupsOf(items: readonly Item[], shelves: readonly Shelf[], limits: Limits): ItemGroup[] {
  const areMany = new Set(items.map(({ bytes }) => bytes)).size > MOST_SIZES;
  if (areMany) limits.isThinned = true;
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = `${areMany ? 'any' : item.bytes} ${item.tier} ${item.isForced}`;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()].map((members) => {
    const [{ tier, isForced }] = members as [Item];
    return {
      items: members.sort((a, b) => b.gain / b.bytes - a.gain / a.bytes),
      shelves: shelves.filter((shelf) => (tier ?? shelf.tier) === shelf.tier),
      isForced,
    };
  });
}

/** Keeping the first items of a group in the first tracked tier, the next ones in the second, and so on. */
function waysToKeep(group: ItemGroup, limits: Limits): Label<Keeping>[] {
  const { items, shelves } = group;
  const bytes = prefixSums(items, (item) => item.bytes);
  const gains = prefixSums(items, (item) => item.gain);
  const tracked = shelves.filter((shelf) => shelf.tracked >= 0);
  const [untracked] = shelves
    .filter((shelf) => shelf.tracked < 0)
    .sort((a, b) => a.secondsPerByte - b.secondsPerByte);
  const used = untracked ? [...tracked, untracked] : tracked;
  // Items worth the untracked tier are kept there if they are kept nowhere else.
  const worthIt = untracked ? worthKeeping(group, untracked) : 0;
  const labels = cutsOf(group, tracked, limits).flatMap((cuts) => {
    const ends = untracked ? [...cuts, Math.max(cuts.at(-1) ?? 0, worthIt)] : cuts;
    const end = ends.at(-1) ?? 0;
    if (group.isForced && end < items.length) return [];
    let taken = limits.capacities.map(() => 0);
    let seconds = -gains[end]!;
    used.forEach((shelf, i) => {
      const share = bytes[ends[i]!]! - bytes[ends[i - 1] ?? 0]!;
      seconds += share * shelf.secondsPerByte;
      taken = add(
        taken,
        taken.map((_, tier) => (tier === shelf.tracked ? share : 0)),
      );
    });
    return [{ bytes: taken, seconds, choice: () => assign(group, used, ends) }];
  });
  return frontier(labels, limits);
}

/**
 * Items by tier. Which of several alike goes where makes no difference to the seconds; the earliest steps go farthest, since they
 * have most time to return.
 */
function assign({ items }: ItemGroup, used: readonly Shelf[], ends: readonly number[]): [Item, Tier][] {
  const tiers = used.flatMap(({ tier }, i) => new Array<Tier>(ends[i]! - (ends[i - 1] ?? 0)).fill(tier));
  const kept = items.slice(0, tiers.length);
  const areAlike = kept.every(({ bytes }) => bytes === kept[0]!.bytes);
  if (areAlike) kept.sort((a, b) => b.step - a.step);
  return kept.map((item, i) => [item, tiers[i]!]);
}

/** All ways to cut a group into parts for the tracked tiers: where each part ends. */
function cutsOf(group: ItemGroup, tracked: readonly Shelf[], limits: Limits): number[][] {
  let cuts: number[][] = [[]];
  for (const shelf of tracked) {
    const most = worthKeeping(group, shelf);
    const count = shelf === tracked[0] ? COUNTS_OF_DEVICE : COUNTS_OF_OTHERS;
    const counts = tracked.length === 1 ? range(most) : spread(most, count, limits);
    cuts = cuts.flatMap((cut) => {
      const begin = cut.at(-1) ?? 0;
      return counts.filter((n) => n === 0 || begin + n <= most).map((n) => [...cut, begin + n]);
    });
  }
  return cuts;
}

/** How many items save more than their transfers cost. */
function worthKeeping({ items, isForced }: ItemGroup, { secondsPerByte }: Shelf): number {
  if (isForced) return items.length;
  const first = items.findIndex(({ gain, bytes }) => gain <= secondsPerByte * bytes);
  return first < 0 ? items.length : first;
}

function range(most: number): number[] {
  return Array.from({ length: most + 1 }, (_, i) => i);
}

/** At most `count` numbers from 0 to the most, all of them or evenly in the logarithm. */
function spread(most: number, count: number, limits: Limits): number[] {
  if (most < count) return range(most);
  limits.isThinned = true;
  const ratio = (most + 1) ** (1 / (count - 1));
  return [...new Set(range(count - 1).map((i) => Math.round(ratio ** i) - 1))];
}

function prefixSums(items: readonly Item[], value: (item: Item) => number): number[] {
  const sums = [0];
  for (const item of items) sums.push(sums.at(-1)! + value(item));
  return sums;
}
