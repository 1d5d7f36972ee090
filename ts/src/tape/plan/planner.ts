import { BudgetError, OptionsError } from '../../errors.js';
import { formatBytes } from '../../memory/bytes.js';
import type { CurvePoint } from '../../memory/curve.js';
import type { Schedule } from '../schedules/actions.js';
import { withPrefetch } from '../schedules/prefetch.js';
import type { Machine } from '../schedules/steps.js';
import type { BlockLabel } from './choices.js';
import { scheduleOf } from './emit.js';
import { type PlannedLine, plannedLine } from './line.js';
import { type PlanProblem, validate } from './problem.js';
import { searchLine } from './search.js';

/** The fastest way found within a budget. */
export interface Plan extends CurvePoint {
  readonly schedule: Schedule;
  /**
   * Whether it is proven the fastest of its kind (see {@link Planner}); otherwise some trade-offs were left out to keep planning
   * fast.
   */
  readonly isOptimal: boolean;
}

/**
 * Plans over inversion, stored states, stored fields and recomputation at once.
 *
 * The plans considered: the line is cut at the steps that cannot be inverted, at joint segments and at steps to be recomputed
 * (units). The beam is inverted between them, except where a kept state saves the inverse, and any field may be kept. The
 * states before units are had again from snapshots of such states, nested in each other in any way (the schedules of revolve are
 * among them), each in any tier. Of these, the plan for every budget is the fastest, its peak exact to the byte, as long as
 * {@link Plan.isOptimal}; that holds for lines with few units and not too many different sizes. For long lists of trade-offs a
 * subset even in the logarithm of the bytes is kept, and many units are planned in groups.
 *
 * Among all legal schedules of lines of up to six steps, exhaustive search found none that is faster, as long as going back
 * over a step costs less than 0.3 of going forward more than its adjoint and the beam is not loaded for less than a step; but
 * for fields of steps that cannot be inverted, where keeping one across a recomputation would have saved up to 4 %.
 *
 * The whole trade-off is worked out once; a larger budget therefore never gives a slower plan.
 */
export class Planner {
  /** All trade-offs worth having, by increasing bytes and decreasing seconds. */
  readonly curve: readonly CurvePoint[];
  readonly #problem: PlanProblem;
  readonly #line: PlannedLine;
  readonly #labels: readonly BlockLabel[];
  readonly #isOptimal: boolean;

  /** @throws OptionsError for a directive or segment that asks for something impossible */
  constructor(problem: PlanProblem) {
    validate(problem);
    this.#problem = problem;
    this.#line = plannedLine(problem);
    const searches = machinesFor(problem).map(({ machine, reserved }) => {
      const { labels, isOptimal } = searchLine(this.#line, machine);
      const shifted = labels.map((label) => ({ ...label, bytes: [label.bytes[0]! + reserved] }));
      return { labels: shifted, isOptimal };
    });
    this.#labels = lowest(searches.flatMap(({ labels }) => labels));
    if (this.#labels.length === 0) {
      throw new OptionsError('what the directives ask for does not fit into the capacities of the tiers');
    }
    this.#isOptimal = searches.every(({ isOptimal }) => isOptimal);
    this.curve = this.#labels.map(({ bytes, seconds }) => ({ bytes: bytes[0]!, seconds }));
  }

  /** Bytes of the tape on the device below which there is no plan. */
  get smallestBytes(): number {
    return this.curve[0]!.bytes;
  }

  /**
   * The fastest plan whose tape takes at most `budget` bytes on the device.
   *
   * @throws BudgetError if there is none, with the curve
   */
  plan(budget: number): Plan {
    const index = this.curve.findLastIndex(({ bytes }) => bytes <= budget);
    if (index < 0) {
      throw new BudgetError(
        `the tape needs at least ${formatBytes(this.smallestBytes)} on the device, ${formatBytes(budget)} are allowed`,
        { smallestBytes: this.smallestBytes, curve: this.curve },
      );
    }
    const { steps } = this.#problem;
    const schedule = scheduleOf(this.#labels[index]!, this.#line, steps);
    return {
      ...this.curve[index]!,
      schedule: withPrefetch(schedule, steps, this.#problem.staging ?? 0),
      isOptimal: this.#isOptimal,
    };
  }
}

/**
 * Ways to use the machine: with prefetching, the staging slots, and one through which things leave the device, are reserved
 * unless everything stays there.
 */
function machinesFor({
  steps,
  machine = {},
  staging = 0,
}: PlanProblem): { machine: Machine; reserved: number }[] {
  if (staging === 0 || !(machine.host || machine.disk)) return [{ machine, reserved: 0 }];
  const { host: _host, disk: _disk, ...deviceOnly } = machine;
  const largest = Math.max(0, ...steps.map(({ stateBytes, fieldBytes }) => Math.max(stateBytes, fieldBytes)));
  return [
    { machine: deviceOnly, reserved: 0 },
    { machine, reserved: (staging + 1) * largest },
  ];
}

/** By increasing bytes, only what is faster than everything smaller. */
function lowest(labels: readonly BlockLabel[]): BlockLabel[] {
  let least = Number.POSITIVE_INFINITY;
  return [...labels]
    .sort((a, b) => a.bytes[0]! - b.bytes[0]! || a.seconds - b.seconds)
    .filter(({ seconds }) => {
      if (seconds >= least) return false;
      least = seconds;
      return true;
    });
}
