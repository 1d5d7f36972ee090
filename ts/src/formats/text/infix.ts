import { didYouMean } from '../../nearest.js';
import { counted, fileError } from '../failure.js';
import type { Cursor } from './cursor.js';
import { type Formula, numberOf, type Step } from './formula.js';
import { NEGATE, OPERATORS, type Operations } from './operations.js';
import type { Token } from './tokens.js';

/** How a format writes its expressions. */
export interface InfixStyle {
  /** By name in lower case. */
  readonly functions: Operations;
  /** How the attribute of an element is written: `q1->k1` or `q1[k1]`. */
  readonly reference: '->' | '[';
}

/** Nobody nests deeper by hand; the parser's own stack would not stand much more than a hundred times this. */
const DEEPEST = 100;
const WHERE = 'in an expression';

/**
 * The expression that begins at the cursor: `+ - * /` from the left, `^` from the right and before a sign (−2^2 is −4), functions,
 * variables and attributes of elements.
 *
 * @throws LatticeFileError for what is no expression, an unknown function, or one that is nested too deeply
 */
export function parseInfix(cursor: Cursor, style: InfixStyle): Formula {
  return new InfixParser(cursor, style).parse();
}

class InfixParser {
  readonly #steps: Step[] = [];
  #depth = 0;

  constructor(
    readonly cursor: Cursor,
    readonly style: InfixStyle,
  ) {}

  parse(): Formula {
    this.#sum();
    return this.#steps;
  }

  #sum(): void {
    this.#leftToRight(['+', '-'], () => this.#leftToRight(['*', '/'], () => this.#factor()));
  }

  #leftToRight(operators: readonly (keyof typeof OPERATORS)[], operand: () => void): void {
    operand();
    for (;;) {
      const operator = operators.find((one) => this.cursor.isMark(one));
      if (operator === undefined) return;
      const { at } = this.cursor.next();
      operand();
      this.#steps.push({ kind: 'apply', name: operator, operation: OPERATORS[operator], at });
    }
  }

  #factor() {
    const { at } = this.cursor;
    if (this.cursor.accept('+')) return this.#nested(() => this.#factor());
    if (!this.cursor.accept('-')) return this.#power();
    this.#nested(() => this.#factor());
    this.#steps.push({ kind: 'apply', name: '-', operation: NEGATE, at });
  }

  #power(): void {
    this.#operand();
    const { at } = this.cursor;
    if (!this.cursor.accept('^')) return;
    this.#nested(() => this.#factor());
    this.#steps.push({ kind: 'apply', name: '^', operation: OPERATORS['^'], at });
  }

  #operand(): void {
    const { cursor } = this;
    const { kind, text, at } = cursor.peek();
    if (kind === 'number') {
      cursor.next();
      this.#steps.push({ kind: 'number', value: numberOf(text, at), at });
    } else if (kind === 'name') {
      this.#named(cursor.next());
    } else if (cursor.accept('(')) {
      this.#nested(() => this.#sum());
      cursor.expect(')', WHERE);
    } else throw cursor.unexpected('a number or a name', WHERE);
  }

  /** A function, an attribute of an element, or a variable. */
  #named(name: Token) {
    const { cursor } = this;
    const { reference } = this.style;
    if (cursor.accept('(')) return this.#call(name);
    if (!cursor.accept(reference)) {
      this.#steps.push({ kind: 'variable', name: name.text, at: name.at });
      return;
    }
    const attribute = cursor.expectName('the name of an attribute', WHERE).text;
    if (reference === '[') cursor.expect(']', WHERE);
    this.#steps.push({ kind: 'attribute', element: name.text, attribute, at: name.at });
  }

  #call({ text, at }: Token): void {
    const { cursor } = this;
    const { functions } = this.style;
    const name = text.toLowerCase();
    if (!Object.hasOwn(functions, name)) {
      throw fileError(at, `there is no function '${text}'${didYouMean(name, Object.keys(functions))}`);
    }
    const operation = functions[name]!;
    let given = 0;
    if (!cursor.isMark(')')) {
      do {
        this.#nested(() => this.#sum());
        given += 1;
      } while (cursor.accept(','));
    }
    cursor.expect(')', WHERE);
    const { arity } = operation;
    if (given !== arity) throw fileError(at, `'${text}' takes ${counted(arity, 'number')}, not ${given}`);
    this.#steps.push({ kind: 'apply', name: text, operation, at });
  }

  #nested(parse: () => void): void {
    this.#depth += 1;
    if (this.#depth > DEEPEST) {
      throw fileError(this.cursor.at, `the expression is nested more than ${DEEPEST} deep`);
    }
    parse();
    this.#depth -= 1;
  }
}
