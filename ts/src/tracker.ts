import { availableParallelism } from 'node:os';
import { Beam } from './beam/beam.js';
import type { Coordinates } from './beam/coordinates.js';
import type { MonitorReading } from './elements/monitor.js';
import type { ScreenImage } from './elements/screen.js';
import { BeamError, DisposedError, OptionsError, TrackerBusyError } from './errors.js';
import { Lattice } from './lattice/lattice.js';
import type { Line } from './lattice/line.js';
import { type BackendName, chooseBackend, detailsOf, type NativeAddon } from './native.js';
import type { Moments } from './objective/moments.js';
import { Objective } from './objective/objective.js';
import { type LocationNeeds, locationKey } from './objective/observation.js';
import { requireInteger, requireKnownKeys, requireOneOf } from './options.js';
import { PRECISIONS, type Precision } from './precision.js';
import { factorsOf, referenceBarOf, referenceOf } from './tape/acceleration.js';
import { emptyCoordinates } from './tape/columns.js';
import { diagnosticNeeds, readDiagnostics } from './tape/diagnostics.js';
import { type EnvelopePoint, trackEnvelope } from './tape/envelope.js';
import type { GradientPlan } from './tape/gradientPlan.js';
import { withHeadroom } from './tape/headroom.js';
import { type JournalOptions, requireJournalOptions } from './tape/journal.js';
import { withJournalLock } from './tape/journalLock.js';
import { measureProfile } from './tape/measure.js';
import { type PlanOptions, planGradient } from './tape/planGradient.js';
import type { Profile } from './tape/profile.js';
import { Run, type RunOptions, type RunReport, type Turn } from './tape/run.js';
import type { Strategy, StrategyOptions } from './tape/strategy.js';
import type { Seen } from './tape/sweep.js';
import type { TurnOptions } from './tape/turns.js';
import { Workspace } from './tape/workspace.js';
import { assembleGradient, type Gradient, resolveWrt } from './tape/wrt.js';

/** Where a tracker computes. */
export interface TrackerBackend {
  readonly name: BackendName;
  /** The processor or GPU. */
  readonly device: string;
  /** CPU threads; absent on a GPU. */
  readonly threads?: number;
  /** Width of numbers in its memory. */
  readonly precision: Precision;
}

/** Options of {@link Tracker.create}. */
export interface TrackerOptions {
  /** `'auto'` (default) takes CUDA where it is available, else the CPU. */
  readonly backend?: BackendName | 'auto' | undefined;
  /** CPU threads; default: as many as the machine lets this process use. Results do not depend on it. */
  readonly threads?: number | undefined;
  /**
   * How numbers are stored on the device. `'f64'` (default), or `'f32'` for about half the memory: coordinates as 32-bit fixed
   * point, exactly invertible as well, and fields and cotangents as float32. Its error is stated in docs/performance.md.
   */
  readonly precision?: Precision | undefined;
}

/** Options of {@link Tracker.track}. */
export interface TrackOptions extends RunOptions {
  /** Names of markers at which moments are wanted. */
  readonly observe?: readonly string[] | undefined;
}

/** Options of {@link Tracker.gradient}. */
export interface GradientOptions extends RunOptions {
  /**
   * What to differentiate by: `'element.parameter'`, `'energy'` (total reference energy), `'charge'` (of the bunch), `'beam'` (all six
   * coordinates of every macroparticle), `'charges'` (of every macroparticle). Default: all parameters of the elements, energy and charge.
   */
  readonly wrt?: readonly string[] | undefined;
  /**
   * How the reverse sweep gets back earlier states; every choice returns the same bits. `'auto'` (default) takes the fastest
   * way whose peak fits `memory.device`; where that is not given, it keeps nothing but what steps without an inverse need.
   */
  readonly strategy?: Strategy | 'auto' | StrategyOptions | undefined;
  /** Hash every state on the way forward and compare it on the way back, 8 B a step; a difference is a `StateMismatchError`. */
  readonly verify?: boolean | undefined;
  /**
   * Write the reverse sweep down as it goes, so that a killed one can be resumed and returns the same bits. One run at a time
   * can use a folder.
   */
  readonly journal?: JournalOptions | undefined;
}

/** A tracked beam. */
export interface TrackResult extends RunReport {
  /** Coordinates at the end of the last turn, `[n]` each, about the reference particle there and in units of its p0. */
  readonly coordinates: Coordinates;
  /** Moments of the final beam. */
  readonly moments: Moments;
  /**
   * Which aperture took each macroparticle, `[n]`, counted along the line from 0 and on from turn to turn: on turn t it is
   * (t − 1)·apertures + index; 2³¹ − 1 for survivors. Only with apertures.
   */
  readonly losses?: Int32Array;
  /** Moments at the markers that were asked for, on the last turn. */
  readonly markers: Record<string, Moments>;
  /** What the monitors of the line read, by name, on the last turn. */
  readonly monitors: Record<string, MonitorReading>;
  /** What its screens show, by name, on the last turn. */
  readonly screens: Record<string, ScreenImage>;
  /** The final beam at the reference energy of the line's end, to be tracked on; a new copy at every access. */
  readonly beam: Beam;
}

/** Value and gradient of an objective. */
export interface GradientResult extends RunReport {
  readonly value: number;
  readonly gradient: Gradient;
  /** The strategy asked for, or the one that `'auto'` chose. */
  readonly strategy: string;
}

/** A beam along its line. */
export interface EnvelopeResult {
  /** In line order, the entrance first. */
  readonly points: readonly EnvelopePoint[];
  /** What may be wrong, for a reader. */
  readonly warnings: string[];
}

/** Options of {@link Tracker.plan}. */
export type TrackerPlanOptions = Omit<PlanOptions, 'backend' | 'threads' | 'precision'>;

/** Options of {@link Tracker.profile}. */
export interface ProfileOptions extends Omit<RunOptions, keyof TurnOptions> {
  /** What is going to be differentiated: the markers that it looks at divide the line. */
  readonly objective?: Objective | undefined;
  /** How often every step is measured; default 3, of which the median counts. */
  readonly repeats?: number | undefined;
}

const PROFILE_KEYS = ['headroom', 'memory', 'diskFolder', 'onProgress', 'signal'];
const RUN_KEYS = [...PROFILE_KEYS, 'turns', 'until', 'maxTurns'];
const MOST_THREADS = 1024;
const MOST_REPEATS = 1000;

/**
 * Tracks beams through one lattice and differentiates what comes out, on one back end. It keeps its working memory between
 * runs; `dispose()`, or `using`, gives it back. One run at a time: a second one is refused with `TrackerBusyError`.
 */
export class Tracker {
  readonly lattice: Lattice;
  readonly backend: TrackerBackend;
  readonly #workspace: Workspace;
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
    requireKnownKeys(options, [...RUN_KEYS, 'observe'], 'track', OptionsError);
    const markers = options.observe ?? [];
    if (!Array.isArray(markers)) throw new OptionsError("observe must be a list of markers, such as ['m1']");
    const needs: LocationNeeds[] = [
      ...markers.map((marker) => ({ location: { marker }, moments: true, particles: false })),
      ...diagnosticNeeds(this.lattice),
      { location: 'end', moments: true, particles: true },
    ];
    return await this.#exclusively(beam, options, async (runOptions) => {
      const run = await this.#start({ beam, needs, energyBar: false, options: runOptions });
      const seen = await run.forward();
      const { moments, coordinates } = seen.at(-1)!;
      const { species, charges } = beam;
      const { entrance, exit } = run.line;
      const energy = exit === entrance ? beam.energy : exit.gamma.value * species.restEnergy;
      const losses = run.losses();
      const report = run.report();
      const looked = seen.slice(markers.length, -1);
      return {
        ...report,
        ...readDiagnostics(this.lattice, { line: run.line, turns: report.turns }, looked, {
          charges,
          losses,
        }),
        coordinates: coordinates!,
        moments: moments!,
        ...(losses && { losses }),
        markers: Object.fromEntries(markers.map((marker, i) => [marker, seen[i]!.moments!])),
        // Made when asked for: checking and copying the particles takes longer than tracking them through a kick.
        get beam() {
          return Beam.fromCoordinates(coordinates!, { species, energy, charges });
        },
      };
    });
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
    requireKnownKeys(
      options,
      [...RUN_KEYS, 'wrt', 'strategy', 'verify', 'journal'],
      'gradient',
      OptionsError,
    );
    if (!(objective instanceof Objective)) {
      throw new OptionsError("gradient takes an objective, such as sigma('x'), after the beam");
    }
    if (options.journal !== undefined) requireJournalOptions(options.journal);
    const wanted = resolveWrt(options.wrt, this.lattice);
    const needs = objective.locations();
    return await this.#exclusively(beam, options, async (runOptions) => {
      const { strategy = 'auto', verify, journal } = options;
      const run = await this.#start({
        ...{ beam, needs, energyBar: wanted.energy, strategy, verify, journal },
        wrt: wanted.scalars,
        objective: objective.describe(),
        options: runOptions,
      });
      const seen = await run.forward();
      const turn = run.resumed ?? turnOf(objective, needs, seen, beam, run.line);
      const adjoint = {
        coordinates: wanted.coordinates ? emptyCoordinates(beam.particles) : null,
        charges: wanted.charge || wanted.charges ? new Float64Array(beam.particles) : null,
      };
      const found = await run.reverse(turn, adjoint.coordinates || adjoint.charges ? adjoint : undefined);
      const gradient = assembleGradient({ ...found, ...adjoint }, wanted, run.line, beam);
      return { value: turn.value, gradient, strategy: run.strategy, ...run.report() };
    });
  }

  /**
   * Moments of a beam along the line, on one turn: at the entrance, and behind every kick and every element.
   *
   * @throws what {@link track} throws
   */
  async envelope(beam: Beam, options: Omit<RunOptions, keyof TurnOptions> = {}): Promise<EnvelopeResult> {
    requireBeam(beam);
    requireKnownKeys(options, PROFILE_KEYS, 'envelope', OptionsError);
    const { lattice } = this;
    const { precision } = this.backend;
    const threads = this.#threads;
    return await this.#exclusively(beam, options, async (runOptions) => {
      const task = { beam, lattice, threads, precision, energyBar: false, options: runOptions };
      return { points: await trackEnvelope(task, this.#workspace), warnings: [] };
    });
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
    const { lattice } = this;
    const { precision } = this.backend;
    return await this.#exclusively(beam, options, (runOptions) =>
      measureProfile(
        {
          ...{ beam, lattice, needs, repeats, precision, threads: this.#threads, options: runOptions },
          ...{ energyBar: true, strategy: 'profile' },
        },
        this.#workspace,
      ),
    );
  }

  /** Frees the tracker's memory; idempotent. Throws TrackerBusyError during a run: abort that first. */
  dispose(): void {
    if (this.#busy)
      throw new TrackerBusyError('the tracker is at work: abort its run before disposing of it');
    this.#disposed = true;
    this.#workspace.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async #start(
    task: Omit<Parameters<typeof Run.start>[0], 'lattice' | 'threads' | 'precision'>,
  ): Promise<Run> {
    const { lattice } = this;
    const { precision } = this.backend;
    return await Run.start({ ...task, lattice, precision, threads: this.#threads }, this.#workspace);
  }

  async #exclusively<T extends { warnings: string[] }>(
    beam: Beam,
    options: RunOptions & Pick<GradientOptions, 'journal'>,
    work: (options: RunOptions) => Promise<T>,
  ): Promise<T> {
    if (this.#disposed) throw new DisposedError('the tracker was disposed of');
    if (this.#busy) {
      throw new TrackerBusyError('the tracker is at work: await its run, or create a second tracker');
    }
    this.#busy = true;
    try {
      const { journal } = options;
      const run = () => withHeadroom(beam, this.backend.precision, options, work);
      return await (journal ? withJournalLock(journal, this.#workspace.tryLock, run) : run());
    } finally {
      await this.#workspace.endRun();
      this.#busy = false;
    }
  }
}

/** Value and cotangents of an objective for what was seen. */
function turnOf(
  objective: Objective,
  needs: readonly LocationNeeds[],
  seen: readonly Seen[],
  beam: Beam,
  line: Line,
): Turn {
  const keys = needs.map(({ location }) => locationKey(location));
  const { value, cotangents } = objective.evaluate((location) => {
    const reference = factorsOf(referenceOf(line, location));
    return { ...seen[keys.indexOf(locationKey(location))], charges: beam.charges, reference };
  });
  const bars = keys.map((key) => cotangents.get(key));
  const referenceBar = needs.flatMap(({ location }, i) =>
    referenceBarOf(referenceOf(line, location), seen[i]!, bars[i]),
  );
  return { value, referenceBar, cotangents: bars };
}

function requireBeam(beam: unknown): void {
  if (!(beam instanceof Beam))
    throw new BeamError('a tracker takes a Beam first, for example Beam.gaussian({ … })');
}
