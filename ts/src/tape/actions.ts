/** The actions that every schedule is made of; numbers as in `Op` of native/engine/engine.h. */
export const Op = {
  /** The caller's beam becomes the state. */
  load: 0,
  forward: 1,
  inverse: 2,
  /** Inverse and adjoint of a step together: from the state after it to the state before it. */
  reverse: 3,
  /** Adjoint of a step from its input state, which stays. */
  adjoint: 4,
  storeState: 5,
  restoreState: 6,
  /** Keeps the potential of the kick that was just done. */
  storeField: 7,
  /** Brings back the potential of the kick that is done next. */
  restoreField: 8,
  /** Takes the moments of the state. */
  observe: 9,
  /** Adds a cotangent of the moments of the state to the adjoint. */
  inject: 10,
  readState: 11,
  clearAdjoint: 12,
  addCotangent: 13,
  readAdjoint: 14,
  /** Starts a transfer between two slots, given as packed references in place of step and slot. */
  move: 15,
  /** Deletes what lies in a slot on disk, given as a packed reference. */
  free: 16,
  /** Keeps the hash of the state before a step, and compares the state with it. */
  record: 17,
  verify: 18,
  /** The bound arrays become the state. */
  writeState: 19,
  /** The bound arrays become the adjoint of the coordinates. */
  writeAdjoint: 20,
  /** Keeps the hash of a potential that lies in a slot on the device, and compares it with that. */
  recordField: 21,
  verifyField: 22,
} as const;

/** One action: what, on which step, with which slot; numbers that an action does not use are 0. */
export interface Action {
  readonly op: (typeof Op)[keyof typeof Op];
  readonly step: number;
  readonly slot: number;
}

/** An action. */
export function action(op: Action['op'], step = 0, slot = 0): Action {
  return { op, step, slot };
}

/** Actions as the engine takes them, `[3·n]`. */
export function pack(actions: readonly Action[]): Int32Array {
  return Int32Array.from(actions.flatMap(({ op, step, slot }) => [op, step, slot]));
}
