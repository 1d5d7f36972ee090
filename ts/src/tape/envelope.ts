import type { Beam } from '../beam/beam.js';
import { compileLine } from '../lattice/compile.js';
import type { Lattice } from '../lattice/lattice.js';
import { ReferenceParticle } from '../lattice/reference.js';
import { Bound } from '../native.js';
import type { Moments } from '../objective/moments.js';
import { columns } from './columns.js';
import { translateFault } from './faults.js';
import { resolveHeadroom } from './headroom.js';
import { budgetsOf, planningFor, type Request } from './prepare.js';
import type { RunOptions } from './run.js';
import { listed } from './schedules/index.js';
import { type Seen, Sweep } from './sweep.js';
import type { Workspace } from './workspace.js';

/** The beam at one place of its line. */
export interface EnvelopePoint {
  /** Arc length in m. Before and after a kick it is the same. */
  readonly s: number;
  /** What the beam has just come through: an element or a kick; `'entrance'` at the entrance. */
  readonly behind: string;
  readonly moments: Moments;
}

/** What is to be tracked. */
export interface EnvelopeTask extends Request {
  readonly beam: Beam;
  readonly lattice: Lattice;
  readonly options: RunOptions;
}

/**
 * Tracks a beam and takes its moments at the entrance and behind every step of a line whose runs end with their elements, on
 * one turn.
 *
 * @throws what a run throws
 */
export async function trackEnvelope(task: EnvelopeTask, workspace: Workspace): Promise<EnvelopePoint[]> {
  const walk = await walkAlong(task, workspace, { moments: true, particles: false });
  return walk.map(({ s, behind, seen }) => ({ s, behind, moments: seen.moments! }));
}

/** What was seen of the beam at one place. */
export interface WalkPoint extends Pick<EnvelopePoint, 's' | 'behind'> {
  readonly seen: Seen;
}

/** The same with whatever is to be seen at every place. */
export async function walkAlong(
  task: EnvelopeTask,
  workspace: Workspace,
  look: { readonly moments: boolean; readonly particles: boolean },
): Promise<WalkPoint[]> {
  const { beam, options, precision } = task;
  const { particles } = beam;
  const reference = ReferenceParticle.atEntrance(beam.energy, beam.species);
  const line = compileLine(task.lattice, [], { runs: 'element', reference });
  const headroom = resolveHeadroom(options.headroom, precision);
  const length = line.steps.length;
  const stops = Array.from({ length: length + 1 }, (_, beforeStep) => {
    const ratio = beforeStep === 0 ? 1 : line.ratios[beforeStep - 1]!;
    return { beforeStep, ratio, ...look };
  });
  const budgets = budgetsOf(options.memory);
  const turns = { most: 1 };
  const setting = { line, stops, headroom, turns, length, backend: workspace.backend };
  const { job, memory } = planningFor(task, setting, budgets, workspace).choose(undefined);
  const limits = { bytes: budgets.device ?? Number.POSITIVE_INFINITY, curve: () => [] };
  const engine = await workspace.engine(job, memory, limits);
  engine.bind(Bound.beam, columns(beam.coordinates), beam.charges);
  engine.setTurns(turns.most);
  const course = listed(job.schedule);
  const { slots } = job;
  const parts = { engine, line, course, turns, length, slots, stops, particles };
  const sweep = new Sweep({ ...parts, controls: options });
  const seen = await sweep.forward().catch((error) => {
    throw translateFault(error, line, { headroom, precision });
  });
  return seen.map((what, i) => ({
    s: i === 0 ? 0 : line.s[i - 1]!,
    behind: i === 0 ? 'entrance' : line.names[i - 1]!,
    seen: what,
  }));
}
