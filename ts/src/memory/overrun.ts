import { BudgetError } from '../errors.js';
import type { BackendName } from '../native.js';
import { formatBytes } from './bytes.js';
import type { CurvePoint } from './curve.js';

/** A run that takes more than there is. */
export interface Overrun {
  readonly backend: BackendName;
  /** What it takes, in bytes. */
  readonly bytes: number;
  /** What there is, for example `4.00 KiB are allowed`. */
  readonly limit: string;
  /** What the same result can be had with; empty where nobody knows. */
  readonly curve: readonly CurvePoint[];
}

/** The error for it: what is needed, what there is, and what to do. */
export function overrunError({ backend, bytes, limit, curve }: Overrun): BudgetError {
  const smallestBytes = curve[0]?.bytes ?? bytes;
  const way =
    smallestBytes < bytes
      ? `strategy 'auto' can do with ${formatBytes(smallestBytes)} (${smallestBytes} bytes)`
      : 'fewer macroparticles or a smaller grid need less';
  return new BudgetError(
    `this run needs ${formatBytes(bytes)} (${bytes} bytes) on the ${backend} back end, but ${limit}; ${way}`,
    { smallestBytes, curve },
  );
}
