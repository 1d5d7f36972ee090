import type { Coordinates } from '../beam/coordinates.js';
import type { Line } from '../lattice/line.js';
import { Bound, type NativeEngine } from '../native.js';
import type { Moments } from '../objective/moments.js';
import type { ObservationCotangent } from '../objective/observation.js';
import { action, Op } from './actions.js';
import { columns, emptyCoordinates } from './columns.js';
import { CustomSteps } from './customSteps.js';
import { type Controls, Runner } from './runner.js';
import type { Schedule, TapeAction } from './schedules/index.js';
import type { SlotPlan } from './slots.js';

/** A place where the beam is looked at: before the step of that index, `steps.length` for the end. */
export interface Stop {
  readonly beforeStep: number;
  readonly moments: boolean;
  readonly particles: boolean;
}

/** What was seen at a stop. */
export interface Seen {
  readonly moments?: Moments;
  readonly coordinates?: Coordinates;
}

/** An adjoint in the middle of its way. */
export interface AdjointStart {
  readonly coordinates: Coordinates;
  /** `[n]` 1/C. */
  readonly charges: Float64Array;
  /** Raw sums of the steps that it has passed. */
  readonly sums: Float64Array;
}

/** What takes the adjoint down now and then on its way back. */
export interface JournalWriter {
  readonly isDue: () => boolean;
  readonly write: (position: number, adjoint: AdjointStart) => Promise<void>;
}

/** Everything that a sweep works on. */
export interface SweepSetting {
  readonly engine: NativeEngine;
  readonly line: Line;
  readonly schedule: Schedule;
  readonly slots: SlotPlan;
  readonly stops: readonly Stop[];
  readonly particles: number;
  readonly controls: Controls;
}

/** What the way back may take besides cotangents. */
export interface ReverseOptions {
  /** Where the gradient by the initial coordinates and charges goes, if it is wanted. */
  readonly adjoint?: { coordinates: Coordinates | null; charges: Float64Array | null } | undefined;
  /** The adjoint at the end of the schedule, if it does not begin with zero and the stops there. */
  readonly start?: AdjointStart | undefined;
  readonly journal?: JournalWriter | undefined;
}

/**
 * Executes a schedule: lowers its actions to native ones, as many in one call as custom steps and looks at the beam allow, and
 * keeps count of where the state and the adjoint stand.
 */
export class Sweep {
  readonly #setting: SweepSetting;
  readonly #custom: CustomSteps;
  readonly #seen: Seen[] = [];
  readonly #recorded = new Set<number>();
  #state = 0;
  /** The first state that has not been there yet. */
  #fresh = 0;
  /** Stops whose cotangents wait for the state to come by, and the state they wait for. */
  #due: { readonly state: number; readonly slots: readonly number[] } | undefined;
  #cotangents: readonly (ObservationCotangent | undefined)[] = [];
  #journal: JournalWriter | undefined;

  constructor(setting: SweepSetting) {
    this.#setting = setting;
    const losses = setting.line.apertures > 0;
    this.#custom = new CustomSteps(setting.engine, setting.particles, losses);
  }

  /** Gradient by the parameters of custom steps, by `'element.parameter'`. */
  get customGradient(): Map<string, number> {
    return this.#custom.gradient;
  }

  /** Does the actions up to the turn; returns what was seen at every stop, in their order. */
  async forward(): Promise<Seen[]> {
    const { schedule } = this.#setting;
    const actions = schedule.actions.slice(0, schedule.turn);
    const runner = this.#runner('forward', actions);
    for (const tapeAction of actions) await this.#perform(runner, tapeAction);
    await runner.flush();
    return this.#setting.stops.map((stop, slot) => ({
      ...(stop.moments && { moments: momentsFrom(this.#setting.engine.observation(slot)) }),
      ...this.#seen[slot],
    }));
  }

  /**
   * Does the rest.
   *
   * @param cotangents - by stop, in their order
   */
  async reverse(
    cotangents: readonly (ObservationCotangent | undefined)[],
    { adjoint, start, journal }: ReverseOptions,
  ): Promise<void> {
    const { schedule, engine } = this.#setting;
    const actions = schedule.actions.slice(schedule.turn);
    const runner = this.#runner('reverse', actions);
    this.#cotangents = cotangents;
    this.#journal = journal;
    runner.add(action(Op.clearAdjoint));
    if (start) await this.#takeUp(runner, start);
    else await this.#passed(runner, this.#state);
    for (const tapeAction of actions) await this.#perform(runner, tapeAction);
    if (adjoint) {
      const { coordinates, charges } = adjoint;
      await runner.flush();
      engine.bind(Bound.adjoint, coordinates && columns(coordinates), charges);
      runner.add(action(Op.readAdjoint));
    }
    await runner.flush();
  }

  /** The adjoint as it stands: of every macroparticle, and the sums so far. For a journal. */
  async #standing(runner: Runner): Promise<AdjointStart> {
    const { engine, particles } = this.#setting;
    const coordinates = emptyCoordinates(particles);
    const charges = new Float64Array(particles);
    await runner.flush();
    engine.bind(Bound.adjoint, columns(coordinates), charges);
    runner.add(action(Op.readAdjoint));
    await runner.flush();
    return { coordinates, charges, sums: engine.sums() };
  }

  async #takeUp(runner: Runner, { coordinates, charges, sums }: AdjointStart): Promise<void> {
    const { engine } = this.#setting;
    await runner.flush();
    engine.bind(Bound.cotangent, columns(coordinates), charges);
    runner.add(action(Op.addCotangent));
    await runner.flush();
    engine.setSums(sums);
  }

  #runner(phase: 'forward' | 'reverse', actions: readonly TapeAction[]): Runner {
    const moves = actions.filter(({ do: what }) => MOVES.has(what)).length;
    return new Runner(this.#setting.engine, phase, moves, this.#setting.controls);
  }

  async #perform(runner: Runner, tapeAction: TapeAction): Promise<void> {
    switch (tapeAction.do) {
      case 'load':
        runner.add(action(Op.load));
        return await this.#arrive(runner, 0);
      case 'forward':
        await this.#step(runner, tapeAction.step, Op.forward);
        return await this.#arrive(runner, tapeAction.step + 1);
      case 'inverse':
        await this.#step(runner, tapeAction.step, Op.inverse);
        return await this.#arrive(runner, tapeAction.step);
      case 'adjoint':
        await this.#step(runner, tapeAction.step, Op.adjoint);
        return await this.#passed(runner, tapeAction.step);
      case 'reverse':
        await this.#step(runner, tapeAction.step, Op.reverse);
        this.#state = tapeAction.step;
        return await this.#passed(runner, tapeAction.step);
      case 'verify':
        runner.add(action(this.#recorded.has(tapeAction.step) ? Op.verify : Op.record, tapeAction.step));
        this.#recorded.add(tapeAction.step);
        return;
      default:
        runner.add(...this.#setting.slots.lower(tapeAction));
        if (tapeAction.do === 'restoreState') await this.#arrive(runner, tapeAction.step);
    }
  }

  async #step(
    runner: Runner,
    index: number,
    op: typeof Op.forward | typeof Op.inverse | typeof Op.adjoint | typeof Op.reverse,
  ): Promise<void> {
    const step = this.#setting.line.steps[index]!;
    if (step.kind !== 'custom') return runner.add(action(op, index));
    const { element } = step;
    if (op === Op.forward) await this.#custom.forward(runner, element);
    if (op === Op.inverse || op === Op.reverse) await this.#custom.inverse(runner, element);
    if (op === Op.adjoint || op === Op.reverse) await this.#custom.adjoint(runner, element);
    runner.count();
  }

  /** The state is that before step `state`: is somebody waiting for it? */
  async #arrive(runner: Runner, state: number): Promise<void> {
    this.#state = state;
    if (state === this.#fresh) {
      this.#fresh += 1;
      await this.#look(runner, state);
    }
    await this.#inject(runner);
  }

  async #look(runner: Runner, state: number): Promise<void> {
    const { engine, particles } = this.#setting;
    const here = this.#stopsAt(state);
    for (const { stop, slot } of here) if (stop.moments) runner.add(action(Op.observe, 0, slot));
    const wanting = here.filter(({ stop }) => stop.particles);
    if (wanting.length === 0) return;
    const coordinates = emptyCoordinates(particles);
    await runner.flush();
    engine.bind(Bound.state, columns(coordinates), null);
    runner.add(action(Op.readState));
    await runner.flush();
    for (const { slot } of wanting) this.#seen[slot] = { coordinates };
  }

  /** The adjoint has come to state `state`: what was seen there adds to it. */
  async #passed(runner: Runner, state: number): Promise<void> {
    const slots = this.#stopsAt(state).map(({ slot }) => slot);
    this.#due = slots.some((slot) => this.#cotangents[slot]) ? { state, slots } : undefined;
    await this.#inject(runner);
    if (!this.#due && state > 0 && this.#journal?.isDue())
      await this.#journal.write(state, await this.#standing(runner));
  }

  /** A moment's cotangent acts through the coordinates it was taken of, so it waits until they are there. */
  async #inject(runner: Runner): Promise<void> {
    if (!this.#due || this.#due.state !== this.#state) return;
    const { slots } = this.#due;
    this.#due = undefined;
    const { engine } = this.#setting;
    for (const slot of slots) {
      const { moments, coordinates, charges } = this.#cotangents[slot] ?? {};
      if (moments) {
        engine.setMomentCotangent(slot, moments.mean, moments.covariance);
        runner.add(action(Op.inject, 0, slot));
      }
      if (!coordinates && !charges) continue;
      await runner.flush();
      engine.bind(Bound.cotangent, coordinates ? columns(coordinates) : null, charges ?? null);
      runner.add(action(Op.addCotangent));
      await runner.flush();
    }
  }

  #stopsAt(state: number): { stop: Stop; slot: number }[] {
    return this.#setting.stops.flatMap((stop, slot) => (stop.beforeStep === state ? [{ stop, slot }] : []));
  }
}

/** Actions that progress is counted in. */
const MOVES: ReadonlySet<TapeAction['do']> = new Set(['forward', 'inverse', 'adjoint', 'reverse']);

/** Charge, mean and lower triangle, as the engine gives them. */
function momentsFrom(numbers: Float64Array): Moments {
  const covariance = new Float64Array(36);
  let next = 7;
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j <= i; j++) {
      covariance[6 * i + j] = covariance[6 * j + i] = numbers[next++]!;
    }
  }
  return { charge: numbers[0]!, mean: numbers.slice(1, 7), covariance };
}
