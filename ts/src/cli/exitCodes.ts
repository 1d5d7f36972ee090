import {
  AbortedError,
  BackendError,
  BeamError,
  BeamFileError,
  LatticeError,
  ObjectiveError,
  OptionsError,
  ProblemError,
  UnkickError,
} from '../errors.js';

/** Exit codes of the command line; documented in `unkick --help`. */
export const EXIT = { ok: 0, failed: 1, badInput: 2, noBackend: 3, unmatched: 4, interrupted: 130 } as const;

const BAD_INPUT = [ProblemError, BeamError, BeamFileError, LatticeError, ObjectiveError, OptionsError];

/** The exit code that says what kind of error ended a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof AbortedError) return EXIT.interrupted;
  if (error instanceof BackendError) return EXIT.noBackend;
  return BAD_INPUT.some((kind) => error instanceof kind) ? EXIT.badInput : EXIT.failed;
}

/** What the user reads: one line, or the whole stack with UNKICK_DEBUG=1 and for what is not one of our errors' names. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if (process.env.UNKICK_DEBUG === '1') return error.stack ?? error.message;
  if (error instanceof AbortedError) return 'interrupted';
  const line = error.message.replace(/\s*\n\s*/g, ' ');
  return error instanceof UnkickError ? `error: ${line}` : `error: ${line} (UNKICK_DEBUG=1 shows where)`;
}
