import type { Reference } from '../beam/reference.js';
import { ObjectiveError } from '../errors.js';
import type { Moments, MomentsCotangent } from './moments.js';
import { Objective, type Recorded } from './objective.js';
import type { Location, LocationNeeds, Sweep } from './observation.js';
import { ATOM, POWER } from './rules.js';

/** An objective that looks at one place and is written as a name: `name`, `name@marker`, or `name@(entrance)`. */
export abstract class NamedObjective extends Objective {
  readonly name: string;
  readonly location: Location;

  constructor(name: string, location: Location) {
    super();
    this.name = name;
    this.location = location;
  }

  get precedence(): number {
    return this.location === 'end' ? ATOM : POWER;
  }

  describe(): string {
    if (this.location === 'end') return this.name;
    return `${this.name}@${this.location === 'entrance' ? '(entrance)' : this.location.marker}`;
  }

  /** Passes a value on if it is finite. */
  protected finite(value: number): number {
    if (Number.isFinite(value)) return value;
    throw new ObjectiveError(`${this.describe()} is ${value}: an objective must be a finite number`);
  }
}

/** A number read from the moments, and its derivative by them. */
export interface MomentFunction {
  readonly value: (moments: Moments) => number;
  /** Adds `bar` times the derivative to `cotangent`. */
  readonly pullBack: (moments: Moments, bar: number, cotangent: MomentsCotangent) => void;
}

/** A function of the moments at one place. */
export class MomentLeaf extends NamedObjective {
  readonly #of: MomentFunction;

  constructor(name: string, of: MomentFunction, location: Location = 'end') {
    super(name, location);
    this.#of = of;
  }

  relocate(location: Location): Objective {
    return new MomentLeaf(this.name, this.#of, location);
  }

  needs(): LocationNeeds[] {
    return [{ location: this.location, moments: true, particles: false }];
  }

  record(sweep: Sweep): Recorded {
    const moments = sweep.moments(this.location, this.describe());
    const value = this.finite(this.#of.value(moments));
    const pullBack = (bar: number) => this.#of.pullBack(moments, bar, sweep.momentsBar(this.location));
    return { value, pullBack };
  }
}

/** β0·γ0 of the reference particle at one place. */
export class BetaGammaLeaf extends NamedObjective {
  constructor(location: Location = 'end') {
    super('betaGamma', location);
  }

  relocate(location: Location): Objective {
    return new BetaGammaLeaf(location);
  }

  needs(): LocationNeeds[] {
    return [{ location: this.location, moments: false, particles: false }];
  }

  record(sweep: Sweep): Recorded {
    const { gamma0, beta0 }: Reference = sweep.reference(this.location);
    const pullBack = (bar: number) => sweep.addReferenceBar(this.location, bar * beta0, bar * gamma0);
    return { value: beta0 * gamma0, pullBack };
  }
}

/** An expression of one place that goes by a name of its own: σ is the name of a square root. */
export class Definition extends NamedObjective {
  readonly #expression: Objective;
  readonly #atZero: string | undefined;

  /**
   * @param atZero - for a square root: what to do when its value is 0 and its derivative infinite, as the end of a message
   */
  constructor(name: string, expression: Objective, atZero?: string, location: Location = 'end') {
    super(name, location);
    this.#expression = expression;
    this.#atZero = atZero;
  }

  relocate(location: Location): Objective {
    return new Definition(this.name, this.#expression.relocate(location), this.#atZero, location);
  }

  needs(): LocationNeeds[] {
    return this.#expression.needs();
  }

  record(sweep: Sweep): Recorded {
    const recorded = this.#expression.record(sweep);
    if (this.#atZero === undefined || recorded.value !== 0) return recorded;
    const pullBack = () => {
      throw new ObjectiveError(`${this.describe()} is 0 and its derivative infinite: ${this.#atZero}`);
    };
    return { value: 0, pullBack };
  }
}

/** An objective that looks where it looks, whatever `at` says to the expression around it. */
export class Anchored extends Objective {
  readonly #anchored: Objective;

  constructor(anchored: Objective) {
    super();
    this.#anchored = anchored;
  }

  get precedence(): number {
    return this.#anchored.precedence;
  }

  describe(): string {
    return this.#anchored.describe();
  }

  relocate(): Objective {
    return this;
  }

  needs(): LocationNeeds[] {
    return this.#anchored.needs();
  }

  record(sweep: Sweep): Recorded {
    return this.#anchored.record(sweep);
  }
}
