import type { BudgetError } from '../errors.js';
import { bytesByTier, requireHostMemory } from '../memory/budget.js';
import { formatBytes } from '../memory/bytes.js';
import type { CurvePoint } from '../memory/curve.js';
import { overrunError } from '../memory/overrun.js';
import type { BackendName, NativeAddon, NativeEngine, NativePlan } from '../native.js';
import { allocationError } from './faults.js';
import { headroomArray } from './headroom.js';
import type { EngineJob } from './job.js';
import { type Planner, PlannerCache, type PlanProblem } from './plan/index.js';

/** Bytes that an arena may take. */
export interface Budget {
  readonly bytes: number;
  /** What the same result can be had with, asked for only where it is refused: time by bytes, increasing. */
  readonly curve: () => readonly CurvePoint[];
}

/** The one engine that a tracker holds, kept from run to run while the job stays the same but for the numbers of its line. */
export class Workspace {
  readonly backend: BackendName;
  readonly #addon: NativeAddon;
  #engine: NativeEngine | undefined;
  #key = '';
  #lineKey = '';
  readonly #planners = new PlannerCache();
  /** Whether the engine has snapshots on other tiers. */
  #leavesDevice = false;

  constructor(backend: BackendName, addon: NativeAddon) {
    this.backend = backend;
    this.#addon = addon;
  }

  /** The bytes that a job will take, to the byte. */
  predict({ native, demand }: EngineJob): NativePlan {
    return this.#addon.planMemory(native, demand);
  }

  /** A planner, kept from run to run while the problem stays the same. */
  plannerFor(problem: PlanProblem): Planner {
    return this.#planners.plannerFor(problem);
  }

  /**
   * An engine with its memory.
   *
   * @throws BudgetError before anything is allocated, if the plan takes more than is allowed or than this machine has;
   * BackendError if the device fails
   */
  async engine(job: EngineJob, plan: NativePlan, budget: Budget): Promise<NativeEngine> {
    const key = JSON.stringify([job.demand, job.headroom]);
    const lineKey = JSON.stringify(job.native);
    if (plan.bytes > budget.bytes)
      throw this.#overrun(plan.bytes, `${formatBytes(budget.bytes)} are allowed`, budget);
    if (this.#engine && key === this.#key && this.#takesLine(this.#engine, lineKey, job)) return this.#engine;
    this.dispose();
    // Linux hands out memory that it does not have and kills the process later; so ask first.
    const available = this.backend === 'cuda' ? Number.POSITIVE_INFINITY : process.availableMemory();
    if (plan.bytes > available) {
      throw this.#overrun(plan.bytes, `${formatBytes(available)} are available on this machine`, budget);
    }
    requireHostMemory(plan, this.backend === 'cuda' ? 0 : plan.bytes);
    const engine = new this.#addon.Engine(job.native, job.demand, headroomArray(job.headroom));
    try {
      await engine.allocate();
    } catch (error) {
      engine.dispose();
      throw allocationError(error, this.backend, plan);
    }
    this.#engine = engine;
    this.#key = key;
    this.#lineKey = lineKey;
    this.#leavesDevice = bytesByTier(plan).host > 0 || plan.disk > 0;
    return engine;
  }

  /** Ends a run, wherever it stands: nothing is left of its snapshots. */
  async endRun(): Promise<void> {
    if (this.#leavesDevice) await this.#engine?.clearTape();
  }

  /** Locks an open file or folder until it is closed; false if another run holds the lock. */
  readonly tryLock = (descriptor: number): boolean => this.#addon.tryLock(descriptor);

  /** Frees the engine; idempotent. */
  dispose(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
    this.#key = '';
  }

  /** Whether the engine has the job's line: as it is, or with other numbers. */
  #takesLine(engine: NativeEngine, lineKey: string, { native }: EngineJob): boolean {
    if (lineKey === this.#lineKey) return true;
    if (!engine.setLine(native)) return false;
    this.#lineKey = lineKey;
    return true;
  }

  #overrun(bytes: number, limit: string, { curve }: Budget): BudgetError {
    return overrunError({ backend: this.backend, bytes, limit, curve: curve() });
  }
}
