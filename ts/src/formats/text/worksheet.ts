import { didYouMean } from '../../nearest.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { evaluate, type Formula, type Names } from './formula.js';

/** A number, or a formula that is worked out whenever it is asked for. */
export class Cell {
  readonly at: SourcePosition;
  readonly formula: Formula;
  /** How many changes of the worksheet the value has seen; -1 before there is one. */
  stamp = -1;
  value = Number.NaN;
  /** Whether it is being worked out at the moment. */
  isBusy = false;

  constructor(formula: Formula, at: SourcePosition) {
    this.formula = formula;
    this.at = at;
  }
}

/** A cell that holds a number for good. */
export function constantCell(value: number, at: SourcePosition): Cell {
  return new Cell([{ kind: 'number', value, at }], at);
}

/** How many cells may wait for each other: a chain this long is no machine's. */
const LONGEST_CHAIN = 500;

/**
 * The variables of a file and what depends on them. Names do not care for case.
 *
 * Values that were worked out are kept until something changes: a cell that many others refer to is worked out once.
 */
export class Worksheet implements Names {
  readonly #variables = new Map<string, Cell>();
  #changes = 0;
  #waiting = 0;

  /**
   * @param constants - variables that are there from the beginning
   * @param attribute - the value of an element's attribute now; throws for what there is not
   */
  constructor(
    constants: Readonly<Record<string, number>>,
    readonly attribute: Names['attribute'],
  ) {
    const at = { file: 'built in', line: 1, column: 1 };
    for (const [name, value] of Object.entries(constants)) {
      this.#variables.set(name.toLowerCase(), constantCell(value, at));
    }
  }

  /** Gives a variable its cell. */
  set(name: string, cell: Cell): void {
    this.#variables.set(name.toLowerCase(), cell);
    this.changed();
  }

  has(name: string): boolean {
    return this.#variables.has(name.toLowerCase());
  }

  /** To be called when something outside the worksheet changed that cells refer to: an attribute. */
  changed(): void {
    this.#changes += 1;
  }

  /** @throws LatticeFileError when there is no such variable, or its formula cannot be evaluated */
  variable(name: string, at: SourcePosition): number {
    const cell = this.#variables.get(name.toLowerCase());
    if (cell) return this.valueOf(cell, `'${name}'`, at);
    throw fileError(at, `variable '${name}' is not defined${didYouMean(name, this.#variables.keys())}`);
  }

  /** The value of a formula now. @throws LatticeFileError when it cannot be evaluated */
  evaluate(formula: Formula, at: SourcePosition): number {
    return evaluate(formula, this, at);
  }

  /**
   * The value of a cell now.
   *
   * @param what - how messages call it
   * @param at - where it is asked for
   * @throws LatticeFileError when it depends on itself or on too many others, or cannot be evaluated
   */
  valueOf(cell: Cell, what: string, at: SourcePosition): number {
    if (cell.stamp === this.#changes) return cell.value;
    if (cell.isBusy) throw fileError(at, `${what} depends on itself`);
    if (this.#waiting >= LONGEST_CHAIN) {
      throw fileError(
        at,
        `${what} ends a chain of more than ${LONGEST_CHAIN} expressions that need each other`,
      );
    }
    cell.isBusy = true;
    this.#waiting += 1;
    try {
      cell.value = this.evaluate(cell.formula, cell.at);
      cell.stamp = this.#changes;
      return cell.value;
    } finally {
      cell.isBusy = false;
      this.#waiting -= 1;
    }
  }
}
