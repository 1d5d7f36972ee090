/**
 * An operation on the values of sub-expressions. `partials` are the derivatives of the value by each operand,
 * `text` writes the operation around operands that are already in parentheses where needed.
 */
export interface Rule {
  /** How tightly the written operation binds; see {@link ATOM}. */
  readonly precedence: number;
  /** The least precedence of operand `index` that does without parentheses. */
  readonly operandPrecedence: (index: number) => number;
  readonly text: (operands: readonly string[]) => string;
  readonly value: (operands: readonly number[]) => number;
  readonly partials: (operands: readonly number[], value: number) => number[];
}

const ADDITIVE = 1;
const MULTIPLICATIVE = 2;
/** Precedence of a power, and of a leaf at a marker: `(sigma(x)@m1)^2` needs its parentheses. */
export const POWER = 3;
/** Precedence of what never needs parentheses: names, function calls, numbers of at least 0. */
export const ATOM = 4;

/** a + b + … */
export const SUM: Rule = {
  precedence: ADDITIVE,
  operandPrecedence: () => ADDITIVE,
  text: (operands) => operands.join(' + '),
  value: (operands) => operands.reduce((sum, a) => sum + a, 0),
  partials: (operands) => operands.map(() => 1),
};

/** a − b */
export const DIFFERENCE: Rule = {
  precedence: ADDITIVE,
  operandPrecedence: (index) => (index === 0 ? ADDITIVE : MULTIPLICATIVE),
  text: (operands) => operands.join(' - '),
  value: ([a, b]) => a! - b!,
  partials: () => [1, -1],
};

/** a · b · … */
export const PRODUCT: Rule = {
  precedence: MULTIPLICATIVE,
  operandPrecedence: () => MULTIPLICATIVE,
  text: (operands) => operands.join(' * '),
  value: (operands) => operands.reduce((product, a) => product * a, 1),
  partials: productOfOthers,
};

/** a / b */
export const QUOTIENT: Rule = {
  precedence: MULTIPLICATIVE,
  operandPrecedence: (index) => (index === 0 ? MULTIPLICATIVE : POWER),
  text: (operands) => operands.join(' / '),
  value: ([a, b]) => a! / b!,
  partials: ([, b], value) => [1 / b!, -value / b!],
};

/** a² */
export const SQUARE: Rule = {
  precedence: POWER,
  operandPrecedence: () => ATOM,
  text: ([a]) => `${a}^2`,
  value: ([a]) => a! * a!,
  partials: ([a]) => [2 * a!],
};

/** √a */
export const SQUARE_ROOT: Rule = {
  precedence: ATOM,
  operandPrecedence: () => 0,
  text: ([a]) => `sqrt(${a})`,
  value: ([a]) => Math.sqrt(a!),
  partials: (_, value) => [0.5 / value],
};

/** For each operand the product of the others, without dividing: an operand may be 0. */
function productOfOthers(operands: readonly number[]): number[] {
  const others = operands.map(() => 1);
  let before = 1;
  for (const [i, a] of operands.entries()) {
    others[i] = before;
    before *= a;
  }
  let after = 1;
  for (let i = operands.length - 1; i >= 0; i--) {
    others[i]! *= after;
    after *= operands[i]!;
  }
  return others;
}
