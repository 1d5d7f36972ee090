/**
 * What the words of a format look like. All patterns are sticky (flag `y`) and tried in the order of the fields; what none of
 * them matches is a mark of one character.
 */
export interface Lexicon {
  /** Comments, and line ends that do not count: left out wherever they begin. */
  readonly skipped: readonly RegExp[];
  /** A line that is a statement of another language. */
  readonly directive?: RegExp;
  /** Text in quotes; its first group that took part is the text. */
  readonly quoted: RegExp;
  readonly number: RegExp;
  /** Marks of several characters, and those that a name could begin with. */
  readonly mark: RegExp;
  readonly name: RegExp;
  /** Whether the end of a line ends a statement, unless parentheses are open or one of `continuing` stands before it. */
  readonly endsWithLine: boolean;
  /** Marks after which a statement goes on in the next line. */
  readonly continuing: readonly string[];
}

/** Numbers as FORTRAN and C write them: `1`, `.5`, `1.e-3`, `2d6`. */
export const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?/y;
/** Text in double or single quotes, within one line. */
export const QUOTED = /"([^"\n]*)"|'([^'\n]*)'/y;
