import { UnkickError } from '../../errors.js';

/** A schedule asks for something that cannot be done, for example an adjoint from a state that is not there. */
export class ScheduleError extends UnkickError {
  /** Index of the offending action; the number of actions for something that is wrong at the end. */
  readonly action: number;

  constructor(message: string, action: number) {
    super('ScheduleError', 'UNKICK_SCHEDULE', message);
    this.action = action;
  }
}

/** Why an action is illegal, before it is known which one it was. */
export class Illegal extends Error {}
