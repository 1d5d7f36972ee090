// npm run bench:launches [-- GRID...]
// What one kick asks of a GPU, counted on the emulation of native/test: kernels, transforms, copies, fills. Needs no GPU. Writes
// bench/results/launches.json and a table made from it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { circumstances } from './machine.mjs';
import { programNamed } from './program.mjs';

const grids = process.argv.slice(2);
const { date, commit } = circumstances();
const counted = JSON.parse(execFileSync(programNamed('launches'), grids, { encoding: 'utf8' }));
const report = { command: ['npm run bench:launches', ...grids].join(' '), date, commit, ...counted };

const row = (cells) => `| ${cells.join(' | ')} |`;
const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
const columns = report.grids.flatMap(({ forward, gradient }) => [forward, gradient]);
const names = [...new Set(columns.flatMap(Object.keys))].sort();
const table = [
  '# Launches per kick on a GPU',
  '',
  `\`${report.command}\`, ${date.slice(0, 10)}, commit ${commit.slice(0, 10)}: what one kick and the run behind it ask of the device,`,
  'forward and in a whole gradient under `invert`, counted on the emulation. One call of cuFFT is one FFT, and one kernel or more.',
  '',
  row([
    '',
    ...report.grids.flatMap(({ grid }) => [`${grid}³ forward`, `${grid}³ gradient`]),
    'shared memory, B',
  ]),
  row(['---', ...columns.map(() => '---'), '---']),
  ...names.map((name) =>
    row([name, ...columns.map((counts) => counts[name] ?? ''), report.sharedBytes[name] || '']),
  ),
  row(['**all**', ...columns.map((counts) => `**${sum(counts)}**`), '']),
  '',
].join('\n');
const results = join(dirname(fileURLToPath(import.meta.url)), 'results');
writeFileSync(join(results, 'launches.json'), `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(join(results, 'launches.md'), table);
process.stdout.write(table);
