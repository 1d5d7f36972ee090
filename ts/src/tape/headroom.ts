import type { Beam } from '../beam/beam.js';
import { COORDINATES, type Coordinate, perCoordinate } from '../beam/coordinates.js';
import { CoordinateRangeError, OptionsError } from '../errors.js';
import { requireKnownKeys, show } from '../options.js';
import { type Precision, STORAGE } from '../precision.js';
import type { RunOptions, RunReport } from './run.js';

/** By how much coordinates may outgrow the initial beam: all of them, or those that are named; the others by the default. */
export type HeadroomOption = number | { readonly [name in Coordinate]?: number | undefined };

/** By how much every coordinate may. */
export type Headroom = Readonly<Record<Coordinate, number>>;

/** Up to here a headroom that nobody chose is raised. */
const MOST_RAISED_HEADROOM = 2 ** 10;
/** And up to here for a coordinate that started from next to nothing. */
const MOST_RAISED_FROM_NOTHING = 2 ** 17;
/** Below this a coordinate's extent in the initial beam says nothing about how far it will go; m, or 1 for momenta. */
const SMALLEST_SCALE = 1e-4;

/** @throws OptionsError unless every headroom is a number from 1 to 2^40, in f32 2^19 */
export function resolveHeadroom(option: HeadroomOption | undefined, precision: Precision): Headroom {
  const { defaultHeadroom, mostHeadroom } = STORAGE[precision];
  const isRecord = typeof option === 'object' && option !== null;
  if (isRecord) requireKnownKeys(option, COORDINATES, 'headroom', OptionsError);
  const of = (name: Coordinate): number => {
    const wanted = (isRecord ? option[name] : option) ?? defaultHeadroom;
    if (typeof wanted === 'number' && wanted >= 1 && wanted <= mostHeadroom) return wanted;
    const most = `2^${Math.log2(mostHeadroom)}${precision === 'f32' ? ' in f32' : ''}`;
    throw new OptionsError(`headroom must be a number from 1 to ${most}, not ${show(wanted)}`);
  };
  return perCoordinate(of);
}

/** As native engines take it. */
export function headroomArray(headroom: Headroom): Float64Array {
  return Float64Array.from(COORDINATES, (name) => headroom[name]);
}

/**
 * Does `work` with the caller's options; where a default headroom does not suffice for a coordinate, does it again with enough
 * for that coordinate: up to f64's default, further for one that starts below 1e-4.
 *
 * @throws what `work` throws
 */
export async function withHeadroom<T extends Pick<RunReport, 'warnings'>>(
  beam: Beam,
  precision: Precision,
  options: RunOptions,
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const raised: Partial<Record<Coordinate, number>> = {};
  for (;;) {
    const isRaised = Object.keys(raised).length > 0;
    try {
      const result = await work(isRaised ? { ...options, headroom: raised } : options);
      if (isRaised) result.warnings.push(raisedWarning(raised, precision));
      return result;
    } catch (error) {
      if (options.headroom !== undefined || !canRaise(error, beam)) throw error;
      raised[error.coordinate as Coordinate] = error.headroom;
    }
  }
}

function canRaise(error: unknown, beam: Beam): error is CoordinateRangeError {
  if (!(error instanceof CoordinateRangeError) || !Number.isFinite(error.excess)) return false;
  const initial = beam.coordinates[error.coordinate as Coordinate];
  const isNothing = initial.every((a) => Math.abs(a) <= SMALLEST_SCALE);
  return error.headroom <= (isNothing ? MOST_RAISED_FROM_NOTHING : MOST_RAISED_HEADROOM);
}

function raisedWarning(raised: Partial<Record<Coordinate, number>>, precision: Precision): string {
  const names = Object.keys(raised).join(', ');
  const wanted = Object.entries(raised).map(([name, headroom]) => `${name}: ${headroom}`);
  const { defaultHeadroom } = STORAGE[precision];
  return `${names} outgrew the default headroom of ${defaultHeadroom}: the run was done again with headroom { ${wanted.join(', ')} }; pass it to save the first attempt`;
}
