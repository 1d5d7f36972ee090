// A markdown table from the JSON of bench/scalingTime.mjs: node bench/scalingTable.mjs FILE.json
import { readFileSync } from 'node:fs';
import { describe } from './machine.mjs';

const ms = (seconds) => (seconds * 1e3).toPrecision(3);
const ns = (seconds) => (seconds * 1e9).toPrecision(3);
const row = (cells) => `| ${cells.join(' | ')} |`;
const TIMES = ['forward', 'gradient'];

/** n log2 n of a grid's cells. */
const work = (grid) => grid ** 3 * Math.log2(grid ** 3);

/**
 * Rows of one sweep: milliseconds of each case, divided by its size, and what the step from the case before added, divided
 * by what was added to the size. The first is larger where little is done; the second stays the same if time grows with the size.
 */
function rows(cases, label, size) {
  return cases.map((one, i) => {
    const times = TIMES.map((name) => one.oneKick[name].median);
    const before = cases[i - 1];
    const added = TIMES.map((name, t) =>
      before ? ns((times[t] - before.oneKick[name].median) / (size(one) - size(before))) : '',
    );
    return row([label(one), ...times.map(ms), ...times.map((time) => ns(time / size(one))), ...added]);
  });
}

const head = (what, unit) => [
  row([
    what,
    'forward, ms',
    'gradient, ms',
    ...['', 'added '].flatMap((kind) => TIMES.map((name) => `${name}, ns per ${kind}${unit}`)),
  ]),
  row(Array(7).fill('---')),
];

/** The report of one run as markdown. */
export function scalingTable(report) {
  const { overParticles, overGrids, leftOut } = report;
  return [
    '# How time grows',
    '',
    `\`${report.command}\`: ${describe(report)}`,
    '',
    `One kick between two half drifts in float64. "Added": the step from the line above, over what was added to the size.`,
    '',
    `## Over macroparticles, on ${overParticles[0].grid}³`,
    '',
    ...head('macroparticles', 'macroparticle'),
    ...rows(
      overParticles,
      ({ particles }) => particles.toExponential(0),
      ({ particles }) => particles,
    ),
    '',
    `## Over cells, with ${overGrids[0].particles.toExponential(0)} macroparticles`,
    '',
    'n log₂ n of n cells is what transforms take; per n log₂ n:',
    '',
    ...head('grid', 'n log₂ n'),
    ...rows(
      overGrids,
      ({ grid }) => `${grid}³`,
      ({ grid }) => work(grid),
    ),
    ...leftOut.flatMap(({ particles, grid, reason }) => [
      '',
      `Left out: ${particles.toExponential(0)} on ${grid}³, ${reason}.`,
    ]),
    '',
  ].join('\n');
}

if (process.argv[1]?.endsWith('scalingTable.mjs')) {
  process.stdout.write(scalingTable(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
}
