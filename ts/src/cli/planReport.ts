import { formatBytes } from '../memory/bytes.js';
import type { CurvePoint } from '../memory/curve.js';
import { MOST_KICKS, type StrategyFeasibility } from '../tape/feasibility.js';
import type { GradientPlan, PlannedMemory } from '../tape/gradientPlan.js';
import type { Decision } from '../tape/plan/index.js';
import { formatCount, formatGrid, formatNumber, formatSeconds, formatTable } from './format.js';

/** Rows of the time-memory curve that are shown. */
const MOST_CURVE_ROWS = 9;

/** Predicted bytes by account and tier. */
export function plannedTable({ accounts, device, host, disk, ...each }: PlannedMemory): string {
  const size = (name: string, bytes: number) => [name, formatCount(bytes), formatBytes(bytes)];
  const rows = [
    ...Object.entries(accounts).map(([name, bytes]) => size(name, bytes)),
    size('device, in all', device),
    ...(host > 0 ? [size('host memory', host)] : []),
    ...(disk > 0 ? [size('disk', disk)] : []),
    ['per macroparticle', formatNumber(each.perParticle, 4), ''],
    ['per cell', formatNumber(each.perCell, 4), ''],
    ['per kick', formatNumber(each.perKick, 4), ''],
  ];
  return formatTable([['predicted memory', 'bytes', ''], ...rows], [1, 2]);
}

/** How often steps are done. */
export function launchLine(launches: GradientPlan['launches']): string {
  const parts = Object.entries(launches).filter(([, count]) => count > 0);
  return `launches: ${parts.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ')}`;
}

/** Seconds, and what they are worth. */
export function secondsLine({ seconds, isOptimal }: GradientPlan): string {
  const { forward, total, costs } = seconds;
  const worth = costs === 'modelled' ? 'modelled: good for comparing plans' : 'from measured steps';
  const proof =
    isOptimal === undefined ? '' : isOptimal ? '; proven fastest of its kind' : '; not proven best';
  return `time ${formatSeconds(total)}, of which forward ${formatSeconds(forward)} (${worth})${proof}`;
}

/** What other budgets would buy, the least and the most included. */
export function curveTable(curve: readonly CurvePoint[]): string {
  if (curve.length < 2) return '';
  const rows = Math.min(MOST_CURVE_ROWS, curve.length);
  const shown = Array.from(
    { length: rows },
    (_, i) => curve[Math.round((i * (curve.length - 1)) / (rows - 1))]!,
  );
  return formatTable(
    [
      ['device memory', 'bytes', 'time'],
      ...shown.map(({ bytes, seconds }) => [formatBytes(bytes), formatCount(bytes), formatSeconds(seconds)]),
    ],
    [1, 2],
  );
}

/** What each strategy takes, and how large the problem could be with it. */
export function feasibilityTable(strategies: readonly StrategyFeasibility[]): string {
  const rows = strategies.map(({ strategy, bytes, fits, seconds, largest }) => [
    strategy,
    formatBytes(bytes),
    fits ? formatSeconds(seconds!) : 'does not fit',
    largest.particles > 0 ? formatCount(largest.particles) : 'none',
    largest.gridShape ? formatGrid(largest.gridShape) : 'none',
    kicksText(largest.kicks),
  ]);
  const head = ['within this budget', 'needs', 'time', 'largest N', 'or grid', 'or kicks'];
  return formatTable([head, ...rows], [1, 2, 3, 4, 5]);
}

/** The smallest change of each kind that makes a gradient fit which does not. */
export function changeLine(strategies: readonly StrategyFeasibility[], asked: string): string {
  const { largest } = strategies.find(({ strategy }) => strategy === asked) ?? strategies.at(-1)!;
  const changes = [
    ...strategies.filter(({ fits }) => fits).map(({ strategy }) => `strategy ${strategy}`),
    ...(largest.particles > 0 ? [`${formatCount(largest.particles)} macroparticles`] : []),
    ...(largest.gridShape ? [`${formatGrid(largest.gridShape)} nodes`] : []),
    ...(largest.kicks > 0 ? [`${formatCount(largest.kicks)} kicks`] : []),
  ];
  return changes.length > 0
    ? `what would fit, each alone: ${changes.join(', or ')}`
    : 'no strategy fits, nor fewer macroparticles, nodes or kicks alone';
}

function kicksText(kicks: number): string {
  if (kicks === 0) return 'none';
  return kicks >= MOST_KICKS ? `${formatCount(MOST_KICKS)} or more` : formatCount(kicks);
}

/** Steps in a row that are treated alike. */
interface Stretch {
  readonly steps: Decision[];
  /** What is done about fields, once a kick has said. */
  field: string | undefined;
}

/** What becomes of the steps; those that are treated alike, one after the other, share a line. */
export function stepTable(steps: readonly Decision[]): string {
  const rows = stretchesOf(steps).map(({ steps: members, field }) => {
    const [first, last] = [members[0]!, members.at(-1)!];
    const kicks = members.filter(({ kind }) => kind === 'kick').length;
    const range = first === last ? `${first.step}` : `${first.step}–${last.step}`;
    const names = first === last ? first.name : `${first.name} … ${last.name}`;
    const bytes = members.reduce((sum, step) => sum + step.bytes, 0);
    const what = [stateOf(first), ...(field ? [`field kept (${field})`] : [])].join(', ');
    return [range, names, String(kicks), what, formatBytes(bytes)];
  });
  return formatTable([['steps', '', 'kicks', 'on the way back', 'kept'], ...rows], [2, 4]);
}

function stretchesOf(steps: readonly Decision[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const step of steps) {
    const field = step.kind === 'kick' ? (step.fieldTier ?? '') : undefined;
    const stretch = stretches.at(-1);
    const isAlike =
      stretch !== undefined &&
      stateOf(stretch.steps[0]!) === stateOf(step) &&
      (stretch.field ?? field) === (field ?? stretch.field);
    if (!isAlike) stretches.push({ steps: [step], field });
    else {
      stretch.steps.push(step);
      stretch.field ??= field;
    }
  }
  return stretches;
}

function stateOf({ state, stateTier, forwardLaunches }: Decision): string {
  const what = stateTier ? `${state} (${stateTier})` : state;
  return forwardLaunches > 1 ? `${what}, run ${forwardLaunches} times` : what;
}
