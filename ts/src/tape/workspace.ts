import { BudgetError } from '../errors.js';
import { formatBytes } from '../memory/bytes.js';
import type { CurvePoint } from '../memory/curve.js';
import type { BackendName, NativeAddon, NativeEngine, NativePlan } from '../native.js';
import { allocationError } from './faults.js';
import type { Job } from './job.js';
import { Planner, type PlanProblem } from './plan/index.js';

/** Bytes that an arena may take. */
export interface Budget {
  readonly bytes: number;
  /** What the same result can be had with, asked for only where it is refused: time by bytes, increasing. */
  readonly curve: () => readonly CurvePoint[];
}

/** The one engine that a tracker holds, kept from run to run while the job stays the same. */
export class Workspace {
  readonly backend: BackendName;
  readonly #addon: NativeAddon;
  #engine: NativeEngine | undefined;
  #key = '';
  #planner: { readonly key: string; readonly planner: Planner } | undefined;

  constructor(backend: BackendName, addon: NativeAddon) {
    this.backend = backend;
    this.#addon = addon;
  }

  /** The bytes that a job will take, to the byte. */
  plan({ native, demand }: Job): NativePlan {
    return this.#addon.planMemory(native, demand);
  }

  /** A planner, kept from run to run while the problem stays the same. */
  plannerFor(problem: PlanProblem): Planner {
    const key = JSON.stringify(problem);
    if (this.#planner?.key !== key) this.#planner = { key, planner: new Planner(problem) };
    return this.#planner.planner;
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

  #tooMuch(bytes: number, limit: string, budget: Budget): BudgetError {
    const curve = budget.curve();
    const smallestBytes = curve[0]?.bytes ?? bytes;
    const way =
      smallestBytes < bytes
        ? `strategy 'auto' can do with ${formatBytes(smallestBytes)}`
        : 'fewer macroparticles or a smaller grid need less';
    return new BudgetError(
      `this run needs ${formatBytes(bytes)} (${bytes} bytes) on the ${this.backend} back end, but ${limit}; ${way}`,
      { smallestBytes, curve },
    );
  }
}
