import { OptionsError } from '../../errors.js';
import type { Place, Schedule, Tier } from './actions.js';
import { ScheduleBuilder } from './builder.js';
import type { StepDescriptor } from './steps.js';

/**
 * Everything is inverted: forward once, back once, nothing kept (reversible computation; C. H. Bennett, SIAM J. Comput. 18 (1989)
 * 766, here with maps that are bijections).
 *
 * @throws OptionsError if a step cannot be inverted
 */
export function invert(steps: readonly StepDescriptor[]): Schedule {
  return invertWithFields(steps, [], 'device', 'invert');
}

/**
 * The particles are inverted, the fields of the given steps kept: it saves their computation on the way back.
 *
 * @param options.steps - whose fields are kept; default all but the last one, which is still at hand when the sweep turns
 * @throws OptionsError if a step cannot be inverted or one named here has no field
 */
export function fields(
  steps: readonly StepDescriptor[],
  options: { readonly steps?: readonly number[]; readonly tier?: Tier } = {},
): Schedule {
  const withField = steps.flatMap(({ fieldBytes }, i) => (fieldBytes > 0 ? [i] : []));
  const { steps: kept = withField.slice(0, -1), tier = 'device' } = options;
  const without = kept.find((i) => !withField.includes(i));
  if (without !== undefined) throw new OptionsError(`step ${without} has no field to keep`);
  return invertWithFields(steps, kept, tier, 'fields');
}

/** @throws OptionsError naming the first step that cannot be inverted */
export function requireInvertible(steps: readonly StepDescriptor[]): void {
  const rigid = steps.findIndex(({ invertible }) => !invertible);
  if (rigid < 0) return;
  throw new OptionsError(
    `step ${rigid} (${steps[rigid]!.kind}) cannot be inverted: plan the line with 'auto', or store it`,
  );
}

function invertWithFields(
  steps: readonly StepDescriptor[],
  kept: readonly number[],
  tier: Tier,
  name: string,
): Schedule {
  requireInvertible(steps);
  const keep = new Set(kept);
  const places = new Map<number, Place>();
  const builder = new ScheduleBuilder(steps.length);
  builder.load();
  for (let i = 0; i < steps.length; i++) {
    builder.forwardTo(i + 1);
    if (keep.has(i)) places.set(i, builder.storeField(i, tier));
  }
  for (let i = steps.length - 1; i >= 0; i--) {
    const place = places.get(i);
    if (place) {
      builder.restoreField(i, place);
      builder.free(place);
    }
    builder.reverse(i);
  }
  return builder.finish(name);
}
