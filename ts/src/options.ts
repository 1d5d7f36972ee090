import type { UnkickError } from './errors.js';
import { didYouMean } from './nearest.js';

/** The error class that a check throws, so that a beam's options raise BeamError and an element's LatticeError. */
export type ErrorClass = new (message: string) => UnkickError;

/** A value as a message shows it: strings in quotes, arrays and objects by their kind. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `an object (${value.constructor?.name ?? 'Object'})`;
  return typeof value === 'function' ? 'a function' : String(value);
}

/**
 * Refuses anything that is not an object, and keys that are not `known`: a typing error such as `sigmax` must not
 * silently leave a default in place.
 *
 * @param where - what takes the options, as the message names it, for example `Beam.gaussian`
 */
export function requireKnownKeys(
  options: unknown,
  known: readonly string[],
  where: string,
  ErrorType: ErrorClass,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ErrorType(`${where}: expected an object of ${known.join(', ')}, not ${show(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new ErrorType(`${where}: '${key}' is unknown${didYouMean(key, known)}`);
  }
}

/** A finite number, or an error naming `what`. */
export function requireFinite(value: unknown, what: string, ErrorType: ErrorClass): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ErrorType(`${what} must be a finite number, not ${show(value)}`);
}

/** A finite number above zero, or an error naming `what`. */
export function requirePositive(value: unknown, what: string, ErrorType: ErrorClass): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new ErrorType(`${what} must be a positive number, not ${show(value)}`);
}

/** A finite number of at least zero, or an error naming `what`. */
export function requireNonNegative(value: unknown, what: string, ErrorType: ErrorClass): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new ErrorType(`${what} must be a number of at least 0, not ${show(value)}`);
}

/** An integer from `least` to `most` (inclusive), or an error naming `what`. */
export function requireInteger(
  value: unknown,
  what: string,
  least: number,
  most: number,
  ErrorType: ErrorClass,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ErrorType(`${what} must be an integer from ${least} to ${most}, not ${show(value)}`);
}

/** `true` or `false`, or an error naming `what`. */
export function requireBoolean(value: unknown, what: string, ErrorType: ErrorClass): boolean {
  if (typeof value === 'boolean') return value;
  throw new ErrorType(`${what} must be true or false, not ${show(value)}`);
}

/** One of the listed words, or an error naming `what` and the nearest of them. */
export function requireOneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
  what: string,
  ErrorType: ErrorClass,
): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new ErrorType(`${what} cannot be ${show(value)}${didYouMean(String(value), words)}`);
}

/** Refuses what is no array by its kind; entries are for the caller to check. */
export function requireArray(
  value: unknown,
  what: string,
  ErrorType: ErrorClass,
): asserts value is ArrayLike<number> {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return;
  throw new ErrorType(`${what} must be an array of numbers, not ${show(value)}`);
}
