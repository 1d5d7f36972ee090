import { BeamError, CoordinateRangeError, LatticeError, ObjectiveError } from '../errors.js';
import type { Objective } from '../objective/objective.js';
import type { GradientOptions, Tracker } from '../tracker.js';
import type { MatchModel } from './model.js';
import type { LoggedRun, RunLog } from './runLog.js';
import type { Variables } from './variables.js';

/** How often the tracker has run. */
export interface RunCounts {
  /** Forward sweeps alone. */
  readonly tracks: number;
  /** Forward and reverse sweeps, each for one objective. */
  readonly gradients: number;
}

/** Thrown when as many runs as were allowed are spent; never seen by callers. */
export class RunsSpent extends Error {}

/** What every run of a match takes. */
export type MatchRunOptions = Omit<
  GradientOptions,
  'parameters' | 'wrt' | 'journal' | 'onProgress' | 'signal'
>;

/** What runs are made from. */
export interface RunsSetting {
  readonly tracker: Tracker;
  readonly model: MatchModel;
  readonly variables: Variables;
  readonly objectives: readonly Objective[];
  readonly log: RunLog;
  /** The most runs of either kind. */
  readonly most: number;
  readonly options: MatchRunOptions;
  readonly signal: AbortSignal | undefined;
}

/** At such errors a point has no value: the search steps back from it. Others end the match. */
const IMPOSSIBLE_POINT = [CoordinateRangeError, BeamError, ObjectiveError, LatticeError];

/** Objectives as functions of scaled variables: every value and gradient is a run of the tracker, or one that was logged. */
export class Runs {
  readonly #setting: RunsSetting;
  #tracks = 0;
  #gradients = 0;
  /** Why the last point had no value. */
  #failure: unknown;

  constructor(setting: RunsSetting) {
    this.#setting = setting;
  }

  get counts(): RunCounts {
    return { tracks: this.#tracks, gradients: this.#gradients };
  }

  /** The error that the last point without a value failed with. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Values of all objectives; undefined where the beam cannot be tracked. */
  async values(point: Float64Array): Promise<readonly number[] | undefined> {
    this.#count();
    this.#tracks += 1;
    const { values } = await this.#next(point, undefined, async () => {
      const { tracker, objectives, options, signal } = this.#setting;
      const { strategy, verify, ...run } = options;
      const { beam, parameters } = this.#at(point);
      const result = await tracker.evaluate(beam, objectives, { ...run, signal, parameters });
      return { values: result.values };
    });
    return values;
  }

  /** Value and gradient `[n]` of one objective; undefined where the beam cannot be tracked. */
  async gradient(
    point: Float64Array,
    objective: number,
  ): Promise<{ value: number; gradient: Float64Array } | undefined> {
    this.#count();
    this.#gradients += 1;
    const { values, gradient } = await this.#next(point, objective, async () => {
      const { tracker, objectives, model, variables, options, signal } = this.#setting;
      const { beam, parameters, values } = this.#at(point);
      const wrt = model.wrt(variables.names);
      const result = await tracker.gradient(beam, objectives[objective]!, {
        ...options,
        signal,
        parameters,
        wrt,
      });
      const bar = variables.scaledGradient(model.gradient(values, result.gradient));
      return { values: [result.value], gradient: Array.from(bar) };
    });
    return values && gradient && { value: values[0]!, gradient: Float64Array.from(gradient) };
  }

  #at(point: Float64Array) {
    const { model, variables } = this.#setting;
    const values = variables.valuesAt(point);
    return { values, beam: model.beam(values), parameters: model.latticeValues(values) };
  }

  #count(): void {
    if (this.#tracks + this.#gradients >= this.#setting.most) throw new RunsSpent();
  }

  async #next(
    point: Float64Array,
    objective: number | undefined,
    compute: () => Promise<Pick<LoggedRun, 'values' | 'gradient'>>,
  ): Promise<LoggedRun> {
    const run = await this.#setting.log.next(point, objective, async () => {
      const where = { point: Array.from(point), ...(objective !== undefined && { objective }) };
      try {
        return { ...where, ...(await compute()) };
      } catch (error) {
        if (!IMPOSSIBLE_POINT.some((kind) => error instanceof kind)) throw error;
        this.#failure = error;
        return { ...where, failure: (error as Error).message };
      }
    });
    if (run.failure !== undefined) this.#failure ??= new BeamError(run.failure); // of a run that was logged
    return run;
  }
}
