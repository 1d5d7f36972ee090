import { formatBytes } from '../../memory/bytes.js';
import type { Place, Schedule, Tier } from '../schedules/actions.js';
import type { StepDescriptor } from '../schedules/steps.js';
import type { PlanProblem, Reverse } from './problem.js';

/** What a plan does with a step. */
export interface Decision {
  readonly step: number;
  /** The element or elements that it comes from, or the kick's name. */
  readonly name: string;
  readonly kind: string;
  /**
   * How its adjoint gets its input state: by inverting it, from a snapshot of that very state, by running forward again from an
   * earlier one, or without any of these because the beam was there.
   */
  readonly state: 'inverted' | 'stored' | 'recomputed' | 'there';
  /** Where the snapshot lies, for a stored state. */
  readonly stateTier?: Tier;
  /** Where its field is kept; absent where it is computed again, or has none. */
  readonly fieldTier?: Tier;
  /** Forward launches of the step, 1 where it is not run again. */
  readonly forwardLaunches: number;
  /** Bytes that are kept for it. */
  readonly bytes: number;
  /** Why, in words. */
  readonly why: string;
}

/** What a schedule does with every step, named by `names` or else by its kind, and why. */
export function decisionsOf(
  schedule: Schedule,
  { steps, directives = [] }: PlanProblem,
  names: readonly string[] = [],
): Decision[] {
  const n = steps.length;
  const launches = new Array<number>(n).fill(0);
  const stateTiers = new Map<number, Tier>();
  const fieldTiers = new Map<number, Tier>();
  const states = new Array<Decision['state']>(n).fill('there');
  /** Where what lies in a slot on the device was prefetched from. */
  const origins = new Map<number, Tier>();
  const originOf = ({ tier, slot }: Place) => (tier === 'device' ? (origins.get(slot) ?? tier) : tier);
  /** How the state that is there came about. */
  let arrival: Decision['state'] = 'there';
  let isTurned = false;
  schedule.actions.forEach((action, index) => {
    if (index >= schedule.turn) isTurned = true;
    switch (action.do) {
      case 'forward':
        launches[action.step]! += 1;
        arrival = isTurned ? 'recomputed' : 'there';
        break;
      case 'load':
        arrival = isTurned ? 'recomputed' : 'there';
        break;
      case 'restoreState':
        arrival = 'stored';
        stateTiers.set(action.step, originOf(action));
        break;
      case 'restoreField':
        fieldTiers.set(action.step, originOf(action));
        break;
      case 'prefetch':
        origins.set(action.to.slot, action.from.tier);
        break;
      case 'reverse':
        states[action.step] = 'inverted';
        arrival = 'inverted';
        break;
      case 'adjoint':
        states[action.step] = arrival;
    }
  });
  return steps.map((step, i) => {
    const state = states[i]!;
    const stateTier = state === 'stored' ? stateTiers.get(i) : undefined;
    const fieldTier = fieldTiers.get(i);
    const bytes = (stateTier ? step.stateBytes : 0) + (fieldTier ? step.fieldBytes : 0);
    const facts = {
      step: i,
      name: names[i] ?? step.kind,
      kind: step.kind,
      state,
      forwardLaunches: launches[i]!,
      bytes,
    };
    const tiers = { ...(stateTier && { stateTier }), ...(fieldTier && { fieldTier }) };
    const reason = reasonFor(step, directives[i]?.reverse ?? 'auto', { state, fieldTier });
    return { ...facts, ...tiers, why: reason };
  });
}

function reasonFor(
  { invertible, fieldBytes, costs }: StepDescriptor,
  reverse: Reverse,
  { state, fieldTier }: { state: Decision['state']; fieldTier: Tier | undefined },
): string {
  const asked = reverse === 'auto' ? '' : `'${reverse}' was asked for: `;
  const forField = fieldTier
    ? `; its field saves ${formatSeconds(costs.savedByField)}`
    : fieldBytes > 0 && reverse !== 'invert' && costs.savedByField > 0
      ? '; its field is computed again or was still at hand'
      : '';
  const extra = formatSeconds(Math.max(0, costs.reverse - costs.adjoint));
  const forState = {
    inverted: `going back costs ${extra} for the inverse and no memory`,
    stored: invertible
      ? `its input state saves ${extra}`
      : 'it cannot be inverted, and its input state has a snapshot of its own',
    recomputed: invertible
      ? 'it is run up to again'
      : 'it cannot be inverted, and an earlier snapshot serves it too',
    there: 'the beam is there when its adjoint is due',
  }[state];
  return asked + forState + forField;
}

/** A decision in a line of text. */
export function describeDecision(decision: Decision): string {
  const { step, name, kind, state, stateTier, fieldTier, forwardLaunches, bytes, why } = decision;
  const parts = [
    stateTier ? `${state} (${stateTier})` : state,
    ...(fieldTier ? [`field kept (${fieldTier})`] : []),
    ...(forwardLaunches > 1 ? [`run ${forwardLaunches} times`] : []),
    formatBytes(bytes),
  ];
  const what = name === kind ? kind : `${kind} ${name}`;
  return `step ${step} (${what}): ${parts.join(', ')}: ${why}`;
}

function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`;
  return seconds >= 1e-3 ? `${(1e3 * seconds).toPrecision(3)} ms` : `${(1e6 * seconds).toPrecision(3)} µs`;
}
