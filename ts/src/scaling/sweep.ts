import { AbortedError, BackendError, OptionsError } from '../errors.js';
import { parseBytes } from '../memory/bytes.js';
import type { BackendName } from '../native.js';
import { requireKnownKeys, requirePositive } from '../options.js';
import type { Strategy } from '../tape/strategy.js';
import { SweepClock } from './clock.js';
import { casesOf } from './design.js';
import { measureCase } from './measurement.js';
import {
  type Available,
  type PlannedCase,
  predictCase,
  type ScalingTarget,
  whyTooLarge,
} from './prediction.js';
import type { ScalingProblem } from './problem.js';
import { lawsOf, type MeasuredCase, type ScalingReport, type ScalingResult } from './report.js';
import { setUp } from './setup.js';

/** How far a sweep has come. */
export interface SweepProgress {
  /** Number of cases dealt with, those of an earlier part of the sweep included. */
  readonly done: number;
  readonly total: number;
  /** The case that is being measured; absent at the end. */
  readonly now?: PlannedCase;
  /** Seconds that the rest will take, by the model and the pace so far. */
  readonly secondsLeft: number;
}

/** Options of {@link scalingSweep}. */
export interface ScalingOptions {
  /** A problem file; default the reference set-up, a drift with kicks between half drifts. */
  readonly file?: string | undefined;
  readonly strategies?: readonly Strategy[] | undefined;
  /** Numbers of macroparticles. */
  readonly particles?: readonly number[] | undefined;
  /** Nodes of the grid along each axis. */
  readonly grids?: readonly number[] | undefined;
  /** Numbers of space-charge kicks. */
  readonly kicks?: readonly number[] | undefined;
  readonly backend?: BackendName | 'auto' | undefined;
  /** CPU threads; default as many as this machine lets this process use. */
  readonly threads?: number | undefined;
  /** The most memory that a case may take, its beam included: bytes, or text such as `'8 GiB'`. Default what is available. */
  readonly memory?: number | string | undefined;
  /** No case is started that would not end within so many seconds of the sweep's beginning. */
  readonly maxSeconds?: number | undefined;
  /** A sweep to go on with: its measured cases are not measured again, and what is not given here is taken from it. */
  readonly previous?: ScalingReport | undefined;
  /** What `command` of the report shall say. */
  readonly command?: string | undefined;
  /** Called before every case and at the end. */
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  /** Called at the beginning and after every case with all that has been measured; awaited, and what it throws ends the sweep. */
  readonly onReport?: ((report: ScalingReport) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const KEYS = [
  ...['file', 'strategies', 'particles', 'grids', 'kicks', 'backend', 'threads', 'memory', 'maxSeconds'],
  ...['previous', 'command', 'onProgress', 'onReport', 'signal'],
];

/**
 * Measures how memory and time of a gradient grow with macroparticles, cells and kicks, strategy by strategy, and fits their
 * laws. Every case runs in a process of its own. What it will take is predicted first; one that does not fit is never started.
 *
 * @throws OptionsError, also for a `previous` sweep that is another one; ProblemError, LatticeError; BackendError; AbortedError;
 * what `onReport` throws
 */
export async function scalingSweep(options: ScalingOptions = {}): Promise<ScalingReport> {
  requireKnownKeys(options, KEYS, 'scalingSweep', OptionsError);
  const { previous, onReport, onProgress, signal } = options;
  const maxSeconds = requirePositive(options.maxSeconds ?? Number.MAX_VALUE, 'maxSeconds', OptionsError);
  const mostBytes = options.memory === undefined ? Number.POSITIVE_INFINITY : parseBytes(options.memory);
  const { problem, target, head } = await setUp(options);
  const { design } = head;
  const planned = casesOf(design).map((each) => predictCase(problem, each, target));
  const results = new Map(measuredCases(previous).map((each) => [keyOf(each), each as ScalingResult]));
  const report = (): ScalingReport => {
    const cases = planned.flatMap((each) => results.get(keyOf(each)) ?? []);
    return { ...head, total: planned.length, cases, laws: lawsOf(cases, design.strategies) };
  };
  const deviceFree = await deviceMemory(target, signal);
  const started = performance.now();
  const clock = new SweepClock();
  await onReport?.(report());
  for (const each of planned) {
    if (results.has(keyOf(each))) continue;
    if (signal?.aborted) throw new AbortedError('the sweep was stopped');
    const left = planned.filter((other) => !results.has(keyOf(other)));
    onProgress?.({ done: results.size, total: planned.length, now: each, secondsLeft: clock.left(left) });
    const lateBy = secondsSince(started) + clock.left([each]) - maxSeconds;
    const available = availableMemory(mostBytes, deviceFree);
    const result = await dealWith(each, { problem, target, available, lateBy, signal });
    if (result.state === 'measured') clock.book(each, result.wallSeconds);
    results.set(keyOf(each), result);
    await onReport?.(report());
  }
  onProgress?.({ done: planned.length, total: planned.length, secondsLeft: 0 });
  return report();
}

interface Circumstances {
  readonly problem: ScalingProblem;
  readonly target: ScalingTarget;
  readonly available: Available;
  /** Seconds by which the case would end too late; negative if it will not. */
  readonly lateBy: number;
  readonly signal: AbortSignal | undefined;
}

async function dealWith(each: PlannedCase, circumstances: Circumstances): Promise<ScalingResult> {
  const { problem, target, available, lateBy, signal } = circumstances;
  const tooLarge = whyTooLarge(each, available);
  if (tooLarge !== undefined) return { ...each, state: 'too large', reason: tooLarge };
  if (lateBy > 0) {
    return {
      ...each,
      state: 'no time',
      reason: `it would end ${Math.ceil(lateBy)} s after the time allowed`,
    };
  }
  const { strategy, particles, grid, kicks } = each;
  const scalingCase = { strategy, particles, grid, kicks };
  const begun = performance.now();
  const answer = await measureCase({ problem, target, scalingCase }, signal);
  if ('failed' in answer) return { ...each, state: 'failed', reason: answer.failed };
  return { ...each, ...answer.measured, state: 'measured', wallSeconds: secondsSince(begun) };
}

const secondsSince = (time: number) => (performance.now() - time) / 1000;

function measuredCases(report: ScalingReport | undefined): MeasuredCase[] {
  return (report?.cases ?? []).filter((each): each is MeasuredCase => each.state === 'measured');
}

/** Memory as it is now, or as little of it as may be taken: of the GPU where there is one. */
function availableMemory(most: number, device: number | undefined): Available {
  const host = process.availableMemory();
  return device === undefined ? { host: Math.min(host, most) } : { host, device: Math.min(device, most) };
}

/** Bytes that the driver of a GPU has for a process of this library; undefined on the CPU. */
async function deviceMemory(target: ScalingTarget, signal?: AbortSignal): Promise<number | undefined> {
  if (target.backend === 'cpu') return undefined;
  const scalingCase = { strategy: 'invert', particles: 64, grid: 8, kicks: 1 } as const;
  const answer = await measureCase({ problem: { kind: 'reference' }, target, scalingCase }, signal);
  if ('measured' in answer) return answer.measured.device?.freeBefore;
  const reason = answer.failed;
  throw new BackendError(`the ${target.backend} back end fails: ${reason}`, {
    backend: target.backend,
    reason,
  });
}

const keyOf = ({ strategy, particles, grid, kicks }: PlannedCase) =>
  `${strategy} ${particles} ${grid} ${kicks}`;
