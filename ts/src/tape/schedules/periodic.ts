import { OptionsError } from '../../errors.js';
import type { Schedule, Tier } from './actions.js';
import { ScheduleBuilder, type Source } from './builder.js';

/**
 * A snapshot every `interval` steps; on the way back each stretch between two of them is run once more, and all its states
 * are kept. At most 2n forward launches; with an interval of √n about 2√n snapshots (T. Chen, B. Xu, C. Zhang & C. Guestrin,
 * arXiv:1604.06174; two-level checkpointing in PETSc's TSTrajectory).
 *
 * @param options.tier - where the snapshots lie; default the device
 * @param options.stretchTier - where the states of a stretch lie; default the device
 * @throws OptionsError for an interval that is not a positive integer
 */
export function periodic(
  steps: number,
  interval: number,
  options: { readonly tier?: Tier; readonly stretchTier?: Tier } = {},
): Schedule {
  const { tier = 'device', stretchTier = 'device' } = options;
  if (!Number.isInteger(interval) || interval < 1) {
    throw new OptionsError(`interval must be a positive integer, not ${interval}`);
  }
  const builder = new ScheduleBuilder(steps);
  const begins: { state: number; source: Source }[] = [];
  builder.load();
  for (let state = 0; state < steps; state += interval) {
    builder.forwardTo(state);
    begins.push({ state, source: state === 0 ? 'initial' : builder.storeState(tier) });
  }
  let end = steps;
  for (const { state, source } of begins.reverse()) {
    // The last stretch keeps its states on the first way; in the others the last state is used at once.
    const isLast = end === steps;
    builder.reach(state, source);
    reverseStretch(builder, state, end, isLast, source, stretchTier);
    end = state;
  }
  return builder.finish('periodic');
}

function reverseStretch(
  builder: ScheduleBuilder,
  begin: number,
  end: number,
  toEnd: boolean,
  source: Source,
  tier: Tier,
): void {
  const kept: { state: number; source: Source }[] = [{ state: begin, source }];
  const last = toEnd ? end : end - 1;
  while (builder.state < last) {
    builder.forwardTo(builder.state + 1);
    if (builder.state < last) kept.push({ state: builder.state, source: builder.storeState(tier) });
  }
  if (!toEnd && last > begin) builder.adjoint(last);
  for (const { state, source: place } of kept.reverse()) {
    builder.reach(state, place);
    builder.free(place);
    builder.adjoint(state);
  }
}
