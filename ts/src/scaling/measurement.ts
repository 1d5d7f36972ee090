import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AbortedError } from '../errors.js';
import type { MemoryReport } from '../memory/report.js';
import type { ScalingCase } from './design.js';
import type { ScalingTarget } from './prediction.js';
import type { ScalingProblem } from './problem.js';

/** One case for a process to measure. */
export interface CaseTask {
  readonly problem: ScalingProblem;
  readonly target: ScalingTarget;
  readonly scalingCase: ScalingCase;
}

/** What was measured of a case. */
export interface Measurement {
  /** Bytes of the arena. */
  readonly arenaBytes: number;
  /** The arena by account; see {@link MemoryReport}. */
  readonly accounts: MemoryReport['accounts'];
  /** Resident-set size of the case's process in bytes: with the beam and before the arena, after the gradient, at most. */
  readonly resident: MemoryReport['process'];
  /** Memory of the GPU by its driver, bytes: free before the case, free with its arena, total. */
  readonly device?: { readonly freeBefore: number; readonly free: number; readonly total: number };
  readonly seconds: {
    /** Medians: of loading and tracking the beam, of the way back, of both. */
    readonly forward: number;
    readonly reverse: number;
    readonly gradient: number;
    /** Number of gradients. */
    readonly samples: number;
  };
  /** Load average of the machine at the end. */
  readonly load: number;
}

/** What a case's process answers. */
export type CaseAnswer = { readonly measured: Measurement } | { readonly failed: string };

/** As much of a failed process' complaint as is shown. */
const MOST_CHARACTERS = 300;

/**
 * Measures a case in a process of its own: its resident-set size is the case's alone, and if the system ends it for taking too
 * much, the sweep goes on.
 *
 * @throws AbortedError
 */
export async function measureCase(task: CaseTask, signal?: AbortSignal): Promise<CaseAnswer> {
  const program = fileURLToPath(new URL('./caseProcess.js', import.meta.url));
  const child = fork(program, [], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  try {
    const answer = await new Promise<CaseAnswer>((resolve) => {
      let answered: CaseAnswer | undefined;
      let complaint = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        complaint = (complaint + text).slice(-MOST_CHARACTERS);
      });
      child.on('message', (message: CaseAnswer) => {
        answered = message;
      });
      child.on('error', (error) => resolve({ failed: error.message }));
      child.on('close', (code, ended) => resolve(answered ?? { failed: whyEnded(code, ended, complaint) }));
      if (child.pid !== undefined) child.send(task, () => {});
    });
    if (signal?.aborted) throw new AbortedError('the sweep was stopped');
    return answer;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function whyEnded(code: number | null, signal: NodeJS.Signals | null, complaint: string): string {
  if (signal === 'SIGKILL') return 'the system ended its process (SIGKILL): most likely memory ran out';
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const last = complaint.trim().split('\n').at(-1);
  return `its process ${how}${last ? `: ${last}` : ''}`;
}
