import type { Beam } from '../beam/beam.js';
import { Objective } from '../objective/objective.js';
import { journalKey } from '../tape/journal.js';
import { lineFor } from '../tape/prepare.js';
import type { Tracker } from '../tracker.js';
import type { MatchRunOptions } from './runs.js';
import type { MatchTarget } from './targets.js';
import type { MatchParameter } from './variables.js';

/** What the runs of a match depend on. */
export interface MatchIdentity {
  readonly tracker: Tracker;
  /** At the start. */
  readonly beam: Beam;
  readonly objectives: readonly Objective[];
  readonly goal: Objective | readonly MatchTarget[];
  readonly parameters: Readonly<Record<string, MatchParameter>>;
  readonly run: MatchRunOptions;
}

/**
 * Hash of what the runs of a match depend on, but not of how long it may go on: a finished match can be resumed with a smaller tolerance.
 *
 * @throws LatticeError for a marker that the lattice does not have
 */
export function matchKey({ tracker, beam, objectives, goal, parameters, run }: MatchIdentity): string {
  const { steps, bindings } = lineFor(
    tracker.lattice,
    objectives.flatMap((objective) => objective.locations()),
    beam,
  );
  const { name, precision } = tracker.backend;
  const { energy, species } = beam;
  const { turns, maxTurns, headroom } = run;
  const targets =
    goal instanceof Objective ? [] : goal.map(({ value, scale, weight }) => [value, scale, weight]);
  const what = [objectives.map((objective) => objective.describe()), targets, parameters];
  return journalKey(
    [steps, bindings, energy, species, name, precision, turns, maxTurns, headroom, what],
    beam.coordinates,
    beam.charges,
  );
}
