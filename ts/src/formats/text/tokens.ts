import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import type { Lexicon } from './lexicon.js';

/** A word of a lattice file. The mark `;` ends a statement, whether the file writes it or ends the line instead. */
export interface Token {
  /** `'end'` is the end of the file. */
  readonly kind: 'directive' | 'name' | 'number' | 'quoted' | 'mark' | 'end';
  /** As the file spells it; quoted text without its quotes. */
  readonly text: string;
  readonly at: SourcePosition;
}

const BLANKS = /[^\S\n]+/y;
const OPENING = ['(', '[', '{'];
const CLOSING = [')', ']', '}'];

/**
 * The words of a text; the last one is the end of the file.
 *
 * @throws LatticeFileError for a quote or a comment that is never closed
 */
export function tokenise(text: string, file: string, lexicon: Lexicon): Token[] {
  return new Tokeniser(text, file, lexicon).all();
}

class Tokeniser {
  readonly #tokens: Token[] = [];
  #offset = 0;
  #line = 1;
  #lineStart = 0;
  /** How many parentheses of any kind are open. */
  #depth = 0;

  constructor(
    readonly text: string,
    readonly file: string,
    readonly lexicon: Lexicon,
  ) {}

  all(): Token[] {
    while (this.#offset < this.text.length) this.#step();
    this.#push('end', '', this.#here());
    return this.#tokens;
  }

  #step() {
    const { directive, quoted, number, mark, name, skipped } = this.lexicon;
    if (this.#take(BLANKS) || skipped.some((pattern) => this.#take(pattern))) return;
    const at = this.#here();
    if (this.text[this.#offset] === '\n') return this.#endLine(at);
    const whole = directive && this.#take(directive);
    if (whole) return this.#push('directive', whole[0], at);
    const inQuotes = this.#take(quoted);
    if (inQuotes) return this.#push('quoted', inQuotes.slice(1).find((one) => one !== undefined) ?? '', at);
    const found = this.#take(number);
    if (found) return this.#push('number', found[0], at);
    const special = this.#take(mark);
    if (special) return this.#pushMark(special[0], at);
    const word = this.#take(name);
    if (word) return this.#push('name', word[0], at);
    this.#pushMark(this.#character(at), at);
  }

  /** The text that a sticky pattern matches here, which is then behind us. */
  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.text);
    if (!match?.[0]) return null;
    this.#advance(match[0]);
    return match;
  }

  #character(at: SourcePosition): string {
    const character = String.fromCodePoint(this.text.codePointAt(this.#offset)!);
    if (character === '"' || character === "'") throw fileError(at, `the quote ${character} is never closed`);
    if (this.text.startsWith('/*', this.#offset)) throw fileError(at, 'the comment /* is never closed');
    this.#advance(character);
    return character;
  }

  #advance(taken: string): void {
    for (let i = taken.indexOf('\n'); i >= 0; i = taken.indexOf('\n', i + 1)) {
      this.#line += 1;
      this.#lineStart = this.#offset + i + 1;
    }
    this.#offset += taken.length;
  }

  #endLine(at: SourcePosition): void {
    this.#advance('\n');
    const { endsWithLine, continuing } = this.lexicon;
    const last = this.#tokens.at(-1);
    const goesOn = this.#depth > 0 || (last?.kind === 'mark' && continuing.includes(last.text));
    if (endsWithLine && !goesOn) this.#push('mark', ';', at);
  }

  #pushMark(text: string, at: SourcePosition): void {
    if (OPENING.includes(text)) this.#depth += 1;
    else if (CLOSING.includes(text)) this.#depth = Math.max(0, this.#depth - 1);
    else if (text === ';') this.#depth = 0;
    this.#push('mark', text, at);
  }

  #push(kind: Token['kind'], text: string, at: SourcePosition): void {
    this.#tokens.push({ kind, text, at });
  }

  #here(): SourcePosition {
    return { file: this.file, line: this.#line, column: this.#offset - this.#lineStart + 1 };
  }
}
