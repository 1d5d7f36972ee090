import { loadProblem, type Problem } from '../io/problem.js';
import type { RunOptions as TrackerOptions } from '../tape/run.js';
import type { Progress } from '../tape/runner.js';
import type { TurnOptions } from '../tape/turns.js';
import { Tracker } from '../tracker.js';
import { interruptible } from './interrupt.js';
import { memoryOf, type RunOptions } from './options.js';
import { ProgressBar } from './progress.js';

/** What a command does its work with. */
export interface Session {
  readonly problem: Problem;
  readonly tracker: Tracker;
  /** Options that every run of the tracker takes. */
  readonly controls: Omit<TrackerOptions, keyof TurnOptions>;
  /** How often the beam passes the lattice. */
  readonly turns: number | undefined;
}

/**
 * Loads a problem file and makes a tracker for it, shows progress while `work` goes on, lets Ctrl-C stop it, and frees
 * the tracker.
 */
export async function withSession<T>(
  file: string,
  options: RunOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const problem = await loadProblem(file, { particles: options.particles });
  const { backend, threads } = options;
  const precision = options.precision ?? problem.precision;
  using tracker = await Tracker.create(problem.lattice, { backend, threads, precision });
  const turns = options.turns ?? problem.turns;
  const headroom = options.headroom ?? problem.headroom;
  const memory = memoryOf(options);
  const bar = new ProgressBar();
  return await interruptible(async (signal) => {
    const onProgress = (progress: Progress) => bar.update(progress);
    const controls = { onProgress, signal, headroom, memory };
    try {
      return await work({ problem, tracker, controls, turns });
    } finally {
      bar.clear();
    }
  });
}
