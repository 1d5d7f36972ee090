import type { Beam } from '../beam/beam.js';
import { BudgetError } from '../errors.js';
import type { Objective } from '../objective/objective.js';
import type { Precision } from '../precision.js';
import type { EnvelopePoint } from '../tape/envelope.js';
import type { GradientPlan } from '../tape/gradientPlan.js';
import type { RunOptions } from '../tape/run.js';
import type { Strategy } from '../tape/strategy.js';
import type { TurnOptions } from '../tape/turns.js';
import type { Tracker } from '../tracker.js';
import { type BeamLine, beamLineOf } from './beamLine.js';
import { type Provenance, provenanceHere } from './provenance.js';

/** A strategy's gradient: what was planned, and how it went. */
export interface StrategyCase {
  readonly strategy: Strategy;
  readonly plan: GradientPlan;
  /** Absent where it did not fit. */
  readonly measured?: {
    readonly arenaBytes: number;
    /** Of each repetition, forward and reverse sweep, without planning. */
    readonly seconds: readonly number[];
  };
}

/** Everything that the figures of one beam line show. */
export interface LineStudy {
  /** Name of the problem, for titles. */
  readonly name: string;
  readonly particles: number;
  /** In which everything was computed. */
  readonly precision: Precision;
  readonly line: BeamLine;
  readonly envelope: readonly EnvelopePoint[];
  /** Absent without an objective. */
  readonly objective?: {
    readonly text: string;
    readonly value: number;
    /** By every parameter of the line's elements and kicks. */
    readonly gradient: Readonly<Record<string, number>>;
  };
  /** What the objective, or the beam's end without one, costs by strategy. */
  readonly strategies: readonly StrategyCase[];
  readonly provenance: Provenance;
}

/** How to run; a study is of one turn. */
type OneTurn = Omit<RunOptions, keyof TurnOptions>;

/** Options of {@link studyLine}. */
export interface LineStudyOptions extends OneTurn {
  /** For titles; default `'beam line'`. */
  readonly name?: string | undefined;
  /** How often every strategy is timed; default 3. */
  readonly repeats?: number | undefined;
  /** What reproduces the study, for captions. */
  readonly command?: string | undefined;
}

/** Strategies that are compared; the others need a slower tier or a line with steps that cannot be inverted. */
const COMPARED: readonly Strategy[] = ['invert', 'fields', 'revolve', 'periodic', 'store'];
/** Those that only invert need every step to have an inverse. */
const INVERTING: readonly Strategy[] = ['invert', 'fields'];

/**
 * Tracks and differentiates a beam in all the ways that a report shows: the envelope, the gradient by every element, and the
 * strategies, planned with measured costs and then timed. One turn.
 *
 * @throws what {@link Tracker.gradient} throws
 */
export async function studyLine(
  tracker: Tracker,
  beam: Beam,
  objective: Objective | undefined,
  options: LineStudyOptions = {},
): Promise<LineStudy> {
  const { name = 'beam line', command = 'studyLine', repeats = 3, ...controls } = options;
  const { points } = await tracker.envelope(beam, controls);
  const line = beamLineOf(tracker.lattice);
  const study = {
    name,
    particles: beam.particles,
    precision: tracker.backend.precision,
    line,
    envelope: points,
    provenance: provenanceHere(command),
  };
  if (!objective) return { ...study, strategies: [] };
  const wrt = tracker.lattice.parameterNames();
  const { value, gradient } = await tracker.gradient(beam, objective, { ...controls, wrt });
  const strategies = await compareStrategies(tracker, beam, objective, repeats, controls);
  const found = { text: objective.describe(), value, gradient: gradient.parameters };
  return { ...study, objective: found, strategies };
}

async function compareStrategies(
  tracker: Tracker,
  beam: Beam,
  objective: Objective,
  repeats: number,
  controls: OneTurn,
): Promise<StrategyCase[]> {
  const profile = await tracker.profile(beam, { ...controls, objective, repeats });
  const invertible = profile.steps.every((step) => step.invertible);
  const names = COMPARED.filter((name) => invertible || !INVERTING.includes(name));
  const cases: StrategyCase[] = [];
  for (const strategy of names) {
    const plan = tracker.plan(beam, { objective, profile, strategy });
    const measured = await timed(tracker, beam, objective, strategy, repeats, controls);
    cases.push({ strategy, plan, ...(measured && { measured }) });
  }
  return cases;
}

/** Undefined where the strategy does not fit. */
async function timed(
  tracker: Tracker,
  beam: Beam,
  objective: Objective,
  strategy: Strategy,
  repeats: number,
  controls: OneTurn,
): Promise<StrategyCase['measured']> {
  const seconds: number[] = [];
  let arenaBytes = 0;
  try {
    for (let i = 0; i < repeats; i++) {
      const { timing, memory } = await tracker.gradient(beam, objective, { ...controls, strategy });
      seconds.push(timing.forward + (timing.reverse ?? 0));
      arenaBytes = memory.arenaBytes;
    }
    return { arenaBytes, seconds };
  } catch (error) {
    if (error instanceof BudgetError) return undefined;
    throw error;
  }
}
