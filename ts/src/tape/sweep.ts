import type { Coordinates } from '../beam/coordinates.js';
import type { Line } from '../lattice/line.js';
import { Bound, type NativeEngine } from '../native.js';
import type { ObservationCotangent } from '../objective/observation.js';
import { engineCotangent } from './acceleration.js';
import { action, Op } from './actions.js';
import { columns, emptyCoordinates } from './columns.js';
import { CustomSteps } from './customSteps.js';
import { Looks, type Seen, type Stop } from './looks.js';
import { type Controls, Runner } from './runner.js';
import type { Course, TapeAction } from './schedules/index.js';
import type { SlotPlan } from './slots.js';
import type { Turns } from './turns.js';

export type { Seen, Stop } from './looks.js';

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
  readonly course: Course;
  readonly turns: Turns;
  /** Steps to do, of all turns; at most where `turns` asks at the end of each. */
  readonly length: number;
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
 * Executes a course: lowers its actions to native ones, as many in one call as custom steps and looks at the beam allow, and
 * keeps count of where the state and the adjoint stand. States are counted on from turn to turn.
 */
export class Sweep {
  readonly #setting: SweepSetting;
  readonly #custom: CustomSteps;
  readonly #looks: Looks;
  /** States before this one have a hash. */
  #recorded = 0;
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
    this.#looks = new Looks({ ...setting, stepsPerTurn: setting.line.steps.length });
  }

  /** Turns that the beam has begun. */
  get turns(): number {
    return this.#looks.turns;
  }

  /** Whether `until` has ended the run. */
  get isEnded(): boolean {
    return this.#looks.isEnded;
  }

  /** Gradient by the parameters of custom steps, by `'element.parameter'`. */
  get customGradient(): Map<string, number> {
    return this.#custom.gradient;
  }

  /** Goes to the end; returns what was seen at every stop, in their order. */
  async forward(): Promise<Seen[]> {
    const { course, length, line } = this.#setting;
    const runner = this.#runner('forward', length);
    await this.#follow(runner, course.begin());
    while (this.#state < length && !this.isEnded) {
      const end = this.#state + line.steps.length;
      await this.#follow(runner, course.forward(Math.min(end, length)));
      if (this.#setting.turns.until) await this.#looks.endTurn(runner, this.#state);
    }
    await runner.flush();
    return this.#looks.results();
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
    const { course, engine } = this.#setting;
    const { moves, actions } = course.back();
    const runner = this.#runner('reverse', moves);
    this.#cotangents = cotangents;
    this.#journal = journal;
    runner.add(action(Op.clearAdjoint));
    if (start) await this.#takeUp(runner, start);
    else await this.#passed(runner, this.#state);
    await this.#follow(runner, actions);
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
    return { coordinates, charges, sums: engine.gradient() };
  }

  async #takeUp(runner: Runner, { coordinates, charges, sums }: AdjointStart): Promise<void> {
    const { engine } = this.#setting;
    await runner.flush();
    engine.bind(Bound.cotangent, columns(coordinates), charges);
    runner.add(action(Op.addCotangent));
    await runner.flush();
    engine.setGradient(sums);
  }

  #runner(phase: 'forward' | 'reverse', moves: number): Runner {
    return new Runner(this.#setting.engine, phase, moves, this.#setting.controls);
  }

  /** In calls of bounded length, so that a course of any length takes the same memory. */
  async #follow(runner: Runner, actions: Iterable<TapeAction>): Promise<void> {
    for (const tapeAction of actions) {
      await this.#perform(runner, tapeAction);
      if (runner.isFull) await runner.flush();
    }
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
        runner.add(action(tapeAction.step < this.#recorded ? Op.verify : Op.record, tapeAction.step));
        this.#recorded = Math.max(this.#recorded, tapeAction.step + 1);
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
    const { steps } = this.#setting.line;
    const step = steps[index % steps.length]!;
    if (step.kind !== 'custom') return runner.add(action(op, index));
    if (op === Op.forward) await this.#custom.forward(runner, step);
    if (op === Op.inverse || op === Op.reverse) await this.#custom.inverse(runner, step);
    if (op === Op.adjoint || op === Op.reverse) await this.#custom.adjoint(runner, step);
    runner.count();
  }

  /** The state is that before step `state`: is somebody waiting for it? */
  async #arrive(runner: Runner, state: number): Promise<void> {
    this.#state = state;
    if (state === this.#fresh) {
      this.#fresh += 1;
      await this.#looks.look(runner, state);
    }
    await this.#inject(runner);
  }

  /** The adjoint has come to state `state`: what was seen there adds to it. */
  async #passed(runner: Runner, state: number): Promise<void> {
    const slots = this.#looks.at(state);
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
      const { ratio } = this.#setting.stops[slot]!;
      const { moments, coordinates, charges } = engineCotangent(this.#cotangents[slot] ?? {}, ratio);
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
}
