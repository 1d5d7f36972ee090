import type { Schedule, Tier } from './actions.js';
import { ScheduleBuilder } from './builder.js';
import { type Block, reverseBySplitting, type Split } from './splitting.js';

/** A tier as a hierarchical schedule sees it: every snapshot is alike. */
export interface SnapshotTier {
  readonly tier: Tier;
  readonly slots: number;
  /** Seconds to write a snapshot. */
  readonly write: number;
  /** Seconds to read one. */
  readonly read: number;
}

/** Costs in seconds, the same for every step. */
export interface HierarchicalCosts {
  readonly forward: number;
  readonly adjoint: number;
  /** Loading the initial beam again; default 0. */
  readonly load?: number;
}

/** A schedule and what it costs. */
export interface HierarchicalSchedule extends Schedule {
  /** Seconds, the first load not counted. */
  readonly seconds: number;
}

/** Above this many evaluations the search is restricted; about a tenth of a second. */
const MOST_EVALUATIONS = 3e7;

/**
 * Checkpointing over tiers with unequal costs of running, writing and reading (the problem of J. Herrmann & G. Pallez, "H-Revolve",
 * ACM TOMS 46 (2020) 12). A dynamic program over the block's length, the free slots of every tier and where the block's input
 * lies finds the least time among all schedules whose snapshots are freed in the reverse order of their writing, moves of a
 * block's input to a nearer tier included. Where that is too much to search (long lines, many slots in several tiers), blocks
 * inside one whose input lies in a tier use no slower tier, which is the order H-Revolve prescribes.
 *
 * @param steps - n ≥ 0; O(n²) time
 * @param tiers - at most one entry per tier
 */
export function hierarchical(
  steps: number,
  tiers: readonly SnapshotTier[],
  costs: HierarchicalCosts,
): HierarchicalSchedule {
  const table = new SplitTable(steps + 1, tiers, costs);
  const builder = new ScheduleBuilder(steps);
  builder.load();
  const choose = (block: Block): Split => table.split(block, builder);
  reverseBySplitting(builder, steps, [{ from: 0, length: steps + 1, source: 'initial' }], choose);
  const seconds = table.seconds + steps * costs.adjoint;
  return { ...builder.finish('hierarchical'), seconds };
}

/** Where a block's input lies and which slots are free: one column of the dynamic program. */
interface Column {
  /** Free slots by tier. */
  readonly free: readonly number[];
  /** Index of the tier that holds the input; −1 for the initial beam. */
  readonly source: number;
  /** Least seconds without adjoints, by length. */
  readonly seconds: Float64Array;
  readonly advance: Int32Array;
  readonly target: Int8Array;
  /** Column of what lies behind a snapshot in a tier, and of the block itself once its input is copied there. */
  readonly behind: (Column | undefined)[];
  readonly copied: (Column | undefined)[];
}

class SplitTable {
  readonly #tiers: readonly SnapshotTier[];
  readonly #costs: HierarchicalCosts;
  readonly #columns = new Map<string, Column>();
  readonly #length: number;
  #inOrder: boolean;

  constructor(length: number, tiers: readonly SnapshotTier[], costs: HierarchicalCosts) {
    this.#length = length;
    this.#tiers = tiers;
    this.#costs = costs;
    // No more than length − 1 snapshots are ever useful.
    const slots = tiers.map((tier) => Math.min(tier.slots, length - 1));
    const columns = slots.reduce((product, n) => product * (n + 1), tiers.length + 1);
    this.#inOrder = (columns * tiers.length * length * length) / 2 > MOST_EVALUATIONS;
    this.#column(slots, -1);
    this.#fill();
  }

  /** Least seconds of the whole, without adjoints. */
  get seconds(): number {
    const [whole] = this.#columns.values();
    return whole!.seconds[this.#length]!;
  }

  split({ length, source }: Block, builder: ScheduleBuilder): Split {
    const at = this.#tiers.findIndex(({ tier }) => source !== 'initial' && source.tier === tier);
    const free = this.#tiers.map(({ tier, slots }) => Math.min(slots, this.#length - 1) - builder.used(tier));
    const { advance, target } = this.#column(this.#reachable(free, at), at);
    const tier = this.#tiers[target[length]!]?.tier;
    return { advance: advance[length]!, ...(tier && { tier }) };
  }

  #column(free: readonly number[], source: number): Column {
    const key = `${source}:${free}`;
    const known = this.#columns.get(key);
    if (known) return known;
    const { length } = this.#tiers;
    const column: Column = {
      free,
      source,
      seconds: new Float64Array(this.#length + 1),
      advance: new Int32Array(this.#length + 1),
      target: new Int8Array(this.#length + 1).fill(-1),
      behind: new Array(length).fill(undefined),
      copied: new Array(length).fill(undefined),
    };
    this.#columns.set(key, column);
    this.#tiers.forEach(({ read }, tier) => {
      if (free[tier]! === 0) return;
      const less = free.with(tier, free[tier]! - 1);
      column.behind[tier] = this.#column(this.#reachable(less, tier), tier);
      if (read >= this.#read(source)) return;
      const moved = source < 0 ? less : less.with(source, less[source]! + 1);
      column.copied[tier] = this.#column(this.#reachable(moved, tier), tier);
    });
    return column;
  }

  /** The free slots that a block may use whose input lies in `source`. */
  #reachable(free: readonly number[], source: number): number[] {
    const slower = (tier: number) => this.#tiers[tier]!.read > this.#read(source);
    return free.map((n, tier) => (this.#inOrder && source >= 0 && slower(tier) ? 0 : n));
  }

  #read(source: number): number {
    return source < 0 ? (this.#costs.load ?? 0) : this.#tiers[source]!.read;
  }

  #fill(): void {
    // A copied input is read faster, so that its column of the same length is done before.
    const columns = [...this.#columns.values()].sort((a, b) => this.#read(a.source) - this.#read(b.source));
    for (let length = 2; length <= this.#length; length++) {
      for (const column of columns) this.#best(column, length);
    }
  }

  #best(column: Column, length: number): void {
    const { forward } = this.#costs;
    const read = this.#read(column.source);
    const { seconds, advance, target } = column;
    // A single step behind needs no snapshot.
    let least = (length - 1) * forward + read + seconds[length - 1]!;
    advance[length] = length - 1;
    this.#tiers.forEach(({ write }, tier) => {
      const behind = column.behind[tier]?.seconds;
      if (!behind) return;
      // What lies behind takes at least length − i − 1 steps forward, and seconds[i] grows with i: beyond this bound
      // nothing is better.
      const bound = least - write - read - (length - 1) * forward;
      for (let i = 1; i < length - 1 && seconds[i]! < bound; i++) {
        const total = i * forward + write + behind[length - i]! + read + seconds[i]!;
        if (total < least) {
          least = total;
          advance[length] = i;
          target[length] = tier;
        }
      }
      const copied = column.copied[tier];
      if (copied && write + copied.seconds[length]! < least) {
        least = write + copied.seconds[length]!;
        advance[length] = 0;
        target[length] = tier;
      }
    });
    seconds[length] = least;
  }
}
