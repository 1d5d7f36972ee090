import type { BatchOptions, Failures } from './batch/batch.js';
import type { Beam } from './beam/beam.js';
import type { Coordinates } from './beam/coordinates.js';
import type { MonitorReading } from './elements/monitor.js';
import type { ScreenImage } from './elements/screen.js';
import type { BackendName } from './native.js';
import type { Moments } from './objective/moments.js';
import type { Objective } from './objective/objective.js';
import type { Precision } from './precision.js';
import type { EnvelopePoint } from './tape/envelope.js';
import type { JournalOptions } from './tape/journal.js';
import type { PlanOptions } from './tape/planGradient.js';
import type { RunOptions, RunReport } from './tape/run.js';
import type { Strategy, StrategyOptions } from './tape/strategy.js';
import type { TurnOptions } from './tape/turns.js';
import type { Gradient } from './tape/wrt.js';

/** Options that say how the lattice is set for one run. */
export interface SettingOptions {
  /** Values of the lattice's parameters for this run, such as `{ 'q1.k1': 5.9 }`; the others are as they are. */
  readonly parameters?: Readonly<Record<string, number>> | undefined;
}

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
export interface TrackOptions extends RunOptions, SettingOptions {
  /** Names of markers at which moments are wanted. */
  readonly observe?: readonly string[] | undefined;
}

/** Options of {@link Tracker.evaluate}. */
export interface EvaluateOptions extends RunOptions, SettingOptions {}

/** Options of {@link Tracker.gradient}. */
export interface GradientOptions extends RunOptions, SettingOptions {
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

/** @internal Options of a member of a batch: those of a single run, but for what a batch has of its own. */
export type RunBatchOptions = Omit<RunOptions, 'onProgress'>;

/** Options of {@link Tracker.trackEach}. */
export interface TrackBatchOptions<F extends Failures = Failures>
  extends RunBatchOptions,
    Pick<TrackOptions, 'observe'>,
    BatchOptions<F> {}

/** Options of {@link Tracker.gradientEach}. */
export interface GradientBatchOptions<F extends Failures = Failures>
  extends RunBatchOptions,
    Pick<GradientOptions, 'wrt' | 'strategy' | 'verify'>,
    BatchOptions<F> {}

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

/** Values of objectives. */
export interface EvaluateResult extends RunReport {
  /** In the order of the objectives. */
  readonly values: readonly number[];
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
