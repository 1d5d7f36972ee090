import type { Place, Schedule, Tier } from './actions.js';
import { ScheduleBuilder, type Source } from './builder.js';
import { revolve, type SnapshotOptions } from './revolve.js';

/** Options of {@link mixed}. */
export interface MixedOptions extends SnapshotOptions {
  /** What adjoints work from; default `'input'`. */
  readonly adjointFrom?: 'input' | 'record';
}

/**
 * Mixed checkpointing: every unit of memory holds either a state to run on from or what one step's adjoint depends on, whichever
 * saves more (J. R. Maddison, "Step-based checkpointing with high-level algorithmic differentiation", J. Comput. Sci. 82 (2024)
 * 102405; H. Zhang & E. M. Constantinescu, CAMS, J. Comput. Sci. 66 (2023) 101913).
 *
 * Where adjoints work from a step's input state (`'input'`), a snapshot is both at once and the optimum is binomial: the
 * schedule is that of {@link revolve}. Where they work from what the step recorded (`'record'`), a unit that holds the record is
 * written by `storeField`, and the forward launches are the least possible; O(n²·s) time, for each of n and s once.
 *
 * @param units - s ≥ 0, without the initial state unless `initial` is `'stored'`
 */
export function mixed(steps: number, units: number, options: MixedOptions = {}): Schedule {
  const { adjointFrom = 'input', tier = 'device', initial = 'free' } = options;
  if (adjointFrom === 'input') return { ...revolve(steps, units, options), name: 'mixed' };
  const builder = new ScheduleBuilder(steps);
  builder.load();
  if (steps > 0) {
    const table = new MixedTable(steps, units, initial === 'free');
    new MixedEmission(builder, table, units, tier).run(steps, initial === 'free' ? 'initial' : undefined);
  }
  return builder.finish('mixed');
}

/** Advance of every block: 0 records the first step and goes on, i > 0 keeps the block's input and runs i steps on. */
export class MixedTable {
  readonly #units: number;
  /** By units, then length; a block whose input can be had again for nothing, and one whose input cannot. */
  readonly #advance: Record<'free' | 'stored', Int32Array[]> = { free: [], stored: [] };
  readonly #launches: Record<'free' | 'stored', Float64Array[]> = { free: [], stored: [] };

  constructor(steps: number, units: number, initialFree: boolean) {
    // With n − 1 units every record is kept.
    this.#units = Math.min(units, steps - 1);
    for (let s = 0; s <= this.#units; s++) this.#fill('stored', steps, s);
    if (initialFree) for (let s = 0; s <= this.#units; s++) this.#fill('free', steps, s);
  }

  /** Forward launches of a block. */
  launches(length: number, units: number, source: 'free' | 'stored'): number {
    return this.#launches[source][Math.min(units, this.#units)]![length]!;
  }

  advance(length: number, units: number, source: 'free' | 'stored'): number {
    return this.#advance[source][Math.min(units, this.#units)]![length]!;
  }

  #fill(source: 'free' | 'stored', steps: number, units: number): void {
    const launches = new Float64Array(steps + 1).fill(Number.POSITIVE_INFINITY);
    const advance = new Int32Array(steps + 1);
    launches[1] = 1;
    this.#launches[source].push(launches);
    this.#advance[source].push(advance);
    const fewer = this.#launches.stored[units - 1];
    // A stored input takes a unit while what lies behind it is done, a free one does not.
    const behind = source === 'free' ? this.#launches.stored[units] : fewer;
    for (let n = 2; n <= steps; n++) {
      let least = fewer ? 1 + fewer[n - 1]! : Number.POSITIVE_INFINITY;
      // What lies behind takes at least n − i launches, and launches[i] grows with i: beyond the bound nothing is better.
      for (let i = 1; behind && i < n && launches[i]! + n < least; i++) {
        const total = i + launches[i]! + behind[n - i]!;
        if (total < least) {
          least = total;
          advance[n] = i;
        }
      }
      launches[n] = least;
    }
  }
}

type Task =
  | {
      readonly do: 'block';
      readonly from: number;
      readonly length: number;
      readonly source?: Source | undefined;
    }
  | { readonly do: 'recorded'; readonly step: number; readonly place: Place };

class MixedEmission {
  constructor(
    readonly builder: ScheduleBuilder,
    readonly table: MixedTable,
    readonly units: number,
    readonly tier: Tier,
  ) {}

  run(steps: number, source: Source | undefined): void {
    const pending: Task[] = [{ do: 'block', from: 0, length: steps, source }];
    for (;;) {
      const task = pending.pop();
      if (!task) return;
      if (task.do === 'block') pending.push(...this.#block(task));
      else this.#recorded(task);
    }
  }

  /** Does the beginning of a block; returns what is left to do, the last first. */
  #block({ from, length, source }: Task & { do: 'block' }): Task[] {
    const { builder, tier } = this;
    if (source) builder.reach(from, source);
    if (source && source !== 'initial') builder.free(source);
    if (length === 1) {
      builder.forwardTo(from + 1);
      builder.adjoint(from);
      return [];
    }
    const isFree = source === 'initial';
    const units = this.units - builder.used(tier);
    const advance = this.table.advance(length, units, isFree ? 'free' : 'stored');
    if (advance === 0) {
      builder.forwardTo(from + 1);
      const place = builder.storeField(from, tier);
      return [
        { do: 'recorded', step: from, place },
        { do: 'block', from: from + 1, length: length - 1 },
      ];
    }
    const again = isFree ? source : builder.storeState(tier);
    builder.forwardTo(from + advance);
    return [
      { do: 'block', from, length: advance, source: again },
      { do: 'block', from: from + advance, length: length - advance },
    ];
  }

  #recorded({ step, place }: Task & { do: 'recorded' }): void {
    this.builder.restoreField(step, place);
    this.builder.free(place);
    this.builder.adjoint(step);
  }
}
