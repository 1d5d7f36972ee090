import type { LatticeFileError } from '../../errors.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import type { Token } from './tokens.js';

/** A place in the words of a file, which grammars move forward. */
export class Cursor {
  #index = 0;

  /** @param tokens - the last one is the end of the file */
  constructor(readonly tokens: readonly Token[]) {}

  /** The next word, or one further on; the end of the file beyond it. */
  peek(ahead = 0): Token {
    return this.tokens[this.#index + ahead] ?? this.tokens.at(-1)!;
  }

  /** Where the next word stands. */
  get at(): SourcePosition {
    return this.peek().at;
  }

  get isAtEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** Takes the next word. */
  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#index += 1;
    return token;
  }

  /** Whether the next words are these marks. */
  isMark(...marks: readonly string[]): boolean {
    return marks.every((mark, i) => this.peek(i).kind === 'mark' && this.peek(i).text === mark);
  }

  /** Takes the next word if it is this mark. */
  accept(mark: string): boolean {
    if (!this.isMark(mark)) return false;
    this.#index += 1;
    return true;
  }

  /** @throws LatticeFileError unless the next word is this mark */
  expect(mark: string, where: string): void {
    if (!this.accept(mark)) throw this.unexpected(`'${mark}'`, where);
  }

  /** The next word, a name. @throws LatticeFileError when it is something else */
  expectName(what: string, where: string): Token {
    if (this.peek().kind === 'name') return this.next();
    throw this.unexpected(what, where);
  }

  /** Whether a statement ends here. */
  get isAtStatementEnd(): boolean {
    return this.isAtEnd || this.isMark(';');
  }

  /** @throws LatticeFileError for words left over in the statement */
  endStatement(where: string): void {
    if (this.isAtEnd) return;
    this.expect(';', where);
  }

  /** Moves behind the end of the statement, over braces and what is in them. */
  skipStatement(): void {
    let depth = 0;
    while (!this.isAtEnd) {
      const { kind, text } = this.next();
      if (kind !== 'mark') continue;
      if (text === '{') depth += 1;
      else if (text === '}') depth -= 1;
      if (depth <= 0 && (text === ';' || text === '}')) return;
    }
  }

  /** An error about the next word: what was expected instead, and where. */
  unexpected(expected: string, where: string): LatticeFileError {
    const { kind, text } = this.peek();
    const isStatementEnd = kind === 'mark' && text === ';';
    const found =
      kind === 'end' ? 'the file ends' : isStatementEnd ? 'the statement ends' : `'${text}' stands there`;
    return fileError(this.at, `${where}: expected ${expected}, but ${found}`);
  }
}
