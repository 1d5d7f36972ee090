import { LatticeFileError } from '../../errors.js';
import type { DescribedAttribute, SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import type { Cursor } from './cursor.js';
import type { Formula } from './formula.js';
import { type InfixStyle, parseInfix } from './infix.js';
import { Cell, type Worksheet } from './worksheet.js';

/** What a file writes as the value of an attribute. */
export type WrittenValue =
  | { readonly kind: 'text'; readonly text: string | boolean }
  | { readonly kind: 'list'; readonly formulas: readonly Formula[] }
  | {
      readonly kind: 'formula';
      readonly formula: Formula;
      /** What stands there as a text, where it could be one: a name alone, as in `type=fmag`. */
      readonly word?: string;
    };

/** The value of an attribute as an element keeps it: worked out, or to be worked out when it is asked for. */
export type Setting =
  | (DescribedAttribute & { readonly word?: string | undefined })
  | {
      readonly cells: readonly Cell[];
      readonly isList: boolean;
      readonly word: string | undefined;
      readonly at: SourcePosition;
    };

/**
 * The value that begins at the cursor: an expression, text in quotes, or a list of expressions in braces.
 *
 * @throws LatticeFileError for anything else
 */
export function parseValue(cursor: Cursor, style: InfixStyle): WrittenValue {
  if (cursor.peek().kind === 'quoted') return { kind: 'text', text: cursor.next().text };
  if (cursor.accept('{')) return { kind: 'list', formulas: parseList(cursor, style) };
  const formula = parseInfix(cursor, style);
  const [first, second] = formula;
  const isWord = first?.kind === 'variable' && second === undefined;
  return { kind: 'formula', formula, ...(isWord && { word: first.name }) };
}

function parseList(cursor: Cursor, style: InfixStyle): Formula[] {
  const formulas: Formula[] = [];
  while (!cursor.isMark('}')) {
    formulas.push(parseInfix(cursor, style));
    if (!cursor.accept(',')) break;
  }
  cursor.expect('}', 'in a list');
  return formulas;
}

/** A value that is worked out now, and one that cannot be with the reason: perhaps nobody needs it as a number. */
export function settle(written: WrittenValue, sheet: Worksheet, at: SourcePosition): Setting {
  if (written.kind === 'text') return { value: written.text, at };
  const word = written.kind === 'formula' ? written.word : undefined;
  const isList = written.kind === 'list';
  const formulas = isList ? written.formulas : [written.formula];
  const found = describe(() => formulas.map((formula) => sheet.evaluate(formula, at)), { isList, word, at });
  return { ...found, word };
}

/** A value that is worked out whenever it is asked for. */
export function defer(written: WrittenValue, at: SourcePosition): Setting {
  if (written.kind === 'text') return { value: written.text, at };
  const isList = written.kind === 'list';
  const formulas = isList ? written.formulas : [written.formula];
  const word = isList ? undefined : written.word;
  return { cells: formulas.map((formula) => new Cell(formula, at)), isList, word, at };
}

/** What a setting comes to now. */
export function described(setting: Setting, name: string, sheet: Worksheet): DescribedAttribute {
  if ('value' in setting) {
    const { word, ...fixed } = setting;
    return fixed;
  }
  const { cells, at } = setting;
  return describe(() => cells.map((cell) => sheet.valueOf(cell, `'${name}'`, at)), setting);
}

/** The number that a setting comes to now. @throws LatticeFileError when it is none */
export function numberIn(setting: Setting, what: string, sheet: Worksheet, at: SourcePosition): number {
  const [cell] = 'cells' in setting ? setting.cells : [];
  if (cell && !('value' in setting) && !setting.isList) return sheet.valueOf(cell, what, at);
  const { value, error } = described(setting, what, sheet);
  if (typeof value === 'number' && !error) return value;
  throw error ?? fileError(at, `${what} is not a number`);
}

/**
 * The word that a setting is: a name alone, or text in quotes.
 *
 * @throws LatticeFileError when it is neither
 */
export function wordIn(setting: Setting): string {
  if (setting.word !== undefined) return setting.word;
  if ('value' in setting && typeof setting.value === 'string') return setting.value;
  throw fileError(setting.at, 'a name is expected here');
}

function describe(
  numbers: () => number[],
  { isList, word, at }: { isList: boolean; word: string | undefined; at: SourcePosition },
): DescribedAttribute {
  try {
    const found = numbers();
    return { value: isList ? found : found[0]!, at };
  } catch (error) {
    if (error instanceof LatticeFileError) return { value: word ?? Number.NaN, at, error };
    throw error;
  }
}
