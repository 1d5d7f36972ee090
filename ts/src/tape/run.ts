import type { Beam } from '../beam/beam.js';
import type { Coordinates } from '../beam/coordinates.js';
import { JournalError, OptionsError } from '../errors.js';
import type { Lattice } from '../lattice/lattice.js';
import type { Line } from '../lattice/line.js';
import { requireTiers } from '../memory/budget.js';
import { type MemoryReport, memoryReport } from '../memory/report.js';
import { Bound, type NativeEngine, type NativePlan } from '../native.js';
import type { LocationNeeds, ObservationCotangent } from '../objective/observation.js';
import { show } from '../options.js';
import type { Precision } from '../precision.js';
import { reachesReference, requireSameEnergy } from './acceleration.js';
import { columns } from './columns.js';
import { translateFault } from './faults.js';
import { type Headroom, type HeadroomOption, resolveHeadroom } from './headroom.js';
import type { EngineJob } from './job.js';
import {
  cotangentsFor,
  type JournalEntry,
  type JournalOptions,
  journalKey,
  readJournal,
  removeJournal,
  writeJournal,
} from './journal.js';
import { type KickReport, kickReports, outsideWarnings } from './kicks.js';
import { budgetsOf, lineFor, type MemoryBudgets, planningFor, stopsFor } from './prepare.js';
import { type Controls, throwIfAborted } from './runner.js';
import { type Course, listed } from './schedules/index.js';
import { resolveStrategy, type Strategy, type StrategyOptions } from './strategy.js';
import { type AdjointStart, type JournalWriter, type Seen, type Stop, Sweep } from './sweep.js';
import { requireNumberable, resolveTurns, type TurnOptions, type Turns, turnWarnings } from './turns.js';
import type { Workspace } from './workspace.js';
import type { RawGradient } from './wrt.js';

/** Options that every run takes. */
export interface RunOptions extends Controls, TurnOptions {
  /**
   * By how much a coordinate may outgrow the largest one of the initial beam, or 1e-4 if that is larger; default 1024, in f32
   * 16. The larger, the coarser: a coordinate is a multiple of 2⁻⁵²·headroom times that, in f32 of 2⁻³¹·headroom, rounded up to a
   * power of two. A number for all coordinates, or `{ p: 4096 }` for those that need it. Beyond it the run is refused with
   * `CoordinateRangeError`. Only where the default does not suffice is the run done again with more for that coordinate, and a
   * warning says so: up to 1024, and up to 2¹⁷ for one that starts below 1e-4, such as the momenta of a cold beam.
   */
  readonly headroom?: HeadroomOption | undefined;
  /** The most that a run may take. Default on the CPU: what is available. */
  readonly memory?: MemoryBudgets | undefined;
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
  /** How often the beam passed the line. */
  readonly turns: number;
  /** Every space-charge kick in line order, on the last turn. */
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
  /** What is differentiated by, `'element.parameter'`. */
  readonly wrt?: readonly string[] | undefined;
  /** Where the way back is written down. */
  readonly journal?: JournalOptions | undefined;
  /** What is differentiated, in words; a journal belongs to it. */
  readonly objective?: string | undefined;
  readonly threads: number;
  readonly precision: Precision;
  readonly options: RunOptions;
}

/** What an objective says at the turn: its value, and what goes back. */
export interface Turn {
  readonly value: number;
  /** By γ of the reference particle, the beam held fixed, under the names of its partials. */
  readonly referenceBar: readonly (readonly [string, number])[];
  /** By stop, in the order of the task's needs. */
  readonly cotangents: readonly (ObservationCotangent | undefined)[];
}

interface RunParts {
  readonly task: Task;
  readonly line: Line;
  readonly turns: Turns;
  readonly job: EngineJob;
  readonly course: Course;
  /** Steps to do. */
  readonly length: number;
  readonly plan: NativePlan;
  readonly engine: NativeEngine;
  readonly stops: readonly Stop[];
  readonly residentBefore: number;
  readonly started: number;
  readonly key: string;
  readonly resumed: JournalEntry | undefined;
}

const DEFAULT_JOURNAL_SECONDS = 30;

/** One run on one engine: forward, perhaps back, and its report. */
export class Run {
  readonly line: Line;
  /** Name of the strategy. */
  readonly strategy: string;
  readonly #turns: Turns;
  readonly #beam: Beam;
  readonly #sweep: Sweep;
  readonly #engine: NativeEngine;
  readonly #job: EngineJob;
  readonly #plan: NativePlan;
  readonly #residentBefore: number;
  readonly #started: number;
  readonly #journal: JournalOptions | undefined;
  readonly #journalKey: string;
  /** Where a journal stands that this run goes on from: its turn, and how far the adjoint had come. */
  readonly resumed: JournalEntry | undefined;
  #forward = 0;
  #reverse: number | undefined;

  /**
   * Plans a run and takes its memory.
   *
   * @throws LatticeError, OptionsError, BudgetError, SnapshotError, BackendError, AbortedError
   */
  static async start(task: Task, workspace: Workspace): Promise<Run> {
    const started = performance.now();
    requireRunOptions(task.options);
    throwIfAborted(task.options.signal);
    const line = lineFor(task.lattice, task.needs, task.beam, task.wrt);
    const wanted = resolveTurns(task.options);
    requireNumberable(wanted, line);
    requireSameEnergy(line, wanted);
    const headroom = resolveHeadroom(task.options.headroom, task.precision);
    const stops = stopsFor(task.needs, line);
    const residentBefore = process.memoryUsage.rss();
    const key = task.journal ? keyOf(task, line, wanted, headroom, workspace.backend) : '';
    const resumed = task.journal?.resume ? await entryFor(task.journal.folder, key) : undefined;
    const budgets = budgetsOf(task.options.memory);
    // Where a run is resumed, its turns have been done.
    const turns: Turns = resumed ? { most: resumed.turns } : wanted;
    const length = resumed?.position ?? turns.most * line.steps.length;
    const { backend } = workspace;
    const energyBar = task.energyBar || reachesReference(line, task.wrt ?? []);
    const request = { ...task, energyBar };
    const planning = planningFor(
      request,
      { line, stops, headroom, turns, length, backend },
      budgets,
      workspace,
    );
    const strategy = task.strategy && resolveStrategy(task.strategy);
    const streamed = planning.stream(strategy);
    const planned = streamed ? undefined : planning.choose(strategy);
    const { job, memory: plan } = (streamed ?? planned)!;
    const course = streamed?.job.course ?? listed(planned!.job.schedule);
    const curve = () => (task.strategy && planned ? planning.curve : []);
    await requireTiers(plan, budgets, job.demand.diskFolder);
    const engine = await workspace.engine(job, plan, { bytes: budgets.device ?? Infinity, curve });
    engine.bind(Bound.beam, columns(task.beam.coordinates), task.beam.charges);
    engine.setTurns(turns.most);
    const parts = { task, line, turns, job, course, length, plan, engine, stops };
    return new Run({ ...parts, residentBefore, started, key, resumed });
  }

  private constructor(parts: RunParts) {
    const { task, line, job, engine, stops, turns, course, length } = parts;
    this.line = line;
    this.strategy = course.name;
    this.#turns = turns;
    this.resumed = parts.resumed;
    this.#beam = task.beam;
    this.#job = job;
    this.#plan = parts.plan;
    this.#engine = engine;
    this.#residentBefore = parts.residentBefore;
    this.#started = parts.started;
    this.#journal = task.journal;
    this.#journalKey = parts.key;
    const { particles } = task.beam;
    const { slots } = job;
    const controls = task.options;
    this.#sweep = new Sweep({ engine, line, course, turns, length, slots, stops, particles, controls });
  }

  /** Tracks the beam; returns what was seen, in the order of the task's needs. */
  async forward(): Promise<Seen[]> {
    const seen = await this.#guard(this.#sweep.forward());
    this.#forward = performance.now() - this.#started;
    return seen;
  }

  /**
   * Goes back from the turn to the initial beam, or on from where a journal stands.
   *
   * @param adjoint - where the gradient by coordinates and charges goes, if it is wanted
   */
  async reverse(
    turn: Turn,
    adjoint?: { coordinates: Coordinates | null; charges: Float64Array | null },
  ): Promise<Omit<RawGradient, 'coordinates' | 'charges'>> {
    const turned = performance.now();
    const { resumed } = this;
    const start = resumed && { coordinates: resumed.adjoint, charges: resumed.charges, sums: resumed.sums };
    for (const [name, value] of resumed?.custom ?? []) this.#sweep.customGradient.set(name, value);
    const journal = this.#journal && this.#journalWriter(this.#journal, turn);
    await this.#guard(this.#sweep.reverse(turn.cotangents, { adjoint, start, journal }));
    this.#reverse = performance.now() - turned;
    if (this.#journal) await removeJournal(this.#journal.folder);
    const slots = this.#engine.gradient();
    return { slots, referenceBar: turn.referenceBar, custom: this.#sweep.customGradient };
  }

  #journalWriter(
    { folder, everySeconds = DEFAULT_JOURNAL_SECONDS }: JournalOptions,
    turn: Turn,
  ): JournalWriter {
    let last = performance.now();
    return {
      isDue: () => performance.now() - last >= 1000 * everySeconds,
      write: async (position: number, { coordinates, charges, sums }: AdjointStart) => {
        const { value, referenceBar } = turn;
        const cotangents = cotangentsFor(turn.cotangents);
        const custom = [...this.#sweep.customGradient];
        const reports = this.#reportNumbers();
        const key = this.#journalKey;
        const { turns } = this.#sweep;
        const rest = { cotangents, referenceBar, sums, reports, custom, adjoint: coordinates, charges };
        await writeJournal(folder, { key, turns, position, value, ...rest });
        last = performance.now();
      },
    };
  }

  /** Kick reports of this run; of one that is resumed, those of the run before, which has been to the end. */
  #reportNumbers(): Float64Array {
    return this.resumed?.reports ?? this.#engine.reports();
  }

  /**
   * Which aperture took each particle, `[n]`, in line order from 0 and counted on from turn to turn; 2³¹ − 1 for survivors. Where
   * the state stands now.
   */
  losses(): Int32Array | undefined {
    return this.line.apertures > 0 ? this.#engine.losses() : undefined;
  }

  report(): RunReport {
    const kicks = kickReports(this.line, this.#reportNumbers());
    const memory = memoryReport(this.#engine, this.#plan, this.line, this.#job.demand, this.#residentBefore);
    const timing = {
      total: (performance.now() - this.#started) / 1000,
      forward: this.#forward / 1000,
      ...(this.#reverse !== undefined && { reverse: this.#reverse / 1000 }),
    };
    const { turns, isEnded } = this.#sweep;
    const warnings = [...outsideWarnings(kicks, this.#beam.charge), ...turnWarnings(this.#turns, isEnded)];
    return { turns, kicks, memory, timing, warnings };
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    return await work.catch((error) => {
      const { headroom, demand } = this.#job;
      const { precision } = demand;
      throw translateFault(error, this.line, { headroom, precision }, this.#turns.most);
    });
  }
}

/** @throws OptionsError for an option of the wrong kind */
function requireRunOptions({ onProgress, signal }: RunOptions): void {
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new OptionsError(`onProgress must be a function, not ${show(onProgress)}`);
  }
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new OptionsError(`signal must be an AbortSignal, not ${show(signal)}`);
  }
}

function keyOf(
  { beam, objective, energyBar, precision }: Task,
  { steps, bindings }: Line,
  { until, most }: Turns,
  headroom: Headroom,
  backend: string,
): string {
  const { energy, species } = beam;
  const turns = until ? 'until' : most;
  return journalKey(
    [steps, bindings, energy, species, precision, headroom, objective, energyBar, turns, backend],
    beam.coordinates,
    beam.charges,
  );
}

/** @throws JournalError if there is none, or it is another problem's */
async function entryFor(folder: string, key: string): Promise<JournalEntry> {
  const entry = await readJournal(folder);
  if (entry.key === key) return entry;
  throw new JournalError(`the journal in ${folder} belongs to another beam, line, objective or back end`);
}
