import { fileError } from '../failure.js';
import type { Cursor } from './cursor.js';
import type { LineItem } from './line.js';

/** What a minus sign before a member of a line does to it; `--` always does both. */
export interface LineStyle {
  /** Whether it turns the elements, too, and not only their order. */
  readonly minusTurns: boolean;
}

const WHERE = 'in a line';
/** Nobody nests deeper by hand. */
const DEEPEST = 100;

/**
 * The members of the line that begins at the cursor: a list in parentheses, or one member without them.
 *
 * @throws LatticeFileError for anything else
 */
export function parseLine(cursor: Cursor, style: LineStyle): LineItem[] {
  return cursor.isMark('(') ? parseItems(cursor, style, 0) : [parseItem(cursor, style, 0)];
}

/**
 * The formal arguments of a line, in lower case, if a list of them begins at the cursor.
 *
 * @throws LatticeFileError for one that is no name
 */
export function parseFormal(cursor: Cursor): string[] {
  const names: string[] = [];
  if (!cursor.accept('(')) return names;
  do {
    names.push(cursor.expectName('the name of an argument', WHERE).text.toLowerCase());
  } while (cursor.accept(','));
  cursor.expect(')', WHERE);
  return names;
}

function parseItems(cursor: Cursor, style: LineStyle, depth: number): LineItem[] {
  if (depth > DEEPEST) throw fileError(cursor.at, `parentheses are nested more than ${DEEPEST} deep`);
  const items: LineItem[] = [];
  cursor.expect('(', WHERE);
  if (cursor.accept(')')) return items;
  do {
    items.push(parseItem(cursor, style, depth));
  } while (cursor.accept(','));
  cursor.expect(')', WHERE);
  return items;
}

function parseItem(cursor: Cursor, style: LineStyle, depth: number): LineItem {
  const { at } = cursor;
  const minuses = countMinuses(cursor);
  const count = parseCount(cursor);
  const after = countMinuses(cursor);
  const isReflected = minuses + after > 0;
  const isTurned = minuses + after > 1 || (isReflected && style.minusTurns);
  const orientation = { count, isReflected, isTurned, at };
  if (cursor.isMark('(')) return { ...orientation, entry: parseItems(cursor, style, depth + 1) };
  const { kind, text } = cursor.peek();
  if (kind !== 'name' && kind !== 'quoted')
    throw cursor.unexpected('the name of an element or a line', WHERE);
  cursor.next();
  const actual = cursor.isMark('(') ? parseItems(cursor, style, depth + 1) : [];
  return { ...orientation, entry: { name: text, actual } };
}

function countMinuses(cursor: Cursor): number {
  let count = 0;
  while (count < 2 && cursor.accept('-')) count += 1;
  return count;
}

/** The whole number before a `*`; 1 without one. */
function parseCount(cursor: Cursor): number {
  if (cursor.peek().kind !== 'number') return 1;
  const { text, at } = cursor.next();
  cursor.expect('*', WHERE);
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw fileError(at, `a repetition count is a whole number, not ${text}`);
}
