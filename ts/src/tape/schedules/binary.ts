import type { Schedule, Tier } from './actions.js';
import { ScheduleBuilder } from './builder.js';
import { reverseBySplitting } from './splitting.js';

/**
 * Recursive bisection: a snapshot in the middle, the second half, then the first: about (n/2)·log₂ n launches and log₂ n
 * snapshots (A. Griewank, Optim. Methods Softw. 1 (1992) 35; J. M. Siskind & B. A. Pearlmutter, Optim. Methods Softw. 33 (2018)
 * 1288). Where the snapshots run out, a block is run again from its beginning for every step.
 *
 * @param options.snapshots - how many there may be besides the initial beam; default as many as it takes
 */
export function binary(
  steps: number,
  options: { readonly snapshots?: number; readonly tier?: Tier } = {},
): Schedule {
  const { snapshots = Number.POSITIVE_INFINITY, tier = 'device' } = options;
  const builder = new ScheduleBuilder(steps);
  builder.load();
  reverseBySplitting(builder, steps, [{ from: 0, length: steps + 1, source: 'initial' }], ({ length }) => {
    const full = builder.used(tier) >= snapshots;
    return { advance: full ? length - 1 : Math.ceil(length / 2), tier };
  });
  return builder.finish('binary');
}
