/**
 * A number and its derivatives by named parameters: forward-mode differentiation of the few numbers that describe a map. The
 * reverse sweep over particles gives the derivative by a map's coefficients; these carry it on to the parameters of elements.
 */
export class Dual {
  readonly value: number;
  /** d(value)/d(parameter); what is not listed is 0. */
  readonly partials: ReadonlyMap<string, number>;

  private constructor(value: number, partials: ReadonlyMap<string, number>) {
    this.value = value;
    this.partials = partials;
  }

  static constant(value: number): Dual {
    return new Dual(value, NONE);
  }

  static variable(name: string, value: number): Dual {
    return new Dual(value, new Map([[name, 1]]));
  }

  /** This number under a name of its own: what follows from it is differentiated by that. */
  renamed(name: string): Dual {
    return Dual.variable(name, this.value);
  }

  /** f(this), given f's value and derivative here. */
  chain(value: number, derivative: number): Dual {
    return new Dual(value, scaled(this.partials, derivative));
  }

  plus(other: Dual | number): Dual {
    if (typeof other === 'number') return new Dual(this.value + other, this.partials);
    return new Dual(this.value + other.value, combined(this.partials, 1, other.partials, 1));
  }

  minus(other: Dual | number): Dual {
    if (typeof other === 'number') return new Dual(this.value - other, this.partials);
    return new Dual(this.value - other.value, combined(this.partials, 1, other.partials, -1));
  }

  times(other: Dual | number): Dual {
    if (typeof other === 'number') return this.chain(this.value * other, other);
    const value = this.value * other.value;
    return new Dual(value, combined(this.partials, other.value, other.partials, this.value));
  }

  over(other: Dual | number): Dual {
    if (typeof other === 'number') return this.chain(this.value / other, 1 / other);
    const value = this.value / other.value;
    return new Dual(value, combined(this.partials, 1 / other.value, other.partials, -value / other.value));
  }

  negated(): Dual {
    return this.chain(-this.value, -1);
  }

  squared(): Dual {
    return this.chain(this.value * this.value, 2 * this.value);
  }

  /** For positive numbers: at 0 the derivative is infinite. */
  squareRoot(): Dual {
    const root = Math.sqrt(this.value);
    return this.chain(root, 0.5 / root);
  }

  sine(): Dual {
    return this.chain(Math.sin(this.value), Math.cos(this.value));
  }

  cosine(): Dual {
    return this.chain(Math.cos(this.value), -Math.sin(this.value));
  }

  tangent(): Dual {
    const tangent = Math.tan(this.value);
    return this.chain(tangent, 1 + tangent * tangent);
  }
}

const NONE: ReadonlyMap<string, number> = new Map();

function scaled(partials: ReadonlyMap<string, number>, factor: number): ReadonlyMap<string, number> {
  if (partials.size === 0 || factor === 1) return partials;
  const out = new Map<string, number>();
  for (const [name, partial] of partials) out.set(name, factor * partial);
  return out;
}

function combined(
  a: ReadonlyMap<string, number>,
  byA: number,
  b: ReadonlyMap<string, number>,
  byB: number,
): ReadonlyMap<string, number> {
  if (b.size === 0) return scaled(a, byA);
  if (a.size === 0) return scaled(b, byB);
  const out = new Map(scaled(a, byA));
  for (const [name, partial] of b) out.set(name, (out.get(name) ?? 0) + byB * partial);
  return out;
}
