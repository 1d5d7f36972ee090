import { OptionsError } from '../../errors.js';
import type { Tier } from '../schedules/actions.js';
import type { Machine, StepDescriptor } from '../schedules/steps.js';

/**
 * How the way back gets at what a step's adjoint needs:
 * - `auto`: whatever is fastest within the budget.
 * - `invert`: by inversion, nothing is kept.
 * - `store`: its input state is kept from the last run before its adjoint; nothing is inverted.
 * - `field`: its field is kept from the last run before its adjoint; its state comes by inversion, if it can be inverted.
 * - `recompute`: it is not inverted and nothing of it is kept from the first sweep: it is run again from an earlier state.
 */
export type Reverse = 'auto' | 'invert' | 'store' | 'field' | 'recompute';

/** What a user asks for at one step. */
export interface Directive {
  readonly reverse: Reverse;
  /** Where what is kept lies; default wherever it is fastest. */
  readonly tier?: Tier;
}

/**
 * Steps [from, to) treated as one call of a program (Tapenade's call-tree checkpointing; L. Hascoët & V. Pascual, ACM TOMS 39
 * (2013) 20):
 * - `joint`: nothing in it is kept at first, at most its input state; on the way back it is run again, keeping what the plan
 *   says, and reversed.
 * - `split`: all it needs is kept from the run before its adjoint; nothing in it is run again for its own sake.
 */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly mode: 'joint' | 'split';
}

/** Everything a plan depends on except the budget. */
export interface PlanProblem {
  readonly steps: readonly StepDescriptor[];
  /** By step; absent is `auto`. */
  readonly directives?: readonly (Directive | undefined)[];
  /** Disjoint or nested. */
  readonly segments?: readonly Segment[];
  /**
   * Tiers besides the device, with their capacities, and the bandwidths at which a sweep waits for transfers (those that do
   * not overlap with work); the device is always there, and its capacity is the budget.
   */
  readonly machine?: Machine;
  /** Slots on the device into which snapshots are prefetched from other tiers; default 0, no prefetching. */
  readonly staging?: number;
}

/** @throws OptionsError naming the step or segment that asks for something impossible */
export function validate({ steps, directives = [], segments = [], machine }: PlanProblem): void {
  directives.forEach((directive, i) => {
    const step = steps[i];
    if (!directive) return;
    const { reverse, tier } = directive;
    const where = `step ${i} (${step?.kind})`;
    if (!step)
      throw new OptionsError(`there is no step ${i} to give a directive: the line has ${steps.length}`);
    if (reverse === 'invert' && !step.invertible) {
      throw new OptionsError(`${where} cannot be inverted: use 'store', 'recompute' or 'auto'`);
    }
    if (reverse === 'field' && step.fieldBytes === 0) {
      throw new OptionsError(`${where} has no field to keep: use 'store' or 'auto'`);
    }
    if (tier && tier !== 'device' && !machine?.[tier]) {
      throw new OptionsError(`${where} is to be kept in tier '${tier}', which is not there`);
    }
  });
  for (const segment of segments) validateSegment(segment, segments, steps.length);
}

function validateSegment({ from, to }: Segment, segments: readonly Segment[], n: number): void {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > n || from >= to) {
    throw new OptionsError(`segment [${from}, ${to}) is not a part of a line of ${n} steps`);
  }
  const crossing = segments.find((other) => other.from < from && from < other.to && other.to < to);
  if (crossing) {
    throw new OptionsError(
      `segments [${crossing.from}, ${crossing.to}) and [${from}, ${to}) cross: let one contain the other`,
    );
  }
}
