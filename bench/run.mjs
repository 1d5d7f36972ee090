// npm run bench [-- --backend cpu|cuda] [--threads N] [--precision f64|f32] [--quick]
// Runs every case in a process of its own, writes bench/results/NAME.json and a table made from it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { circumstances } from './machine.mjs';
import { SIZES } from './program.mjs';
import { table } from './table.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '2' },
    precision: { type: 'string', default: 'f64' },
    quick: { type: 'boolean', default: false },
    name: { type: 'string' },
  },
});
const { backend, precision, quick } = options;
const threads = Number(options.threads);
const effort = quick ? { minSamples: 5, maxTime: 1 } : { minSamples: 15, maxTime: 5 };

const STRATEGIES = ['invert', 'store', 'fields'];

function run(script, settings) {
  const output = execFileSync(process.execPath, [join(here, script), JSON.stringify(settings)], {
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

const before = circumstances();
const sweeps = SIZES.map(([particles, grid]) => {
  process.stderr.write(`sweep ${particles} ${grid}\n`);
  return run('sweep.mjs', { particles, grid, threads, backend, precision, ...effort });
});
const runs = STRATEGIES.map((strategy) => {
  process.stderr.write(`ten kicks, ${strategy}\n`);
  const problem = { particles: 1e5, grid: 32, kicks: 10 };
  return run('case.mjs', { ...problem, threads, backend, precision, strategy, ...effort });
});

const report = {
  ...before,
  command: `npm run bench -- --backend ${backend} --threads ${threads}${precision === 'f64' ? '' : ' --precision f32'}${quick ? ' --quick' : ''}`,
  sweeps,
  runs,
};
const name = options.name ?? `${backend}-${threads}${precision === 'f64' ? '' : '-f32'}`;
mkdirSync(join(here, 'results'), { recursive: true });
writeFileSync(join(here, 'results', `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(join(here, 'results', `${name}.md`), table(report));
process.stdout.write(table(report));
