import type { Place, Schedule, Tier } from './actions.js';
import { ScheduleBuilder, type Source } from './builder.js';
import type { StepDescriptor } from './steps.js';

/**
 * Keeps every state that an adjoint asks for; nothing is run twice. A step whose adjoint works from either side needs none of
 * its own where the state behind it is there.
 *
 * @param options.observed - states that must come back even if no adjoint asks for them, because an objective looks there
 */
export function storeAll(
  steps: readonly StepDescriptor[],
  options: { readonly tier?: Tier; readonly observed?: readonly number[] } = {},
): Schedule {
  const { tier = 'device', observed = [] } = options;
  const n = steps.length;
  const needed = neededStates(steps, new Set(observed));
  const builder = new ScheduleBuilder(n);
  const sources = new Map<number, Source>([[0, 'initial']]);
  builder.load();
  for (let i = 0; i < n; i++) {
    if (i > 0 && needed[i]) sources.set(i, builder.storeState(tier) satisfies Place);
    builder.forwardTo(i + 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    const source = needed[i] ? sources.get(i)! : undefined;
    // An observed state behind a step that works from either side comes back after the step's adjoint.
    const after = steps[i]!.adjointFrom === 'either' && builder.state === i + 1;
    if (after) builder.adjoint(i);
    if (source) {
      builder.reach(i, source);
      builder.free(source);
    }
    if (!after) builder.adjoint(i);
  }
  return builder.finish('storeAll');
}

/** For every step whether the state before it is brought back, [n]. */
function neededStates(steps: readonly StepDescriptor[], observed: ReadonlySet<number>): boolean[] {
  const needed = steps.map((_, i) => observed.has(i));
  let state = steps.length;
  for (let i = steps.length - 1; i >= 0; i--) {
    if (steps[i]!.adjointFrom !== 'either' || state !== i + 1) needed[i] = true;
    if (needed[i]) state = i;
  }
  return needed;
}
