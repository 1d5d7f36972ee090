import { AbortedError, BackendError, DisposedError, UnkickError } from '../errors.js';
import { parseBytes } from '../memory/bytes.js';
import type { MemoryBudgets } from '../tape/prepare.js';
import { TIERS } from '../tape/schedules/index.js';
import type { Place } from '../trackerRuns.js';
import type { BatchParameters, Member, Members } from './members.js';

/** What becomes of a batch when one of its members fails. */
export type Failures = 'throw' | 'report';

/** Options of every batch. */
export interface BatchOptions<F extends Failures = Failures> {
  /** What differs from member to member: records, or arrays by name, such as `{ 'q1.k1': Float64Array.of(5, 6, 7) }`. */
  readonly parameters?: BatchParameters | undefined;
  /**
   * Members at work at the same time, each with an arena of its own and its share of the threads and of the budgets; default 1. No
   * result depends on it.
   */
  readonly workers?: number | undefined;
  /** `'throw'` (default) ends the batch at the first member that fails; `'report'` puts a {@link FailedMember} in its place. */
  readonly failures?: F | undefined;
  /** Called after every member with how many are done, and of how many where that is known. What it throws ends the batch. */
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined;
}

/** How far a batch has come. */
export interface BatchProgress {
  readonly done: number;
  readonly total: number | undefined;
}

/** A member that could not be computed, in the place of its result. */
export interface FailedMember {
  /** From 0. */
  readonly index: number;
  readonly error: UnkickError;
}

/** What a batch has for a member. */
export type MemberResult<T, F extends Failures> = F extends 'report' ? T | FailedMember : T;

/** How a batch is to be done. */
export interface BatchSetting<T> {
  /** Where members are computed, each on one place after the other. */
  readonly places: readonly Place[];
  readonly run: (place: Place, member: Member, signal: AbortSignal) => Promise<T>;
  readonly failures: Failures;
  readonly onProgress: BatchOptions['onProgress'];
  readonly signal: AbortSignal | undefined;
}

type Outcome<T> = { readonly index: number } & ({ readonly result: T } | { readonly error: unknown });

/**
 * Results in the order of the members, as many of which are at work as there are places; nothing is kept of those that were handed over.
 * Who stops asking, or lets an error through, ends what is at work.
 */
export async function* runBatch<T>(
  members: Members,
  { places, run, failures, onProgress, signal }: BatchSetting<T>,
): AsyncGenerator<T | FailedMember, void, undefined> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const atWork: Promise<Outcome<T>>[] = [];
  let done = 0;
  const next = async () => {
    const result = accepted(await atWork.shift()!, failures);
    onProgress?.({ done: ++done, total: members.count });
    return result;
  };
  try {
    for (const member of members) {
      if (atWork.length === places.length) yield await next();
      const place = places[member.index % places.length]!;
      atWork.push(outcomeOf(member.index, run(place, member, either)));
    }
    while (atWork.length > 0) yield await next();
  } finally {
    stop.abort();
    await Promise.all(atWork);
  }
}

async function outcomeOf<T>(index: number, work: Promise<T>): Promise<Outcome<T>> {
  return await work.then(
    (result) => ({ index, result }),
    (error: unknown) => ({ index, error }),
  );
}

/** A result, or a failure that may be reported. */
function accepted<T>(outcome: Outcome<T>, failures: Failures): T | FailedMember {
  if ('result' in outcome) return outcome.result;
  const { index, error } = outcome;
  if (failures === 'report' && isOfMember(error)) return { index, error };
  throw error;
}

/** Whether an error says something about one member, and not about the batch. */
function isOfMember(error: unknown): error is UnkickError {
  const isOfBatch = [AbortedError, BackendError, DisposedError].some((kind) => error instanceof kind);
  return error instanceof UnkickError && !isOfBatch;
}

/** An equal share of what all may take together. */
export function sharedMemory(memory: MemoryBudgets | undefined, workers: number): MemoryBudgets | undefined {
  if (memory === undefined || workers === 1) return memory;
  const shared: { [tier in (typeof TIERS)[number]]?: number } = {};
  for (const tier of TIERS) {
    const given = memory[tier];
    if (given !== undefined) shared[tier] = Math.floor(parseBytes(given) / workers);
  }
  return shared;
}
