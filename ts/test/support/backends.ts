import { BackendError } from '../../src/errors.js';
import { type BackendName, loadBackend } from '../../src/native.js';
import { PRECISIONS, type Precision } from '../../src/precision.js';

/** Why a back end cannot be tested on this machine. */
export interface LeftOut {
  readonly name: BackendName;
  readonly reason: string;
}

const KNOWN: readonly BackendName[] = ['cpu', 'cuda', 'cuda-emulated'];

const reasons = new Map(KNOWN.map((name) => [name, reasonAgainst(name)]));

/** Every back end that this machine has. */
export const BACKENDS: readonly BackendName[] = KNOWN.filter((name) => reasons.get(name) === undefined);

/** Those that are fast enough for every test: the emulation of CUDA on the host computes a few small cases only. */
export const FAST_BACKENDS: readonly BackendName[] = BACKENDS.filter((name) => name !== 'cuda-emulated');

/** A back end with a width of numbers. */
export interface Platform {
  readonly backend: BackendName;
  readonly precision: Precision;
}

/** Back ends with every width. */
export const platforms = (backends: readonly BackendName[]): Platform[] =>
  PRECISIONS.flatMap((precision) => backends.map((backend) => ({ backend, precision })));

/** The others, with their reasons. */
export const LEFT_OUT: readonly LeftOut[] = KNOWN.flatMap((name) => {
  const reason = reasons.get(name);
  return reason === undefined ? [] : [{ name, reason }];
});

function reasonAgainst(name: BackendName): string | undefined {
  try {
    loadBackend(name);
    return undefined;
  } catch (error) {
    if (error instanceof BackendError) return error.reason;
    throw error;
  }
}
