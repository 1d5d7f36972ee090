import type { SourcePosition } from '../description.js';
import { counted, fileError } from '../failure.js';

/** What a formula does with the numbers on top of its stack. */
export interface Operation {
  /** How many numbers it takes. */
  readonly arity: number;
  readonly apply: (...numbers: number[]) => number;
}

/** One step of a formula: a number, the value of a variable or of an element's attribute, or an operation. */
export type Step = { readonly at: SourcePosition } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'attribute'; readonly element: string; readonly attribute: string }
  | { readonly kind: 'apply'; readonly name: string; readonly operation: Operation }
);

/**
 * An expression in reverse Polish notation, whatever the file's own: evaluating it is a loop, however long it is and whoever
 * wrote it.
 */
export type Formula = readonly Step[];

/** The values of the names in a formula. */
export interface Names {
  /** @throws LatticeFileError for an unknown one */
  variable(name: string, at: SourcePosition): number;
  /** @throws LatticeFileError for an unknown element, or an attribute that it does not have */
  attribute(element: string, attribute: string, at: SourcePosition): number;
}

/**
 * The number that a formula stands for.
 *
 * @param at - where it stands
 * @throws LatticeFileError for an unknown name, a result that is not finite, too few numbers or too many
 */
export function evaluate(formula: Formula, names: Names, at: SourcePosition): number {
  const stack = stackOf(formula, names);
  if (stack.length === 1) return stack[0]!;
  throw fileError(at, `the expression leaves ${counted(stack.length, 'number')} where it should leave one`);
}

/**
 * All numbers that a formula leaves, the last one on top.
 *
 * @throws LatticeFileError as {@link evaluate}
 */
export function stackOf(formula: Formula, names: Names): number[] {
  const stack: number[] = [];
  for (const step of formula) stack.push(numberOfStep(step, stack, names));
  return stack;
}

function numberOfStep(step: Step, stack: number[], names: Names): number {
  switch (step.kind) {
    case 'number':
      return step.value;
    case 'variable':
      return names.variable(step.name, step.at);
    case 'attribute':
      return names.attribute(step.element, step.attribute, step.at);
    case 'apply':
      return applied(step, stack);
  }
}

function applied({ name, operation, at }: Extract<Step, { kind: 'apply' }>, stack: number[]): number {
  const { arity, apply } = operation;
  if (stack.length < arity)
    throw fileError(at, `'${name}' takes ${counted(arity, 'number')}, but the stack has ${stack.length}`);
  const operands = arity === 0 ? [] : stack.splice(-arity);
  const value = apply(...operands);
  if (Number.isFinite(value)) return value;
  throw fileError(at, `'${name}' of ${operands.join(' and ')} is not a finite number`);
}

/**
 * The number that a token spells.
 *
 * @throws LatticeFileError for one beyond the range of a double
 */
export function numberOf(text: string, at: SourcePosition): number {
  const value = Number(text.replace(/d/i, 'e'));
  if (Number.isFinite(value)) return value;
  throw fileError(at, `${text} is too large a number`);
}
