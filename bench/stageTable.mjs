// A markdown table from the JSON of bench/stages.mjs, or of bench/gpu.sh: node bench/stageTable.mjs FILE.json
import { readFileSync } from 'node:fs';
import { describe } from './machine.mjs';

const ms = (seconds) => (seconds * 1e3).toPrecision(3);
const spread = ({ q1, median, q3 }) => `${ms(median)} (${ms(q1)}–${ms(q3)})`;
const row = (cells) => `| ${cells.join(' | ')} |`;

/** The least time that a stage could take: its bytes at the speed of a copy, or its transforms alone. */
export const floorOf = ({ copySeconds, transformSeconds }) => Math.max(copySeconds, transformSeconds);

function stageRow(stage) {
  const { seconds, per, nanoseconds, bytes, copySeconds, transformSeconds } = stage;
  return row([
    stage.stage,
    spread(seconds),
    `${nanoseconds.toPrecision(3)} / ${per}`,
    (bytes / 1e6).toPrecision(3),
    ms(copySeconds),
    transformSeconds > 0 ? ms(transformSeconds) : '',
    (seconds.median / floorOf(stage)).toPrecision(2),
  ]);
}

function sweepRow({ particles, grid, oneKick, severalKicks: { kicks, forward, gradient, fieldsGradient } }) {
  const perKick = [forward, gradient, fieldsGradient].map(({ median }) => median / kicks);
  const ratios = perKick.slice(1).map((seconds) => (seconds / perKick[0]).toFixed(2));
  const times = [oneKick.forward, oneKick.gradient].map(spread);
  return row([particles.toExponential(0), `${grid}³`, ...times, ...perKick.map(ms), ...ratios]);
}

function stagesOf({ particles, grid, threads, clock, perStage }) {
  return [
    '',
    `## ${particles.toExponential(0)} macroparticles, ${grid}³, ${threads === 1 ? '1 thread' : `${threads} threads`}, ${clock} time`,
    '',
    `Copy: ${(perStage.copyBytesPerSecond / 1e9).toFixed(1)} GB/s within the ${(perStage.arenaBytes / 1e6).toPrecision(3)} MB of the arena.`,
    '',
    '| stage | ms: median (quartiles) | ns | MB moved | as a copy, ms | transforms alone, ms | × the larger |',
    '|---|---|---|---|---|---|---|',
    ...perStage.stages.map(stageRow),
  ];
}

/** The report of one run as markdown. */
export function stageTable(report) {
  const cases = report.cases.filter(({ perStage }) => perStage);
  const { kicks } = cases[0].severalKicks;
  return [
    `# ${report.command}`,
    '',
    report.machine
      ? describe(report)
      : `${report.device}; ${report.date}, commit ${report.commit.slice(0, 10)}.`,
    '',
    `Sweeps without Node, milliseconds: one kick between half drifts, and per kick of ${kicks}.`,
    '',
    '| macroparticles | grid | forward | gradient | forward per kick | gradient, invert | gradient, fields | invert ÷ forward | fields ÷ forward |',
    '|---|---|---|---|---|---|---|---|---|',
    ...cases.map(sweepRow),
    ...cases.flatMap(stagesOf),
    '',
  ].join('\n');
}

if (process.argv[1]?.endsWith('stageTable.mjs')) {
  process.stdout.write(stageTable(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
}
