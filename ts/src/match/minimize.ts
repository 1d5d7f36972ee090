import type { Beam } from '../beam/beam.js';
import { OptionsError } from '../errors.js';
import { Lattice } from '../lattice/lattice.js';
import { Objective } from '../objective/objective.js';
import { requireInteger, requireKnownKeys, requirePositive, show } from '../options.js';
import { Tracker, type TrackerOptions } from '../tracker.js';
import type { BeamModel } from './beamModel.js';
import { lbfgs } from './lbfgs.js';
import { levenbergMarquardt } from './levenbergMarquardt.js';
import { matchKey } from './matchKey.js';
import { MatchModel, type Values } from './model.js';
import type { Iterate, Optimum, StopReason } from './optimum.js';
import { type MatchFile, RunLog } from './runLog.js';
import { type MatchRunOptions, type RunCounts, Runs, RunsSpent } from './runs.js';
import { type MatchedTarget, type MatchTarget, Targets } from './targets.js';
import { type MatchParameter, Variables } from './variables.js';

/** What a match is made with: a tracker, or a lattice for one that is made with these options and disposed of at the end. */
export type MatchProblem = { readonly beam: Beam | BeamModel } & (
  | { readonly tracker: Tracker }
  | ({ readonly lattice: Lattice } & TrackerOptions)
);

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  /**
   * What to vary: parameters of the lattice such as `'q1.k1'`, `'energy'` [eV], `'charge'` [C], and those of a {@link BeamModel}.
   */
  readonly parameters: Readonly<Record<string, MatchParameter>>;
  /**
   * Default 1e-6. Targets are met within this part of their scale. Otherwise the optimiser stops where the gradient vanishes: with
   * targets, where the cosine between deviations and their change by any parameter is at most this; with an objective, where the
   * gradient by the scaled parameters is at most this part of the value at the start.
   */
  readonly tolerance?: number | undefined;
  /** The most runs of the tracker, forward or with gradient; default 1000. */
  readonly maxEvaluations?: number | undefined;
  /** Called with the start and with every better point. What it throws ends the match. */
  readonly onProgress?: ((step: MatchStep) => void) | undefined;
  /** Stops the match; its promise is then rejected with `AbortedError`. */
  readonly signal?: AbortSignal | undefined;
  /** Write every run down, so that an interrupted match can be resumed and takes the same way, to the bit. */
  readonly journal?: MatchFile | undefined;
  /** Options of every run of the tracker: turns, headroom, memory, strategy, …. */
  readonly run?: MatchRunOptions | undefined;
}

/** A point of a match, better than all before. */
export interface MatchStep {
  /** From 0, the start. */
  readonly iteration: number;
  readonly parameters: Values;
  /** Of the objective; with targets the sum of their squared weighted deviations, Σ (weight · (found − wanted) / scale)². */
  readonly value: number;
  /** Largest derivative of the value by a scaled parameter that its bounds leave free. */
  readonly gradientNorm: number;
  /** Runs so far. */
  readonly evaluations: RunCounts;
}

/** What {@link minimize} found. */
export interface MatchResult extends Omit<MatchStep, 'iteration'> {
  readonly reason: StopReason;
  /** The start and every better point. */
  readonly history: readonly MatchStep[];
  /** What became of every target; empty for an objective. */
  readonly targets: readonly MatchedTarget[];
  /** The lattice with the values found. */
  readonly lattice: Lattice;
  /** The beam with the values found. */
  readonly beam: Beam;
}

const KEYS = ['parameters', 'tolerance', 'maxEvaluations', 'onProgress', 'signal', 'journal', 'run'];
const RUN_KEYS = ['turns', 'until', 'maxTurns', 'headroom', 'memory', 'diskFolder', 'strategy', 'verify'];
const DEFAULT_TOLERANCE = 1e-6;
const DEFAULT_EVALUATIONS = 1000;
const MOST_EVALUATIONS = 1_000_000;

/**
 * Varies parameters within bounds until targets are met, or an objective is as small as it gets: a local search by exact gradients.
 *
 * Targets are met by Levenberg–Marquardt steps, which use the derivative of every target; an objective is minimised by limited-memory
 * BFGS. Where the beam cannot be tracked, or a parameter cannot have a value, the search steps back. It is deterministic: the same
 * problem takes the same way, on any number of threads, interrupted and resumed or not.
 *
 * @param goal - an objective to make small, or targets to meet
 * @throws OptionsError for bad options, with the nearest names; LatticeError for an unknown marker; JournalError; AbortedError; what
 * {@link Tracker.gradient} throws at the start, and what is no fault of a point later on
 */
export async function minimize(
  problem: MatchProblem,
  goal: Objective | readonly MatchTarget[],
  options: MinimizeOptions,
): Promise<MatchResult> {
  const settings = checkedOptions(options);
  if ('tracker' in Object(problem)) {
    const { beam, tracker } = problem as Extract<MatchProblem, { tracker: Tracker }>;
    if (!(tracker instanceof Tracker))
      throw new OptionsError(`tracker must be a Tracker, not ${show(tracker)}`);
    return await matchWith(tracker, beam, goal, settings);
  }
  const { beam, lattice, ...place } = Object(problem) as Extract<MatchProblem, { lattice: Lattice }>;
  if (!(lattice instanceof Lattice))
    throw new OptionsError('minimize takes { tracker, beam } or { lattice, beam } first');
  using tracker = await Tracker.create(lattice, place);
  return await matchWith(tracker, beam, goal, settings);
}

interface Settings extends MinimizeOptions {
  readonly tolerance: number;
  readonly maxEvaluations: number;
}

function checkedOptions(options: MinimizeOptions): Settings {
  requireKnownKeys(options, KEYS, 'minimize', OptionsError);
  requireKnownKeys(options.run ?? {}, RUN_KEYS, 'run of minimize', OptionsError);
  const { tolerance = DEFAULT_TOLERANCE, maxEvaluations = DEFAULT_EVALUATIONS, onProgress } = options;
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new OptionsError(`onProgress must be a function, not ${show(onProgress)}`);
  }
  return {
    ...options,
    tolerance: requirePositive(tolerance, 'tolerance', OptionsError),
    maxEvaluations: requireInteger(maxEvaluations, 'maxEvaluations', 1, MOST_EVALUATIONS, OptionsError),
  };
}

async function matchWith(
  tracker: Tracker,
  beam: Beam | BeamModel,
  goal: Objective | readonly MatchTarget[],
  settings: Settings,
): Promise<MatchResult> {
  const { tolerance, maxEvaluations, signal, run = {} } = settings;
  const model = new MatchModel(tracker.lattice, beam);
  const variables = new Variables(settings.parameters, model);
  const targets = goal instanceof Objective ? undefined : new Targets(requireTargets(goal), tolerance);
  const objectives = targets?.quantities ?? [goal as Objective];
  const key = matchKey({
    tracker,
    beam: model.beam({}),
    objectives,
    goal,
    run,
    parameters: settings.parameters,
  });
  const log = await RunLog.open(settings.journal, key);
  const setting = { tracker, model, variables, objectives, log, most: maxEvaluations, options: run, signal };
  const runs = new Runs(setting);
  const history: MatchStep[] = [];
  let last: Iterate | undefined;
  const onIterate = (iterate: Iterate) => {
    last = iterate;
    history.push(stepOf(iterate, history.length, variables, runs));
    settings.onProgress?.(history.at(-1)!);
  };
  const search = { start: variables.start, bounds: variables.bounds, tolerance, onIterate };
  const optimum = await untilSpent(() => (targets ? meet(targets, runs, search) : descend(runs, search)));
  const end = optimum ?? last;
  if (end === undefined) {
    throw (
      runs.failure ??
      new OptionsError(`maxEvaluations, ${maxEvaluations}, is too few for a gradient at the start`)
    );
  }
  const { iteration, ...found } = stepOf(end, 0, variables, runs);
  return {
    ...found,
    reason: optimum?.reason ?? 'evaluations',
    history,
    targets: targets && end.residuals ? targets.report(end.residuals) : [],
    lattice: model.lattice(found.parameters),
    beam: model.beam(found.parameters),
  };
}

/** What both optimisers are given. */
type Search = Pick<Parameters<typeof lbfgs>[0], 'start' | 'bounds' | 'tolerance' | 'onIterate'>;

async function meet(targets: Targets, runs: Runs, search: Search): Promise<Optimum | undefined> {
  return await levenbergMarquardt({
    ...search,
    residuals: async (point) => {
      const values = await runs.values(point);
      return values && targets.residuals(values);
    },
    jacobian: async (point) => {
      const rows: Float64Array[] = [];
      for (const index of targets.quantities.keys()) {
        const found = await runs.gradient(point, index);
        if (!found) throw runs.failure;
        rows.push(found.gradient.map((bar) => bar * targets.factor(index)));
      }
      return rows;
    },
    isMet: (residuals) => targets.isMet(residuals),
  });
}

async function descend(runs: Runs, search: Search): Promise<Optimum | undefined> {
  return await lbfgs({ ...search, evaluate: (point) => runs.gradient(point, 0) });
}

/** What `work` finds, or undefined if it spends all runs before. */
async function untilSpent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RunsSpent) return undefined;
    throw error;
  }
}

function stepOf(
  { point, value, gradientNorm }: Iterate,
  iteration: number,
  variables: Variables,
  { counts }: Runs,
): MatchStep {
  return { iteration, parameters: variables.valuesAt(point), value, gradientNorm, evaluations: counts };
}

function requireTargets(goal: readonly MatchTarget[]): readonly MatchTarget[] {
  if (Array.isArray(goal)) return goal;
  throw new OptionsError(`minimize takes an objective or a list of targets second, not ${show(goal)}`);
}
