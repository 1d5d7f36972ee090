import { TIERS } from '../schedules/actions.js';
import { type Machine, readSeconds, writeSeconds } from '../schedules/steps.js';
import type { BlockLabel, SolverContext } from './choices.js';
import type { Shelf } from './items.js';
import type { PlannedLine } from './line.js';
import { Limits, pairsFor } from './pareto.js';
import { solverFor } from './solver.js';

/** Labels that one search may make, about: a few tenths of a second. */
const MOST_WORK = 1e6;
const MOST_LABELS = 16384;
const LEAST_LABELS = 8;

/** All trade-offs of a line, and whether they are proven. */
export function searchLine(
  line: PlannedLine,
  machine: Machine,
): { labels: readonly BlockLabel[]; isOptimal: boolean } {
  const most = line.steps.reduce(
    (sum, { descriptor }) => sum + descriptor.stateBytes + descriptor.fieldBytes,
    0,
  );
  const capacities: number[] = [];
  const shelves: Shelf[] = [];
  for (const tier of TIERS) {
    const spec = tier === 'device' ? (machine.device ?? {}) : machine[tier];
    if (!spec) continue;
    const { bytes: capacity = Number.POSITIVE_INFINITY } = spec;
    // A tier with room for everything need not be reckoned with; the device's bytes are what the trade-off is about.
    const isTracked = tier === 'device' || capacity < most;
    const tracked = isTracked ? capacities.push(capacity) - 1 : -1;
    shelves.push({
      tier,
      tracked,
      secondsPerByte: writeSeconds(spec, 1) + readSeconds(spec, 1),
    });
  }
  const limits = new Limits(labelsFor(line, capacities.length), capacities);
  const context: SolverContext = {
    shelves,
    limits,
    loadSeconds: machine.loadSeconds ?? 0,
    read: ({ tier }, bytes) => readSeconds(machine[tier], bytes),
    solvers: new Map(),
  };
  const labels = solverFor(line, context).whole('initial');
  const first = context.loadSeconds;
  return {
    labels: labels.map((label) => ({ ...label, seconds: label.seconds + first })),
    isOptimal: !limits.isThinned && !hasGroups(line),
  };
}

/** How many labels every list may have so that the search stays quick. */
function labelsFor(line: PlannedLine, tiers: number): number {
  const lines = [...distinctLines(line).values()];
  let labels = MOST_LABELS;
  while (
    labels > LEAST_LABELS &&
    lines.reduce((sum, one) => sum + workOf(one, labels, tiers), 0) > MOST_WORK
  ) {
    labels /= 2;
  }
  return labels;
}

/** Labels made for a line whose lists have `labels` each, about. */
function workOf({ units, steps, isEven }: PlannedLine, labels: number, tiers: number): number {
  if (isEven) return labels;
  const n = units.length;
  const items = Math.min(labels, 2 * steps.length);
  const perSum = Math.min((1 + items) * labels, pairsFor(labels) + 2 * labels);
  const perMaximum = tiers === 1 ? 2 * labels : Math.min(labels * labels, pairsFor(labels));
  return ((n * (n - 1)) / 2) * perSum + ((n * (n - 1) * (n - 2)) / 6) * perMaximum;
}

function distinctLines(line: PlannedLine, found = new Map<string, PlannedLine>()): Map<string, PlannedLine> {
  if (found.has(line.signature)) return found;
  found.set(line.signature, line);
  for (const { inner } of line.units) if (inner) distinctLines(inner, found);
  return found;
}

function hasGroups({ units }: PlannedLine): boolean {
  return units.some(({ what, inner }) => what === 'group' || (inner !== undefined && hasGroups(inner)));
}
