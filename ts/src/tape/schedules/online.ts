import type { TapeAction, Tier } from './actions.js';
import { leastAdvances } from './binomial.js';
import { ScheduleBuilder, type Source } from './builder.js';
import { binomially } from './revolve.js';
import { reverseBySplitting } from './splitting.js';

/** A snapshot, or the initial beam. */
interface Kept {
  readonly state: number;
  readonly source: Source;
}

/** How much an end two steps ahead counts against one after the next step. */
const SECOND_WEIGHT = 0.5;

/**
 * Checkpointing for a number of steps that is known only when the last one is done: turns in a ring, tracking until a
 * condition holds. It is told "another step" and "end", and answers with actions.
 *
 * The states at which a binomial schedule for the next N = C(s + 1 + r, r) steps would have snapshots are kept, so that an end
 * there costs the fewest launches possible, as with Q. Wang, P. Moin & G. Iaccarino, SIAM J. Sci. Comput. 31 (2009) 2549, and
 * P. Stumm & A. Walther, SIAM J. Sci. Comput. 32 (2010) 836. Between them the snapshot is given up whose loss costs least if
 * the line ends after one step more, or two; for all n ≤ 150 and s ≤ 10, at most 1.13 times the fewest launches come of it.
 */
export class OnlineSchedule {
  readonly #snapshots: number;
  readonly #tier: Tier;
  readonly #builder = new ScheduleBuilder(Number.POSITIVE_INFINITY);
  #kept: Kept[] = [{ state: 0, source: 'initial' }];
  #anchors: ReadonlySet<number> = new Set([0]);
  #repetitions = 0;
  /** So many steps can be reversed with every step run at most `#repetitions` times. */
  #reach = 0;

  /**
   * @param snapshots - s ≥ 0, besides the caller's initial beam
   * @param tier - where they lie; default the device
   */
  constructor(snapshots: number, tier: Tier = 'device') {
    this.#snapshots = snapshots;
    this.#tier = tier;
  }

  /** Actions that load the beam. */
  begin(): TapeAction[] {
    this.#builder.load();
    return this.#builder.drain();
  }

  /** Actions that do another step. */
  step(): TapeAction[] {
    const state = this.#builder.state;
    if (state > 0) this.#consider(state);
    this.#builder.forwardTo(state + 1);
    return this.#builder.drain();
  }

  /** Actions that take the adjoint back from here to the beginning. */
  end(): TapeAction[] {
    const builder = this.#builder;
    const n = builder.state;
    const blocks = this.#kept.map(({ state, source }, i) => ({
      from: state,
      length: (this.#kept[i + 1]?.state ?? n) - state,
      source,
    }));
    const choose = binomially(builder, this.#snapshots, this.#tier);
    if (n > 0) reverseBySplitting(builder, n, blocks, choose);
    return builder.drain();
  }

  /** Decides whether to keep the state that is there, and which snapshot to give up for it. */
  #consider(state: number): void {
    this.#extendReach(state + 1);
    if (this.#kept.length > this.#snapshots) {
      const victim = this.#victimFor(state);
      if (victim === undefined) return;
      this.#builder.free(this.#kept[victim]!.source);
      this.#kept.splice(victim, 1);
    }
    this.#kept.push({ state, source: this.#builder.storeState(this.#tier) });
  }

  /** Index of the snapshot to give up for `state`; undefined if the state is not worth one. */
  #victimFor(state: number): number | undefined {
    let victim: number | undefined;
    let least = this.#anchors.has(state) ? Number.POSITIVE_INFINITY : this.#outlook(this.#kept, state);
    for (let i = 1; i < this.#kept.length; i++) {
      if (this.#anchors.has(this.#kept[i]!.state)) continue;
      const launches = this.#outlook([...this.#kept.toSpliced(i, 1), { state }], state);
      // Of equals the later one goes: the early ones are worth more when the line goes on.
      if (launches <= least) {
        least = launches;
        victim = i;
      }
    }
    return victim;
  }

  /** Launches on the way back if the line ends after one more step, or two. */
  #outlook(kept: readonly Pick<Kept, 'state'>[], state: number): number {
    const between = this.#launchesBetween(kept);
    const last = kept.at(-1)!.state;
    return (
      between +
      leastAdvances(state + 1 - last, 1) +
      SECOND_WEIGHT * (between + leastAdvances(state + 2 - last, 1))
    );
  }

  #launchesBetween(kept: readonly Pick<Kept, 'state'>[]): number {
    let launches = 0;
    for (let i = 0; i + 1 < kept.length; i++) {
      launches += leastAdvances(kept[i + 1]!.state - kept[i]!.state, this.#snapshots + 1 - i);
    }
    return launches;
  }

  /** Moves the anchors on once the line is too long for the present number of repetitions. */
  #extendReach(steps: number): void {
    while (this.#reach < steps) {
      this.#repetitions += 1;
      this.#reach = binomial(this.#snapshots + 1, this.#repetitions);
      const anchors = [0];
      for (let units = this.#snapshots + 1; units > 1; units--) {
        anchors.push(anchors.at(-1)! + binomial(units, this.#repetitions - 1));
      }
      this.#anchors = new Set(anchors);
    }
  }
}

/** C(units + r, r). */
function binomial(units: number, r: number): number {
  let beta = 1;
  for (let i = 1; i <= r; i++) beta = (beta * (units + i)) / i;
  return beta;
}
