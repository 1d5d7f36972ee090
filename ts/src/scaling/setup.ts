import { availableParallelism, cpus, totalmem } from 'node:os';
import { OptionsError } from '../errors.js';
import { readText } from '../io/problem.js';
import { type BackendName, chooseBackend } from '../native.js';
import { requireInteger } from '../options.js';
import { version } from '../package.js';
import { checkDesign, DEFAULT_DESIGN, designFrom, type ScalingDesign } from './design.js';
import type { ScalingTarget } from './prediction.js';
import { identityOf, ownKicks, type ScalingProblem } from './problem.js';
import { requireSameSweep, type SweepHead } from './resume.js';
import type { ScalingOptions } from './sweep.js';

/** What a sweep goes by. */
export interface Setup {
  readonly problem: ScalingProblem;
  readonly target: ScalingTarget;
  readonly head: SweepHead;
}

const MOST_THREADS = 1024;

/**
 * Settles what is to be swept, and where. What the options leave open is taken from the sweep to go on with, if there is one.
 *
 * @throws OptionsError for options that are none, or if that is another sweep; ProblemError; BackendError
 */
export async function setUp(options: ScalingOptions): Promise<Setup> {
  const { previous } = options;
  const target = targetOf(options);
  const problem = await problemOf(options.file);
  const head = headOf(options, { problem, target, design: designOf(options, problem) });
  if (previous) requireSameSweep(previous, head);
  return { problem, target, head };
}

function targetOf({ backend, threads, previous }: ScalingOptions): ScalingTarget {
  const before = previous?.machine;
  const { name } = chooseBackend(backend ?? (before?.backend as BackendName | undefined) ?? 'auto');
  const wanted = threads ?? before?.threads ?? availableParallelism();
  return { backend: name, threads: requireInteger(wanted, 'threads', 1, MOST_THREADS, OptionsError) };
}

async function problemOf(file: string | undefined): Promise<ScalingProblem> {
  return file === undefined ? { kind: 'reference' } : { kind: 'file', file, text: await readText(file) };
}

function designOf(options: ScalingOptions, problem: ScalingProblem): ScalingDesign {
  const kicks = ownKicks(problem);
  const defaults = options.previous?.design ?? (kicks > 0 ? designFrom(kicks) : DEFAULT_DESIGN);
  return checkDesign({
    strategies: options.strategies ?? defaults.strategies,
    particles: options.particles ?? defaults.particles,
    grids: options.grids ?? defaults.grids,
    kicks: options.kicks ?? defaults.kicks,
  });
}

function headOf(
  { previous, command }: ScalingOptions,
  { problem, target, design }: Pick<Setup, 'problem' | 'target'> & { readonly design: ScalingDesign },
): SweepHead {
  return {
    format: 'unkick scaling 1',
    unkick: version(),
    command: previous?.command ?? command ?? 'scalingSweep',
    date: previous?.date ?? new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory: totalmem(),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      ...target,
    },
    problem: identityOf(problem),
    design,
  };
}
