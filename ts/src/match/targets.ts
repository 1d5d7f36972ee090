import { OptionsError } from '../errors.js';
import { Objective } from '../objective/objective.js';
import { requireFinite, requireKnownKeys, requirePositive, show } from '../options.js';

/** A quantity of the beam and the value that it is to have. */
export interface MatchTarget {
  /** For example `sigma('x').at('m1')`. */
  readonly quantity: Objective;
  /** In the quantity's unit. */
  readonly value: number;
  /**
   * The deviation that counts as 1, in the quantity's unit; default the size of `value`, where that is 0 the size of the quantity at
   * the start, and 1 where that is 0, too. The target is met within `tolerance` times this.
   */
  readonly scale?: number | undefined;
  /** How much its deviation counts beside the others', where not all can be met; default 1. */
  readonly weight?: number | undefined;
}

/** A target and what became of it. */
export interface MatchedTarget {
  /** The quantity in words. */
  readonly quantity: string;
  readonly wanted: number;
  readonly found: number;
  /** (found − wanted) / scale. */
  readonly deviation: number;
  readonly isMet: boolean;
}

/** The targets of a match, as residuals (quantity − value) · weight / scale. */
export class Targets {
  readonly quantities: readonly Objective[];
  readonly #targets: readonly MatchTarget[];
  readonly #tolerance: number;
  /** Known once the quantities are at the start. */
  #scales: readonly number[] | undefined;

  /** @throws OptionsError for an empty list, or an entry that is no target */
  constructor(targets: readonly MatchTarget[], tolerance: number) {
    if (targets.length === 0) throw new OptionsError('a match needs a target: the list is empty');
    for (const [i, target] of targets.entries()) requireTarget(target, `target ${i + 1}`);
    this.#targets = targets;
    this.quantities = targets.map(({ quantity }) => quantity);
    this.#tolerance = tolerance;
  }

  /**
   * Residuals for values of the quantities, `[m]`; the first values that are asked about are those at the start.
   */
  residuals(values: readonly number[]): Float64Array {
    this.#scales ??= this.#targets.map(
      ({ scale, value }, i) => scale ?? (Math.abs(value) || Math.abs(values[i]!) || 1),
    );
    return Float64Array.from(values, (value, i) => (value - this.#targets[i]!.value) * this.factor(i));
  }

  /** d(residual)/d(quantity) of a target. */
  factor(index: number): number {
    return (this.#targets[index]!.weight ?? 1) / this.#scales![index]!;
  }

  /** Whether these residuals leave every target within the tolerance. */
  isMet(residuals: Float64Array): boolean {
    return residuals.every((residual, i) => this.#isWithin(residual, i));
  }

  report(residuals: Float64Array): MatchedTarget[] {
    return this.#targets.map(({ quantity, value, weight = 1 }, i) => {
      const deviation = residuals[i]! / weight;
      return {
        ...{ quantity: quantity.describe(), wanted: value, found: value + deviation * this.#scales![i]! },
        ...{ deviation, isMet: this.#isWithin(residuals[i]!, i) },
      };
    });
  }

  #isWithin(residual: number, index: number): boolean {
    return Math.abs(residual) <= this.#tolerance * (this.#targets[index]!.weight ?? 1);
  }
}

function requireTarget(target: unknown, where: string): void {
  requireKnownKeys(target, ['quantity', 'value', 'scale', 'weight'], where, OptionsError);
  const { quantity, value, scale, weight } = target as MatchTarget;
  if (!(quantity instanceof Objective)) {
    throw new OptionsError(
      `the quantity of ${where} must be an objective such as sigma('x'), not ${show(quantity)}`,
    );
  }
  if (quantity.locations().length === 0) {
    throw new OptionsError(`the quantity of ${where}, ${quantity.describe()}, does not look at the beam`);
  }
  requireFinite(value, `the value of ${where}`, OptionsError);
  if (scale !== undefined) requirePositive(scale, `the scale of ${where}`, OptionsError);
  if (weight !== undefined) requirePositive(weight, `the weight of ${where}`, OptionsError);
}
