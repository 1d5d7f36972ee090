import { ObjectiveError } from '../errors.js';
import { requireFinite, show } from '../options.js';
import {
  type Evaluation,
  type Location,
  type LocationNeeds,
  locationKey,
  type Observations,
  Sweep,
} from './observation.js';
import { ATOM, DIFFERENCE, PRODUCT, QUOTIENT, type Rule, SQUARE, SQUARE_ROOT, SUM } from './rules.js';

/** The value of an expression, and how to hand a derivative by it back to what it was computed from. */
export interface Recorded {
  readonly value: number;
  /** Adds `bar` times the derivative of the value to the sweep. */
  readonly pullBack: (bar: number) => void;
}

/**
 * A number computed from the beam at one or more places, with its derivative. Objectives are immutable expressions:
 * every method returns a new one. Leaves look at the end of the line until {@link Objective.at} moves them.
 *
 * @example `target(sigma('x'), 1e-3).plus(emittance('y').at('m1').times(2))`
 */
export abstract class Objective {
  /** @internal How tightly {@link Objective.describe} binds, so that parentheses appear only where needed. */
  abstract readonly precedence: number;

  /** The expression as text, for example `sigma(x)^2 + emittance(y)@m1`. */
  abstract describe(): string;

  /** @internal The same expression with every leaf looking at `location`. */
  abstract relocate(location: Location): Objective;

  /** @internal The leaves' needs, one entry per leaf. */
  abstract needs(): LocationNeeds[];

  /** @internal Computes the value, remembering how to differentiate it. */
  abstract record(sweep: Sweep): Recorded;

  /**
   * The same expression looking at the beam at a marker: every leaf of it, wherever it looked before.
   *
   * @throws ObjectiveError for an empty name; whether the lattice has the marker is checked when it is tracked
   */
  at(marker: string): Objective {
    if (typeof marker === 'string' && marker !== '') return this.relocate({ marker });
    throw new ObjectiveError(`at() takes the name of a marker, not ${show(marker)}`);
  }

  /** The same expression looking at the beam before the first element, on the first turn: every leaf of it. */
  atEntrance(): Objective {
    return this.relocate('entrance');
  }

  /** this + other */
  plus(other: Objective | number): Objective {
    return new Combination(SUM, [this, operand(other)]);
  }

  /** this − other */
  minus(other: Objective | number): Objective {
    return new Combination(DIFFERENCE, [this, operand(other)]);
  }

  /** this · other */
  times(other: Objective | number): Objective {
    return new Combination(PRODUCT, [this, operand(other)]);
  }

  /** this / other */
  dividedBy(other: Objective | number): Objective {
    return new Combination(QUOTIENT, [this, operand(other)]);
  }

  /** this² */
  squared(): Objective {
    return new Combination(SQUARE, [this]);
  }

  /** √this */
  sqrt(): Objective {
    return new Combination(SQUARE_ROOT, [this]);
  }

  /** Every place the expression looks at, once each, with what it needs to see there. */
  locations(): LocationNeeds[] {
    const merged = new Map<string, LocationNeeds>();
    for (const { location, moments, particles } of this.needs()) {
      const key = locationKey(location);
      const before = merged.get(key) ?? { moments: false, particles: false };
      merged.set(key, {
        location,
        moments: moments || before.moments,
        particles: particles || before.particles,
      });
    }
    return [...merged.values()];
  }

  /**
   * The value alone.
   *
   * @throws ObjectiveError when an observation is missing or a value is not finite
   */
  value(observations: Observations): number {
    return this.record(new Sweep(observations)).value;
  }

  /**
   * The value and its derivative by everything observed, in reverse mode.
   *
   * @throws ObjectiveError when an observation is missing, a value is not finite, or a derivative is infinite (the
   * sigma or emittance of a beam without extent, the square root of 0)
   */
  evaluate(observations: Observations): Evaluation {
    const sweep = new Sweep(observations);
    const { value, pullBack } = this.record(sweep);
    pullBack(1);
    return { value, cotangents: sweep.cotangents };
  }
}

/** A number in an expression. */
class Constant extends Objective {
  readonly #number: number;

  constructor(number: number) {
    super();
    this.#number = number;
  }

  get precedence(): number {
    return this.#number < 0 ? 0 : ATOM;
  }

  describe(): string {
    return String(this.#number);
  }

  relocate(): Objective {
    return this;
  }

  needs(): LocationNeeds[] {
    return [];
  }

  record(): Recorded {
    return { value: this.#number, pullBack: () => {} };
  }
}

/** An operation on other objectives. */
export class Combination extends Objective {
  readonly #rule: Rule;
  readonly #operands: readonly Objective[];

  constructor(rule: Rule, operands: readonly Objective[]) {
    super();
    this.#rule = rule;
    this.#operands = operands;
  }

  get precedence(): number {
    return this.#rule.precedence;
  }

  describe(): string {
    const texts = this.#operands.map((o, index) => {
      const text = o.describe();
      return o.precedence < this.#rule.operandPrecedence(index) ? `(${text})` : text;
    });
    return this.#rule.text(texts);
  }

  relocate(location: Location): Objective {
    return new Combination(
      this.#rule,
      this.#operands.map((o) => o.relocate(location)),
    );
  }

  needs(): LocationNeeds[] {
    return this.#operands.flatMap((o) => o.needs());
  }

  record(sweep: Sweep): Recorded {
    const recorded = this.#operands.map((o) => o.record(sweep));
    const values = recorded.map((r) => r.value);
    const value = this.#rule.value(values);
    if (!Number.isFinite(value)) {
      throw new ObjectiveError(`${this.describe()} is ${value}: its operands are ${values.join(', ')}`);
    }
    const pullBack = (bar: number) => {
      const partials = this.#rule.partials(values, value);
      for (const [i, partial] of partials.entries()) {
        recorded[i]!.pullBack(bar * this.#finite(partial));
      }
    };
    return { value, pullBack };
  }

  #finite(partial: number): number {
    if (Number.isFinite(partial)) return partial;
    throw new ObjectiveError(`the derivative of ${this.describe()} is infinite at this beam`);
  }
}

/**
 * An objective as it is; a number as a constant expression.
 *
 * @throws ObjectiveError for anything else, and for numbers that are not finite
 */
export function operand(value: Objective | number): Objective {
  if (value instanceof Objective) return value;
  if (typeof value === 'number')
    return new Constant(requireFinite(value, 'a number in an objective', ObjectiveError));
  throw new ObjectiveError(`an objective is combined with objectives or numbers, not ${show(value)}`);
}
