import type { Beam } from '../beam/beam.js';
import type { Lattice } from '../lattice/lattice.js';
import type { Step } from '../lattice/line.js';
import { Bound } from '../native.js';
import type { LocationNeeds } from '../objective/observation.js';
import { columns } from './columns.js';
import { translateFault } from './faults.js';
import { resolveHeadroom } from './headroom.js';
import { budgetsOf, lineFor, planningFor, type Request, stopsFor } from './prepare.js';
import { type Profile, profileOf } from './profile.js';
import type { RunOptions } from './run.js';
import { readSeconds, type StepCosts, writeSeconds } from './schedules/index.js';
import { measuringSchedule, StepClock } from './stepClock.js';
import type { Workspace } from './workspace.js';

/** What is to be measured. */
export interface MeasureTask extends Request {
  readonly beam: Beam;
  readonly lattice: Lattice;
  readonly needs: readonly LocationNeeds[];
  readonly repeats: number;
  readonly options: RunOptions;
}

/**
 * Measures what every step of a line costs.
 *
 * @throws what a gradient throws
 */
export async function measureProfile(task: MeasureTask, workspace: Workspace): Promise<Profile> {
  const { beam, options, threads, precision, repeats } = task;
  const { backend } = workspace;
  const line = lineFor(task.lattice, task.needs, beam);
  const headroom = resolveHeadroom(options.headroom, precision);
  const setting = { line, headroom, backend, stops: stopsFor(task.needs, line), length: line.steps.length };
  const budgets = budgetsOf(options.memory);
  const planning = planningFor(task, setting, budgets, workspace);
  const { steps } = planning;
  const { job, memory } = planning.follow(measuringSchedule(steps));
  const limits = { bytes: budgets.device ?? Number.POSITIVE_INFINITY, curve: () => [] };
  const engine = await workspace.engine(job, memory, limits);
  engine.bind(Bound.beam, columns(beam.coordinates), beam.charges);
  const clock = new StepClock({ engine, line, particles: beam.particles, controls: options }, repeats);
  try {
    const samples: StepCosts[][] = [];
    for (let i = 0; i < repeats; i++) samples.push(await clock.measure(steps));
    const measured = steps.map((descriptor, i) => ({
      ...{ name: line.names[i]!, kind: line.steps[i]!.kind, s: line.s[i]! },
      maps: mapsOf(line.steps[i]!),
      invertible: descriptor.invertible,
      costs: medianCosts(samples.map((costs) => costs[i]!)),
      ...{ stateBytes: descriptor.stateBytes, fieldBytes: descriptor.fieldBytes },
    }));
    const { device } = planning.machine;
    const { particles } = beam;
    return profileOf(
      { backend, threads, particles, steps: measured, warnings: [] },
      (bytes) => writeSeconds(device, bytes) + readSeconds(device, bytes),
    );
  } catch (error) {
    throw translateFault(error, line, { headroom, precision });
  }
}

function mapsOf(step: Step): number {
  return step.kind === 'run' ? step.maps.length : 0;
}

function medianCosts(samples: readonly StepCosts[]): StepCosts {
  const names = ['forward', 'inverse', 'adjoint', 'reverse', 'savedByField'] as const;
  const median = (name: (typeof names)[number]) => {
    const sorted = samples.map((costs) => costs[name]).sort((a, b) => a - b);
    return sorted[sorted.length >> 1]!;
  };
  return Object.fromEntries(names.map((name) => [name, median(name)])) as unknown as StepCosts;
}
