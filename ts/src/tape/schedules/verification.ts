import type { Schedule, TapeAction } from './actions.js';
import type { Course } from './course.js';

/**
 * Adds a `verify` wherever one of the given states is there anew: its hash is taken on the first way and compared every time
 * the state comes back by inversion, recomputation or from a snapshot.
 *
 * @param states - indices of the states to watch
 */
export function withVerification(schedule: Schedule, states: Iterable<number>): Schedule {
  const watched = new Set(states);
  const actions: TapeAction[] = [];
  let turn = 0;
  schedule.actions.forEach((action, index) => {
    actions.push(action);
    const state = stateAfter(action);
    if (state !== undefined && watched.has(state)) actions.push({ do: 'verify', step: state });
    if (index + 1 === schedule.turn) turn = actions.length;
  });
  return { ...schedule, actions, turn };
}

/** The same for a course, of every state. */
export function verified(course: Course): Course {
  return {
    name: course.name,
    begin: () => watching(course.begin()),
    forward: (to) => watching(course.forward(to)),
    back() {
      const { moves, actions } = course.back();
      return { moves, actions: watching(actions) };
    },
  };
}

function* watching(actions: Iterable<TapeAction>): Generator<TapeAction> {
  for (const action of actions) {
    yield action;
    const state = stateAfter(action);
    if (state !== undefined) yield { do: 'verify', step: state };
  }
}

/** Index of the state that an action leads to; undefined if it leaves the state alone. */
function stateAfter(action: TapeAction): number | undefined {
  switch (action.do) {
    case 'load':
      return 0;
    case 'forward':
      return action.step + 1;
    case 'inverse':
    case 'reverse':
    case 'restoreState':
      return action.step;
    default:
      return undefined;
  }
}
