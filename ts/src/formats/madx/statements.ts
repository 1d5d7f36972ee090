import { didYouMean } from '../../nearest.js';
import { CalledFiles } from '../calledFiles.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { Cursor } from '../text/cursor.js';
import { parseInfix } from '../text/infix.js';
import { parseFormal, parseLine } from '../text/lineParser.js';
import { type Token, tokenise } from '../text/tokens.js';
import { defer, described, parseValue, type Setting, settle, wordIn } from '../text/value.js';
import { Cell, constantCell } from '../text/worksheet.js';
import { BEAM_ATTRIBUTES } from './beam.js';
import { HARMLESS_COMMANDS, LAST_COMMANDS, REFUSED_COMMANDS } from './commands.js';
import { MADX_LEXICON, MADX_STYLE } from './language.js';
import type { MadxProgram } from './program.js';
import type { Sequence, SequenceEntry } from './sequence.js';

/** Words that may stand before a variable's definition. */
const QUALIFIERS = ['const', 'real', 'int', 'shared'];
/** The element of the book that holds what `beam` said; for one sequence alone, with its name behind. */
export const BEAM = 'beam';

/** Reads the statements of MAD-X one after the other into a program. */
export class MadxStatements {
  #called: CalledFiles;
  /** The sequence that is being defined. */
  #open: { readonly sequence: Sequence; readonly entries: SequenceEntry[] } | undefined;

  constructor(
    readonly program: MadxProgram,
    file: string,
  ) {
    this.#called = new CalledFiles(file);
  }

  /** @throws LatticeFileError for the first thing that it cannot understand */
  read(text: string, file: string): void {
    this.#readAll(text, file);
    if (!this.#open) return;
    const { name, at } = this.#open.sequence;
    throw fileError(at, `sequence '${name}' has no endsequence`);
  }

  #readAll(text: string, file: string): void {
    const cursor = new Cursor(tokenise(text, file, MADX_LEXICON));
    while (!cursor.isAtEnd) {
      if (cursor.accept(';')) continue;
      if (LAST_COMMANDS.has(cursor.peek().text.toLowerCase()) && cursor.peek().kind === 'name') return;
      this.#statement(cursor);
    }
  }

  #statement(cursor: Cursor) {
    this.#skipQualifiers(cursor);
    const name = cursor.expectName('a statement', 'in a MAD-X file');
    if (cursor.isMark(':=') || cursor.isMark('=')) return this.#variable(name, cursor);
    if (cursor.accept('->')) return this.#attribute(name, cursor);
    const isCommand = !cursor.isMark(':') && !cursor.isMark('(');
    if (isCommand || REFUSED_COMMANDS.has(name.text.toLowerCase())) return this.#command(name, cursor);
    this.#definition(name, cursor);
  }

  #skipQualifiers(cursor: Cursor): void {
    while (QUALIFIERS.includes(cursor.peek().text.toLowerCase()) && cursor.peek(1).kind === 'name')
      cursor.next();
  }

  #variable({ text, at }: Token, cursor: Cursor): void {
    const isDeferred = cursor.next().text === ':=';
    const { sheet } = this.program.book;
    if (cursor.peek().kind === 'quoted') {
      cursor.next();
      this.program.warnings.add(at, 'variables that hold text are ignored');
    } else {
      const formula = parseInfix(cursor, MADX_STYLE);
      sheet.set(text, isDeferred ? new Cell(formula, at) : constantCell(sheet.evaluate(formula, at), at));
    }
    cursor.endStatement(`after the value of '${text}'`);
  }

  /** `q1->k1 = 0.3;` */
  #attribute({ text, at }: Token, cursor: Cursor): void {
    const attribute = cursor.expectName('the name of an attribute', `after '${text}->'`);
    const { program } = this;
    program.change(program.element(text, at), [[attribute.text, this.#value(cursor, attribute)]]);
    cursor.endStatement(`after '${text}->${attribute.text}'`);
  }

  /** `q1: quadrupole, l=1;` and its like. */
  #definition(name: Token, cursor: Cursor) {
    const formal = parseFormal(cursor);
    cursor.expect(':', `after '${name.text}'`);
    const parent = cursor.expectName('the type of an element', `after '${name.text}:'`);
    switch (parent.text.toLowerCase()) {
      case 'line':
        return this.#line(name, formal, cursor);
      case 'macro':
        this.program.warnings.add(name.at, `macro '${name.text}' is ignored`);
        return cursor.skipStatement();
      case 'sequence':
        return this.#sequence(name, cursor);
      default:
        return this.#element(name, parent, cursor);
    }
  }

  #line({ text: name, at }: Token, formal: readonly string[], cursor: Cursor): void {
    cursor.expect('=', `after '${name}: line'`);
    const items = parseLine(cursor, { minusTurns: false });
    cursor.endStatement(`after line '${name}'`);
    this.program.addLine({ name, formal, items, at });
  }

  #sequence({ text: name, at }: Token, cursor: Cursor): void {
    if (this.#open)
      throw fileError(at, `sequence '${name}' begins in sequence '${this.#open.sequence.name}'`);
    const settings = new Map(this.#settings(cursor, name));
    const entries: SequenceEntry[] = [];
    const length = settings.get('l') ?? { value: 0, at };
    const refer = this.#refer(settings.get('refer'));
    const refpos = wordOf(settings.get('refpos'));
    const next = settings.get('next_sequ');
    if (next)
      throw fileError(
        next.at,
        'next_sequ, a sequence behind the sequence, is not read: write a line of both',
      );
    this.#warnOfOthers(settings, ['l', 'refer', 'refpos'], 'a sequence');
    this.#open = { sequence: { name, refer, refpos, length, entries, at }, entries };
    // Its length can be asked for as `name->l`.
    this.program.book.add({ name, type: 'sequence', settings: new Map([['l', length]]), at });
  }

  #warnOfOthers(settings: ReadonlyMap<string, Setting>, known: readonly string[], owner: string): void {
    for (const [name, { at }] of settings) {
      if (!known.includes(name)) this.program.warnings.add(at, `'${name}' of ${owner} is ignored`);
    }
  }

  #refer(setting: Setting | undefined): -1 | 0 | 1 {
    const word = wordOf(setting)?.toLowerCase();
    if (word === undefined || word === 'centre' || word === 'center') return 0;
    if (word === 'entry') return 1;
    if (word === 'exit') return -1;
    throw fileError(setting!.at, `refer is entry, centre or exit, not '${word}'`);
  }

  /** An element, or a place in the sequence that is open. */
  #element(name: Token, parent: Token, cursor: Cursor): void {
    const settings = new Map(this.#settings(cursor, name.text));
    const place = this.#takePlace(name, settings);
    if (place && this.program.sequences.find(parent.text)) {
      throw fileError(
        name.at,
        `sequence '${parent.text}' cannot be placed under another name, '${name.text}'`,
      );
    }
    this.program.define(name.text, parent.text, settings, name.at);
    if (place) this.#open!.entries.push(place);
  }

  /** What the settings say of a place in the open sequence; they are the element's own no more. */
  #takePlace({ text: name, at }: Token, settings: Map<string, Setting>): SequenceEntry | undefined {
    if (!this.#open) return undefined;
    const position = settings.get('at');
    if (!position) return undefined;
    const from = wordOf(settings.get('from'));
    settings.delete('at');
    settings.delete('from');
    return { name, position, from, at };
  }

  #command(name: Token, cursor: Cursor) {
    const { text, at } = name;
    const { program } = this;
    const word = text.toLowerCase();
    const element = program.book.find(word);
    if (word === 'endsequence') return this.#endSequence(at, cursor);
    if (this.#open && (element || program.sequences.find(word))) return this.#placed(name, cursor);
    if (this.#open && program.lines.has(word)) {
      throw fileError(at, `'${text}' is a line: a sequence consists of elements and sequences`);
    }
    if (word === 'beam') return this.#beam(at, cursor);
    if (element) return program.change(element, this.#settings(cursor, text));
    if (word === 'use') return this.#use(at, cursor);
    if (word === 'call') return this.#call(at, cursor);
    if (word === 'option') return this.#option(at, cursor);
    if (REFUSED_COMMANDS.has(word))
      throw fileError(at, `the command '${text}' changes the machine: it is not read`);
    // Whatever PTC is told concerns a machine of its own.
    if (!HARMLESS_COMMANDS.has(word) && !word.startsWith('ptc_')) {
      const known = ['use', 'call', 'beam', ...HARMLESS_COMMANDS, ...program.book.names()];
      throw fileError(at, `there is no command or element '${text}'${didYouMean(text, known)}`);
    }
    program.warnings.add(at, `the command '${word}' is ignored`);
    cursor.skipStatement();
  }

  /** `q1, at=2.5;` in a sequence. */
  #placed(name: Token, cursor: Cursor): void {
    const settings = new Map(this.#settings(cursor, name.text));
    const isPlain = settings.size === 0;
    const place = this.#takePlace(name, settings);
    const element = this.program.book.find(name.text);
    if (isPlain) throw fileError(name.at, `'${name.text}' has no place: write at=`);
    if (element) this.program.change(element, settings);
    if (place) this.#open!.entries.push(place);
  }

  #endSequence(at: SourcePosition, cursor: Cursor): void {
    if (!this.#open) throw fileError(at, 'endsequence without a sequence');
    this.program.addSequence(this.#open.sequence);
    this.#open = undefined;
    cursor.endStatement('after endsequence');
  }

  #beam(at: SourcePosition, cursor: Cursor): void {
    const settings = new Map(this.#settings(cursor, 'beam'));
    const sequence = wordOf(settings.get('sequence'));
    const name = sequence === undefined ? BEAM : `${BEAM}%${sequence}`;
    this.#warnOfOthers(settings, ['sequence', ...BEAM_ATTRIBUTES], 'a beam');
    const { book } = this.program;
    const element = book.find(name) ?? { name, type: 'beam', settings: new Map(), at };
    book.add(element);
    this.program.change(element, settings);
  }

  #use(at: SourcePosition, cursor: Cursor): void {
    const settings = new Map<string, string>();
    while (cursor.accept(',')) {
      const { text } = cursor.expectName('sequence, period or range', 'in use');
      if (cursor.accept('=')) settings.set(text.toLowerCase(), textToComma(cursor));
      else settings.set('period', text); // MAD 8's use, ring
    }
    cursor.endStatement('in use');
    const name = settings.get('sequence') ?? settings.get('period');
    if (name === undefined) throw fileError(at, 'use names no sequence');
    const range = settings.get('range');
    this.program.used = { name, at, ...(range !== undefined && { range }) };
  }

  #call(at: SourcePosition, cursor: Cursor): void {
    const file = wordOf(new Map(this.#settings(cursor, 'call')).get('file'));
    if (file === undefined) throw fileError(at, 'call names no file: write call, file="name"');
    this.#called.call(file, at, (text, name) => this.#readAll(text, name));
  }

  #option(at: SourcePosition, cursor: Cursor): void {
    for (const [name, setting] of this.#settings(cursor, 'option')) {
      const { value } = described(setting, name, this.program.book.sheet);
      if (name === 'rbarc') this.program.rbarc = value !== false && value !== 0;
      else if (!['echo', 'warn', 'info', 'verify', 'echomacro', 'trace', 'verbose'].includes(name)) {
        this.program.warnings.add(at, `option '${name}' is ignored`);
      }
    }
  }

  /** The attributes to the end of the statement, names in lower case. */
  *#settings(cursor: Cursor, owner: string): Generator<readonly [string, Setting]> {
    while (cursor.accept(',')) {
      if (cursor.isAtStatementEnd) break; // a comma too many, as MAD-X lets pass
      const isOff = cursor.accept('-');
      if (!isOff) cursor.accept('+');
      const name = cursor.expectName('the name of an attribute', `of '${owner}'`);
      const isSet = cursor.isMark('=') || cursor.isMark(':=');
      const setting = isSet ? this.#value(cursor, name) : { value: !isOff, at: name.at };
      yield [name.text.toLowerCase(), setting];
    }
    cursor.endStatement(`in '${owner}'`);
  }

  #value(cursor: Cursor, { text, at }: Token): Setting {
    const isDeferred = cursor.accept(':=');
    if (!isDeferred) cursor.expect('=', `after '${text}'`);
    const written = parseValue(cursor, MADX_STYLE);
    return isDeferred ? defer(written, at) : settle(written, this.program.book.sheet, at);
  }
}

const wordOf = (setting: Setting | undefined) => (setting ? wordIn(setting) : undefined);

/** The words up to the next comma or the end of the statement, as one text: `#s/qf[2]`. */
function textToComma(cursor: Cursor): string {
  let text = '';
  while (!cursor.isAtStatementEnd && !cursor.isMark(',')) text += cursor.next().text;
  return text;
}
