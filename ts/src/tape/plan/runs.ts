import type { SolverContext } from './choices.js';
import { itemsOf, type Keeping, keepSome } from './items.js';
import type { PlannedLine } from './line.js';
import type { Label } from './pareto.js';

/**
 * Whether the field of the rigid step before a run may be kept with the run's, and whether it would still be at hand when that
 * step's state has been had again (`'with'`) or not (`'loaded'`).
 */
export type WithRigid = 'without' | 'with' | 'loaded';

/** The runs of a line: steps that are gone back over by inversion, or from states that are kept. */
export class Runs {
  readonly #line: PlannedLine;
  readonly #context: SolverContext;
  readonly #known = new Map<string, Label<Keeping>[]>();

  constructor(line: PlannedLine, context: SolverContext) {
    this.#line = line;
    this.#context = context;
  }

  /**
   * The ways back over the run before unit k, by what is kept of it.
   *
   * @param isAtHand - whether the last field needs no keeping
   */
  before(k: number, withRigid: WithRigid, isAtHand: boolean): Label<Keeping>[] {
    const key = `${k} ${withRigid} ${isAtHand}`;
    const known = this.#known.get(key);
    if (known) return known;
    const { steps, units } = this.#line;
    const begin = units[k - 1]!.end;
    const end = units[k]!.state;
    const run = steps.slice(begin, end);
    let items = run.flatMap((step, i) => itemsOf(step, begin + i));
    if (withRigid !== 'without') items.unshift(...itemsOf(steps[begin - 1]!, begin - 1, 'field'));
    let seconds = run.reduce(
      (sum, { descriptor: { costs }, state }) => sum + (state === 'must' ? costs.adjoint : costs.reverse),
      0,
    );
    const last = this.#lastField(withRigid === 'with' ? begin - 1 : begin, end);
    if (isAtHand && last !== undefined) {
      seconds -= steps[last]!.descriptor.costs.savedByField;
      items = items.filter(({ what, step }) => what === 'state' || step !== last);
    }
    const { shelves, limits } = this.#context;
    const labels = keepSome(items, shelves, limits).map((label) => ({
      ...label,
      seconds: label.seconds + seconds,
    }));
    this.#known.set(key, labels);
    return labels;
  }

  /** The last step of [from, to) that has a field. */
  #lastField(from: number, to: number): number | undefined {
    for (let step = to - 1; step >= from; step--) {
      if (this.#line.steps[step]!.descriptor.fieldBytes > 0) return step;
    }
    return undefined;
  }
}
