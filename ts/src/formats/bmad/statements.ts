import { didYouMean } from '../../nearest.js';
import { CalledFiles } from '../calledFiles.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { Cursor } from '../text/cursor.js';
import { ElementBook, type ElementDefinition } from '../text/elementBook.js';
import { parseInfix } from '../text/infix.js';
import type { LineDefinition } from '../text/line.js';
import { parseFormal, parseLine } from '../text/lineParser.js';
import { type Token, tokenise } from '../text/tokens.js';
import { parseValue, type Setting, settle } from '../text/value.js';
import { constantCell } from '../text/worksheet.js';
import { Warnings } from '../warnings.js';
import { BMAD_CONSTANTS, BMAD_LEXICON, BMAD_STYLE } from './language.js';

/** What `name[attribute] = …` can set beside elements. */
export const STRUCTURES: readonly string[] = [
  ...[
    'parameter',
    'beginning',
    'particle_start',
    'beam_start',
    'beam',
    'bmad_com',
    'space_charge_com',
    'ptc_com',
  ],
  ...['csr_param', 'csr_com', 'global'],
];
/** Statements without which the line is the same. */
const HARMLESS = [
  'title',
  'print',
  'parser_debug',
  'no_digested',
  'beam',
  'expand_lattice',
  'debug_marker',
  'write_digested',
];
/** Statements after which nothing is read. */
const LAST = ['end_file', 'return'];
/** Types of elements that control others, or lie on top of them: the line is another one with them. */
const CONTROLLERS = ['overlay', 'group', 'girder', 'ramper', 'superimpose', 'list', 'multipass'];

/** What the statements of a Bmad file have said so far. */
export class BmadProgram {
  readonly book = new ElementBook(BMAD_CONSTANTS);
  readonly lines = new Map<string, LineDefinition>();
  readonly warnings = new Warnings();
  used: { readonly name: string; readonly at: SourcePosition } | undefined;
  readonly #called: CalledFiles;

  /** @param variables - that the file needs and does not set itself */
  constructor(variables: Readonly<Record<string, number>>, file: string) {
    this.#called = new CalledFiles(file);
    const at = { file, line: 1, column: 1 };
    for (const [name, value] of Object.entries(variables)) this.book.sheet.set(name, constantCell(value, at));
    for (const name of STRUCTURES) this.book.add({ name, type: name, settings: new Map(), at });
  }

  /** Reads the statements of a text. @throws LatticeFileError for the first one that it cannot understand */
  read(text: string, file: string): void {
    const cursor = new Cursor(tokenise(text, file, BMAD_LEXICON));
    while (!cursor.isAtEnd) {
      if (cursor.accept(';')) continue;
      if (LAST.includes(cursor.peek().text.toLowerCase())) return;
      this.#statement(cursor);
    }
  }

  #statement(cursor: Cursor) {
    if (cursor.isMark('*') || cursor.peek(1).text === '::' || cursor.peek(1).text === '*') {
      return this.#attribute(patternOf(cursor), cursor);
    }
    const name = cursor.next();
    if (name.kind !== 'name')
      throw fileError(name.at, `a statement begins with a name, not with '${name.text}'`);
    if (cursor.isMark('=') || cursor.isMark(':=')) return this.#variable(name, cursor);
    if (cursor.isMark('[')) return this.#attribute(name, cursor);
    if (cursor.isMark(':') || cursor.isMark('(')) return this.#definition(name, cursor);
    this.#command(name, cursor);
  }

  #variable({ text, at }: Token, cursor: Cursor): void {
    cursor.next();
    const { sheet } = this.book;
    sheet.set(text, constantCell(sheet.evaluate(parseInfix(cursor, BMAD_STYLE), at), at));
    cursor.endStatement(`after the value of '${text}'`);
  }

  /** `q1[k1] = 0.3`, `parameter[particle] = proton`, `quadrupole::*[tilt] = 0`, `q%[k1] = 1`. */
  #attribute({ text, at }: Token, cursor: Cursor): void {
    cursor.expect('[', `after '${text}'`);
    const attribute = cursor.expectName('the name of an attribute', `after '${text}['`);
    cursor.expect(']', `after '${text}[${attribute.text}'`);
    const setting = this.#setting(attribute, cursor);
    cursor.endStatement(`after '${text}[${attribute.text}]'`);
    for (const element of this.#matching(text, at)) this.book.set(element, attribute.text, setting);
  }

  #matching(pattern: string, at: SourcePosition): ElementDefinition[] {
    const exact = this.book.find(pattern);
    if (exact) return [exact];
    const [type, name = ''] = pattern.includes('::') ? pattern.split('::') : ['*', pattern];
    if (!/[*%]/.test(pattern) && !pattern.includes('::')) {
      throw fileError(at, `no element is named '${pattern}'${didYouMean(pattern, this.book.names())}`);
    }
    const isOfType = (element: ElementDefinition) =>
      type === '*' || element.type.startsWith(type!.toLowerCase());
    const fits = (one: string) => fitsWildcard(one.toLowerCase(), name.toLowerCase());
    const elements = this.book.all().filter((one) => !STRUCTURES.includes(one.type));
    const found = elements.filter((element) => isOfType(element) && fits(element.name));
    if (found.length === 0) this.warnings.add(at, `'${pattern}' fits no element: ignored`);
    return found;
  }

  #definition({ text: name, at }: Token, cursor: Cursor) {
    const formal = parseFormal(cursor);
    cursor.expect(':', `after '${name}'`);
    const type = cursor.expectName('the type of an element', `after '${name}:'`);
    const word = type.text.toLowerCase();
    if (CONTROLLERS.includes(word)) throw fileError(at, `'${name}' is of type ${word}, which is not read`);
    if (word === 'line') return this.#line(name, formal, at, cursor);
    this.#requireNew(name, at);
    const pattern = this.book.find(word);
    const settings = new Map<string, Setting>([
      ...(pattern?.settings ?? []),
      ...this.#settings(name, cursor),
    ]);
    this.book.add({ name, type: pattern?.type ?? word, settings, at });
  }

  #line(name: string, formal: readonly string[], at: SourcePosition, cursor: Cursor): void {
    if (cursor.isMark('[')) throw fileError(at, `line '${name}': multipass is not read`);
    cursor.expect('=', `after '${name}: line'`);
    const items = parseLine(cursor, { minusTurns: false });
    cursor.endStatement(`after line '${name}'`);
    this.#requireNew(name, at);
    this.lines.set(name.toLowerCase(), { name, formal, items, at });
  }

  #requireNew(name: string, at: SourcePosition): void {
    const before = this.book.find(name) ?? this.lines.get(name.toLowerCase());
    if (before)
      throw fileError(at, `'${name}' is defined already, in line ${before.at.line} of ${before.at.file}`);
  }

  #command({ text, at }: Token, cursor: Cursor) {
    const word = text.toLowerCase();
    if (word === 'use') return this.#use(cursor);
    if (word === 'call') return this.#call(at, cursor);
    if (!HARMLESS.includes(word)) {
      throw fileError(at, `there is no statement '${text}'${didYouMean(text, ['use', 'call', ...HARMLESS])}`);
    }
    this.warnings.add(at, `the statement '${word}' is ignored`);
    // The text of a title may stand in the next line.
    if (word === 'title' && cursor.accept(';')) cursor.skipStatement();
    else cursor.skipStatement();
  }

  #use(cursor: Cursor): void {
    cursor.accept(',');
    const { text, at } = cursor.expectName('the name of a line', 'in use');
    if (cursor.isMark(',')) throw fileError(at, 'use names several lines: a lattice of branches is not read');
    cursor.endStatement('in use');
    this.used = { name: text, at };
  }

  #call(at: SourcePosition, cursor: Cursor): void {
    cursor.accept(',');
    if (cursor.expectName("'file'", 'in call').text.toLowerCase() !== 'file')
      throw fileError(at, 'call names no file');
    cursor.expect('=', 'in call');
    const name = textToEnd(cursor);
    cursor.endStatement('in call');
    this.#called.call(name, at, (text, file) => this.read(text, file));
  }

  *#settings(owner: string, cursor: Cursor): Generator<readonly [string, Setting]> {
    while (cursor.accept(',')) {
      if (cursor.isAtStatementEnd) break;
      const name = cursor.expectName('the name of an attribute', `of '${owner}'`);
      const key = name.text.toLowerCase();
      if (key === 'superimpose') throw fileError(name.at, `'${owner}' is superimposed, which is not read`);
      const isSet = cursor.isMark('=');
      yield [key, isSet ? this.#setting(name, cursor) : { value: true, at: name.at }];
    }
    cursor.endStatement(`in '${owner}'`);
  }

  #setting({ text, at }: Token, cursor: Cursor): Setting {
    cursor.expect('=', `after '${text}'`);
    // Particles have names such as C+6, which no expression has.
    if (text.toLowerCase() === 'particle') return { value: textToEnd(cursor), at };
    return settle(parseValue(cursor, BMAD_STYLE), this.book.sheet, at);
  }
}

/** The words up to `[` as one: a pattern of names. */
function patternOf(cursor: Cursor): Token {
  const { at } = cursor;
  let text = '';
  while (!cursor.isMark('[') && !cursor.isAtStatementEnd) text += cursor.next().text;
  return { kind: 'name', text, at };
}

/** The words up to the end of the statement as one. */
function textToEnd(cursor: Cursor): string {
  let text = '';
  while (!cursor.isAtStatementEnd) text += cursor.next().text;
  return text;
}

/**
 * Whether a name fits a pattern, letter by letter: `*` stands for any letters, `%` for one. What the last star took is given back
 * letter by letter, and never that of an earlier one, so that no pattern takes long.
 */
function fitsWildcard(name: string, pattern: string): boolean {
  let [at, star, taken] = [0, -1, 0];
  for (let i = 0; i < name.length; ) {
    if (pattern[at] === '*') [star, taken, at] = [at, i, at + 1];
    else if (pattern[at] === '%' || pattern[at] === name[i]) [i, at] = [i + 1, at + 1];
    else if (star >= 0) {
      taken += 1;
      [i, at] = [taken, star + 1];
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
