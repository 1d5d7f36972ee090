import { formatBytes } from '../memory/bytes.js';
import type { Coefficient } from '../scaling/linearFit.js';
import type { MemoryLaw } from '../scaling/memoryLaw.js';
import type { ScalingReport, ScalingResult, StrategyLaws } from '../scaling/report.js';
import type { TimeLaw } from '../scaling/timeLaw.js';
import { formatCount, formatDuration, formatSeconds, formatTable } from './format.js';

/** What was swept, and where. */
export function scalingHeadline({ problem, machine, cases, total }: ScalingReport): string {
  const name = problem.kind === 'file' ? problem.file : 'a drift with kicks between half drifts';
  const measured = cases.filter((each) => each.state === 'measured');
  const wall = formatDuration(measured.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0));
  return `${name}: ${measured.length} of ${total} cases measured in ${wall}; ${machine.backend} (${machine.cpu}, ${machine.threads} threads)`;
}

/** Every case: bytes predicted and measured, seconds. */
export function caseTable({ cases }: ScalingReport): string {
  const rows = cases.map((each) => {
    const { strategy, particles, grid, kicks, predictedBytes } = each;
    return [
      strategy,
      formatCount(particles),
      `${grid}³`,
      String(kicks),
      formatCount(predictedBytes),
      ...outcome(each),
    ];
  });
  const head = ['strategy', 'macroparticles', 'grid', 'kicks', 'predicted, B', 'arena, B', 'resident, B'];
  return formatTable([[...head, 'forward', 'gradient'], ...rows], [1, 2, 3, 4, 5, 6, 7, 8]);
}

function outcome(each: ScalingResult): string[] {
  if (each.state !== 'measured') return [each.state];
  const { arenaBytes, resident, seconds } = each;
  return [
    ...[arenaBytes, resident.after - resident.before].map(formatCount),
    ...[seconds.forward, seconds.gradient].map(formatSeconds),
  ];
}

/** Coefficients of the laws of memory with their standard uncertainties. */
export function lawTable(laws: readonly StrategyLaws[]): string {
  const rows = laws.flatMap(({ strategy, memory }) => (memory ? [lawRow(strategy, memory)] : []));
  if (rows.length === 0) return '';
  const head = ['strategy', 'a', 'b', 'f', 'c', 'd', 'e', 'rms', 'worst'];
  const title = 'bytes = kicks·(a·macroparticles + b·cells + f) + c·macroparticles + d·cells + e';
  return `${title}\n${formatTable([head, ...rows], [1, 2, 3, 4, 5, 6, 7, 8])}`;
}

function lawRow(strategy: string, law: MemoryLaw): string[] {
  const { kickParticle, kickCell, kick, particle, cell, fixed, residuals } = law;
  const coefficients = [kickParticle, kickCell, kick, particle, cell, fixed];
  return [strategy, ...coefficients.map(withUncertainty), percent(residuals.rms), percent(residuals.worst)];
}

/** Coefficients of the laws of time. */
export function timeTable(laws: readonly StrategyLaws[]): string {
  const rows = laws.flatMap(({ strategy, time }) =>
    time ? [timeRow(strategy, 'forward', time.forward), timeRow(strategy, 'gradient', time.gradient)] : [],
  );
  if (rows.length === 0) return '';
  const head = ['strategy', '', 'p, ns', 'q, ns', 'r, µs', 'u, ns', 'v, µs', 'rms', 'worst'];
  const title = 'seconds = kicks·(p·macroparticles + q·cells·log2 cells + r) + u·macroparticles + v';
  return `${title}\n${formatTable([head, ...rows], [2, 3, 4, 5, 6, 7, 8])}`;
}

function timeRow(strategy: string, what: string, law: TimeLaw): string[] {
  const { kickParticle, kickCell, kick, particle, fixed, residuals } = law;
  const scaled = ({ value, uncertainty }: Coefficient, unit: number) =>
    withUncertainty({ value: value / unit, uncertainty: uncertainty / unit });
  const [ns, us] = [1e-9, 1e-6];
  return [
    ...[strategy, what, scaled(kickParticle, ns), scaled(kickCell, ns), scaled(kick, us)],
    ...[scaled(particle, ns), scaled(fixed, us), percent(residuals.rms), percent(residuals.worst)],
  ];
}

/** What was not measured, with the reasons; and the strategies without a law. */
export function leftOutLines({ cases, laws }: ScalingReport): string {
  const lines = cases.flatMap((each) => {
    if (each.state === 'measured') return [];
    const { strategy, particles, grid, kicks, predictedBytes, state, reason } = each;
    const sizes = `${strategy}, ${formatCount(particles)} macroparticles, ${grid}³, ${kicks} kicks`;
    return [`${sizes} (${formatBytes(predictedBytes)}): ${state}: ${reason}`];
  });
  const without = laws.flatMap(({ strategy, reason }) => (reason ? [`${strategy}: no law: ${reason}`] : []));
  return [...lines, ...without].join('\n');
}

/** As many digits as the uncertainty leaves, two of it. */
export function withUncertainty({ value, uncertainty }: Coefficient): string {
  if (!(uncertainty > 0)) return String(value);
  const digits = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
  const isZero = Math.abs(value) < 0.5 * 10 ** -digits;
  return `${(isZero ? 0 : value).toFixed(digits)} ± ${uncertainty.toFixed(digits)}`;
}

const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
