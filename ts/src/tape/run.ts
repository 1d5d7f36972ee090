import { tmpdir } from 'node:os';
import type { Beam } from '../beam/beam.js';
import type { Coordinate, Coordinates } from '../beam/coordinates.js';
import { CoordinateRangeError, OptionsError } from '../errors.js';
import { compileLine } from '../lattice/compile.js';
import type { Lattice } from '../lattice/lattice.js';
import type { Line } from '../lattice/line.js';
import { parseBytes } from '../memory/bytes.js';
import { type MemoryReport, memoryReport } from '../memory/report.js';
import { Bound, type Demand, type NativeEngine, type NativePlan } from '../native.js';
import type { LocationNeeds, ObservationCotangent } from '../objective/observation.js';
import { requireKnownKeys, show } from '../options.js';
import { columns } from './columns.js';
import { MOST_HEADROOM, translateFault } from './faults.js';
import { type KickReport, kickReports, outsideWarnings } from './kicks.js';
import { type Controls, throwIfAborted } from './runner.js';
import {
  fields,
  invert,
  layoutOf,
  type Schedule,
  type StepDescriptor,
  selective,
  withVerification,
} from './schedules/index.js';
import { SlotPlan } from './slots.js';
import {
  describeSteps,
  forwardOnly,
  resolveStrategy,
  type Strategy,
  type StrategyOptions,
  scheduleFor,
} from './strategy.js';
import { type Seen, type Stop, Sweep } from './sweep.js';
import type { Job, Workspace } from './workspace.js';

/** Options that every run takes. */
export interface RunOptions extends Controls {
  /**
   * By how much a coordinate may outgrow the largest one of the initial beam, or 1e-4 if that is larger; default 1024. The
   * larger, the coarser: a coordinate is a multiple of 2⁻⁵²·headroom times that, rounded up to a power of two. Beyond it the
   * run is refused with `CoordinateRangeError`. Only where the default meets a coordinate that starts below 1e-4, such as the
   * momenta of a cold beam, is the run done again with more, up to 2¹⁷, and a warning says so.
   */
  readonly headroom?: number | undefined;
  /** The most that the arena may take on the device: bytes, or text such as `'8 GiB'`. Default on the CPU: what is available. */
  readonly memory?: { readonly device?: number | string | undefined } | undefined;
  /** Folder for snapshots on disk; default the system's temporary folder. */
  readonly diskFolder?: string | undefined;
}

/** Seconds. */
export interface Timing {
  /** From the call to its result. */
  readonly total: number;
  /** Loading the beam and tracking it. */
  readonly forward: number;
  /** The way back of a gradient. */
  readonly reverse?: number;
}

/** What every run tells besides its result. */
export interface RunReport {
  /** Every space-charge kick in line order. */
  readonly kicks: KickReport[];
  readonly memory: MemoryReport;
  readonly timing: Timing;
  /** What may be wrong with the result, for a reader. */
  readonly warnings: string[];
}

/** What a run is to do. */
export interface Task {
  readonly beam: Beam;
  readonly lattice: Lattice;
  /** Where the beam is looked at. */
  readonly needs: readonly LocationNeeds[];
  /** How to come back; absent for a run that only goes forward. */
  readonly strategy?: Strategy | 'auto' | StrategyOptions | undefined;
  /** Whether states are hashed on the way forward and compared on the way back. */
  readonly verify?: boolean | undefined;
  /** Whether the gradient by the reference energy is wanted. */
  readonly energyBar: boolean;
  readonly threads: number;
  readonly options: RunOptions;
}

const DEFAULT_HEADROOM = 1024;
/** Up to here a headroom that nobody chose is raised for a coordinate that started from next to nothing. */
const MOST_RAISED_HEADROOM = 2 ** 17;
/** Below this a coordinate's extent in the initial beam says nothing about how far it will go; m, or 1 for momenta. */
const SMALLEST_SCALE = 1e-4;

/** One run on one engine: forward, perhaps back, and its report. */
export class Run {
  readonly line: Line;
  readonly schedule: Schedule;
  readonly #beam: Beam;
  readonly #sweep: Sweep;
  readonly #engine: NativeEngine;
  readonly #job: Job;
  readonly #plan: NativePlan;
  readonly #residentBefore: number;
  readonly #started: number;
  #forward = 0;
  #reverse: number | undefined;

  /**
   * Plans a run and takes its memory.
   *
   * @throws LatticeError, OptionsError, BudgetError, BackendError, AbortedError
   */
  static async start(task: Task, workspace: Workspace): Promise<Run> {
    const started = performance.now();
    requireRunOptions(task.options);
    throwIfAborted(task.options.signal);
    const line = compileLine(task.lattice, markersOf(task.needs));
    const headroom = resolveHeadroom(task.options.headroom);
    const stops = task.needs.map((needs) => stopFor(needs, line));
    const given = task.options.memory?.device;
    const budget = given === undefined ? Number.POSITIVE_INFINITY : parseBytes(given);
    const residentBefore = process.memoryUsage.rss();
    const jobFor = (schedule: ScheduleMaker) => makeJob(schedule, task, line, stops, headroom);
    const fits = (job: Job) => workspace.plan(job).bytes <= budget;
    const job = chooseJob(task.strategy, given !== undefined, jobFor, fits);
    const plan = workspace.plan(job);
    const smallest = task.strategy === undefined ? plan.bytes : workspace.plan(jobFor(leastMemory)).bytes;
    const engine = await workspace.engine(job, plan, { bytes: budget, smallest });
    engine.bind(Bound.beam, columns(task.beam.coordinates), task.beam.charges);
    return new Run(task, line, job, plan, engine, stops, residentBefore, started);
  }

  private constructor(
    task: Task,
    line: Line,
    job: Job,
    plan: NativePlan,
    engine: NativeEngine,
    stops: readonly Stop[],
    residentBefore: number,
    started: number,
  ) {
    this.line = line;
    this.schedule = job.schedule;
    this.#beam = task.beam;
    this.#job = job;
    this.#plan = plan;
    this.#engine = engine;
    this.#residentBefore = residentBefore;
    this.#started = started;
    const { particles } = task.beam;
    const { schedule, slots } = job;
    this.#sweep = new Sweep({ engine, line, schedule, slots, stops, particles, controls: task.options });
  }

  /** Tracks the beam; returns what was seen, in the order of the task's needs. */
  async forward(): Promise<Seen[]> {
    const seen = await this.#guard(this.#sweep.forward());
    this.#forward = performance.now() - this.#started;
    return seen;
  }

  /** Takes cotangents, in the order of the task's needs, back to the initial beam. */
  async reverse(
    cotangents: readonly (ObservationCotangent | undefined)[],
    adjoint?: { coordinates: Coordinates | null; charges: Float64Array | null },
  ): Promise<{ slots: Float64Array; energy: number; custom: ReadonlyMap<string, number> }> {
    const turned = performance.now();
    await this.#guard(this.#sweep.reverse(cotangents, adjoint));
    this.#reverse = performance.now() - turned;
    return { ...this.#engine.gradient(), custom: this.#sweep.customGradient };
  }

  /** Which aperture took each particle, `[n]`, in line order from 0; 2³¹ − 1 for survivors. Where the state stands now. */
  losses(): Int32Array | undefined {
    return this.line.apertures > 0 ? this.#engine.losses() : undefined;
  }

  report(): RunReport {
    const kicks = kickReports(this.line, this.#engine.reports());
    const memory = memoryReport(this.#engine, this.#plan, this.line, this.#job.demand, this.#residentBefore);
    const timing = {
      total: (performance.now() - this.#started) / 1000,
      forward: this.#forward / 1000,
      ...(this.#reverse !== undefined && { reverse: this.#reverse / 1000 }),
    };
    return { kicks, memory, timing, warnings: outsideWarnings(kicks, this.#beam.charge) };
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    return await work.catch((error) => {
      throw translateFault(error, this.line, this.#job.headroom);
    });
  }
}

/**
 * Does `work` with the caller's options; where a default headroom does not suffice for a coordinate that starts below 1e-4,
 * does it again with enough.
 *
 * @throws what `work` throws
 */
export async function withHeadroom<T extends RunReport>(
  beam: Beam,
  options: RunOptions,
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  let raised: CoordinateRangeError | undefined;
  for (;;) {
    try {
      const result = await work(raised ? { ...options, headroom: raised.headroom } : options);
      if (raised) result.warnings.push(raisedWarning(raised));
      return result;
    } catch (error) {
      if (options.headroom !== undefined || !canRaise(error, beam)) throw error;
      raised = error;
    }
  }
}

function canRaise(error: unknown, beam: Beam): error is CoordinateRangeError {
  if (!(error instanceof CoordinateRangeError) || error.headroom > MOST_RAISED_HEADROOM) return false;
  const initial = beam.coordinates[error.coordinate as Coordinate];
  return Number.isFinite(error.excess) && initial.every((a) => Math.abs(a) <= SMALLEST_SCALE);
}

function raisedWarning({ coordinate, headroom }: CoordinateRangeError): string {
  return `${coordinate} starts below ${SMALLEST_SCALE} and outgrew the default headroom of ${DEFAULT_HEADROOM}: the run was done again with headroom ${headroom}; pass it to save the first attempt`;
}

/** Makes a schedule for described steps, given the states at which the beam is looked at. */
type ScheduleMaker = (steps: readonly StepDescriptor[], observed: readonly number[]) => Schedule;

/** What takes the least memory: inversion, and nothing kept where a step cannot be inverted. */
const leastMemory: ScheduleMaker = (steps) => selective(steps, 0);

/** @throws OptionsError for an unknown strategy */
function chooseJob(
  strategy: Task['strategy'],
  budgeted: boolean,
  jobFor: (schedule: ScheduleMaker) => Job,
  fits: (job: Job) => boolean,
): Job {
  if (strategy === undefined) return jobFor((steps) => forwardOnly(steps.length));
  const wanted = resolveStrategy(strategy);
  const { name } = wanted;
  if (name !== 'auto') return jobFor((steps, observed) => scheduleFor({ ...wanted, name }, steps, observed));
  // A kept potential saves a solve; memory is spent on it only where the caller said how much there is.
  const automatic: ScheduleMaker = (steps) => {
    const rigid = steps.filter(({ invertible }) => !invertible).length;
    return rigid > 0 ? selective(steps, Math.ceil(Math.sqrt(rigid))) : invert(steps);
  };
  const kept: ScheduleMaker = (steps, observed) =>
    steps.every(({ invertible }) => invertible) ? fields(steps) : automatic(steps, observed);
  const job = budgeted ? jobFor(kept) : undefined;
  return job && fits(job) ? job : jobFor(automatic);
}

function makeJob(
  makeSchedule: ScheduleMaker,
  task: Task,
  line: Line,
  stops: readonly Stop[],
  headroom: number,
): Job {
  const observed = stops.map(({ beforeStep }) => beforeStep).filter((step) => step < line.steps.length);
  const { particles, energy, species } = task.beam;
  const steps = describeSteps(line, particles);
  const plain = makeSchedule(steps, observed);
  const schedule = task.verify ? withVerification(plain, line.steps.keys()) : plain;
  const slots = new SlotPlan(layoutOf(schedule, steps));
  const demand: Demand = {
    particles,
    differentiate: task.strategy !== undefined,
    energyBar: task.energyBar,
    threads: task.threads,
    ...slots.native,
    diskFolder: task.options.diskFolder ?? tmpdir(),
    losses: line.apertures > 0,
    observations: stops.length,
  };
  const native = {
    energy,
    restEnergy: species.restEnergy,
    chargeNumber: species.chargeNumber,
    steps: line.steps,
  };
  return { line, native, demand, headroom, schedule, slots };
}

/** @throws OptionsError for an option of the wrong kind: a misspelt budget must not be a run without one */
function requireRunOptions({ memory, onProgress, signal }: RunOptions): void {
  if (memory !== undefined) requireKnownKeys(memory, ['device'], 'memory', OptionsError);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new OptionsError(`onProgress must be a function, not ${show(onProgress)}`);
  }
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new OptionsError(`signal must be an AbortSignal, not ${show(signal)}`);
  }
}

function resolveHeadroom(headroom: number = DEFAULT_HEADROOM): number {
  if (typeof headroom === 'number' && headroom >= 1 && headroom <= MOST_HEADROOM) return headroom;
  throw new OptionsError(`headroom must be a number from 1 to 2^40, not ${headroom}`);
}

function markersOf(needs: readonly LocationNeeds[]): string[] {
  return needs.flatMap(({ location }) => (location === 'end' ? [] : [location.marker]));
}

function stopFor({ location, moments, particles }: LocationNeeds, line: Line): Stop {
  const marker = location === 'end' ? undefined : location.marker;
  const observation = line.observations.find((o) => o.marker === marker);
  return { beforeStep: observation?.beforeStep ?? line.steps.length, moments, particles };
}
