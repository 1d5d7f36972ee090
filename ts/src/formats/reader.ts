import type { LatticeDescription } from './description.js';

/** What a reader is told beside the text. */
export interface ReadOptions {
  /** The file as the caller named it: errors show it, and files that it calls are looked for beside it. */
  readonly file: string;
  /** The line to read; default the one that the file uses. */
  readonly line?: string | undefined;
  /** Variables that the file needs and does not define itself. */
  readonly variables?: Readonly<Record<string, number>> | undefined;
}

/**
 * Makes a description of a text.
 *
 * @throws LatticeFileError for what it cannot understand, with file, line and column
 */
export type LatticeReader = (text: string, options: ReadOptions) => LatticeDescription;
