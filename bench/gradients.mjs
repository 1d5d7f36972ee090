// npm run bench:gradients [-- --backend cpu]
// Convergence of gradients to the envelope equations in kicks, macroparticles and grid: docs/figures/gradients.svg. The case and
// its oracle are those of ts/test/physics/envelopeGradients.test.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as library from '../dist/index.js';
import { provenanceHere, stated } from '../dist/report/provenance.js';
import { PARAMETERS, sizeDerivatives } from '../ts/test/support/coldEllipsoid.mjs';
import { trackDoublet } from '../ts/test/support/doublet.mjs';
import { gradientsFigure } from './gradientsFigure.mjs';

const { values: options } = parseArgs({ options: { backend: { type: 'string', default: 'cpu' } } });
const NAMES = Object.keys(PARAMETERS);
const limit = sizeDerivatives(Number.POSITIVE_INFINITY);
const scale = Math.max(...NAMES.map((name) => Math.abs(limit[name])));

/** Distances of derivatives, relative to the largest derivative there is. */
const distances = (derivatives, from) =>
  NAMES.map((name) => ({ name, error: Math.abs(derivatives[name] - from[name]) / scale }));

const track = async (setting) => {
  process.stderr.write(`${JSON.stringify(setting)}\n`);
  return (await trackDoublet(library, options.backend, setting)).derivatives;
};

/** What two grids say of an infinitely fine one: their error is of second order in the cell. */
async function withoutGrid(setting) {
  const [coarse, fine] = [await track({ ...setting, nodes: 32 }), await track({ ...setting, nodes: 64 })];
  const squares = (63 / 31) ** 2;
  return Object.fromEntries(
    NAMES.map((name) => [name, (squares * fine[name] - coarse[name]) / (squares - 1)]),
  );
}

const rows = [];
const put = (panel, kind, at, found) => rows.push(...found.map((each) => ({ panel, kind, at, ...each })));

for (const fineness of [1 / 3, 1, 2, 4, 8]) {
  const kicks = 4 * Math.max(1, 2 * fineness);
  put('kicks', 'recursion', kicks, distances(sizeDerivatives(fineness), limit));
  put('kicks', 'unkick', kicks, distances(await withoutGrid({ particles: 50_000, fineness }), limit));
}
const many = await track({ particles: 1_024_000, nodes: 32, fineness: 1 });
for (const particles of [1000, 4000, 16_000, 64_000, 256_000]) {
  put('particles', 'unkick', particles, distances(await track({ particles, nodes: 32, fineness: 1 }), many));
}
for (const nodes of [16, 32, 64, 128]) {
  const found = await track({ particles: 200_000, nodes, fineness: 1 });
  put('nodes', 'unkick', nodes, distances(found, sizeDerivatives(1)));
}

const provenance = stated(provenanceHere('npm run bench:gradients'));
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'figures');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'gradients.svg'), `${await gradientsFigure(rows, provenance)}\n`);
for (const { panel, kind, at, name, error } of rows) {
  process.stdout.write(`${panel} ${at} ${kind} ${name} ${error.toExponential(2)}\n`);
}
