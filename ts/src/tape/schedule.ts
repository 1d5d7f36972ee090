import type { Step } from '../lattice/line.js';
import { type Action, action, Op } from './actions.js';

/** How the reverse sweep gets at what it needs; see docs/memory.md. */
export type Strategy = 'invert' | 'store' | 'fields';

/** Names of the strategies, `'auto'` aside. */
export const STRATEGIES: readonly Strategy[] = ['invert', 'store', 'fields'];

/** A strategy worked out for one line. */
export interface Schedule {
  readonly strategy: Strategy;
  /** Actions that do step `i` on the way forward. */
  readonly forward: (step: number) => Action[];
  /** Actions that take the adjoint over step `i` on the way back. */
  readonly reverse: (step: number) => Action[];
  /** Actions that make the state that at the input of step `i`, once the adjoint has passed it. */
  readonly returnTo: (step: number) => Action[];
  /** Particle states that are held at most. */
  readonly stateSlots: number;
  /** Nodes of each potential that is held. */
  readonly fieldSlots: readonly number[];
}

/**
 * Works out a strategy for a line.
 *
 * @param observed - indices of steps before which the objective looks at the beam
 */
export function scheduleFor(
  strategy: Strategy,
  steps: readonly Step[],
  observed: readonly number[],
): Schedule {
  if (strategy === 'store') return storeSchedule(steps, observed);
  return strategy === 'fields' ? fieldsSchedule(steps) : invertSchedule();
}

/** Everything is inverted: nothing is kept. */
function invertSchedule(): Schedule {
  return {
    strategy: 'invert',
    forward: (step) => [action(Op.forward, step)],
    reverse: (step) => [action(Op.reverse, step)],
    returnTo: () => [],
    stateSlots: 0,
    fieldSlots: [],
  };
}

/** Particles are inverted, potentials kept: all but the last, which is still on the grid when the sweep turns. */
function fieldsSchedule(steps: readonly Step[]): Schedule {
  const kicks = steps.flatMap((step, i) => (step.kind === 'kick' ? [i] : []));
  const slotOf = new Map(kicks.slice(0, -1).map((step, slot) => [step, slot]));
  const withField = (op: Action['op'], step: number) => {
    const slot = slotOf.get(step);
    return slot === undefined ? [] : [action(op, step, slot)];
  };
  return {
    strategy: 'fields',
    forward: (step) => [action(Op.forward, step), ...withField(Op.storeField, step)],
    reverse: (step) => [...withField(Op.restoreField, step), action(Op.reverse, step)],
    returnTo: () => [],
    stateSlots: 0,
    fieldSlots: [...slotOf.keys()].map((step) => nodesOf(steps[step])),
  };
}

/**
 * Nothing is inverted: every run's input is kept, which is one state per kick. A kick needs no state of its own, because its
 * adjoint asks for positions only and it does not change them: those of the next run's input serve. The line's own input is
 * loaded anew from the caller's beam.
 */
function storeSchedule(steps: readonly Step[], observed: readonly number[]): Schedule {
  const needed = steps.flatMap((step, i) =>
    i > 0 && (step.kind === 'run' || observed.includes(i)) ? [i] : [],
  );
  const slotOf = new Map(needed.map((step, slot) => [step, slot]));
  const stored = (step: number) => {
    const slot = slotOf.get(step);
    return slot === undefined ? [] : [action(Op.storeState, step, slot)];
  };
  const input = (step: number) =>
    step === 0 ? [action(Op.load)] : [action(Op.restoreState, step, slotOf.get(step))];
  const isRun = (step: number) => steps[step]?.kind === 'run';
  return {
    strategy: 'store',
    forward: (step) => [...stored(step), action(Op.forward, step)],
    reverse: (step) => [...(isRun(step) ? input(step) : []), action(Op.adjoint, step)],
    returnTo: (step) => (step < steps.length && !isRun(step) ? input(step) : []),
    stateSlots: needed.length,
    fieldSlots: [],
  };
}

function nodesOf(step: Step | undefined): number {
  return step?.kind === 'kick' ? step.kick.gridShape.reduce((product, n) => product * n, 1) : 0;
}
