import type { Place, Schedule, TapeAction, Tier } from './actions.js';
import { Illegal, ScheduleError } from './error.js';
import { type Machine, readSeconds, type StepDescriptor, stateBytes, writeSeconds } from './steps.js';
import { Storage, type TierUse } from './storage.js';

/** What a schedule does, counted. */
export interface ScheduleReport {
  readonly launches: Readonly<Record<'load' | 'forward' | 'inverse' | 'adjoint' | 'reverse', number>>;
  readonly tiers: Readonly<Record<Tier, Readonly<TierUse>>>;
  /**
   * What the sweeps wait for, in seconds: the steps by their descriptors, loads and transfers by the machine. Prefetches are
   * not waited for.
   */
  readonly seconds: number;
}

/** How things stand behind an action of a replay. */
export interface ReplayMoment {
  /** Index of the action. */
  readonly action: number;
  /** What the sweeps have waited for so far, as {@link ScheduleReport.seconds}. */
  readonly seconds: number;
  /** Bytes of the snapshots and fields that lie on each tier. */
  readonly held: Readonly<Record<Tier, number>>;
}

/**
 * Replays a schedule symbolically.
 *
 * @param machine - limits that must be kept, and bandwidths for {@link ScheduleReport.seconds}
 * @param watch - told how things stand behind every action
 * @throws ScheduleError naming the first action that is illegal and why: a step from a state that is not there, an inverse of
 * a step that has none, a slot that is full, empty or holds something else, an adjoint out of order, a tier beyond its limits,
 * or anything left undone or unfreed at the end
 */
export function checkSchedule(
  schedule: Schedule,
  steps: readonly StepDescriptor[],
  machine: Machine = {},
  watch?: (moment: ReplayMoment) => void,
): ScheduleReport {
  const replay = new Replay(steps, machine, schedule);
  schedule.actions.forEach((action, index) => {
    try {
      replay.perform(action);
      watch?.({ action: index, ...replay.standing() });
      if (index + 1 === schedule.turn) replay.requireTurn();
    } catch (error) {
      if (error instanceof Illegal) throw scheduleError(schedule, index, error.message);
      throw error;
    }
  });
  const undone = replay.undone(schedule.turn);
  if (undone) throw scheduleError(schedule, schedule.actions.length, undone);
  return replay.report();
}

function scheduleError({ name, actions }: Schedule, index: number, why: string): ScheduleError {
  const action = actions[index];
  const where = action ? `action ${index} (${describeAction(action)})` : 'the end';
  return new ScheduleError(`schedule '${name}', ${where}: ${why}`, index);
}

/** An action in words, for example `storeState 3 host 0`. */
export function describeAction(action: TapeAction): string {
  return Object.values(action)
    .map((value) => (typeof value === 'object' ? `${value.tier} ${value.slot}` : String(value)))
    .join(' ');
}

class Replay {
  readonly #steps: readonly StepDescriptor[];
  readonly #machine: Machine;
  readonly #storage: Storage;
  readonly #launches = { load: 0, forward: 0, inverse: 0, adjoint: 0, reverse: 0 };
  #seconds = 0;
  /** Index of the state that is there now. */
  #state: number | undefined;
  /** Step whose field is at hand. */
  #field: number | undefined;
  #reachedEnd = false;
  /** The adjoint stands before this state: every step from here on is done. */
  #adjointAt: number;

  constructor(steps: readonly StepDescriptor[], machine: Machine, { slots = {} }: Schedule) {
    this.#steps = steps;
    this.#machine = machine;
    this.#storage = new Storage(machine, slots);
    this.#adjointAt = steps.length;
  }

  perform(action: TapeAction): void {
    switch (action.do) {
      case 'load':
        this.#load();
        break;
      case 'forward':
        this.#forward(action.step);
        break;
      case 'inverse':
        this.#inverse(action.step);
        break;
      case 'adjoint':
        this.#adjoint(action.step);
        break;
      case 'reverse':
        this.#reverse(action.step);
        break;
      case 'storeState':
      case 'storeField':
        this.#store(action);
        break;
      case 'restoreState':
      case 'restoreField':
        this.#restore(action);
        break;
      case 'free':
        this.#storage.free(action);
        break;
      case 'move':
        this.#move(action.from, action.to);
        break;
      case 'prefetch':
        this.#storage.prefetch(action.from, action.to);
        break;
      case 'verify':
        this.#requireState(action.step);
    }
  }

  requireTurn(): void {
    if (this.#state !== this.#steps.length || this.#adjointAt !== this.#steps.length) {
      throw new Illegal(`the schedule turns here, but ${this.#whereabouts()}`);
    }
  }

  /** What is missing at the end, if anything. */
  undone(turn: number): string | undefined {
    if (!this.#reachedEnd) return `state ${this.#steps.length} was never reached`;
    if (this.#adjointAt > 0) return `the adjoint stopped before step ${this.#adjointAt - 1}`;
    if (turn === 0) return 'the schedule does not say where it turns';
    const [first] = this.#storage.left();
    return first && `nobody freed ${first}`;
  }

  report(): ScheduleReport {
    const use = (tier: Tier) => ({ ...this.#storage.use(tier) });
    return {
      launches: { ...this.#launches },
      tiers: { device: use('device'), host: use('host'), disk: use('disk') },
      seconds: this.#seconds,
    };
  }

  standing(): Omit<ReplayMoment, 'action'> {
    const held = (tier: Tier) => this.#storage.held(tier);
    return {
      seconds: this.#seconds,
      held: { device: held('device'), host: held('host'), disk: held('disk') },
    };
  }

  #load(): void {
    this.#launches.load += 1;
    this.#wait(this.#machine.loadSeconds ?? 0);
    this.#field = undefined;
    this.#arrive(0);
  }

  #forward(step: number): void {
    const { costs, fieldBytes, adjointFrom } = this.#step(step);
    this.#requireState(step);
    this.#launches.forward += 1;
    this.#wait(costs.forward);
    if (fieldBytes > 0 || adjointFrom === 'record') this.#field = step;
    this.#arrive(step + 1);
  }

  #inverse(step: number): void {
    const { costs, fieldBytes } = this.#invertible(step);
    this.#requireState(step + 1);
    this.#launches.inverse += 1;
    this.#wait(costs.inverse - this.#saved(step));
    if (fieldBytes > 0) this.#field = step;
    this.#arrive(step);
  }

  #adjoint(step: number): void {
    const { costs, adjointFrom = 'input' } = this.#step(step);
    if (adjointFrom === 'record') {
      if (this.#field !== step) throw new Illegal('what the step recorded is not at hand');
    } else if (adjointFrom === 'input' || this.#state !== step + 1) {
      this.#requireState(step);
    }
    this.#launches.adjoint += 1;
    this.#wait(costs.adjoint - this.#saved(step));
    this.#passAdjoint(step);
  }

  #reverse(step: number): void {
    const { costs } = this.#invertible(step);
    this.#requireState(step + 1);
    this.#launches.reverse += 1;
    this.#wait(costs.reverse - this.#saved(step));
    this.#passAdjoint(step);
    this.#arrive(step);
  }

  #store({ do: what, step, tier, slot }: Extract<TapeAction, { do: 'storeState' | 'storeField' }>): void {
    const isState = what === 'storeState';
    if (isState) this.#requireState(step);
    else if (this.#field !== step) throw new Illegal(`the field of step ${step} is not at hand`);
    const bytes = isState ? stateBytes(this.#steps, step) : this.#step(step).fieldBytes;
    this.#storage.write({ tier, slot }, { what: isState ? 'state' : 'field', step, bytes });
    this.#wait(writeSeconds(this.#machine[tier], bytes));
  }

  #restore({
    do: what,
    step,
    tier,
    slot,
  }: Extract<TapeAction, { do: 'restoreState' | 'restoreField' }>): void {
    const isState = what === 'restoreState';
    const { bytes } = this.#storage.read({ tier, slot }, isState ? 'state' : 'field', step);
    this.#wait(readSeconds(this.#machine[tier], bytes));
    if (isState) this.#arrive(step);
    else this.#field = step;
  }

  #move(from: Place, to: Place): void {
    const { bytes } = this.#storage.move(from, to);
    this.#wait(readSeconds(this.#machine[from.tier], bytes));
    this.#wait(writeSeconds(this.#machine[to.tier], bytes));
  }

  #arrive(state: number): void {
    this.#state = state;
    if (state === this.#steps.length) this.#reachedEnd = true;
  }

  #passAdjoint(step: number): void {
    if (!this.#reachedEnd) throw new Illegal(`state ${this.#steps.length} has not been reached yet`);
    if (this.#adjointAt !== step + 1) {
      throw new Illegal(`the adjoint stands at state ${this.#adjointAt}: step ${step} is not its next`);
    }
    this.#adjointAt = step;
    // The adjoint of a field takes the field's place.
    if (this.#field === step || this.#step(step).fieldBytes > 0) this.#field = undefined;
  }

  #step(step: number): StepDescriptor {
    const found = this.#steps[step];
    if (!found) throw new Illegal(`there is no step ${step}, the line has ${this.#steps.length}`);
    return found;
  }

  #invertible(step: number): StepDescriptor {
    const found = this.#step(step);
    if (!found.invertible) throw new Illegal(`step ${step} (${found.kind}) cannot be inverted`);
    return found;
  }

  #requireState(state: number): void {
    if (this.#state !== state) throw new Illegal(`state ${state} is needed, but ${this.#whereabouts()}`);
  }

  #whereabouts(): string {
    return this.#state === undefined ? 'no beam is loaded' : `the beam is state ${this.#state}`;
  }

  #saved(step: number): number {
    return this.#field === step ? this.#step(step).costs.savedByField : 0;
  }

  #wait(seconds: number): void {
    this.#seconds += seconds;
  }
}
