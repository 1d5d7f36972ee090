/** One way to do something: the bytes it needs by tracked tier, its seconds, and what it consists of. */
export interface Label<C> {
  readonly bytes: readonly number[];
  readonly seconds: number;
  readonly choice: C;
}

/** How many labels lists may have, and whether any was ever dropped for that. */
export class Limits {
  /** Labels of a list. */
  readonly labels: number;
  /** Pairs of two lists that are looked at. */
  readonly pairs: number;
  /** Capacities of the tracked tiers in bytes. */
  readonly capacities: readonly number[];
  /** Whether a label that might have mattered was left out: what comes out is then good, not proven best. */
  isThinned = false;

  constructor(labels: number, capacities: readonly number[]) {
    this.labels = labels;
    this.pairs = pairsFor(labels);
    this.capacities = capacities;
  }

  get areNone(): boolean {
    return this.capacities.every((capacity) => capacity === Number.POSITIVE_INFINITY);
  }

  fits(bytes: readonly number[]): boolean {
    return bytes.every((value, tier) => value <= this.capacities[tier]!);
  }
}

/** Pairs of two lists that are looked at where lists have so many labels. */
export function pairsFor(labels: number): number {
  return Math.min(4096, 4 * labels);
}

/** Cells of the grid by which labels are thinned along tiers other than the device. */
const CELLS_PER_TIER = 8;

/** Labels of several tiers that are compared with each other. */
const MOST_COMPARED = 512;

/**
 * The labels that no other beats in bytes and seconds at once, by increasing bytes of the first tier; thinned to the limit in
 * steps that are even in the logarithm of the bytes, so that small budgets have as many choices as large ones.
 */
export function frontier<C>(labels: readonly Label<C>[], limits: Limits, count = limits.labels): Label<C>[] {
  const fitting = limits.areNone ? [...labels] : labels.filter(({ bytes }) => limits.fits(bytes));
  if (limits.capacities.length === 1) return thin(undominated(fitting), count, limits);
  // Comparing all with all is for short lists only.
  return undominatedInAll(thin(fitting, Math.min(count, MOST_COMPARED), limits));
}

/**
 * The best of two things that exist at the same time: the bytes add up. All pairs, while they are few. If not, pairs of a part
 * of each list, and those that arise when the memory goes to whatever saves most per byte, which are the best for their bytes
 * (G. B. Dantzig, Oper. Res. 5 (1957) 266).
 *
 * @param first - a {@link frontier}
 * @param second - a frontier
 */
export function sums<A, B, C>(
  first: readonly Label<A>[],
  second: readonly Label<B>[],
  limits: Limits,
  join: (a: Label<A>, b: Label<B>) => C,
  count = limits.labels,
): Label<C>[] {
  const pair = (a: Label<A>, b: Label<B>): Label<C> => ({
    bytes: add(a.bytes, b.bytes),
    seconds: a.seconds + b.seconds,
    choice: join(a, b),
  });
  if (first.length === 1) return second.map((b) => pair(first[0]!, b));
  if (second.length === 1) return first.map((a) => pair(a, second[0]!));
  const [some, others, areAll] = part(first, second, limits);
  const pairs = some.flatMap((a) => others.map((b) => pair(a, b)));
  if (!areAll) {
    for (const a of slices(first, limits)) {
      for (const b of slices(second, limits)) {
        for (const [x, y] of bySaving(hull(a), hull(b))) pairs.push(pair(x, y));
      }
    }
  }
  return frontier(pairs, limits, count);
}

/**
 * The best of two things that are done one after the other with the same memory: the bytes are the larger ones. Of one tier, only
 * pairs that can be best are made.
 *
 * @param first - by increasing bytes of the first tier, as a {@link frontier} is
 * @param second - likewise
 */
export function maxima<A, B, C>(
  first: readonly Label<A>[],
  second: readonly Label<B>[],
  limits: Limits,
  join: (a: Label<A>, b: Label<B>) => C,
): Label<C>[] {
  const pair = (a: Label<A>, b: Label<B>): Label<C> => ({
    bytes: a.bytes.map((value, tier) => Math.max(value, b.bytes[tier]!)),
    seconds: a.seconds + b.seconds,
    choice: join(a, b),
  });
  if (limits.capacities.length > 1) {
    const [some, others] = part(first, second, limits);
    return some.flatMap((a) => others.map((b) => pair(a, b)));
  }
  const pairs: Label<C>[] = [];
  let i = -1;
  let j = -1;
  // Whenever the allowance reaches another label, the best pair is that of the last ones within it.
  while (i + 1 < first.length || j + 1 < second.length) {
    const a = first[i + 1]?.bytes[0] ?? Number.POSITIVE_INFINITY;
    const b = second[j + 1]?.bytes[0] ?? Number.POSITIVE_INFINITY;
    if (a <= b) i += 1;
    if (b <= a) j += 1;
    if (i >= 0 && j >= 0) pairs.push(pair(first[i]!, second[j]!));
  }
  return pairs;
}

/** The sum of two byte vectors. */
export function add(a: readonly number[], b: readonly number[]): number[] {
  // Nearly always there is one tier, and nothing is done more often.
  return a.length === 1 ? [a[0]! + b[0]!] : a.map((value, tier) => value + b[tier]!);
}

/** Both lists whole if they have few pairs, or else a part of each. */
function part<A, B>(
  first: readonly Label<A>[],
  second: readonly Label<B>[],
  limits: Limits,
): [readonly Label<A>[], readonly Label<B>[], boolean] {
  if (first.length * second.length <= limits.pairs) return [first, second, true];
  const even = Math.floor(Math.sqrt(limits.pairs));
  const short = Math.min(first.length, second.length, even);
  const long = Math.floor(limits.pairs / short);
  const isFirstShort = first.length <= second.length;
  return [
    thin(first, isFirstShort ? short : long, limits),
    thin(second, isFirstShort ? long : short, limits),
    false,
  ];
}

/** Labels that take about as much of every tier but the device, each slice by bytes on the device. */
function slices<C>(labels: readonly Label<C>[], limits: Limits): (readonly Label<C>[])[] {
  const others = limits.capacities.slice(1);
  if (others.length === 0) return [labels];
  const scales = others.map((_, i) => logScale(labels, i + 1, CELLS_PER_TIER));
  const found = new Map<number, Label<C>[]>();
  for (const label of labels) {
    const cell = scales.reduce((index, scale, i) => index * CELLS_PER_TIER + scale(label.bytes[i + 1]!), 0);
    const slice = found.get(cell);
    if (slice) slice.push(label);
    else found.set(cell, [label]);
  }
  return [...found.values()].map(undominated);
}

/** The labels on the lower convex hull of bytes and seconds. */
function hull<C>(labels: readonly Label<C>[]): Label<C>[] {
  const kept: Label<C>[] = [];
  for (const label of labels) {
    // Labels on one line stay, whatever rounding makes of it.
    while (kept.length > 1 && saving(kept.at(-2)!, label) > 1.000001 * saving(kept.at(-2)!, kept.at(-1)!)) {
      kept.pop();
    }
    kept.push(label);
  }
  return kept;
}

/** Pairs from the smallest to the largest, each time going on in the list that saves more per byte. */
function bySaving<A, B>(first: readonly Label<A>[], second: readonly Label<B>[]): [Label<A>, Label<B>][] {
  const pairs: [Label<A>, Label<B>][] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    pairs.push([first[i]!, second[j]!]);
    const a = first[i + 1] ? saving(first[i]!, first[i + 1]!) : -1;
    const b = second[j + 1] ? saving(second[j]!, second[j + 1]!) : -1;
    if (a < 0 && b < 0) return pairs;
    if (a >= b) i += 1;
    else j += 1;
  }
}

/** Seconds saved per byte from one label to a larger one. */
function saving<C>(from: Label<C>, to: Label<C>): number {
  return (from.seconds - to.seconds) / (to.bytes[0]! - from.bytes[0]!);
}

function undominated<C>(labels: Label<C>[]): Label<C>[] {
  labels.sort((a, b) => a.bytes[0]! - b.bytes[0]! || a.seconds - b.seconds);
  let least = Number.POSITIVE_INFINITY;
  return labels.filter(({ seconds }) => {
    if (seconds >= least) return false;
    least = seconds;
    return true;
  });
}

function undominatedInAll<C>(labels: readonly Label<C>[]): Label<C>[] {
  const kept: Label<C>[] = [];
  for (const label of [...labels].sort((a, b) => a.seconds - b.seconds)) {
    const beaten = kept.some(({ bytes }) => bytes.every((value, tier) => value <= label.bytes[tier]!));
    if (!beaten) kept.push(label);
  }
  return kept.sort((a, b) => a.bytes[0]! - b.bytes[0]!);
}

/** At most `count` labels: the smallest, and the fastest of every cell of a grid even in the logarithms of the bytes. */
function thin<C>(
  labels: readonly Label<C>[],
  count: number,
  limits: Limits,
): readonly Label<C>[] & Label<C>[] {
  if (labels.length <= count) return [...labels];
  limits.isThinned = true;
  const others = limits.capacities.length - 1;
  const cellsOf: number[] = limits.capacities.map(() => CELLS_PER_TIER);
  cellsOf[0] = Math.max(1, Math.floor((count - 1) / CELLS_PER_TIER ** others));
  const scales = cellsOf.map((cells, tier) => logScale(labels, tier, cells));
  const best = new Map<number, Label<C>>();
  let smallest = labels[0]!;
  for (const label of labels) {
    const cell = scales.reduce((index, scale, tier) => index * cellsOf[tier]! + scale(label.bytes[tier]!), 0);
    const there = best.get(cell);
    if (!there || label.seconds < there.seconds) best.set(cell, label);
    if (label.bytes[0]! < smallest.bytes[0]!) smallest = label;
  }
  return [...new Set([smallest, ...best.values()])].sort((a, b) => a.bytes[0]! - b.bytes[0]!);
}

/** Maps bytes to 0 … cells − 1. */
function logScale<C>(labels: readonly Label<C>[], tier: number, cells: number): (bytes: number) => number {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const { bytes } of labels) {
    if (bytes[tier]! > 0) smallest = Math.min(smallest, bytes[tier]!);
    largest = Math.max(largest, bytes[tier]!);
  }
  if (largest === 0) return () => 0;
  const span = Math.log1p(largest / smallest);
  return (bytes) => Math.min(cells - 1, Math.floor((cells * Math.log1p(bytes / smallest)) / span));
}
