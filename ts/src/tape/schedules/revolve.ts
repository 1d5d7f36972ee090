import { OptionsError } from '../../errors.js';
import type { Schedule, Tier } from './actions.js';
import { binomialSplit } from './binomial.js';
import { ScheduleBuilder } from './builder.js';
import { type Block, reverseBySplitting, type Split } from './splitting.js';

/** Options of schedules that take snapshots of one kind. */
export interface SnapshotOptions {
  /** Where snapshots lie; default the device. */
  readonly tier?: Tier | undefined;
  /** Whether state 0 comes from the caller's beam (`'free'`, default) or takes one of the snapshots (`'stored'`). */
  readonly initial?: 'free' | 'stored' | undefined;
}

/**
 * Binomial checkpointing: the fewest forward launches for a number of snapshots, t(n + 1, s + 1), or t(n + 1, s) where the
 * initial state takes one (A. Griewank & A. Walther, Algorithm 799: revolve, ACM TOMS 26 (2000) 19–45).
 *
 * @param steps - n ≥ 0
 * @param snapshots - s ≥ 0; more than n − 1 are never used
 * @throws OptionsError if the initial state is to take a snapshot and there is none
 */
export function revolve(steps: number, snapshots: number, options: SnapshotOptions = {}): Schedule {
  const { tier = 'device', initial = 'free' } = options;
  const builder = new ScheduleBuilder(steps);
  builder.load();
  if (initial === 'stored' && snapshots < 1) {
    throw new OptionsError('revolve needs a snapshot for the initial state: give it at least 1');
  }
  const source = initial === 'free' ? 'initial' : builder.storeState(tier);
  const choose = binomially(builder, snapshots, tier);
  reverseBySplitting(builder, steps, [{ from: 0, length: steps + 1, source }], choose);
  return builder.finish('revolve');
}

/** Splits blocks binomially, with as many snapshots as are free at the moment. */
export function binomially(builder: ScheduleBuilder, snapshots: number, tier: Tier): (block: Block) => Split {
  return ({ length }) => ({
    // The block's own input counts as a unit.
    advance: binomialSplit(length, snapshots - builder.used(tier) + 1),
    tier,
  });
}
