// npm run bench:scaling [-- --threads 2] [--quick] [--name NAME]
// How time grows: one kick between half drifts, forward and as a gradient, over macroparticles on one grid and over grids with
// one number of macroparticles, as far as this machine's memory goes. Without Node's arrays, each case in a process of its own
// (native/bench). Writes bench/results/NAME.json and a table made from it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { availableMemory } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { circumstances } from './machine.mjs';
import { programOf, runProgram } from './program.mjs';
import { scalingTable } from './scalingTable.mjs';

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
    name: { type: 'string' },
  },
});
const { quick } = options;
const threads = Number(options.threads);
const GRID = 64;
const PARTICLES = quick ? [1e4, 1e5] : [1e5, 1e6, 1e7, 1e8];
const GRID_PARTICLES = quick ? 1e4 : 1e6;
const GRIDS = quick ? [16, 32] : [32, 64, 128, 256, 512];

/** Bytes that a case takes: the arena, about as much as docs/memory.md has it, and the beam that the program makes. */
const bytesOf = (particles, grid) => (112 + 56) * particles + 90 * grid ** 3;

/** Samples that a case is worth: long ones say enough in two. */
const samplesOf = (particles, grid) => (particles / 1e6 + (grid / 64) ** 3 > 30 ? 2 : 15);

const leftOut = [];
function measured(particles, grid) {
  const needed = bytesOf(particles, grid);
  if (needed > availableMemory()) {
    leftOut.push({ particles, grid, reason: `needs about ${Math.round(needed / 1e9)} GB of memory` });
    return [];
  }
  const samples = samplesOf(particles, grid);
  const run = runProgram(programOf('cpu'), { particles, grid, threads, samples, seconds: 5, sweep: true });
  return [run];
}

const report = {
  ...circumstances(),
  command: `npm run bench:scaling -- --threads ${threads}${quick ? ' --quick' : ''}`,
  overParticles: PARTICLES.flatMap((particles) => measured(particles, GRID)),
  overGrids: GRIDS.flatMap((grid) => measured(GRID_PARTICLES, grid)),
  leftOut,
};
const results = join(dirname(fileURLToPath(import.meta.url)), 'results');
const name = options.name ?? `scaling-time-cpu-${threads}`;
mkdirSync(results, { recursive: true });
writeFileSync(join(results, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(join(results, `${name}.md`), scalingTable(report));
process.stdout.write(scalingTable(report));
