import type { Beam } from '../beam/beam.js';
import type { Coordinate } from '../beam/coordinates.js';
import { CoordinateRangeError, OptionsError } from '../errors.js';
import { MOST_HEADROOM } from './faults.js';
import type { RunOptions } from './run.js';

const DEFAULT_HEADROOM = 1024;
/** Up to here a headroom that nobody chose is raised for a coordinate that started from next to nothing. */
const MOST_RAISED_HEADROOM = 2 ** 17;
/** Below this a coordinate's extent in the initial beam says nothing about how far it will go; m, or 1 for momenta. */
const SMALLEST_SCALE = 1e-4;

/** @throws OptionsError unless it is a number from 1 to 2^40 */
export function resolveHeadroom(headroom: number = DEFAULT_HEADROOM): number {
  if (typeof headroom === 'number' && headroom >= 1 && headroom <= MOST_HEADROOM) return headroom;
  throw new OptionsError(`headroom must be a number from 1 to 2^40, not ${headroom}`);
}

/**
 * Does `work` with the caller's options; where a default headroom does not suffice for a coordinate that starts below 1e-4,
 * does it again with enough.
 *
 * @throws what `work` throws
 */
export async function withHeadroom<T extends { warnings: string[] }>(
  beam: Beam,
  options: RunOptions,
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  let raised: CoordinateRangeError | undefined;
  for (;;) {
    try {
      const result = await work(raised ? { ...options, headroom: raised.headroom } : options);
      if (raised) result.warnings.push(raisedWarning(raised));
      return result;
    } catch (error) {
      if (options.headroom !== undefined || !canRaise(error, beam)) throw error;
      raised = error;
    }
  }
}

function canRaise(error: unknown, beam: Beam): error is CoordinateRangeError {
  if (!(error instanceof CoordinateRangeError) || error.headroom > MOST_RAISED_HEADROOM) return false;
  const initial = beam.coordinates[error.coordinate as Coordinate];
  return Number.isFinite(error.excess) && initial.every((a) => Math.abs(a) <= SMALLEST_SCALE);
}

function raisedWarning({ coordinate, headroom }: CoordinateRangeError): string {
  return `${coordinate} starts below ${SMALLEST_SCALE} and outgrew the default headroom of ${DEFAULT_HEADROOM}: the run was done again with headroom ${headroom}; pass it to save the first attempt`;
}
