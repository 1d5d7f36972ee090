// One case of a sweep in a process of its own: measures the task that its parent sends, and answers with a CaseAnswer.
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Beam } from '../beam/beam.js';
import { type GradientResult, Tracker } from '../tracker.js';
import type { CaseAnswer, CaseTask, Measurement } from './measurement.js';
import { beamOf, outlineOf } from './problem.js';

/** Gradients are repeated until they have taken so many seconds, or so often. */
const ENOUGH_SECONDS = 0.5;
const MOST_SAMPLES = 5;
/** A gradient that takes next to nothing, to load libraries and start threads. */
const WARM_UP = { particles: 64, grid: 8, kicks: 1 };

async function measure(task: CaseTask): Promise<Measurement> {
  const { problem, target, scalingCase } = task;
  const libraries = await warmUp(task);
  const { lattice, objective, precision, ...rest } = outlineOf(problem, scalingCase);
  const beam = beamOf(problem, scalingCase);
  const options = { ...rest, strategy: scalingCase.strategy };
  using tracker = await Tracker.create(lattice, { ...target, precision });
  // What making the beam left behind would be collected in the middle of the run, and hide what the run takes.
  globalThis.gc?.();
  const first = await tracker.gradient(beam, objective, options);
  const times = [first.timing];
  let spent = first.timing.total;
  while (times.length <= MOST_SAMPLES && spent < ENOUGH_SECONDS) {
    const { timing } = await tracker.gradient(beam, objective, options);
    times.push(timing);
    spent += timing.total;
  }
  // The first one took the memory as well.
  const samples = times.length > 1 ? times.slice(1) : times;
  const { arenaBytes, accounts, process: resident, device } = first.memory;
  return {
    ...{ arenaBytes, accounts, resident },
    ...(device && { device: { ...device, freeBefore: libraries.memory.device?.free ?? device.total } }),
    seconds: {
      forward: median(samples.map(({ forward }) => forward)),
      reverse: median(samples.map(({ reverse }) => reverse ?? 0)),
      gradient: median(samples.map(({ total }) => total)),
      samples: samples.length,
    },
    load: loadavg()[0]!,
  };
}

async function warmUp({ target }: CaseTask): Promise<GradientResult> {
  const reference = { kind: 'reference' } as const;
  const { lattice, objective } = outlineOf(reference, WARM_UP);
  const beam: Beam = beamOf(reference, WARM_UP);
  using tracker = await Tracker.create(lattice, target);
  return await tracker.gradient(beam, objective);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Where memory runs out after all, Linux shall end this process and not the sweep that waits for it. */
function volunteerForTheKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Other systems have no such file.
  }
}

process.on('disconnect', () => process.exit());
// Ctrl-C reaches every process of a terminal; what becomes of this one is for its parent to say.
process.on('SIGINT', () => {});
process.once('message', async (task: CaseTask) => {
  volunteerForTheKiller();
  const answer: CaseAnswer = await measure(task).then(
    (measured) => ({ measured }),
    (error) => ({ failed: error instanceof Error ? error.message : String(error) }),
  );
  process.send!(answer, () => process.disconnect());
});
