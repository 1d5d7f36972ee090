import { CalledFiles } from '../calledFiles.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { Cursor } from '../text/cursor.js';
import { ElementBook } from '../text/elementBook.js';
import { numberOf } from '../text/formula.js';
import type { LineDefinition } from '../text/line.js';
import { parseFormal, parseLine } from '../text/lineParser.js';
import { type Token, tokenise } from '../text/tokens.js';
import { type Setting, settle, type WrittenValue } from '../text/value.js';
import { Warnings } from '../warnings.js';
import { ELEGANT_LEXICON, RPN_CONSTANTS } from './language.js';
import { parseRpn, runRpn } from './rpn.js';

/** What the statements of an elegant lattice file have said so far. */
export class ElegantProgram {
  readonly book: ElementBook;
  readonly lines = new Map<string, LineDefinition>();
  readonly warnings = new Warnings();
  used: { readonly name: string; readonly at: SourcePosition } | undefined;
  readonly #called: CalledFiles;

  /** @param variables - memories of the rpn calculator that the file needs and does not set itself */
  constructor(variables: Readonly<Record<string, number>>, file: string) {
    this.book = new ElementBook({ ...RPN_CONSTANTS, ...variables });
    this.#called = new CalledFiles(file);
  }

  /** Reads the statements of a text. @throws LatticeFileError for the first one that it cannot understand */
  read(text: string, file: string): void {
    const cursor = new Cursor(tokenise(text, file, ELEGANT_LEXICON));
    while (!cursor.isAtEnd) {
      if (cursor.accept(';')) continue;
      if (cursor.peek().text.toLowerCase() === 'return' && !isMarkAhead(cursor, ':')) return;
      this.#statement(cursor);
    }
  }

  #statement(cursor: Cursor) {
    const first = cursor.next();
    if (first.kind === 'directive') return this.#directive(first, cursor);
    if (first.kind !== 'name' && first.kind !== 'quoted') {
      throw fileError(first.at, `a statement begins with a name, not with '${first.text}'`);
    }
    if (cursor.isMark(',') && first.text.toLowerCase() === 'use') return this.#use(cursor);
    const formal = parseFormal(cursor);
    cursor.expect(':', `after '${first.text}'`);
    const type = cursor.expectName('the type of an element', `after '${first.text}:'`);
    if (type.text.toLowerCase() === 'line') this.#line(first, formal, cursor);
    else this.#element(first, type, cursor);
  }

  /** `% 1 sto x` or `#INCLUDE: other.lte`. */
  #directive({ text, at }: Token, cursor: Cursor): void {
    if (text.startsWith('%')) runRpn(text.slice(1), this.book.sheet, at);
    else {
      const name = text
        .slice('#INCLUDE:'.length)
        .trim()
        .replace(/^"(.*)"$/, '$1');
      this.#called.call(name, at, (inner, file) => this.read(inner, file));
    }
    cursor.endStatement('after this line');
  }

  #use(cursor: Cursor): void {
    cursor.expect(',', 'in use');
    const { text, at } = cursor.expectName('the name of a line', 'in use');
    cursor.endStatement('in use');
    this.used = { name: text, at };
  }

  #line({ text: name, at }: Token, formal: readonly string[], cursor: Cursor): void {
    cursor.expect('=', `after '${name}: line'`);
    const items = parseLine(cursor, { minusTurns: true });
    cursor.endStatement(`after line '${name}'`);
    this.#requireNew(name, at);
    this.lines.set(name.toLowerCase(), { name, formal, items, at });
  }

  #element({ text: name, at }: Token, type: Token, cursor: Cursor): void {
    const own = [...this.#settings(name, cursor)];
    this.#requireNew(name, at);
    const pattern = this.book.find(type.text);
    const settings = new Map<string, Setting>([...(pattern?.settings ?? []), ...own]);
    this.book.add({ name, type: pattern?.type ?? type.text.toLowerCase(), settings, at });
  }

  #requireNew(name: string, at: SourcePosition): void {
    const before = this.book.find(name) ?? this.lines.get(name.toLowerCase());
    if (before)
      throw fileError(at, `'${name}' is defined already, in line ${before.at.line} of ${before.at.file}`);
  }

  *#settings(owner: string, cursor: Cursor): Generator<readonly [string, Setting]> {
    while (cursor.accept(',')) {
      if (cursor.isAtStatementEnd) break;
      const { text, at } = cursor.expectName('the name of an attribute', `of '${owner}'`);
      cursor.expect('=', `after '${text}' of '${owner}'`);
      yield [text.toLowerCase(), settle(this.#value(cursor, owner), this.book.sheet, at)];
    }
    cursor.endStatement(`in '${owner}'`);
  }

  /** A number, a word, or text in quotes, which is a formula if it can be evaluated. */
  #value(cursor: Cursor, owner: string): WrittenValue {
    const sign = cursor.accept('-') ? -1 : 1;
    if (sign === 1) cursor.accept('+');
    const { kind, text, at } = cursor.peek();
    if (kind === 'number') {
      cursor.next();
      return { kind: 'formula', formula: [{ kind: 'number', value: sign * numberOf(text, at), at }] };
    }
    if (sign === 1 && (kind === 'name' || kind === 'quoted')) {
      cursor.next();
      if (kind === 'name') return { kind: 'text', text };
      return { kind: 'formula', formula: parseRpn(text, at), word: text };
    }
    throw cursor.unexpected('a number, a word or text in quotes', `in '${owner}'`);
  }
}

const isMarkAhead = (cursor: Cursor, mark: string) => {
  const { kind, text } = cursor.peek(1);
  return kind === 'mark' && text === mark;
};
