import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { LatticeFileError } from '../errors.js';
import type { SourcePosition } from './description.js';
import { fileError } from './failure.js';

const UNREADABLE: Record<string, string> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'no permission to read it',
};
/** Files that call each other can call again and again. */
const MOST_CALLS = 1000;

/**
 * The text of a lattice file.
 *
 * @throws LatticeFileError when it cannot be read
 */
export function readLatticeText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new LatticeFileError(`${file}: ${whyUnreadable(error)}`, { file, cause: error });
  }
}

const whyUnreadable = (error: unknown) => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return UNREADABLE[code] ?? message;
};

/** The files that a file calls, from the outermost in. */
export class CalledFiles {
  readonly #open: string[];
  #count = 0;

  constructor(file: string) {
    this.#open = [file];
  }

  /**
   * Reads a file that the innermost one calls, and calls `read` with it.
   *
   * @param name - relative to the folder of the file that calls it
   * @throws LatticeFileError when it cannot be read, is being read already, or a thousand files were called before
   */
  call(name: string, at: SourcePosition, read: (text: string, file: string) => void): void {
    const file = isAbsolute(name) ? name : join(dirname(this.#open.at(-1)!), name);
    if (this.#open.includes(file)) throw fileError(at, `${file} calls itself`);
    this.#count += 1;
    if (this.#count > MOST_CALLS) throw fileError(at, `more than ${MOST_CALLS} files are called`);
    const text = this.#text(file, at);
    this.#open.push(file);
    read(text, file);
    this.#open.pop();
  }

  #text(file: string, at: SourcePosition): string {
    try {
      return readLatticeText(file);
    } catch (error) {
      if (!(error instanceof LatticeFileError)) throw error;
      throw fileError(at, error.message, { cause: error });
    }
  }
}
