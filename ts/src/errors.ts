import type { CurvePoint } from './memory/curve.js';
import type { Tier } from './tape/schedules/index.js';

/**
 * The base of every error this library throws on purpose. Catch it to tell "unkick refused this input" from a
 * defect; look at `code`, which never changes, rather than at the message, which may be reworded.
 */
export class UnkickError extends Error {
  /** Stable identifier of the kind of error, for example `'UNKICK_BEAM'`. */
  readonly code: string;

  constructor(name: string, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
    this.code = code;
  }
}

/** A beam cannot be made from this input: arrays, charges, energy, species or distribution options. */
export class BeamError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('BeamError', 'UNKICK_BEAM', message, options);
  }
}

/** An element, a lattice, an element parameter or one of their names is not valid. */
export class LatticeError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('LatticeError', 'UNKICK_LATTICE', message, options);
  }
}

/** Where in which lattice file something is wrong. */
export interface LatticeFileErrorDetails extends ErrorOptions {
  /** The lattice file as the user, or the file that calls it, named it. */
  readonly file: string;
  /** Counted from 1; absent where the file as a whole is meant, or cannot be read. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
}

/** A lattice file cannot be read, or says what cannot be understood or has no counterpart here. */
export class LatticeFileError extends LatticeError {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(message: string, details: LatticeFileErrorDetails) {
    super(message, causeOf(details));
    this.name = 'LatticeFileError';
    this.file = details.file;
    this.line = details.line;
    this.column = details.column;
  }
}

/** An objective cannot be built or evaluated, or its derivative does not exist at this beam. */
export class ObjectiveError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('ObjectiveError', 'UNKICK_OBJECTIVE', message, options);
  }
}

/** An option of a run is unknown or not valid: strategy, threads, headroom, memory. */
export class OptionsError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('OptionsError', 'UNKICK_OPTIONS', message, options);
  }
}

/** Where in which problem file something is wrong. */
export interface ProblemErrorDetails extends ErrorOptions {
  /** The problem file as the user named it. */
  readonly file: string;
  /** Path of the offending value inside the file, for example `lattice[3].k1`; `''` for the file itself. */
  readonly path: string;
}

/** A problem file is missing, is not JSON, or holds something of the wrong type. */
export class ProblemError extends UnkickError {
  readonly file: string;
  readonly path: string;

  constructor(message: string, details: ProblemErrorDetails) {
    super('ProblemError', 'UNKICK_PROBLEM', message, causeOf(details));
    this.file = details.file;
    this.path = details.path;
  }
}

/** Where in which beam file something is wrong. */
export interface BeamFileErrorDetails extends ErrorOptions {
  /** The file as the caller named it. */
  readonly file: string;
  /** Line and column (`'12:5'`), byte (`'byte 80'`) or dataset (`'data/0/electron/time'`); `''` for the whole file. */
  readonly where: string;
}

/** A file with a beam cannot be read or written. */
export class BeamFileError extends UnkickError {
  readonly file: string;
  readonly where: string;

  constructor(message: string, details: BeamFileErrorDetails) {
    super('BeamFileError', 'UNKICK_BEAM_FILE', message, causeOf(details));
    this.file = details.file;
    this.where = details.where;
  }
}

/** Which back end is unavailable, and why. */
export interface BackendErrorDetails extends ErrorOptions {
  /** Name of the back end, for example `'cuda'`. */
  readonly backend: string;
  /** The recorded reason, for example `'no CUDA driver (error 35)'`. */
  readonly reason: string;
}

/** A back end was asked for that this machine cannot run. */
export class BackendError extends UnkickError {
  readonly backend: string;
  readonly reason: string;

  constructor(message: string, details: BackendErrorDetails) {
    super('BackendError', 'UNKICK_BACKEND', message, causeOf(details));
    this.backend = details.backend;
    this.reason = details.reason;
  }
}

/** Which coordinate of which macroparticle outgrew its range. */
export interface CoordinateRangeErrorDetails extends ErrorOptions {
  /** Name of the coordinate, for example `'px'`. */
  readonly coordinate: string;
  /** Index of the macroparticle, from 0. */
  readonly particle: number;
  /** The headroom (a power of two) of that coordinate to ask for so that the same run fits. */
  readonly headroom: number;
  /** How many times beyond its range it was; NaN where it is not a number. */
  readonly excess: number;
}

/** A coordinate or an increment left the range in which the maps are exactly invertible. */
export class CoordinateRangeError extends UnkickError {
  readonly coordinate: string;
  readonly particle: number;
  readonly headroom: number;
  readonly excess: number;

  constructor(message: string, details: CoordinateRangeErrorDetails) {
    super('CoordinateRangeError', 'UNKICK_COORDINATE_RANGE', message, causeOf(details));
    this.coordinate = details.coordinate;
    this.particle = details.particle;
    this.headroom = details.headroom;
    this.excess = details.excess;
  }
}

/** The least memory that the same calculation can be done in, and what more would buy. */
export interface BudgetErrorDetails extends ErrorOptions {
  /** Smallest feasible budget in bytes. */
  readonly smallestBytes: number;
  /** Time against memory, by increasing bytes; empty where nobody planned. */
  readonly curve?: readonly CurvePoint[];
  /** The tier that is too small, and that the bytes are of; default `'device'`. */
  readonly tier?: Tier;
}

/** A function of a custom step returned something that cannot be a state or a cotangent. */
export class CustomStepError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('CustomStepError', 'UNKICK_CUSTOM_STEP', message, options);
  }
}

/** On the way back a state was not the one of the way forward, to the bit. */
export class StateMismatchError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('StateMismatchError', 'UNKICK_STATE_MISMATCH', message, options);
  }
}

/** A snapshot could not be kept on another tier, or did not come back as it was: a disk that is full, a file that was changed. */
export class SnapshotError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('SnapshotError', 'UNKICK_SNAPSHOT', message, options);
  }
}

/** A journal cannot be written, read or resumed. */
export class JournalError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('JournalError', 'UNKICK_JOURNAL', message, options);
  }
}

/** The files of a scaling sweep cannot be written or read. */
export class ScalingError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('ScalingError', 'UNKICK_SCALING', message, options);
  }
}

/** No plan fits the memory budget; thrown before anything is allocated. */
export class BudgetError extends UnkickError {
  readonly smallestBytes: number;
  readonly curve: readonly CurvePoint[];
  readonly tier: Tier;

  constructor(message: string, details: BudgetErrorDetails) {
    super('BudgetError', 'UNKICK_BUDGET', message, causeOf(details));
    this.smallestBytes = details.smallestBytes;
    this.curve = details.curve ?? [];
    this.tier = details.tier ?? 'device';
  }
}

/** A second run was started on a tracker while its first one was still going. */
export class TrackerBusyError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('TrackerBusyError', 'UNKICK_TRACKER_BUSY', message, options);
  }
}

/** Something was used after its `dispose()`. */
export class DisposedError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('DisposedError', 'UNKICK_DISPOSED', message, options);
  }
}

/** A run was stopped through its `AbortSignal`. Its `name` is `'AbortError'`, as everywhere on the platform. */
export class AbortedError extends UnkickError {
  constructor(message: string, options?: ErrorOptions) {
    super('AbortError', 'UNKICK_ABORTED', message, options);
  }
}

/** Passes on only a cause that was given: `{ cause: undefined }` would make an own property of it. */
function causeOf(details: ErrorOptions): ErrorOptions | undefined {
  return 'cause' in details ? { cause: details.cause } : undefined;
}

/** Optics that do not exist: unstable motion, no closed orbit, planes that are coupled. */
export class OpticsError extends UnkickError {
  constructor(message: string) {
    super('OpticsError', 'UNKICK_OPTICS', message);
  }
}
