import { availableParallelism } from 'node:os';
import {
  type BatchOptions,
  type Failures,
  type MemberResult,
  runBatch,
  sharedMemory,
} from './batch/batch.js';
import { type BatchBeams, type Member, membersOf } from './batch/members.js';
import { Beam } from './beam/beam.js';
import { BeamError, DisposedError, OptionsError, TrackerBusyError } from './errors.js';
import { Lattice } from './lattice/lattice.js';
import { type BackendName, chooseBackend, detailsOf, type NativeAddon } from './native.js';
import { Objective } from './objective/objective.js';
import type { LocationNeeds } from './objective/observation.js';
import { requireInteger, requireKnownKeys, requireOneOf } from './options.js';
import { PRECISIONS, type Precision } from './precision.js';
import { trackEnvelope } from './tape/envelope.js';
import type { GradientPlan } from './tape/gradientPlan.js';
import { withHeadroom } from './tape/headroom.js';
import { requireJournalOptions } from './tape/journal.js';
import { measureProfile } from './tape/measure.js';
import { planGradient } from './tape/planGradient.js';
import type { Profile } from './tape/profile.js';
import type { RunOptions } from './tape/run.js';
import type { TurnOptions } from './tape/turns.js';
import { Workspace } from './tape/workspace.js';
import { type Place, runEvaluate, runGradient, runTrack } from './trackerRuns.js';
import type {
  EnvelopeResult,
  EvaluateOptions,
  EvaluateResult,
  GradientBatchOptions,
  GradientOptions,
  GradientResult,
  ProfileOptions,
  RunBatchOptions,
  SettingOptions,
  TrackBatchOptions,
  TrackerBackend,
  TrackerOptions,
  TrackerPlanOptions,
  TrackOptions,
  TrackResult,
} from './trackerTypes.js';

export type * from './trackerTypes.js';

const PROFILE_KEYS = ['headroom', 'memory', 'diskFolder', 'onProgress', 'signal'];
const SETTING_KEYS = [...PROFILE_KEYS, 'turns', 'until', 'maxTurns', 'parameters'];
const TRACK_KEYS = [...SETTING_KEYS, 'observe'];
const GRADIENT_KEYS = [...SETTING_KEYS, 'wrt', 'strategy', 'verify', 'journal'];
const BATCH_KEYS = ['workers', 'failures'];
const MOST_THREADS = 1024;
const MOST_REPEATS = 1000;

/**
 * Tracks beams through one lattice and differentiates what comes out, on one back end. It keeps its working memory between
 * runs; `dispose()`, or `using`, gives it back. One run at a time: a second one is refused with `TrackerBusyError`.
 */
export class Tracker {
  readonly lattice: Lattice;
  readonly backend: TrackerBackend;
  readonly #addon: NativeAddon;
  readonly #workspace: Workspace;
  /** For members of batches that are at work at the same time. */
  readonly #others: Workspace[] = [];
  readonly #threads: number;
  #busy = false;
  #disposed = false;

  private constructor(
    lattice: Lattice,
    name: BackendName,
    addon: NativeAddon,
    { threads, precision }: { readonly threads: number; readonly precision: Precision },
  ) {
    const details = detailsOf(addon.about().details);
    const device = details.processor ?? details.device ?? name;
    this.lattice = lattice;
    this.backend = { name, device, ...(name === 'cpu' && { threads }), precision };
    this.#addon = addon;
    this.#workspace = new Workspace(name, addon);
    this.#threads = threads;
  }

  /**
   * A tracker for a lattice.
   *
   * @throws BackendError if the back end is unavailable, with the reason; OptionsError for bad options
   */
  static async create(lattice: Lattice, options: TrackerOptions = {}): Promise<Tracker> {
    if (!(lattice instanceof Lattice)) throw new OptionsError('Tracker.create takes a Lattice first');
    requireKnownKeys(options, ['backend', 'threads', 'precision'], 'Tracker.create', OptionsError);
    const wanted = options.threads ?? availableParallelism();
    const threads = requireInteger(wanted, 'threads', 1, MOST_THREADS, OptionsError);
    const precision = requireOneOf(options.precision ?? 'f64', PRECISIONS, 'precision', OptionsError);
    const { name, addon } = chooseBackend(options.backend ?? 'auto');
    return new Tracker(lattice, name, addon, { threads, precision });
  }

  /**
   * Tracks a beam to the end of the line.
   *
   * @throws CoordinateRangeError; BudgetError; BackendError; BeamError (no extent along an axis of a kick's grid); AbortedError;
   * LatticeError (unknown marker); OptionsError; TrackerBusyError; DisposedError
   */
  async track(beam: Beam, options: TrackOptions = {}): Promise<TrackResult> {
    requireBeam(beam);
    requireKnownKeys(options, TRACK_KEYS, 'track', OptionsError);
    requireMarkers(options.observe);
    return await this.#exclusively((place) => runTrack(place, beam, options));
  }

  /**
   * Values of objectives, all from one way through the line, without a gradient.
   *
   * @throws what {@link track} throws; ObjectiveError if an objective cannot be evaluated at this beam
   */
  async evaluate(
    beam: Beam,
    objectives: readonly Objective[],
    options: EvaluateOptions = {},
  ): Promise<EvaluateResult> {
    requireBeam(beam);
    requireKnownKeys(options, SETTING_KEYS, 'evaluate', OptionsError);
    if (!Array.isArray(objectives))
      throw new OptionsError("evaluate takes a list of objectives, such as [sigma('x')]");
    for (const objective of objectives) requireObjective(objective, 'evaluate');
    return await this.#exclusively((place) => runEvaluate(place, beam, objectives, options));
  }

  /**
   * Value of an objective and its gradient, exact for the discrete line: the grids that follow the beam are differentiated
   * too, unless a kick says `differentiateGrid: false`.
   *
   * @throws what {@link track} throws; ObjectiveError if the objective cannot be evaluated or differentiated at this beam;
   * SnapshotError; StateMismatchError; JournalError
   */
  async gradient(beam: Beam, objective: Objective, options: GradientOptions = {}): Promise<GradientResult> {
    requireBeam(beam);
    requireKnownKeys(options, GRADIENT_KEYS, 'gradient', OptionsError);
    requireObjective(objective, 'gradient');
    if (options.journal !== undefined) requireJournalOptions(options.journal);
    return await this.#exclusively((place) => runGradient(place, beam, objective, options));
  }

  /**
   * {@link track} for many beams, or many settings of the lattice, one after the other: results come in order, with the bits of single
   * calls, and are the caller's to keep. All share one plan and one arena, so that memory does not grow with their number.
   *
   * @throws what {@link track} throws; OptionsError for beams and parameters that are not as many
   */
  async *trackEach<F extends Failures = 'throw'>(
    beams: BatchBeams,
    options: TrackBatchOptions<F> = {},
  ): AsyncGenerator<MemberResult<TrackResult, F>, void, undefined> {
    requireKnownKeys(options, [...TRACK_KEYS, ...BATCH_KEYS], 'trackEach', OptionsError);
    requireMarkers(options.observe);
    yield* this.#each<TrackResult, F>(beams, options, (place, beam, settings) =>
      runTrack(place, beam, { ...settings, observe: options.observe }),
    );
  }

  /** All results of {@link trackEach} in a list. */
  async trackBatch<F extends Failures = 'throw'>(
    beams: BatchBeams,
    options: TrackBatchOptions<F> = {},
  ): Promise<MemberResult<TrackResult, F>[]> {
    return await collect(this.trackEach(beams, options));
  }

  /**
   * {@link gradient} for many beams, or many settings of the lattice, as {@link trackEach}.
   *
   * @throws what {@link gradient} throws; OptionsError for beams and parameters that are not as many
   */
  async *gradientEach<F extends Failures = 'throw'>(
    beams: BatchBeams,
    objective: Objective,
    options: GradientBatchOptions<F> = {},
  ): AsyncGenerator<MemberResult<GradientResult, F>, void, undefined> {
    const known = [...GRADIENT_KEYS.filter((key) => key !== 'journal'), ...BATCH_KEYS];
    requireKnownKeys(options, known, 'gradientEach', OptionsError);
    requireObjective(objective, 'gradientEach');
    const { wrt, strategy, verify } = options;
    yield* this.#each<GradientResult, F>(beams, options, (place, beam, settings) =>
      runGradient(place, beam, objective, { ...settings, wrt, strategy, verify }),
    );
  }

  /** All results of {@link gradientEach} in a list. */
  async gradientBatch<F extends Failures = 'throw'>(
    beams: BatchBeams,
    objective: Objective,
    options: GradientBatchOptions<F> = {},
  ): Promise<MemberResult<GradientResult, F>[]> {
    return await collect(this.gradientEach(beams, objective, options));
  }

  /**
   * Moments of a beam along the line, on one turn: at the entrance, and behind every kick and every element.
   *
   * @throws what {@link track} throws
   */
  async envelope(beam: Beam, options: Omit<RunOptions, keyof TurnOptions> = {}): Promise<EnvelopeResult> {
    requireBeam(beam);
    requireKnownKeys(options, PROFILE_KEYS, 'envelope', OptionsError);
    return await this.#exclusively(({ workspace, ...place }) =>
      withHeadroom(beam, place.precision, options, async (runOptions) => {
        const task = { ...place, beam, energyBar: false, options: runOptions };
        return { points: await trackEnvelope(task, workspace), warnings: [] };
      }),
    );
  }

  /**
   * What {@link gradient} would take and do with these options, on this back end.
   *
   * @throws what {@link planGradient} throws
   */
  plan(beam: Beam | { readonly particles: number }, options: TrackerPlanOptions = {}): GradientPlan {
    const { name: backend, precision } = this.backend;
    return planGradient(this.lattice, beam, { ...options, backend, precision, threads: this.#threads });
  }

  /**
   * Measures what every step of the line costs here: forward, inverse, adjoint, both together, and what a kept field saves.
   * It tells what directives would cost or save, and {@link planGradient} what to plan with.
   *
   * @throws what {@link gradient} throws
   */
  async profile(beam: Beam, options: ProfileOptions = {}): Promise<Profile> {
    requireBeam(beam);
    requireKnownKeys(options, [...PROFILE_KEYS, 'objective', 'repeats'], 'profile', OptionsError);
    const { objective } = options;
    const repeats = requireInteger(options.repeats ?? 3, 'repeats', 1, MOST_REPEATS, OptionsError);
    const needs: readonly LocationNeeds[] = objective?.locations() ?? [];
    return await this.#exclusively(({ workspace, ...place }) =>
      withHeadroom(beam, place.precision, options, (runOptions) => {
        const task = { ...place, beam, needs, repeats, options: runOptions };
        return measureProfile({ ...task, energyBar: true, strategy: 'profile' }, workspace);
      }),
    );
  }

  /** Frees the tracker's memory; idempotent. Throws TrackerBusyError during a run: abort that first. */
  dispose(): void {
    if (this.#busy)
      throw new TrackerBusyError('the tracker is at work: abort its run before disposing of it');
    this.#disposed = true;
    for (const workspace of [this.#workspace, ...this.#others]) workspace.dispose();
  }

  /** What `using` calls: {@link dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async *#each<T, F extends Failures>(
    beams: BatchBeams,
    options: RunBatchOptions & BatchOptions<F>,
    run: (place: Place, beam: Beam, options: RunOptions & SettingOptions) => Promise<T>,
  ): AsyncGenerator<MemberResult<T, F>, void, undefined> {
    const { parameters, workers: wanted = 1, failures = 'throw', onProgress, ...rest } = options;
    const workers = requireInteger(wanted, 'workers', 1, MOST_THREADS, OptionsError);
    requireOneOf(failures, ['throw', 'report'], 'failures', OptionsError);
    const members = membersOf(this.lattice, beams, parameters);
    const { headroom, diskFolder, turns, until, maxTurns } = rest;
    const memory = sharedMemory(rest.memory, workers);
    const shared = { headroom, diskFolder, turns, until, maxTurns, memory };
    this.#begin();
    try {
      const places = this.#placesFor(workers);
      const runMember = async (place: Place, member: Member, signal: AbortSignal) => {
        const setting = { ...shared, signal, parameters: member.parameters };
        return await run(place, member.beam, setting).finally(() => place.workspace.endRun());
      };
      const { signal } = rest;
      yield* runBatch(members, { places, run: runMember, failures, onProgress, signal }) as AsyncGenerator<
        MemberResult<T, F>
      >;
    } finally {
      this.#busy = false;
    }
  }

  /** As many as asked for, each with its share of the threads; those beside the tracker's own are kept for the next batch. */
  #placesFor(workers: number): Place[] {
    const { name } = this.backend;
    while (this.#others.length < workers - 1) this.#others.push(new Workspace(name, this.#addon));
    const threads = Math.max(1, Math.floor(this.#threads / workers));
    const workspaces = [this.#workspace, ...this.#others.slice(0, workers - 1)];
    return workspaces.map((workspace) => ({ ...this.#place, workspace, threads }));
  }

  async #exclusively<T>(work: (place: Place) => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work(this.#place);
    } finally {
      await this.#workspace.endRun();
      this.#busy = false;
    }
  }

  #begin(): void {
    if (this.#disposed) throw new DisposedError('the tracker was disposed of');
    if (this.#busy) {
      throw new TrackerBusyError('the tracker is at work: await its run, or create a second tracker');
    }
    this.#busy = true;
  }

  get #place(): Place {
    const { lattice } = this;
    const { precision } = this.backend;
    return { lattice, workspace: this.#workspace, threads: this.#threads, precision };
  }
}

function requireBeam(beam: unknown): void {
  if (!(beam instanceof Beam))
    throw new BeamError('a tracker takes a Beam first, for example Beam.gaussian({ … })');
}

function requireMarkers(observe: unknown = []): void {
  if (!Array.isArray(observe)) throw new OptionsError("observe must be a list of markers, such as ['m1']");
}

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

function requireObjective(objective: unknown, caller: string): void {
  if (!(objective instanceof Objective)) {
    throw new OptionsError(`${caller} takes an objective, such as sigma('x'), after the beam`);
  }
}
