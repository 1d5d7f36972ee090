import { fileError } from './rawBeam.js';
import { NumberTable, toNumber, words } from './text.js';

/** A column of an SDDS file. */
export interface SddsColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * The first page of an SDDS file in ASCII, fed line by line: the self-describing data sets of M. Borland (PAC 1995, p. 2184).
 * Values of a row may run over several lines.
 */
export class SddsPage {
  readonly columns: SddsColumn[] = [];
  /** Values of parameters, as text. */
  readonly parameters = new Map<string, string>();
  furtherPages = false;
  readonly #file: string;
  readonly #choose: (names: readonly string[], line: number) => readonly number[];
  /** Parameters whose values stand in the page, in order. */
  readonly #inPage: string[] = [];
  #command = '';
  #state: 'header' | 'parameters' | 'count' | 'rows' | 'done' = 'header';
  #nextParameter = 0;
  /** Rows that are announced; undefined: all there are. */
  #count: number | undefined;
  #noRowCounts = false;
  #line = 0;
  /** Words of a row that is not complete yet. */
  #pending: string[] = [];
  #table = new NumberTable(0);
  /** Which columns of the file the table holds. */
  #positions: readonly number[] = [];

  /**
   * @param choose - says which columns are wanted, by position, from their names and the line that ends the header
   */
  constructor(file: string, choose: (names: readonly string[], line: number) => readonly number[]) {
    this.#file = file;
    this.#choose = choose;
  }

  /** @throws BeamFileError with line and column */
  line(text: string, number: number): void {
    this.#line = number;
    if (this.#state === 'header') this.#headerLine(text, number);
    else if (/^\s*!/.test(text)) return;
    else if (this.#state === 'parameters') this.#parameterLine(text);
    else if (text.trim() === '') return;
    else if (this.#state === 'count') this.#countLine(text, number);
    else if (this.#state === 'rows') this.#rowLine(text, number);
    else this.furtherPages = true;
  }

  /**
   * The wanted columns, once all lines were fed.
   *
   * @throws BeamFileError for a file that ends too early
   */
  end(): NumberTable {
    if (this.#state === 'header') throw this.#error('ends before its data');
    const rows = this.#table.rows;
    const short = this.#count !== undefined && rows < this.#count;
    if (short || this.#pending.length > 0 || rows === 0) {
      throw this.#error(`ends after ${rows} of ${this.#count ?? 'its'} rows`);
    }
    return this.#table;
  }

  #headerLine(text: string, number: number): void {
    if (number === 1 || /^\s*!/.test(text) || (this.#command === '' && text.trim() === '')) return;
    this.#command += `${text} `;
    if (this.#command.length > 2 ** 16) throw this.#error('a header command does not end');
    if (!/&end\s*$/.test(this.#command)) return;
    const [, name = '', body = ''] = /^\s*&(\w+)\s*(.*?)\s*&end\s*$/.exec(this.#command) ?? [];
    this.#command = '';
    this.#headerCommand(name, fieldsOf(body));
    if (this.#state !== 'header') this.#begin(number);
  }

  /** Begins the table once all columns are known. */
  #begin(number: number): void {
    this.#positions = this.#choose(
      this.columns.map(({ name }) => name),
      number,
    );
    for (const position of this.#positions) {
      const { name, type } = this.columns[position]!;
      if (!NUMERIC.has(type))
        throw this.#error(`the column ${name} is of type ${type}: it must hold numbers`);
    }
    this.#table = new NumberTable(this.#positions.length);
  }

  #headerCommand(command: string, fields: ReadonlyMap<string, string>): void {
    const name = fields.get('name') ?? '';
    const type = fields.get('type') ?? '';
    switch (command) {
      case 'description':
        return;
      case 'parameter': {
        const fixed = fields.get('fixed_value');
        if (fixed === undefined) this.#inPage.push(name);
        else this.parameters.set(name, fixed);
        return;
      }
      case 'column':
        this.columns.push({ name, type });
        return;
      case 'data':
        if (fields.get('mode') !== 'ascii') {
          throw this.#error('holds binary data: convert it with sddsconvert -ascii first');
        }
        if (this.columns.length === 0) throw this.#error('has no columns');
        this.#noRowCounts = fields.get('no_row_counts') === '1';
        this.#state = this.#inPage.length > 0 ? 'parameters' : this.#afterParameters();
        return;
      default:
        throw this.#error(`the header command &${command} is not supported`);
    }
  }

  #afterParameters(): 'rows' | 'count' {
    return this.#noRowCounts ? 'rows' : 'count';
  }

  #parameterLine(text: string): void {
    this.parameters.set(this.#inPage[this.#nextParameter++]!, text.trim().replace(/^"(.*)"$/, '$1'));
    if (this.#nextParameter === this.#inPage.length) this.#state = this.#afterParameters();
  }

  #countLine(text: string, number: number): void {
    const count = toNumber(text.trim());
    if (count === undefined || !Number.isSafeInteger(count) || count < 0) {
      throw fileError(this.#file, `${number}:1`, `'${text.trim().slice(0, 30)}' is no number of rows`);
    }
    this.#count = count;
    this.#state = count === 0 ? 'done' : 'rows';
  }

  #rowLine(text: string, number: number): void {
    const fields = text.includes('"') ? (text.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? []) : words(text);
    for (const field of fields) {
      if (this.#state === 'done') {
        this.furtherPages = true;
        return;
      }
      this.#pending.push(field);
      if (this.#pending.length < this.columns.length) continue;
      this.#table.add(this.#pending, this.#positions, this.#file, number);
      this.#pending = [];
      if (this.#table.rows === this.#count) this.#state = 'done';
    }
  }

  #error(message: string) {
    return fileError(this.#file, `${this.#line}:1`, message);
  }
}

const NUMERIC = new Set(['double', 'float', 'long', 'ulong', 'short', 'ushort', 'long64', 'ulong64']);

/** The fields `name = value` of a header command; values may be quoted. */
function fieldsOf(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name, quoted, plain] of body.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    fields.set(name!, quoted ?? plain!);
  }
  return fields;
}
