import { COORDINATES, type Coordinates, perCoordinate } from '../beam/coordinates.js';
import { AbortedError } from '../errors.js';
import type { Line } from '../lattice/line.js';
import { Bound, type NativeEngine } from '../native.js';
import type { Moments } from '../objective/moments.js';
import type { ObservationCotangent } from '../objective/observation.js';
import { type Action, action, Op, pack } from './actions.js';
import type { Schedule } from './schedule.js';

/** How far a run has come. */
export interface Progress {
  /** Actions done, of `total`. */
  readonly done: number;
  readonly total: number;
  readonly phase: 'forward' | 'reverse';
}

/** What a caller may pass to watch and stop a run. */
export interface Controls {
  /** Called now and then on the main thread. What it throws ends the run. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Stops the run between two actions; the promise is then rejected with `AbortedError`. */
  readonly signal?: AbortSignal | undefined;
}

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

/** Drives an engine through a line, forward and back, in as few native calls as the stops allow. */
export class Sweep {
  readonly #engine: NativeEngine;
  readonly #line: Line;
  readonly #schedule: Schedule;
  readonly #stops: readonly Stop[];
  readonly #particles: number;
  readonly #controls: Controls;

  constructor(
    engine: NativeEngine,
    line: Line,
    schedule: Schedule,
    stops: readonly Stop[],
    particles: number,
    controls: Controls,
  ) {
    this.#engine = engine;
    this.#line = line;
    this.#schedule = schedule;
    this.#stops = stops;
    this.#particles = particles;
    this.#controls = controls;
  }

  /** Tracks the bound beam; returns what was seen at every stop, in their order. */
  async forward(): Promise<Seen[]> {
    const runner = new Runner(this.#engine, 'forward', this.#line.steps.length, this.#controls);
    const particlesAt = new Map<number, Coordinates>();
    runner.add(action(Op.load));
    for (let step = 0; step <= this.#line.steps.length; step++) {
      const stops = this.#stopsAt(step);
      for (const { slot, stop } of stops) if (stop.moments) runner.add(action(Op.observe, 0, slot));
      if (stops.some(({ stop }) => stop.particles)) {
        const coordinates = emptyCoordinates(this.#particles);
        await runner.flush();
        this.#engine.bind(Bound.state, columns(coordinates), null);
        runner.add(action(Op.readState));
        particlesAt.set(step, coordinates);
      }
      if (step < this.#line.steps.length) runner.add(...this.#schedule.forward(step));
    }
    await runner.flush();
    return this.#stops.map((stop, slot) => {
      const coordinates = stop.particles ? particlesAt.get(stop.beforeStep) : undefined;
      return {
        ...(stop.moments && { moments: momentsFrom(this.#engine.observation(slot)) }),
        ...(coordinates && { coordinates }),
      };
    });
  }

  /**
   * Takes the adjoint from the end of the line to its beginning.
   *
   * @param cotangents - by stop, in their order
   * @param adjoint - where the gradient by the initial coordinates and charges goes, if it is wanted
   */
  async reverse(
    cotangents: readonly (ObservationCotangent | undefined)[],
    adjoint?: { coordinates: Coordinates | null; charges: Float64Array | null },
  ): Promise<void> {
    const runner = new Runner(this.#engine, 'reverse', this.#line.steps.length, this.#controls);
    runner.add(action(Op.clearAdjoint));
    for (let step = this.#line.steps.length; step >= 0; step--) {
      for (const { slot } of this.#stopsAt(step)) await this.#inject(runner, step, slot, cotangents[slot]);
      if (step > 0) runner.add(...this.#schedule.reverse(step - 1));
    }
    if (adjoint) {
      const { coordinates, charges } = adjoint;
      await runner.flush();
      this.#engine.bind(Bound.adjoint, coordinates && columns(coordinates), charges);
      runner.add(action(Op.readAdjoint));
    }
    await runner.flush();
  }

  async #inject(runner: Runner, step: number, slot: number, cotangent?: ObservationCotangent): Promise<void> {
    if (!cotangent) return;
    const { moments, coordinates, charges } = cotangent;
    if (moments) {
      this.#engine.setMomentCotangent(slot, moments.mean, moments.covariance);
      runner.add(...this.#schedule.returnTo(step), action(Op.inject, 0, slot));
    }
    if (coordinates || charges) {
      await runner.flush();
      this.#engine.bind(Bound.cotangent, coordinates ? columns(coordinates) : null, charges ?? null);
      runner.add(action(Op.addCotangent));
      await runner.flush();
    }
  }

  #stopsAt(step: number): { stop: Stop; slot: number }[] {
    return this.#stops.flatMap((stop, slot) => (stop.beforeStep === step ? [{ stop, slot }] : []));
  }
}

/** Collects actions and runs them in one native call when something must happen in between. */
class Runner {
  #actions: Action[] = [];
  #steps = 0;

  constructor(
    readonly engine: NativeEngine,
    readonly phase: Progress['phase'],
    readonly total: number,
    readonly controls: Controls,
  ) {}

  add(...actions: Action[]): void {
    this.#actions.push(...actions);
  }

  /** @throws AbortedError if the signal was, or is meanwhile, aborted */
  async flush(): Promise<void> {
    const { onProgress, signal } = this.controls;
    throwIfAborted(signal);
    if (this.#actions.length === 0) return;
    const actions = this.#actions;
    this.#actions = [];
    // Progress is told in steps of the line: actions that move no beam do not count.
    const stepsDone = cumulative(actions, (a) => (MOVES.has(a.op) ? 1 : 0));
    let thrown: { error: unknown } | undefined;
    const report = (done: number) => {
      try {
        onProgress?.({ done: this.#steps + stepsDone[done - 1]!, total: this.total, phase: this.phase });
      } catch (error) {
        // Called from C++, where nobody could catch it: the run stops and fails with it.
        thrown ??= { error };
        this.engine.abort();
      }
    };
    const abort = () => this.engine.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const finished = await this.engine.execute(pack(actions), onProgress && report);
      if (thrown) throw thrown.error;
      if (!finished) throw aborted(signal);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    this.#steps += stepsDone.at(-1)!;
    onProgress?.({ done: this.#steps, total: this.total, phase: this.phase });
  }
}

const MOVES: ReadonlySet<number> = new Set([Op.forward, Op.reverse, Op.adjoint]);

/** @throws AbortedError if the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError('the run was aborted', { cause: signal?.reason });
}

function cumulative<T>(items: readonly T[], weight: (item: T) => number): number[] {
  let sum = 0;
  return items.map((item) => {
    sum += weight(item);
    return sum;
  });
}

/** The six arrays in the engine's order. */
export function columns(coordinates: Coordinates): Float64Array[] {
  return COORDINATES.map((name) => coordinates[name]);
}

/** Six arrays `[n]` to be written to. */
export function emptyCoordinates(n: number): Coordinates {
  return perCoordinate(() => new Float64Array(n));
}

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
