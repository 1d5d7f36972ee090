import { LatticeFileError } from '../errors.js';
import type { SourcePosition } from './description.js';

/** `ring.madx:12:5`, as editors and terminals make links of. */
export function placeText({ file, line, column }: SourcePosition): string {
  return `${file}:${line}:${column}`;
}

/** `1 number`, `2 numbers`. */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** An error about a place in a lattice file, whose message begins with that place. */
export function fileError(at: SourcePosition, message: string, options: ErrorOptions = {}): LatticeFileError {
  return new LatticeFileError(`${placeText(at)}: ${message}`, { ...options, ...at });
}
