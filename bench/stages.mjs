// npm run bench:stages [-- --backend cpu|cuda] [--threads N] [--clock wall|processor] [--quick] [--name NAME]
// Times every stage of a kick against what it moves and the transforms in it; writes bench/results/NAME.json and a table
// made from it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { circumstances } from './machine.mjs';
import { programOf, runProgram, SIZES } from './program.mjs';
import { stageTable } from './stageTable.mjs';

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '2' },
    clock: { type: 'string', default: 'wall' },
    quick: { type: 'boolean', default: false },
    name: { type: 'string' },
  },
});
const { backend, clock, quick } = options;
const threads = Number(options.threads);
const effort = quick ? { samples: 9, seconds: 1 } : { samples: 99, seconds: 2 };

const program = programOf(backend);
const report = {
  ...circumstances(),
  command: `npm run bench:stages -- --backend ${backend} --threads ${threads} --clock ${clock}${quick ? ' --quick' : ''}`,
  cases: SIZES.map(([particles, grid]) =>
    runProgram(program, { particles, grid, threads, clock, ...effort }),
  ),
};
const results = join(dirname(fileURLToPath(import.meta.url)), 'results');
const name = options.name ?? `stages-${backend}-${threads}`;
mkdirSync(results, { recursive: true });
writeFileSync(join(results, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(join(results, `${name}.md`), stageTable(report));
process.stdout.write(stageTable(report));
