import type { Line } from '../lattice/line.js';
import { bytesByTier } from '../memory/budget.js';
import type { CurvePoint } from '../memory/curve.js';
import { type AccountedBytes, accountBytes } from '../memory/report.js';
import type { BackendName } from '../native.js';
import { type Decision, decisionsOf, describeDecision } from './plan/index.js';
import type { Chosen, Planning } from './planning.js';
import { checkSchedule, type ScheduleReport, type Tier } from './schedules/index.js';
import { repeated } from './turns.js';

/** What a gradient will take and do, worked out without doing it. */
export interface GradientPlan {
  readonly backend: BackendName;
  /** The strategy asked for; `'invert'` or `'auto'` where it was `'auto'`. */
  readonly strategy: string;
  readonly particles: number;
  /** Of all turns. */
  readonly kicks: number;
  readonly memory: PlannedMemory;
  /** How often steps are launched, by what is done to them. */
  readonly launches: ScheduleReport['launches'];
  readonly seconds: {
    /** The forward sweep alone. */
    readonly forward: number;
    /** Forward and reverse sweep together. */
    readonly total: number;
    /** Where the costs come from: a model is good for comparing plans, not for promises. */
    readonly costs: 'measured' | 'modelled';
  };
  /** Bytes and seconds of what `'auto'` would choose under other budgets, by increasing bytes. */
  readonly curve: readonly CurvePoint[];
  /** The smallest `memory.device` that `'auto'` can do with. */
  readonly smallestBytes: number;
  /**
   * For a plan of `'auto'`: whether it is proven the fastest among those that it chooses from (docs/planning.md). Others are good,
   * not proven best.
   */
  readonly isOptimal?: boolean;
  /** What becomes of every step, in line order. */
  readonly steps: readonly Decision[];
  /** The same in words, a line for every step. */
  explain(): string[];
  /** What lies on the tape through both sweeps, after every action of the schedule: it is replayed, nothing is run. */
  timeline(): TimelinePoint[];
}

/** How full the tape is at one time of a planned run. */
export interface TimelinePoint {
  readonly sweep: 'forward' | 'reverse';
  /** Since the run began. */
  readonly seconds: number;
  /** Bytes of snapshots and fields on each tier. The arena is allocated at once: `device` is what of its tape is in use. */
  readonly held: Readonly<Record<Tier, number>>;
}

/** Bytes of a planned run. */
export interface PlannedMemory extends AccountedBytes {
  /** The arena: what a budget `memory.device` is compared with. */
  readonly device: number;
  /** Snapshots in host memory, and what a GPU's pass through on their way to disk. */
  readonly host: number;
  /** Snapshots on disk. */
  readonly disk: number;
}

/** What the account of a plan is written from. */
export interface PlanParts {
  readonly backend: BackendName;
  readonly line: Line;
  readonly turns: number;
  readonly planning: Planning;
  readonly chosen: Chosen;
  readonly costs: 'measured' | 'modelled';
}

/**
 * The account of a chosen plan. Its schedule is replayed symbolically, so that it is known to be legal.
 *
 * @throws ScheduleError if it is not: a defect
 */
export function gradientPlan({ backend, line, turns, planning, chosen, costs }: PlanParts): GradientPlan {
  const { job, memory, plan } = chosen;
  const { steps, machine } = planning;
  const { schedule, demand } = job;
  const { launches, seconds } = checkSchedule(schedule, steps, machine);
  const { curve } = planning;
  const directives = repeated(line.directives, turns);
  const decisions = decisionsOf(schedule, { steps, directives }, namesOf(line, turns));
  return {
    backend,
    strategy: schedule.name,
    particles: demand.particles,
    kicks: steps.filter(({ kind }) => kind === 'kick').length,
    memory: {
      ...bytesByTier(memory),
      ...accountBytes(memory, line, demand),
    },
    launches,
    seconds: {
      forward: (machine.loadSeconds ?? 0) + steps.reduce((sum, step) => sum + step.costs.forward, 0),
      total: seconds,
      costs,
    },
    curve,
    smallestBytes: curve[0]!.bytes,
    ...(plan && { isOptimal: plan.isOptimal }),
    steps: decisions,
    explain: () => decisions.map(describeDecision),
    timeline: () => {
      const points: TimelinePoint[] = [];
      checkSchedule(schedule, steps, machine, ({ action, seconds, held }) => {
        points.push({ sweep: action < schedule.turn ? 'forward' : 'reverse', seconds, held });
      });
      return points;
    },
  };
}

/** Names of the steps, and of their turns where there are several. */
function namesOf({ names }: Line, turns: number): readonly string[] {
  if (turns === 1) return names;
  return Array.from({ length: turns }, (_, turn) =>
    names.map((name) => `${name} on turn ${turn + 1}`),
  ).flat();
}
