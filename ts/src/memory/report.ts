import type { Line } from '../lattice/line.js';
import type { Demand, NativeEngine, NativePlan } from '../native.js';
import { bytesByTier } from './budget.js';

/** What a run took of a tier beside the arena, in bytes. */
export interface TierReport {
  /** `snapshots`; in host memory also `staging`, through which a GPU's snapshots go to disk and back. */
  readonly accounts: Readonly<Record<string, number>>;
  /** What was allocated; on disk, the most that lay there at once. */
  readonly bytes: number;
  /** What was predicted before it was. */
  readonly predictedBytes: number;
}

/** The arena's bytes by account, and what they come to. */
export interface AccountedBytes {
  /**
   * The arena by account: `state` (coordinates), `charge`, `adjoint`, `field` (deposit grid, potential and its cotangent),
   * `green`, `fft`, `tape` (what the strategy keeps), `reduction` (sums over particles).
   */
  readonly accounts: Readonly<Record<string, number>>;
  /** `state`, `charge` and `adjoint` per macroparticle. */
  readonly perParticle: number;
  /** `field`, `green` and `fft` per node of the largest grid; 0 without kicks. */
  readonly perCell: number;
  /** `tape` per kick; 0 without kicks. */
  readonly perKick: number;
}

/** The memory of one run. All numbers are bytes. */
export interface MemoryReport extends AccountedBytes {
  /** What was allocated on the device: one block. */
  readonly arenaBytes: number;
  /** What was predicted before it was. */
  readonly predictedBytes: number;
  /** Snapshots in host memory, pinned where there is a GPU. */
  readonly host: TierReport;
  /** Snapshots in files. */
  readonly disk: TierReport;
  /** Resident-set size of this process before the arena was taken, after the run, and at most so far. */
  readonly process: { readonly before: number; readonly after: number; readonly peak: number };
  /** Memory of a GPU by its driver after the run: free and total. */
  readonly device?: { readonly free: number; readonly total: number };
}

/** Puts together the account of a run on an engine that is still there. */
export function memoryReport(
  engine: NativeEngine,
  predicted: NativePlan,
  line: Line,
  demand: Demand,
  residentBefore: number,
): MemoryReport {
  const measured = engine.memory();
  const { freeBytes, totalBytes } = engine.device();
  return {
    ...accountBytes(measured, line, demand),
    arenaBytes: measured.bytes,
    predictedBytes: predicted.bytes,
    host: tierReport('host', { ...measured.host }, measured, predicted),
    disk: tierReport('disk', { snapshots: measured.disk }, measured, predicted),
    process: {
      before: residentBefore,
      after: process.memoryUsage.rss(),
      peak: process.resourceUsage().maxRSS * 1024,
    },
    ...(totalBytes > 0 && { device: { free: freeBytes, total: totalBytes } }),
  };
}

/** What an arena's accounts come to, allocated or planned. */
export function accountBytes(
  { accounts }: NativePlan,
  line: Line,
  { particles }: Pick<Demand, 'particles'>,
): AccountedBytes {
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (accounts[name] ?? 0), 0);
  const grids = line.steps.flatMap((step) => (step.kind === 'kick' ? [step.kick.gridShape] : []));
  const cells = Math.max(0, ...grids.map(([nx, ny, nz]) => nx * ny * nz));
  return {
    accounts,
    perParticle: of('state', 'charge', 'adjoint') / particles,
    perCell: cells > 0 ? of('field', 'green', 'fft') / cells : 0,
    perKick: grids.length > 0 ? of('tape') / grids.length : 0,
  };
}

function tierReport(
  tier: 'host' | 'disk',
  accounts: Readonly<Record<string, number>>,
  measured: NativePlan,
  predicted: NativePlan,
): TierReport {
  return { accounts, bytes: bytesByTier(measured)[tier], predictedBytes: bytesByTier(predicted)[tier] };
}
