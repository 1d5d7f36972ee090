import { availableParallelism } from 'node:os';
import type { Beam } from '../beam/beam.js';
import { BeamError, OptionsError } from '../errors.js';
import { Lattice } from '../lattice/lattice.js';
import { requireTierBudgets } from '../memory/budget.js';
import { formatBytes } from '../memory/bytes.js';
import { overrunError } from '../memory/overrun.js';
import { type BackendName, memoryPredictor } from '../native.js';
import { Objective } from '../objective/objective.js';
import type { LocationNeeds } from '../objective/observation.js';
import { requireInteger, requireKnownKeys, requireOneOf, show } from '../options.js';
import { PRECISIONS, type Precision } from '../precision.js';
import { reachesReference } from './acceleration.js';
import { type GradientPlan, gradientPlan, type PlanParts } from './gradientPlan.js';
import { resolveHeadroom } from './headroom.js';
import { PlannerCache } from './plan/index.js';
import type { Budgets } from './planning.js';
import { budgetsOf, lineFor, type MemoryBudgets, planningFor, stopsFor } from './prepare.js';
import { costsOf, type Profile } from './profile.js';
import { resolveStrategy, type Strategy, type StrategyOptions } from './strategy.js';
import { MOST_PLANNED_STEPS } from './streaming.js';
import { resolveTurns } from './turns.js';
import { pathsOf, resolveWrt } from './wrt.js';

/** Options of {@link planGradient}. */
export interface PlanOptions {
  /** Where the gradient is to be computed; needs no such hardware here. Default: CUDA where it is available, else the CPU. */
  readonly backend?: BackendName | 'auto' | undefined;
  /** CPU threads; default as many as this machine lets this process use. */
  readonly threads?: number | undefined;
  /** Width of numbers in memory; default `'f64'`. */
  readonly precision?: Precision | undefined;
  /** What is to be differentiated: what it looks at costs memory. Default the beam's end. */
  readonly objective?: Objective | undefined;
  /** What to differentiate by, as for `Tracker.gradient`. */
  readonly wrt?: readonly string[] | undefined;
  readonly strategy?: Strategy | 'auto' | StrategyOptions | undefined;
  /** How often the beam passes the line; default once. */
  readonly turns?: number | undefined;
  /** What there is; a tier besides the device is used by `'auto'` only where it has a budget. */
  readonly memory?: MemoryBudgets | undefined;
  readonly verify?: boolean | undefined;
  /** Measured costs, from `Tracker.profile` on a line of the same steps; default modelled ones. */
  readonly profile?: Profile | undefined;
}

const KEYS = [
  'backend',
  'threads',
  'precision',
  'objective',
  'wrt',
  'strategy',
  'turns',
  'memory',
  'verify',
  'profile',
];
const MOST_THREADS = 1024;
const MOST_PARTICLES = 4e9;
const BEAM_END: readonly LocationNeeds[] = [{ location: 'end', moments: true, particles: false }];

/**
 * Plans a gradient without computing it: bytes by account and tier to the byte, launches, seconds, and what becomes of every
 * step. Neither the particles nor the hardware need exist.
 *
 * @param beam - a beam, or the number of its macroparticles
 * @throws BudgetError if it does not fit, with the smallest budget and the time-memory curve; OptionsError, LatticeError,
 * BackendError
 */
export function planGradient(
  lattice: Lattice,
  beam: Beam | { readonly particles: number },
  options: PlanOptions = {},
): GradientPlan {
  const { strategy, budgets, ...parts } = prepare(lattice, beam, options);
  const { backend, planning } = parts;
  const chosen = planning.choose(strategy);
  const { device } = budgets;
  if (device !== undefined && chosen.memory.bytes > device) {
    const limit = `${formatBytes(device)} are allowed`;
    throw overrunError({ backend, bytes: chosen.memory.bytes, limit, curve: planning.curve });
  }
  requireTierBudgets(chosen.memory, budgets);
  return gradientPlan({ ...parts, chosen, costs: options.profile ? 'measured' : 'modelled' });
}

/**
 * Bytes of the arena that a gradient takes, of `'auto'` the least that it can do with.
 *
 * @internal
 * @throws what {@link planGradient} throws, but for BudgetError
 */
export function smallestGradientBytes(
  lattice: Lattice,
  beam: Beam | { readonly particles: number },
  options: PlanOptions,
): number {
  const { planning, strategy } = prepare(lattice, beam, options);
  return strategy.name === 'auto' ? planning.smallestBytes : planning.choose(strategy).memory.bytes;
}

function prepare(
  lattice: Lattice,
  beam: Beam | { readonly particles: number },
  options: PlanOptions,
): Omit<PlanParts, 'chosen' | 'costs'> & { budgets: Budgets; strategy: StrategyOptions } {
  if (!(lattice instanceof Lattice)) throw new OptionsError('planGradient takes a Lattice first');
  requireKnownKeys(options, KEYS, 'planGradient', OptionsError);
  const { objective, verify, profile } = options;
  if (objective !== undefined && !(objective instanceof Objective)) {
    throw new OptionsError(`objective must be an objective, such as sigma('x'), not ${show(objective)}`);
  }
  const wanted = options.threads ?? availableParallelism();
  const threads = requireInteger(wanted, 'threads', 1, MOST_THREADS, OptionsError);
  const precision = requireOneOf(options.precision ?? 'f64', PRECISIONS, 'precision', OptionsError);
  const { backend, predict } = memoryPredictor(options.backend ?? 'auto');
  const needs = objective?.locations() ?? BEAM_END;
  const wrt = resolveWrt(options.wrt, lattice);
  const paths = pathsOf(wrt);
  const line = lineFor(lattice, needs, undefined, paths);
  const turns = resolveTurns({ turns: options.turns });
  const length = turns.most * line.steps.length;
  if (turns.most > 1 && length > MOST_PLANNED_STEPS) {
    throw new OptionsError(
      `${length} steps are too many to plan one by one: plan fewer turns, at most ${MOST_PLANNED_STEPS} steps in all ('invert' takes the same bytes for any number)`,
    );
  }
  const strategy = resolveStrategy(options.strategy ?? 'auto');
  const budgets = budgetsOf(options.memory);
  const request = {
    beam: { particles: requireInteger(beam.particles, 'particles', 1, MOST_PARTICLES, BeamError) },
    ...{ strategy, verify, threads, precision },
    energyBar: wrt.energy || reachesReference(line, paths),
    options: {},
  };
  const setting = {
    ...{ line, turns, length, backend },
    stops: stopsFor(needs, line),
    headroom: resolveHeadroom(undefined, precision),
    costs: profile && costsOf(profile, line),
  };
  const planners = new PlannerCache();
  const planning = planningFor(request, setting, budgets, {
    predict: ({ native, demand }) => predict(native, demand),
    plannerFor: (problem) => planners.plannerFor(problem),
  });
  return { backend, line, turns: turns.most, planning, budgets, strategy };
}
