import { AbortedError } from '../errors.js';
import type { NativeEngine } from '../native.js';
import { type Action, Op, pack } from './actions.js';

/** How far a run has come. */
export interface Progress {
  /** Steps done, of `total`; of those that `maxTurns` allows, where the number of turns is not known. */
  readonly done: number;
  readonly total: number;
  readonly phase: 'forward' | 'reverse';
}

/** What a caller may pass to watch and stop a run. */
export interface Controls {
  /** Called now and then on the main thread. What it throws ends the run. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Stops the run between two actions; the promise is then rejected with `AbortedError`. */
  readonly signal?: AbortSignal | undefined;
}

/** Of one call: so many that its overhead does not count, so few that they take no memory. */
const MOST_ACTIONS = 4096;

/** Collects actions and runs them in one native call when something must happen in between. */
export class Runner {
  #actions: Action[] = [];
  #steps = 0;

  constructor(
    readonly engine: NativeEngine,
    readonly phase: Progress['phase'],
    readonly total: number,
    readonly controls: Controls,
  ) {}

  add(...actions: Action[]): void {
    this.#actions.push(...actions);
  }

  /** Whether it is time to hand them over. */
  get isFull(): boolean {
    return this.#actions.length >= MOST_ACTIONS;
  }

  /** Counts a step that was done in JavaScript. */
  count(): void {
    this.#steps += 1;
  }

  /** @throws AbortedError if the signal was, or is meanwhile, aborted */
  async flush(): Promise<void> {
    const { onProgress, signal } = this.controls;
    throwIfAborted(signal);
    if (this.#actions.length === 0) return;
    const actions = this.#actions;
    this.#actions = [];
    // Progress is told in steps of the line: actions that move no beam do not count.
    const stepsDone = cumulative(actions, (a) => (MOVES.has(a.op) ? 1 : 0));
    let thrown: { error: unknown } | undefined;
    const report = (done: number) => {
      try {
        onProgress?.({ done: this.#steps + stepsDone[done - 1]!, total: this.total, phase: this.phase });
      } catch (error) {
        // Called from C++, where nobody could catch it: the run stops and fails with it.
        thrown ??= { error };
        this.engine.abort();
      }
    };
    const abort = () => this.engine.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const finished = await this.engine.execute(pack(actions), onProgress && report);
      if (thrown) throw thrown.error;
      if (!finished) throw aborted(signal);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    this.#steps += stepsDone.at(-1)!;
    onProgress?.({ done: this.#steps, total: this.total, phase: this.phase });
  }
}

const MOVES: ReadonlySet<number> = new Set([Op.forward, Op.inverse, Op.reverse, Op.adjoint]);

/** @throws AbortedError if the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError('the run was aborted', { cause: signal?.reason });
}

function cumulative<T>(items: readonly T[], weight: (item: T) => number): number[] {
  let sum = 0;
  return items.map((item) => {
    sum += weight(item);
    return sum;
  });
}
