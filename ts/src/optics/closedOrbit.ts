import { OpticsError } from '../errors.js';
import { block, identityMinus, solve } from './matrix.js';
import type { TransferPoint } from './transfer.js';

const TRANSVERSE = [0, 1, 2, 3] as const;
const MOST_STEPS = 20;
/** m and 1: quanta of tracked coordinates are a few 1e-17 here. */
const CLOSED = 1e-13;

/**
 * The transverse orbit that closes after one turn at a fixed p, by Newton's method from the axis.
 *
 * @param along - the maps along the ring about an orbit
 * @param p - (E − E0)/(p0·c)
 * @returns the maps about the closed orbit
 * @throws OpticsError where there is none: a tune is an integer, or the orbit runs away
 */
export async function closeOrbit(
  along: (start: readonly number[]) => Promise<TransferPoint[]>,
  p: number,
): Promise<TransferPoint[]> {
  let start = [0, 0, 0, 0, 0, p];
  let best = Number.POSITIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS; step++) {
    const points = await along(start);
    const { orbit, matrix } = points.at(-1)!;
    const miss = TRANSVERSE.map((i) => orbit[i]! - start[i]!);
    const size = Math.max(...miss.map(Math.abs));
    if (size < CLOSED || (size < 1e3 * CLOSED && size >= best)) return points;
    best = size;
    const change = solve(identityMinus(block(matrix, TRANSVERSE)), miss);
    if (!change) throw new OpticsError('the ring has no single closed orbit: a tune is an integer');
    start = start.map((value, i) => value + (change[i] ?? 0));
  }
  throw new OpticsError(`no closed orbit was found in ${MOST_STEPS} steps of Newton's method`);
}
