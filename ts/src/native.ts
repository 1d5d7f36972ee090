import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BackendError } from './errors.js';
import type { Step } from './lattice/line.js';
import { didYouMean } from './nearest.js';
import { packageRoot } from './package.js';
import type { Precision } from './precision.js';
import type { SlotRange } from './tape/schedules/index.js';

/**
 * Which implementation computes. `'cuda-emulated'` runs the CUDA sources on the host, thread by thread: a test aid that
 * published packages do not contain.
 */
export type BackendName = 'cpu' | 'cuda' | 'cuda-emulated';

/** A line with its unit of momentum, as C++ takes it. */
export interface NativeLine {
  /** p0·c of the reference particle at the entrance in eV, the unit of momenta. */
  readonly momentum: number;
  /** Z of the species. */
  readonly chargeNumber: number;
  readonly steps: readonly Step[];
}

/** What a run needs to hold at once; the memory plan follows from it and the line. */
export interface Demand {
  readonly precision: Precision;
  readonly particles: number;
  /** Whether there is an adjoint. */
  readonly differentiate: boolean;
  /** Whether the gradient by the reference energy is wanted. */
  readonly energyBar: boolean;
  /** CPU threads. */
  readonly threads: number;
  /** Snapshots that the tape keeps, by tier; see `tape/slots.ts`. */
  readonly deviceSlots: readonly SlotRange[];
  readonly hostSlots: readonly SlotRange[];
  /** Bytes of each. */
  readonly diskSlots: readonly number[];
  /** Where the last are written. */
  readonly diskFolder: string;
  /** Whether the line has apertures. */
  readonly losses: boolean;
  /** Places at which moments are taken. */
  readonly observations: number;
}

/** Bytes that a run takes. */
export interface NativePlan {
  /** The arena by account, and all of it. */
  readonly accounts: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Host memory beside it: snapshots, and what they pass through between device and disk. */
  readonly host: { readonly snapshots: number; readonly staging: number };
  /** Snapshots in files. */
  readonly disk: number;
}

/** Where host arrays are bound; see `EngineObject::Binding` in native/bindings. */
export const Bound = { beam: 0, state: 1, cotangent: 2, adjoint: 3, newState: 4 } as const;

/** Six coordinate arrays `[n]` in the order of `COORDINATES`. */
export type Columns = readonly Float64Array[];

/** The engine: executes tape actions in an arena of its own. All calls but `abort` need it idle. */
export interface NativeEngine {
  /** Takes the arena, off the main thread. */
  allocate(): Promise<void>;
  /** Takes other numbers for its line; false, and nothing happens, if the line has another shape. Before a beam is bound. */
  setLine(line: NativeLine): boolean;
  /** Gives the engine arrays to read from or write to; they are kept alive until the next call. */
  bind(where: number, coordinates: Columns | null, charges: Float64Array | Int32Array | null): void;
  /** Lets actions name the steps of so many turns, until a beam is bound again; without it, of one. */
  setTurns(most: number): void;
  /**
   * Runs packed actions off the main thread.
   *
   * @param actions - `[3·n]`: op, step, slot
   * @param onProgress - called now and then with the number of actions done
   * @returns false if it was aborted
   */
  execute(actions: Int32Array, onProgress?: (done: number) => void, timed?: boolean): Promise<boolean>;
  /** Seconds of each action of the last timed execution. */
  actionSeconds(): Float64Array;
  /** Which aperture took each particle, `[n]`, in line order from 0; 2³¹ − 1 for survivors. */
  losses(): Int32Array;
  /** Makes a running `execute` stop before its next action. */
  abort(): void;
  /** `[28]`: charge in C, mean `[6]`, lower triangle of the covariance `[21]`. */
  observation(slot: number): Float64Array;
  /** Sets what the Inject action of that slot adds: derivatives by mean `[6]` and covariance `[36]`. */
  setMomentCotangent(slot: number, mean: Float64Array, covariance: Float64Array): void;
  /** Gradient by every slot of the line, as far as the reverse sweep has come; and for one that goes on from there. */
  gradient(): Float64Array;
  setGradient(gradient: Float64Array): void;
  /** `[7·kicks]`: centre [m], half widths [m], charge outside [C] of every kick. */
  reports(): Float64Array;
  /** What it really takes; on disk, the most that it ever took at once. */
  memory(): NativePlan;
  /** Ends a run wherever it stands: waits for the transfer that is under way and deletes all snapshots on disk. */
  clearTape(): Promise<void>;
  /** The device's memory as its driver sees it; zeros on the CPU. */
  device(): { name: string; threads: number; freeBytes: number; totalBytes: number };
  /** Frees the arena; idempotent. */
  dispose(): void;
}

/** What a `.node` file exports. */
export interface NativeAddon {
  about(): { unavailable: string; details: string };
  planMemory(line: NativeLine, demand: Demand): NativePlan;
  /** The plan of the CUDA back end, which needs no GPU to compute. */
  planCudaMemory(line: NativeLine, demand: Demand): NativePlan;
  /** Arena bytes that all engines of this process hold on this back end; and bytes of host memory for snapshots. */
  liveBytes(): number;
  liveHostBytes(): number;
  /** Locks an open file or folder until it is closed or this process ends; false if somebody else holds the lock. */
  tryLock(descriptor: number): boolean;
  /** headroom: `[6]` */
  readonly Engine: new (
    line: NativeLine,
    demand: Demand,
    headroom: Float64Array,
  ) => NativeEngine;
}

/** State of one back end on this machine, for `unkick doctor`. */
export interface BackendReport {
  readonly name: string;
  readonly available: boolean;
  /** Why it is unavailable. */
  readonly reason?: string;
  /** Whatever else it says of itself: device, libraries, versions. */
  readonly [detail: string]: unknown;
}

const PUBLIC_BACKENDS = ['cpu', 'cuda'] as const;
const BACKENDS: readonly BackendName[] = [...PUBLIC_BACKENDS, 'cuda-emulated'];

const require = createRequire(import.meta.url);
const loaded = new Map<BackendName, NativeAddon | string>();

/**
 * The addon of a back end.
 *
 * @throws BackendError if it was not built, does not load, or has no device, with the reason
 */
export function loadBackend(name: BackendName): NativeAddon {
  const addon = addonOrReason(name);
  const reason = typeof addon === 'string' ? addon : addon.about().unavailable;
  if (typeof addon !== 'string' && reason === '') return addon;
  throw new BackendError(`the ${name} back end is unavailable: ${reason}`, { backend: name, reason });
}

/**
 * Picks a back end: the named one, or for `'auto'` CUDA where it is available, else the CPU.
 *
 * @throws BackendError for an unknown name, or if it is unavailable
 */
export function chooseBackend(wanted: BackendName | 'auto'): { name: BackendName; addon: NativeAddon } {
  if (wanted === 'auto') {
    try {
      return { name: 'cuda', addon: loadBackend('cuda') };
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      return { name: 'cpu', addon: loadBackend('cpu') };
    }
  }
  if (BACKENDS.includes(wanted)) return { name: wanted, addon: loadBackend(wanted) };
  const reason = `there is no back end '${wanted}'`;
  throw new BackendError(reason + didYouMean(String(wanted), ['auto', ...PUBLIC_BACKENDS]), {
    backend: String(wanted),
    reason,
  });
}

/** Bytes that a job will take, to the byte. */
export type MemoryPredictor = (line: NativeLine, demand: Demand) => NativePlan;

/**
 * The predictor of a back end. That of CUDA needs neither a GPU nor the CUDA back end.
 *
 * @throws BackendError if there is none
 */
export function memoryPredictor(wanted: BackendName | 'auto'): {
  backend: BackendName;
  predict: MemoryPredictor;
} {
  if (wanted === 'cuda') {
    const addon = loadBackend('cpu');
    return { backend: 'cuda', predict: (line, demand) => addon.planCudaMemory(line, demand) };
  }
  const { name, addon } = chooseBackend(wanted);
  return { backend: name, predict: (line, demand) => addon.planMemory(line, demand) };
}

/** What every back end says of itself on this machine. */
export async function backendReport(): Promise<BackendReport[]> {
  return PUBLIC_BACKENDS.map((name) => {
    const addon = addonOrReason(name);
    if (typeof addon === 'string') return { name, available: false, reason: addon };
    const { unavailable, details } = addon.about();
    const state = unavailable === '' ? { available: true } : { available: false, reason: unavailable };
    return { name, ...state, ...detailsOf(details) };
  });
}

/** The `name: value` lines of `about().details`. */
export function detailsOf(details: string): Record<string, string> {
  const lines = details.split('\n').filter((line) => line.includes(': '));
  return Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
}

function addonOrReason(name: BackendName): NativeAddon | string {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const found = tryLoad(name);
  loaded.set(name, found);
  return found;
}

/** Rounds that an idle OpenMP thread spins before it sleeps, some tens of microseconds. */
const SPIN_ROUNDS = '5000';

/**
 * OpenMP threads that have nothing to do soon sleep instead of spinning on, unless the user says otherwise: waking them takes as
 * long as a pass over a small beam, and spinning takes a core from whatever else runs: see docs/decisions.md.
 */
function letIdleThreadsSleep(): void {
  if (process.env.OMP_WAIT_POLICY === undefined) process.env.GOMP_SPINCOUNT ??= SPIN_ROUNDS;
}

function tryLoad(name: BackendName): NativeAddon | string {
  letIdleThreadsSleep();
  const file = join(packageRoot(), 'build', 'Release', `unkick_${name.replace('-', '_')}.node`);
  if (!existsSync(file)) {
    return name === 'cpu'
      ? 'it is not built; run `npm rebuild unkick`, or `npm run build` in a clone (it needs FFTW: apt-get install libfftw3-dev)'
      : 'it is not built: no CUDA compiler (nvcc) was found when the package was built';
  }
  try {
    return require(file) as NativeAddon;
  } catch (error) {
    return `${file} does not load: ${error instanceof Error ? error.message : String(error)}`;
  }
}
