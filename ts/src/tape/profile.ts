import { OptionsError } from '../errors.js';
import type { Line } from '../lattice/line.js';
import type { BackendName } from '../native.js';
import type { CostModel } from './costs.js';
import type { StepCosts } from './schedules/index.js';

/** What one step takes. */
export interface StepProfile {
  /** Elements that the step comes from, or the kick's name. */
  readonly name: string;
  readonly kind: 'run' | 'kick' | 'custom';
  /** Arc length at its end, in m. */
  readonly s: number;
  /** Number of local maps in a run; 0 for others. */
  readonly maps: number;
  readonly invertible: boolean;
  /** Seconds, the median over the repetitions. */
  readonly costs: StepCosts;
  /** What a snapshot of the state before it takes. */
  readonly stateBytes: number;
  /** What its field takes; 0 for a step without one. */
  readonly fieldBytes: number;
}

/** Measured costs of a line, for {@link planGradient} and for people who choose directives. */
export interface Profile {
  readonly backend: BackendName;
  /** CPU threads. */
  readonly threads: number;
  readonly particles: number;
  readonly steps: readonly StepProfile[];
  /** What may be wrong with it, for a reader. */
  readonly warnings: string[];
  /** What each directive would cost or save at each step, against inverting it (recomputing, where it cannot be). */
  effects(): DirectiveEffect[];
}

/** What a directive at one step would cost or save. */
export interface DirectiveEffect {
  readonly step: number;
  readonly name: string;
  readonly reverse: 'store' | 'field' | 'recompute';
  /** More bytes on the tape while the step's adjoint is waited for. */
  readonly bytes: number;
  /** Seconds saved; negative where it costs time. Transfers to other tiers are not counted. */
  readonly seconds: number;
}

/** Seconds to write and read so many bytes of a snapshot on the device. */
export type SnapshotSeconds = (bytes: number) => number;

/** Puts a profile together. */
export function profileOf(
  parts: Pick<Profile, 'backend' | 'threads' | 'particles' | 'steps' | 'warnings'>,
  snapshotSeconds: SnapshotSeconds,
): Profile {
  return { ...parts, effects: () => parts.steps.flatMap((step, i) => effectsAt(step, i, snapshotSeconds)) };
}

function effectsAt(
  { name, invertible, costs, stateBytes, fieldBytes }: StepProfile,
  step: number,
  snapshotSeconds: SnapshotSeconds,
): DirectiveEffect[] {
  const { forward, reverse, adjoint, savedByField } = costs;
  const effects: DirectiveEffect[] = [];
  // From the step's own input at best: an earlier snapshot costs the steps in between as well.
  const withoutIt = invertible ? reverse : forward + adjoint;
  effects.push({
    ...{ step, name, reverse: 'store', bytes: stateBytes },
    seconds: withoutIt - adjoint - snapshotSeconds(stateBytes),
  });
  if (fieldBytes > 0) {
    const seconds = savedByField - snapshotSeconds(fieldBytes);
    effects.push({ step, name, reverse: 'field', bytes: fieldBytes, seconds });
  }
  if (invertible) {
    const seconds = reverse - forward - adjoint;
    effects.push({ step, name, reverse: 'recompute', bytes: 0, seconds });
  }
  return effects;
}

/**
 * The costs of a profile, for the same line or one whose runs are divided otherwise, as directives do. Kicks and custom steps
 * are known by their names; runs that were not measured as they are cost by the number of their maps.
 *
 * @throws OptionsError if a kick or custom step of the line is not in the profile
 */
export function costsOf({ steps }: Profile, line: Line): CostModel {
  const isSame =
    steps.length === line.steps.length && line.steps.every(({ kind }, i) => kind === steps[i]!.kind);
  if (isSame) return (_, i) => steps[i]!.costs;
  const byName = new Map(steps.map((step) => [`${step.kind} ${step.name}`, step.costs]));
  const runs = steps.filter(({ kind }) => kind === 'run');
  const maps = runs.reduce((sum, run) => sum + run.maps, 0);
  const perMap = (name: keyof StepCosts) => runs.reduce((sum, { costs }) => sum + costs[name], 0) / maps;
  return (step, i) => {
    if (step.kind === 'run') {
      const share = (name: keyof StepCosts) => step.maps.length * perMap(name);
      return {
        forward: share('forward'),
        inverse: share('inverse'),
        adjoint: share('adjoint'),
        reverse: share('reverse'),
        savedByField: 0,
      };
    }
    const costs = byName.get(`${step.kind} ${line.names[i]}`);
    if (costs) return costs;
    throw new OptionsError(`the profile knows no ${step.kind} '${line.names[i]}': profile this lattice`);
  };
}
