import { COORDINATES } from '../beam/coordinates.js';
import {
  BackendError,
  BeamError,
  BudgetError,
  CoordinateRangeError,
  SnapshotError,
  StateMismatchError,
} from '../errors.js';
import type { Line } from '../lattice/line.js';
import { bytesByTier } from '../memory/budget.js';
import { formatBytes } from '../memory/bytes.js';
import type { BackendName, NativePlan } from '../native.js';
import { type Precision, STORAGE } from '../precision.js';
import type { Headroom } from './headroom.js';

const AXES = ['x', 'y', 'z'];

/** An error as C++ throws it for a fault found in the particle loops. */
interface NativeFault extends Error {
  readonly code: string;
  readonly step: number;
  readonly particle: number;
  readonly coordinate: number;
  /** How far beyond its bound, as a ratio; NaN where a coordinate is not a number. */
  readonly excess: number;
}

/** What a run's coordinates were given room by. */
export interface Range {
  readonly headroom: Headroom;
  readonly precision: Precision;
}

/** A native error as the one that users see. */
export function translateFault(error: unknown, line: Line, range: Range, turns = 1): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const fault = error as NativeFault;
  const where = place(line, fault.step, turns);
  if (fault.code === 'COLLAPSED_EXTENT') {
    return new BeamError(
      `the beam has no extent along ${AXES[fault.coordinate]} ${where}: a grid of so many sigmas has no cells; give it fixed extents`,
      { cause: error },
    );
  }
  if (fault.code === 'STATE_MISMATCH') {
    return new StateMismatchError(
      `the state ${where} is not the one of the way forward: memory, a disk snapshot or the inverse of a custom step is wrong`,
      { cause: error },
    );
  }
  if (fault.code === 'SNAPSHOT') return new SnapshotError(fault.message, { cause: error });
  return fault.code === 'COORDINATE_RANGE' ? rangeError(fault, where, range) : error;
}

function rangeError(fault: NativeFault, where: string, range: Range): CoordinateRangeError {
  const { particle, excess } = fault;
  const coordinate = COORDINATES[fault.coordinate]!;
  const { precision } = range;
  const headroom = range.headroom[coordinate];
  const what = `${coordinate} of particle ${particle}`;
  if (!Number.isFinite(excess)) {
    return new CoordinateRangeError(
      `${what} is no longer a number ${where}: the particle cannot be tracked there (is its momentum possible?)`,
      { coordinate, particle, headroom, excess, cause: fault },
    );
  }
  // Twice what was met, as a power of two: what broke the range here may go on growing.
  const enough = headroom * 2 ** (Math.ceil(Math.log2(Math.max(excess, 1))) + 1);
  const remedy =
    enough <= STORAGE[precision].mostHeadroom
      ? `ask for headroom { ${coordinate}: ${enough} } (now ${headroom})`
      : `no headroom is enough: check the units of the beam and the lattice${precision === 'f32' ? ", or use precision 'f64'" : ''}`;
  return new CoordinateRangeError(
    `${what} outgrew the range in which maps are exactly invertible, ${excess.toPrecision(3)} times, ${where}: ${remedy}`,
    { coordinate, particle, headroom: enough, excess, cause: fault },
  );
}

/**
 * "in the kick 'sc1' at s = 0.3 m", and "on turn 2" where there are several.
 *
 * @param index - of the step, counted on from turn to turn
 */
function place(line: Line, index: number, turns: number): string {
  const inLine = index % line.steps.length;
  const step = line.steps[inLine];
  if (!step) return 'along the line';
  const s = Number(line.s[inLine]!.toPrecision(6));
  const where = step.kind === 'kick' ? `in the kick '${step.name}' at s = ${s} m` : `before s = ${s} m`;
  return turns > 1 ? `${where} on turn ${Math.floor(index / line.steps.length) + 1}` : where;
}

/** An error for memory that could not be had, on the device or on the host. */
export function allocationError(error: unknown, backend: BackendName, plan: NativePlan): Error {
  const reason = error instanceof Error ? error.message : String(error);
  if (!/out of ([a-z]+ )*memory/i.test(reason)) {
    return new BackendError(`the ${backend} back end failed: ${reason}`, { backend, reason, cause: error });
  }
  const tier = /host memory/.test(reason) ? 'host' : 'device';
  const bytes = bytesByTier(plan)[tier];
  return new BudgetError(
    `${formatBytes(bytes)} could not be allocated on the ${backend} back end: ${reason}`,
    { smallestBytes: bytes, tier, cause: error },
  );
}
