import type { Coordinates } from '../beam/coordinates.js';
import { Bound, type NativeEngine } from '../native.js';
import type { Moments } from '../objective/moments.js';
import { scaledMoments, scaleMomenta } from './acceleration.js';
import { action, Op } from './actions.js';
import { columns, emptyCoordinates } from './columns.js';
import type { Runner } from './runner.js';
import { endsAt, type Turns } from './turns.js';

/** A place where the beam is looked at on its last turn: before the step of that index, `steps.length` for the end. */
export interface Stop {
  readonly beforeStep: number;
  /** p0 there over that at the line's entrance. */
  readonly ratio: number;
  /** Whether it is the beam as it was loaded, before its first turn. */
  readonly isEntrance?: boolean;
  readonly moments: boolean;
  readonly particles: boolean;
}

/** What was seen at a stop. */
export interface Seen {
  readonly moments?: Moments;
  readonly coordinates?: Coordinates;
}

/** What is looked at. */
export interface LookSetting {
  readonly engine: NativeEngine;
  readonly stops: readonly Stop[];
  readonly turns: Turns;
  /** Steps of one turn. */
  readonly stepsPerTurn: number;
  /** Steps to do, of all turns; at most where `turns` asks at the end of each. */
  readonly length: number;
  readonly particles: number;
}

/**
 * Looks at the beam on its last turn. Where nobody knows which one that is, every turn is taken for it until the next begins,
 * and what is seen on the next takes the place of what was seen before.
 */
export class Looks {
  readonly #setting: LookSetting;
  readonly #seen: Seen[] = [];
  /** The state at the beginning of the last turn, as far as is known. */
  #lastTurn: number;
  #isEnded = false;

  constructor(setting: LookSetting) {
    this.#setting = setting;
    const { until, most } = setting.turns;
    this.#lastTurn = until ? 0 : (most - 1) * setting.stepsPerTurn;
  }

  /** Turns that the beam has begun. */
  get turns(): number {
    const { stepsPerTurn, turns } = this.#setting;
    return stepsPerTurn === 0 ? turns.most : this.#lastTurn / stepsPerTurn + 1;
  }

  /** Whether `until` has ended the run. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Slots of the stops at a state. */
  at(state: number): number[] {
    return this.#setting.stops.flatMap((stop, slot) => (this.#stateOf(stop) === state ? [slot] : []));
  }

  #stateOf({ isEntrance, beforeStep }: Stop): number {
    return isEntrance ? 0 : this.#lastTurn + beforeStep;
  }

  /** Looks at a state that is there for the first time. */
  async look(runner: Runner, state: number): Promise<void> {
    const { stops, turns, stepsPerTurn } = this.#setting;
    for (const slot of this.at(state)) if (stops[slot]!.moments) runner.add(action(Op.observe, 0, slot));
    // At the end of a turn that need not be the last, particles are read once it turns out to be.
    const mayGoOn = turns.until && state === this.#lastTurn + stepsPerTurn;
    if (!mayGoOn) await this.#readParticles(runner, state);
  }

  /** Asks at the end of a turn whether it was the last; if not, the next begins. */
  async endTurn(runner: Runner, state: number): Promise<void> {
    const { engine, stops, turns, length } = this.#setting;
    const slot = stops.length;
    runner.add(action(Op.observe, 0, slot));
    await runner.flush();
    const moments = momentsFrom(engine.observation(slot), 1);
    this.#isEnded = endsAt(turns.until!, { turn: this.turns, moments });
    if (this.#isEnded || state === length) return await this.#readParticles(runner, state);
    this.#lastTurn = state;
    await this.look(runner, state);
  }

  /** What was seen at every stop, in their order. */
  results(): Seen[] {
    const { engine, stops } = this.#setting;
    return stops.map((stop, slot) => ({
      ...(stop.moments && { moments: momentsFrom(engine.observation(slot), stop.ratio) }),
      ...this.#seen[slot],
    }));
  }

  async #readParticles(runner: Runner, state: number): Promise<void> {
    const { engine, stops, particles } = this.#setting;
    const slots = this.at(state).filter((slot) => stops[slot]!.particles);
    if (slots.length === 0) return;
    const coordinates = this.#seen[slots[0]!]?.coordinates ?? emptyCoordinates(particles);
    await runner.flush();
    engine.bind(Bound.state, columns(coordinates), null);
    runner.add(action(Op.readState));
    await runner.flush();
    scaleMomenta(coordinates, 1 / stops[slots[0]!]!.ratio); // all of one place
    for (const slot of slots) this.#seen[slot] = { coordinates };
  }
}

/** From charge, mean and lower triangle, as the engine gives them. */
function momentsFrom(numbers: Float64Array, ratio: number): Moments {
  const covariance = new Float64Array(36);
  let next = 7;
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j <= i; j++) {
      covariance[6 * i + j] = covariance[6 * j + i] = numbers[next++]!;
    }
  }
  return scaledMoments({ charge: numbers[0]!, mean: numbers.slice(1, 7), covariance }, 1 / ratio);
}
