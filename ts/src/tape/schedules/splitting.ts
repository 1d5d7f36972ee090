import type { Tier } from './actions.js';
import type { ScheduleBuilder, Source } from './builder.js';

/** Steps whose adjoint is due next, and where the state before them can be had again. */
export interface Block {
  readonly from: number;
  /** How many steps; the turn at the end of the line counts as one. */
  readonly length: number;
  readonly source: Source;
}

/**
 * How a block is divided: run `advance` steps on, keep the state there in `tier`, do what lies behind it, come back. No tier is
 * needed where a single step lies behind. An `advance` of 0 keeps the block's own input in a nearer tier.
 */
export interface Split {
  readonly advance: number;
  readonly tier?: Tier;
}

/**
 * Takes the adjoint over blocks, the last one first, by dividing each until single steps are left (the scheme that all
 * snapshot schedules share; Griewank & Walther, ACM TOMS 26 (2000) 19). A snapshot is freed as soon as its block needs it no
 * more; the turn, step `steps` of the line, has no adjoint.
 *
 * @param blocks - in line order
 */
export function reverseBySplitting(
  builder: ScheduleBuilder,
  steps: number,
  blocks: readonly Block[],
  choose: (block: Block) => Split,
): void {
  const pending = [...blocks];
  for (;;) {
    const block = pending.pop();
    if (!block) return;
    const { from, length, source } = block;
    builder.reach(from, source);
    if (length === 1) {
      builder.free(source);
      if (from < steps) builder.adjoint(from);
      continue;
    }
    const { advance, tier } = choose(block);
    if (advance === 0) {
      builder.free(source);
      pending.push({ from, length, source: builder.storeState(tier!) });
      continue;
    }
    builder.forwardTo(from + advance);
    pending.push({ from, length: advance, source });
    const behind = length - advance;
    // A single step is done at once: its input need not be kept.
    pending.push({
      from: from + advance,
      length: behind,
      source: behind === 1 ? 'initial' : builder.storeState(tier!),
    });
  }
}
