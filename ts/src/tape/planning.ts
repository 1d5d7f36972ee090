import type { CurvePoint } from '../memory/curve.js';
import type { BackendName, NativePlan } from '../native.js';
import { type CostModel, type CostSetting, machineFor } from './costs.js';
import { describeSteps } from './descriptors.js';
import { type EngineJob, type Job, type JobSetting, makeJob, observedStates } from './job.js';
import type { Directive, Plan, Planner, PlanProblem } from './plan/index.js';
import {
  invert,
  type Machine,
  type Schedule,
  type StepDescriptor,
  type Tier,
  type TierSpec,
} from './schedules/index.js';
import { forwardOnly, type Strategy, type StrategyOptions, scheduleFor } from './strategy.js';
import { isFree, type Streamed, streamedJob, withSnapshots } from './streaming.js';
import { repeated, segmentsOf } from './turns.js';

/** Bytes that a run may take, by tier. The device's is absent where the caller named none. */
export type Budgets = { [tier in Tier]?: number };

/** What planning asks of others. */
export interface PlanningTools {
  /** Bytes that a job will take on its back end, to the byte. */
  readonly predict: (job: EngineJob) => NativePlan;
  readonly plannerFor: (problem: PlanProblem) => Planner;
}

/** A job, what it takes, and the plan it follows if `'auto'` made one. */
export interface Chosen {
  readonly job: Job;
  readonly memory: NativePlan;
  readonly plan?: Plan;
}

/** Regions of the arena are multiples of this many bytes: kRegionAlignment of native/engine/memory_plan.h. */
const REGION_ALIGNMENT = 256;
/** Slots on the device that snapshots from other tiers arrive in; the planner reserves one more that they leave through. */
const STAGING_SLOTS = 2;
/** Without a budget `'auto'` takes the least memory with which it is at most so many times slower than the fastest. */
const WITHOUT_BUDGET = 1.25;

/** Chooses the way back of one run. */
export class Planning {
  readonly machine: Machine;
  readonly #setting: JobSetting;
  /** Of one turn. */
  readonly #turn: readonly StepDescriptor[];
  readonly #tools: PlanningTools;
  readonly #budgets: Budgets;
  #base: number | undefined;
  #steps: readonly StepDescriptor[] | undefined;

  constructor(
    setting: JobSetting,
    costs: { readonly model: CostModel; readonly setting: CostSetting },
    budgets: Budgets,
    tools: PlanningTools,
  ) {
    this.#setting = setting;
    this.#tools = tools;
    this.#budgets = budgets;
    const { line, particles, precision, length } = setting;
    this.#turn = describeSteps(line, particles, precision, costs.model).slice(0, length);
    this.machine = machineFor(costs.setting, this.#tiers(costs.setting.backend));
  }

  /** Of all turns. */
  get steps(): readonly StepDescriptor[] {
    this.#steps ??= repeated(this.#turn, this.#turns).slice(0, this.#setting.length);
    return this.#steps;
  }

  /**
   * The job of a run over several turns whose actions are made as they are done; undefined where `choose` has one.
   *
   * @throws OptionsError for a strategy that has to know the number of turns where it is not known
   */
  stream(strategy: StrategyOptions | undefined): Streamed | undefined {
    const setting = this.#setting;
    const deviceBytes = this.#budgets.device;
    const predict = (job: EngineJob) => this.#tools.predict(job);
    return streamedJob(strategy, { setting, steps: this.#turn, deviceBytes, predict });
  }

  /**
   * The job of a strategy; without one, that of a run which only goes forward.
   *
   * Where no plan fits the budget, it is that of the smallest one; the caller compares what it takes.
   *
   * @throws OptionsError if the strategy does not suit the line, or a directive asks for something impossible
   */
  choose(strategy: StrategyOptions | undefined): Chosen {
    if (strategy === undefined) return this.follow(forwardOnly(this.steps.length));
    if (strategy.name === 'auto') return this.#automatic();
    if (strategy.name !== 'online') return this.#named(strategy);
    const { snapshots } = strategy;
    const what = { snapshots, length: this.steps.length, deviceBytes: this.#budgets.device };
    return withSnapshots(what, (count) => this.#named({ ...strategy, snapshots: count }));
  }

  #named(strategy: StrategyOptions): Chosen {
    const observed = observedStates(this.#setting);
    return this.follow(scheduleFor({ ...strategy, name: strategy.name as Strategy }, this.steps, observed));
  }

  /** The trade-off of memory against time: bytes of the whole arena, by increasing bytes. */
  get curve(): readonly CurvePoint[] {
    const { curve } = this.#planner(this.#directives);
    return curve.map(({ bytes, seconds }) => ({ bytes: this.#arenaBytes(bytes), seconds }));
  }

  /** The least bytes of the arena that `'auto'` can do with. */
  get smallestBytes(): number {
    return isFree(this.#setting.line, this.steps) ? this.#baseBytes : this.curve[0]!.bytes;
  }

  /** The fastest plan that fits; where the caller named no budget, one that spends memory only on steps without an inverse. */
  #automatic(): Chosen {
    const { device } = this.#budgets;
    if (device !== undefined) {
      const planner = this.#planner(this.#directives);
      const tape = Math.floor((device - this.#baseBytes) / REGION_ALIGNMENT) * REGION_ALIGNMENT;
      return this.#planned(planner, Math.max(tape, planner.smallestBytes));
    }
    if (isFree(this.#setting.line, this.steps)) return this.follow(invert(this.steps));
    const planner = this.#planner(this.steps.map((step, i) => spared(step, this.#directives[i])));
    const fastest = planner.curve.at(-1)!.seconds;
    const { bytes } = planner.curve.find(({ seconds }) => seconds <= WITHOUT_BUDGET * fastest)!;
    return this.#planned(planner, bytes);
  }

  #planned(planner: Planner, tapeBytes: number): Chosen {
    const plan = planner.plan(tapeBytes);
    const keepsNothing = plan.bytes === 0 && this.steps.every(({ invertible }) => invertible);
    const name = keepsNothing ? 'invert' : 'auto';
    return { ...this.follow({ ...plan.schedule, name }), plan };
  }

  /** The job of a schedule. */
  follow(schedule: Schedule): Chosen {
    const job = makeJob(this.#setting, schedule, this.steps);
    return { job, memory: this.#tools.predict(job) };
  }

  #planner(directives: readonly (Directive | undefined)[]): Planner {
    const segments = segmentsOf(this.#setting.line, this.#turns)
      .map(({ from, to, mode }) => ({ from, to: Math.min(to, this.steps.length), mode }))
      .filter(({ from, to }) => from < to);
    const { steps, machine } = this;
    return this.#tools.plannerFor({ steps, directives, segments, machine, staging: STAGING_SLOTS });
  }

  get #directives(): readonly (Directive | undefined)[] {
    return repeated(this.#setting.line.directives, this.#turns).slice(0, this.steps.length);
  }

  get #turns(): number {
    return this.#setting.turns?.most ?? 1;
  }

  /** Bytes of the arena with nothing on the tape. */
  get #baseBytes(): number {
    this.#base ??= this.follow(forwardOnly(this.steps.length)).memory.bytes;
    return this.#base;
  }

  #arenaBytes(tape: number): number {
    return this.#baseBytes + Math.ceil(tape / REGION_ALIGNMENT) * REGION_ALIGNMENT;
  }

  /**
   * Tiers besides the device: those that have a budget, and those that a directive names. A GPU's snapshots go to disk through
   * host memory, as much as the largest takes; where that is more than the budget, the disk is out of reach.
   */
  #tiers(backend: BackendName): Pick<Machine, 'host' | 'disk'> {
    const { directives } = this.#setting.line;
    const named = (tier: Tier) => directives.some((directive) => directive?.tier === tier);
    const spec = (tier: 'host' | 'disk'): TierSpec | undefined => {
      const bytes = this.#budgets[tier];
      if (bytes !== undefined) return { bytes };
      return named(tier) ? {} : undefined;
    };
    const [host, disk] = [spec('host'), spec('disk')];
    const staging = backend === 'cpu' ? 0 : largestSnapshot(this.#turn);
    if (!disk || host?.bytes === undefined) return { ...(host && { host }), ...(disk && { disk }) };
    if (host.bytes < staging && !named('disk')) return { host };
    return { host: { bytes: Math.max(0, host.bytes - staging) }, disk };
  }
}

function largestSnapshot(steps: readonly StepDescriptor[]): number {
  return steps.reduce((most, { stateBytes, fieldBytes }) => Math.max(most, stateBytes, fieldBytes), 0);
}

/** A directive that spends no memory on a step which can be inverted, unless it was asked for. */
function spared(step: StepDescriptor, directive: Directive | undefined): Directive | undefined {
  if (!step.invertible || (directive && directive.reverse !== 'auto')) return directive;
  return { ...directive, reverse: 'invert' };
}
