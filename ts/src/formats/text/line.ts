import { didYouMean } from '../../nearest.js';
import type { DescribedPlace, SourcePosition } from '../description.js';
import { counted, fileError } from '../failure.js';

/** A member of a line: `q1`, `3*(a, b)`, `-arc`, `cell(qf, qd)`. */
export interface LineItem {
  readonly count: number;
  /** Its members come in reverse order. */
  readonly isReflected: boolean;
  /** The beam enters each of its elements by the exit face. */
  readonly isTurned: boolean;
  readonly entry: LineReference | readonly LineItem[];
  readonly at: SourcePosition;
}

/** A line or an element by name, with what the line's formal arguments stand for. */
export interface LineReference {
  readonly name: string;
  readonly actual: readonly LineItem[];
}

/** A line as a file defines it. */
export interface LineDefinition {
  readonly name: string;
  /** Formal arguments, in lower case. */
  readonly formal: readonly string[];
  readonly items: readonly LineItem[];
  readonly at: SourcePosition;
}

/** What a line can consist of. */
export interface LineParts {
  line(name: string): LineDefinition | undefined;
  /** The places that a name stands for which is no line; `undefined` for an unknown one. */
  places(name: string, at: SourcePosition): readonly DescribedPlace[] | undefined;
  /** The names that there are. */
  names(): Iterable<string>;
}

/** More elements than this are a slip of a repetition count, not a machine. */
export const MOST_PLACES = 1_000_000;
/** Lines in lines in lines: deeper is a line that contains itself. */
const DEEPEST = 100;

/** A line that is being expanded, what its formal arguments stand for, and where that was written. */
interface Scope {
  readonly line: LineDefinition;
  readonly actual: ReadonlyMap<string, LineItem>;
  readonly outer: Scope | undefined;
}

interface Orientation {
  readonly isReflected: boolean;
  readonly isTurned: boolean;
}

/**
 * The places of a line in the order of the beam.
 *
 * @param at - where the line is asked for
 * @throws LatticeFileError for an unknown name, a line that contains itself, formal arguments that do not fit, or more than a
 * million elements
 */
export function expandLine(name: string, parts: LineParts, at: SourcePosition): DescribedPlace[] {
  const item = { count: 1, isReflected: false, isTurned: false, entry: { name, actual: [] }, at };
  return new Expansion(parts).of(item);
}

class Expansion {
  readonly #places: DescribedPlace[] = [];
  /** Counts empty lines, too: a million repetitions of nothing take their time. */
  #work = 0;
  #depth = 0;

  constructor(readonly parts: LineParts) {}

  of(item: LineItem): DescribedPlace[] {
    this.#add(item, { isReflected: false, isTurned: false }, undefined);
    return this.#places;
  }

  #add(item: LineItem, around: Orientation, scope: Scope | undefined): void {
    const { entry, at, count } = item;
    const orientation = {
      isReflected: item.isReflected !== around.isReflected,
      isTurned: item.isTurned !== around.isTurned,
    };
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw fileError(at, `lines are nested more than ${DEEPEST} deep`);
    for (let i = 0; i < count; i++) {
      this.#countWork(1, at);
      if ('name' in entry) this.#addNamed(entry, at, orientation, scope);
      else this.#addAll(entry, orientation, scope);
    }
    this.#depth -= 1;
  }

  #addAll(items: readonly LineItem[], orientation: Orientation, scope: Scope | undefined): void {
    const ordered = orientation.isReflected ? items.toReversed() : items;
    for (const item of ordered) this.#add(item, orientation, scope);
  }

  #addNamed(
    { name, actual }: LineReference,
    at: SourcePosition,
    orientation: Orientation,
    scope: Scope | undefined,
  ) {
    const argument = scope?.actual.get(name.toLowerCase());
    if (argument && actual.length === 0) return this.#add(argument, orientation, scope?.outer);
    const line = this.parts.line(name);
    if (line) return this.#addLine(line, actual, at, orientation, scope);
    const places = this.parts.places(name, at);
    if (!places) {
      throw fileError(at, `there is no line or element '${name}'${didYouMean(name, this.parts.names())}`);
    }
    if (actual.length > 0) throw fileError(at, `'${name}' is no line: it takes no arguments`);
    this.#countWork(places.length, at);
    const ordered = orientation.isReflected ? places.toReversed() : places;
    for (const { element, isReversed } of ordered) {
      this.#places.push({ element, isReversed: isReversed !== orientation.isTurned });
    }
  }

  #addLine(
    line: LineDefinition,
    actual: readonly LineItem[],
    at: SourcePosition,
    orientation: Orientation,
    outer: Scope | undefined,
  ): void {
    const { name, formal } = line;
    for (let open = outer; open; open = open.outer) {
      if (open.line === line) throw fileError(at, `line '${name}' contains itself`);
    }
    if (actual.length !== formal.length) {
      throw fileError(at, `line '${name}' takes ${counted(formal.length, 'argument')}, not ${actual.length}`);
    }
    const byName = new Map(formal.map((key, i) => [key, actual[i]!]));
    this.#addAll(line.items, orientation, { line, actual: byName, outer });
  }

  #countWork(places: number, at: SourcePosition): void {
    this.#work += places;
    // Lines and repetitions count as well, at most as many again as there are elements in any real file.
    if (this.#places.length + places <= MOST_PLACES && this.#work <= 2 * MOST_PLACES) return;
    throw fileError(at, `the line has more than ${MOST_PLACES} elements: are the repetition counts right?`);
  }
}
