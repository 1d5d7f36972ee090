import { Beam } from './beam/beam.js';
import type { Lattice } from './lattice/lattice.js';
import type { Line } from './lattice/line.js';
import type { Objective } from './objective/objective.js';
import { type LocationNeeds, locationKey, type Observations } from './objective/observation.js';
import type { Precision } from './precision.js';
import { factorsOf, referenceBarOf, referenceOf } from './tape/acceleration.js';
import { emptyCoordinates } from './tape/columns.js';
import { diagnosticNeeds, readDiagnostics } from './tape/diagnostics.js';
import { withHeadroom } from './tape/headroom.js';
import { withJournalLock } from './tape/journalLock.js';
import { Run, type RunOptions, type Turn } from './tape/run.js';
import type { Seen } from './tape/sweep.js';
import type { Workspace } from './tape/workspace.js';
import { assembleGradient, pathsOf, resolveWrt } from './tape/wrt.js';
import type {
  EvaluateOptions,
  EvaluateResult,
  GradientOptions,
  GradientResult,
  SettingOptions,
  TrackOptions,
  TrackResult,
} from './trackerTypes.js';

/** What runs are done on: one lattice, one engine at a time. */
export interface Place {
  readonly lattice: Lattice;
  readonly workspace: Workspace;
  readonly threads: number;
  readonly precision: Precision;
}

/** Tracks a beam; `options` are checked. */
export async function runTrack(place: Place, beam: Beam, options: TrackOptions): Promise<TrackResult> {
  const { observe: markers = [], parameters, ...rest } = options;
  const set = setPlace(place, parameters);
  const needs: LocationNeeds[] = [
    ...markers.map((marker) => ({ location: { marker }, moments: true, particles: false })),
    ...diagnosticNeeds(set.lattice),
    { location: 'end', moments: true, particles: true },
  ];
  return await withRuns(set, beam, rest, async (start) => {
    const run = await start({ needs, energyBar: false });
    const seen = await run.forward();
    const { moments, coordinates } = seen.at(-1)!;
    const { species, charges } = beam;
    const { entrance, exit } = run.line;
    const energy = exit === entrance ? beam.energy : exit.gamma.value * species.restEnergy;
    const losses = run.losses();
    const report = run.report();
    const looked = seen.slice(markers.length, -1);
    return {
      ...report,
      ...readDiagnostics(set.lattice, { line: run.line, turns: report.turns }, looked, { charges, losses }),
      coordinates: coordinates!,
      moments: moments!,
      ...(losses && { losses }),
      markers: Object.fromEntries(markers.map((marker, i) => [marker, seen[i]!.moments!])),
      // Made when asked for: checking and copying the particles takes longer than tracking them through a kick.
      get beam() {
        return Beam.fromCoordinates(coordinates!, { species, energy, charges });
      },
    };
  });
}

/** Values of objectives at the end of one forward sweep; `options` are checked. */
export async function runEvaluate(
  place: Place,
  beam: Beam,
  objectives: readonly Objective[],
  { parameters, ...options }: EvaluateOptions,
): Promise<EvaluateResult> {
  const needs = mergedNeeds(objectives);
  return await withRuns(setPlace(place, parameters), beam, options, async (start) => {
    const run = await start({ needs, energyBar: false });
    const seen = await run.forward();
    const values = objectives.map((objective) => objective.value(observations(needs, seen, beam, run.line)));
    return { ...run.report(), values };
  });
}

/** Value and gradient of an objective; `options` are checked. */
export async function runGradient(
  place: Place,
  beam: Beam,
  objective: Objective,
  options: GradientOptions,
): Promise<GradientResult> {
  const { wrt, strategy = 'auto', verify, journal, parameters, ...rest } = options;
  const set = setPlace(place, parameters);
  const wanted = resolveWrt(wrt, set.lattice);
  const needs = objective.locations();
  const work = async (start: StartRun) => {
    const what = {
      needs,
      energyBar: wanted.energy,
      wrt: pathsOf(wanted),
      strategy,
      verify,
      journal,
    };
    const run = await start({ ...what, objective: objective.describe() });
    const seen = await run.forward();
    const turn = run.resumed ?? turnOf(objective, needs, seen, beam, run.line);
    const adjoint = {
      coordinates: wanted.coordinates ? emptyCoordinates(beam.particles) : null,
      charges: wanted.charge || wanted.charges ? new Float64Array(beam.particles) : null,
    };
    const found = await run.reverse(turn, adjoint.coordinates || adjoint.charges ? adjoint : undefined);
    const gradient = assembleGradient({ ...found, ...adjoint }, wanted, run.line, beam);
    return { value: turn.value, gradient, strategy: run.strategy, ...run.report() };
  };
  const run = () => withRuns(set, beam, rest, work);
  return await (journal ? withJournalLock(journal, place.workspace.tryLock, run) : run());
}

type StartRun = (
  what: Omit<Parameters<typeof Run.start>[0], 'beam' | 'lattice' | 'threads' | 'precision' | 'options'>,
) => Promise<Run>;

/** The place with its lattice as it is set for a run. */
function setPlace(place: Place, parameters: SettingOptions['parameters']): Place {
  return parameters ? { ...place, lattice: place.lattice.withParameters(parameters) } : place;
}

/** Does `work`, which starts runs, with enough headroom. */
async function withRuns<T extends { warnings: string[] }>(
  { workspace, ...place }: Place,
  beam: Beam,
  options: RunOptions,
  work: (start: StartRun) => Promise<T>,
): Promise<T> {
  return await withHeadroom(beam, place.precision, options, (runOptions) =>
    work((what) => Run.start({ ...what, ...place, beam, options: runOptions }, workspace)),
  );
}

/** Every place that one of the objectives looks at, once each, with what any of them needs there. */
function mergedNeeds(objectives: readonly Objective[]): LocationNeeds[] {
  const merged = new Map<string, LocationNeeds>();
  for (const needs of objectives.flatMap((objective) => objective.locations())) {
    const { location, moments, particles } = needs;
    const key = locationKey(location);
    const before = merged.get(key);
    merged.set(key, {
      location,
      moments: moments || (before?.moments ?? false),
      particles: particles || (before?.particles ?? false),
    });
  }
  return [...merged.values()];
}

/** What was seen, as objectives ask for it. */
function observations(
  needs: readonly LocationNeeds[],
  seen: readonly Seen[],
  beam: Beam,
  line: Line,
): Observations {
  const keys = needs.map(({ location }) => locationKey(location));
  const { charges } = beam;
  return (location) => {
    const reference = factorsOf(referenceOf(line, location));
    return { ...seen[keys.indexOf(locationKey(location))], charges, reference };
  };
}

/** Value and cotangents of an objective for what was seen. */
function turnOf(
  objective: Objective,
  needs: readonly LocationNeeds[],
  seen: readonly Seen[],
  beam: Beam,
  line: Line,
): Turn {
  const { value, cotangents } = objective.evaluate(observations(needs, seen, beam, line));
  const bars = needs.map(({ location }) => cotangents.get(locationKey(location)));
  const referenceBar = needs.flatMap(({ location }, i) =>
    referenceBarOf(referenceOf(line, location), seen[i]!, bars[i]),
  );
  return { value, referenceBar, cotangents: bars };
}
