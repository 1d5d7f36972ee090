import type { Operation } from './formula.js';

/** A table of operations by name. */
export type Operations = Readonly<Record<string, Operation>>;

/** An operation on one number. */
export const unary = (apply: (x: number) => number): Operation => ({ arity: 1, apply });
/** An operation on two numbers. */
export const binary = (apply: (a: number, b: number) => number): Operation => ({ arity: 2, apply });

export const NEGATE: Operation = unary((x) => -x);

/** The operators that all formats write alike. */
export const OPERATORS = {
  '+': binary((a, b) => a + b),
  '-': binary((a, b) => a - b),
  '*': binary((a, b) => a * b),
  '/': binary((a, b) => a / b),
  '^': binary((a, b) => a ** b),
} as const satisfies Operations;

/** The functions that all formats know; angles in rad. */
export const COMMON_FUNCTIONS: Operations = {
  sqrt: unary(Math.sqrt),
  exp: unary(Math.exp),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  abs: unary(Math.abs),
};

/** Functions of the infix languages beyond {@link COMMON_FUNCTIONS}. */
export const INFIX_FUNCTIONS: Operations = {
  ...COMMON_FUNCTIONS,
  log: unary(Math.log),
  sinh: unary(Math.sinh),
  cosh: unary(Math.cosh),
  tanh: unary(Math.tanh),
  atan2: binary(Math.atan2),
  sinc: unary((x) => (x === 0 ? 1 : Math.sin(x) / x)),
};
