import type { Schedule, Tier } from './actions.js';
import { binomialSplit } from './binomial.js';
import { ScheduleBuilder, type Source } from './builder.js';
import type { StepDescriptor } from './steps.js';

/** What lies between two states that must be had again: [from, to), a step that cannot be inverted followed by ones that can. */
interface Stretch {
  readonly from: number;
  readonly source: Source;
  /** Stretches from here on that are still to be reversed. */
  readonly length: number;
}

/**
 * Recomputes only where inversion is impossible: the beam is inverted from one step that cannot be inverted back to the next,
 * and the states before those steps are had again from `snapshots` placed binomially among them. With nothing to recompute it
 * is `invert`, with nothing to invert it is `revolve`. Stretches count alike whatever they cost; for stretches of very
 * different cost the planner does better.
 */
export function selective(
  steps: readonly StepDescriptor[],
  snapshots: number,
  options: { readonly tier?: Tier } = {},
): Schedule {
  const { tier = 'device' } = options;
  const n = steps.length;
  const builder = new ScheduleBuilder(n);
  const rigid = steps.flatMap(({ invertible }, i) => (invertible ? [] : [i]));
  // The states to be had again, between the initial one and the end.
  const states = [0, ...rigid.filter((i) => i > 0), n];
  const isRigid = (state: number) => state < n && !steps[state]!.invertible;
  builder.load();
  const pending: Stretch[] = [{ from: 0, source: 'initial', length: states.length }];
  for (;;) {
    const stretch = pending.pop();
    if (!stretch) break;
    const { from, source, length } = stretch;
    const state = states[from]!;
    // An initial state that no adjoint asks for is not loaded again: inversion leads there.
    if (length > 1 || isRigid(state)) builder.reach(state, source);
    if (length === 1) {
      builder.free(source);
      if (isRigid(state)) builder.adjoint(state);
      while (builder.state > 0 && steps[builder.state - 1]!.invertible) builder.reverse(builder.state - 1);
      continue;
    }
    const advance = binomialSplit(length, snapshots - builder.used(tier) + 1);
    builder.forwardTo(states[from + advance]!);
    pending.push({ from, source, length: advance });
    const behind = length - advance;
    pending.push({
      from: from + advance,
      length: behind,
      source: behind === 1 ? 'initial' : builder.storeState(tier),
    });
  }
  return builder.finish('selective');
}
