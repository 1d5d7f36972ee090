import type { Schedule, TapeAction, Tier } from './actions.js';
import { requireInvertible } from './invert.js';
import type { Layout } from './layout.js';
import { OnlineSchedule } from './online.js';
import type { StepDescriptor } from './steps.js';

/** Actions in their order, and how many of them move the beam or the adjoint. */
export interface Leg {
  readonly moves: number;
  readonly actions: Iterable<TapeAction>;
}

/**
 * A way to the end and back whose actions are made as they are done: the number of steps need not be known beforehand, and
 * nobody has to hold all of them at once. `begin`, then `forward` once or more, then `back`.
 */
export interface Course {
  /** Name of the strategy. */
  readonly name: string;
  /** Actions before the first step, or all up to the end where that is known. */
  begin(): Iterable<TapeAction>;
  /** Actions from where `begin`, or the last call, led, to state `to`. */
  forward(to: number): Iterable<TapeAction>;
  /** Actions from there back to the initial beam. */
  back(): Leg;
}

/** The course of a schedule that is known as a whole. */
export function listed({ name, actions, turn }: Schedule): Course {
  const back = actions.slice(turn);
  return {
    name,
    begin: () => actions.slice(0, turn),
    forward: () => [],
    back: () => ({ moves: movesIn(back), actions: back }),
  };
}

/** Forward only. */
export function tracking(): Course {
  return new Inverting('forward');
}

/**
 * Everything is inverted, as with `invert`.
 *
 * @param steps - of one turn
 * @throws OptionsError if a step cannot be inverted
 */
export function inverting(steps: readonly StepDescriptor[]): Course {
  requireInvertible(steps);
  return new Inverting('invert');
}

class Inverting implements Course {
  #state = 0;

  constructor(readonly name: string) {}

  begin(): TapeAction[] {
    return [{ do: 'load' }];
  }

  *forward(to: number): Generator<TapeAction> {
    while (this.#state < to) yield { do: 'forward', step: this.#state++ };
  }

  back(): Leg {
    return { moves: this.#state, actions: this.#reverse() };
  }

  *#reverse(): Generator<TapeAction> {
    while (this.#state > 0) yield { do: 'reverse', step: --this.#state };
  }
}

/** Snapshots kept as the steps come, as by {@link OnlineSchedule}. */
export function online(snapshots: number, tier: Tier): Course {
  const schedule = new OnlineSchedule(snapshots, tier);
  let state = 0;
  return {
    name: 'online',
    begin: () => schedule.begin(),
    *forward(to) {
      for (; state < to; state++) yield* schedule.step();
    },
    back() {
      const actions = schedule.end();
      return { moves: movesIn(actions), actions };
    },
  };
}

/** Where the slots of {@link online} lie, each for one state. */
export function onlineLayout(snapshots: number, tier: Tier, stateBytes: number): Layout {
  const slots = Array.from({ length: snapshots }, (_, i) => ({ offset: i * stateBytes, bytes: stateBytes }));
  return { device: [], host: [], disk: [], [tier]: slots };
}

const MOVES: ReadonlySet<TapeAction['do']> = new Set(['forward', 'inverse', 'adjoint', 'reverse']);

function movesIn(actions: readonly TapeAction[]): number {
  return actions.filter(({ do: what }) => MOVES.has(what)).length;
}
