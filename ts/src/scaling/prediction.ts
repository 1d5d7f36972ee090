import { formatBytes } from '../memory/bytes.js';
import type { BackendName } from '../native.js';
import { planGradient } from '../tape/planGradient.js';
import { resolveWrt } from '../tape/wrt.js';
import type { ScalingCase } from './design.js';
import { outlineOf, type ScalingProblem } from './problem.js';

/** Where cases are computed. */
export interface ScalingTarget {
  readonly backend: BackendName;
  /** CPU threads. */
  readonly threads: number;
}

/** A case with all that is known of it before it runs. */
export interface PlannedCase extends ScalingCase {
  /** Number of nodes of the grid. */
  readonly cells: number;
  /** Bytes that the arena is going to take, to the byte. */
  readonly predictedBytes: number;
  /** Bytes of the process besides: itself, the beam, what comes out, snapshots in host memory. */
  readonly hostBytes: number;
  /** Seconds of one gradient by a model: good for the time left of a sweep, not for promises. */
  readonly predictedSeconds: number;
}

/** Memory that a case can have. */
export interface Available {
  /** Bytes of the machine. */
  readonly host: number;
  /** Bytes of the GPU; absent where the arena lies in host memory. */
  readonly device?: number;
}

/** Node with the addon and its libraries: 60 to 90 MB resident on Linux. */
const PROCESS_BYTES = 100e6;
/** Six coordinates and a charge. */
const BEAM_BYTES = 56;
const COORDINATES_BYTES = 48;
const CHARGES_BYTES = 8;

/**
 * What a case will take, without running it.
 *
 * @throws what the problem's lattice throws for these sizes
 */
export function predictCase(problem: ScalingProblem, each: ScalingCase, target: ScalingTarget): PlannedCase {
  const { particles, grid, strategy } = each;
  const { lattice, objective, wrt, turns, precision } = outlineOf(problem, each);
  const options = { ...target, precision, objective, wrt, turns, strategy };
  const { memory, seconds } = planGradient(lattice, { particles }, options);
  const wanted = resolveWrt(wrt, lattice);
  const perParticle =
    BEAM_BYTES +
    (wanted.coordinates ? COORDINATES_BYTES : 0) +
    (wanted.charge || wanted.charges ? CHARGES_BYTES : 0);
  return {
    ...each,
    cells: grid ** 3,
    predictedBytes: memory.device,
    hostBytes: PROCESS_BYTES + perParticle * particles + memory.host,
    predictedSeconds: seconds.total,
  };
}

/** Why a case cannot be computed with so much memory; undefined if it can. */
export function whyTooLarge(
  { predictedBytes, hostBytes }: PlannedCase,
  available: Available,
): string | undefined {
  const { host, device } = available;
  if (device !== undefined && predictedBytes > device) {
    return `it takes ${formatBytes(predictedBytes)} on the device, of which ${formatBytes(device)} are free`;
  }
  const needed = device === undefined ? predictedBytes + hostBytes : hostBytes;
  if (needed <= host) return undefined;
  return `it takes ${formatBytes(needed)} with its beam, and ${formatBytes(host)} are available`;
}
