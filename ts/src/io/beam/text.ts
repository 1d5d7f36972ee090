import { createReadStream } from 'node:fs';
import { whyUnreadable } from '../unreadable.js';
import { fileError } from './rawBeam.js';

/** A longer line is no line of a table: a binary file, most likely. */
const LONGEST_LINE = 2 ** 20;

/**
 * Hands the lines of a text file to a function, from line 1, in stretches of a megabyte.
 *
 * @throws BeamFileError when the file cannot be read or is not text, and whatever `line` throws
 */
export async function eachLine(file: string, line: (text: string, number: number) => void): Promise<void> {
  const stream = createReadStream(file, { encoding: 'latin1', highWaterMark: 2 ** 20 });
  let number = 0;
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const text of lines) line(plain(text, number), ++number);
      if (rest.length > LONGEST_LINE || chunk.includes('\0')) {
        throw fileError(file, `${number + 1}:1`, 'is not text');
      }
    }
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw fileError(file, '', whyUnreadable(error as NodeJS.ErrnoException), { cause: error });
  }
  if (rest !== '') line(plain(rest, number), ++number);
}

/** A line without its carriage return, the first one without a byte order mark, which reads ï»¿ in Latin-1. */
function plain(text: string, linesBefore: number): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return linesBefore === 0 && line.startsWith('ï»¿') ? line.slice(3) : line;
}

/** The words of a line, at white space. */
export function words(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/**
 * A finite number as tables of the field hold them; Fortran's `1.5D-3` as well. `undefined` for anything else, so that
 * neither an empty field nor `0x10` counts as one.
 */
export function toNumber(word: string): number | undefined {
  const value = Number(word);
  if (Number.isFinite(value)) return isDecimal(word) ? value : undefined;
  if (!FORTRAN.test(word)) return undefined;
  const fortran = Number(word.replace(/d/i, 'e'));
  return Number.isFinite(fortran) ? fortran : undefined;
}

/** Of words that `Number` takes: not empty, and no 0x10, 0b1 or 0o7. By codes, for a file may hold ten million of them. */
function isDecimal(word: string): boolean {
  const [first, second] = [word.charCodeAt(0), word.charCodeAt(1)];
  const prefixed = first === ZERO && second > NINE && second !== LOWER_E && second !== UPPER_E;
  return !prefixed && word.trim() !== '';
}

const [ZERO, NINE, UPPER_E, LOWER_E] = [48, 57, 69, 101];
const FORTRAN = /^[-+]?(\d+\.?\d*|\.\d+)d[-+]?\d+$/i;

/** Columns of numbers that grow row by row. */
export class NumberTable {
  /** One per column; longer than there are rows. */
  #columns: Float64Array[];
  #rows = 0;

  constructor(columns: number) {
    this.#columns = Array.from({ length: columns }, () => new Float64Array(1024));
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds a row of numbers given as words.
   *
   * @param columns - which word goes into which column; `undefined` for the first words in order
   * @throws BeamFileError for a word that is not a finite number, naming line and column of the table
   */
  add(fields: readonly string[], columns: readonly number[] | undefined, file: string, line: number): void {
    const row = this.#rows++;
    if (row === this.#columns[0]!.length) this.#columns = this.#columns.map(twice);
    for (let k = 0; k < this.#columns.length; k++) {
      const field = columns === undefined ? k : columns[k]!;
      const word = fields[field]!;
      const value = toNumber(word);
      if (value === undefined) {
        const shown = word.length > 30 ? `${word.slice(0, 29)}…` : word;
        throw fileError(
          file,
          `${line}:${field + 1}`,
          `'${shown}' is not a finite number (column ${field + 1})`,
        );
      }
      this.#columns[k]![row] = value;
    }
  }

  /** The k-th column, `[rows]`, in an array of its own. */
  column(k: number): Float64Array {
    return this.#columns[k]!.slice(0, this.#rows);
  }
}

function twice(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
