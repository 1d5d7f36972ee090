import { BudgetError } from '../errors.js';
import type { Line } from '../lattice/line.js';
import { formatBytes } from '../memory/bytes.js';
import type { BackendName, Demand, NativeAddon, NativeEngine, NativeLine, NativePlan } from '../native.js';
import { allocationError } from './faults.js';
import type { Schedule } from './schedules/index.js';
import type { SlotPlan } from './slots.js';

/** Everything that an engine is made for; two runs that agree in it share one. */
export interface Job {
  readonly line: Line;
  readonly native: NativeLine;
  readonly demand: Demand;
  readonly headroom: number;
  readonly schedule: Schedule;
  readonly slots: SlotPlan;
}

/** Bytes that an arena may take. */
export interface Budget {
  readonly bytes: number;
  /** The least that the same result can be had with. */
  readonly smallest: number;
}

/** The one engine that a tracker holds, kept from run to run while the job stays the same. */
export class Workspace {
  readonly backend: BackendName;
  readonly #addon: NativeAddon;
  #engine: NativeEngine | undefined;
  #key = '';

  constructor(backend: BackendName, addon: NativeAddon) {
    this.backend = backend;
    this.#addon = addon;
  }

  /** The bytes that a job will take, to the byte. */
  plan({ native, demand }: Job): NativePlan {
    return this.#addon.planMemory(native, demand);
  }

  /**
   * An engine with its memory.
   *
   * @throws BudgetError before anything is allocated, if the plan takes more than is allowed or than this machine has;
   * BackendError if the device fails
   */
  async engine(job: Job, plan: NativePlan, budget: Budget): Promise<NativeEngine> {
    const key = JSON.stringify([job.native, job.demand, job.headroom]);
    if (plan.bytes > budget.bytes)
      throw this.#tooMuch(plan.bytes, `${formatBytes(budget.bytes)} are allowed`, budget);
    if (this.#engine && key === this.#key) return this.#engine;
    this.dispose();
    // Linux hands out memory that it does not have and kills the process later; so ask first.
    const available = this.backend === 'cuda' ? Number.POSITIVE_INFINITY : process.availableMemory();
    if (plan.bytes > available) {
      throw this.#tooMuch(plan.bytes, `${formatBytes(available)} are available on this machine`, budget);
    }
    const engine = new this.#addon.Engine(job.native, job.demand, job.headroom);
    try {
      await engine.allocate();
    } catch (error) {
      engine.dispose();
      throw allocationError(error, this.backend, plan.bytes);
    }
    this.#engine = engine;
    this.#key = key;
    return engine;
  }

  /** Frees the engine; idempotent. */
  dispose(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
    this.#key = '';
  }

  #tooMuch(bytes: number, limit: string, { smallest }: Budget): BudgetError {
    const way =
      smallest < bytes
        ? `strategy 'invert' needs ${formatBytes(smallest)}`
        : 'fewer macroparticles or a smaller grid need less';
    return new BudgetError(
      `this run needs ${formatBytes(bytes)} (${bytes} bytes) on the ${this.backend} back end, but ${limit}; ${way}`,
      { smallestBytes: smallest },
    );
  }
}
