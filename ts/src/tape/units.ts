import type { Step } from '../lattice/line.js';
import { type Action, action, Op } from './actions.js';

/**
 * What a schedule counts as one step: a run of local maps and the kick behind it, if there is one, or one custom step. Such a
 * pair has one state to store, because a kick's adjoint asks for positions only, and those are the run's output.
 */
export interface Unit {
  /** Steps of the line that it covers: `[first, end)`. */
  readonly first: number;
  readonly end: number;
  readonly invertible: boolean;
  /** The step that is a kick, if one is. */
  readonly kick: number | undefined;
  /** The step is computed in JavaScript. */
  readonly custom: boolean;
}

/**
 * Groups the steps of a line.
 *
 * @param boundaries - indices of steps before which the beam is looked at: a unit begins there
 */
export function unitsOf(steps: readonly Step[], boundaries: readonly number[]): Unit[] {
  const units: Unit[] = [];
  for (let first = 0; first < steps.length; ) {
    const pair = steps[first]!.kind === 'run' && steps[first + 1]?.kind === 'kick' && !boundaries.includes(first + 1);
    const end = first + (pair ? 2 : 1);
    units.push(unitOf(steps, first, end));
    first = end;
  }
  return units;
}

function unitOf(steps: readonly Step[], first: number, end: number): Unit {
  const kick = steps[end - 1]!.kind === 'kick' ? end - 1 : undefined;
  const step = steps[first]!;
  const custom = step.kind === 'custom';
  return { first, end, kick, custom, invertible: step.kind !== 'custom' || step.element.invertible };
}

/** Native actions that take a unit's input to its output. */
export function forwardActions({ first, end }: Unit): Action[] {
  return range(first, end).map((step) => action(Op.forward, step));
}

/** From output to input. */
export function inverseActions({ first, end }: Unit): Action[] {
  return range(first, end)
    .reverse()
    .map((step) => action(Op.inverse, step));
}

/** From output to input, the adjoint with it. */
export function reverseActions({ first, end }: Unit): Action[] {
  return range(first, end)
    .reverse()
    .map((step) => action(Op.reverse, step));
}

/**
 * The adjoint from a unit's input, which is the state again afterwards. Of a pair the run is done forward, for the kick's positions, and
 * then inverted together with its adjoint; the kick itself need not be done.
 */
export function adjointActions({ first, end }: Unit): Action[] {
  if (end - first === 1) return [action(Op.adjoint, first)];
  return [action(Op.forward, first), action(Op.adjoint, first + 1), action(Op.reverse, first)];
}

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i);
}
