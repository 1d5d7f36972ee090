// How far f32 is from f64: node bench/precision.mjs [kicks, default 1000] [macroparticles]
// Prints a markdown table, one row for each problem in examples/, its line cut into so many kicks.
import { readdirSync, readFileSync } from 'node:fs';
import { COORDINATES, parseProblem, Tracker } from '../dist/index.js';

const [kicks = '1000', particles] = process.argv.slice(2);
const folder = new URL('../examples/', import.meta.url);

function load(file) {
  const text = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  const { maxStep, ...spaceCharge } = text.spaceCharge;
  const changed = { ...text, spaceCharge: { ...spaceCharge, kicks: Number(kicks) } };
  return parseProblem(JSON.stringify(changed), file, particles ? { particles: Number(particles) } : {});
}

async function run({ lattice, beam, objective, wrt, headroom }, precision) {
  const tracker = await Tracker.create(lattice, { precision });
  const { coordinates, moments } = await tracker.track(beam, { headroom });
  const run = await tracker.gradient(beam, objective, { headroom, wrt: [...wrt, 'beam', 'charges'] });
  tracker.dispose();
  return { coordinates, moments, ...run };
}

const rms = (values) => Math.sqrt(values.reduce((sum, a) => sum + a * a, 0) / values.length);
const rmsError = (got, want) => rms(got.map((a, i) => a - want[i])) / rms(want);
const worst = (errors) => Math.max(...errors).toExponential(1);
const sizes = ({ covariance }) => COORDINATES.map((_, i) => Math.sqrt(covariance[i * 7]));

console.log(
  '| example | coordinates | rms sizes | objective | by parameters | by coordinates | by charges | bytes f64 | f32 |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const problem = load(file);
  const [want, got] = [await run(problem, 'f64'), await run(problem, 'f32')];
  for (const warning of got.warnings) console.error(warning);
  const names = Object.keys(want.gradient.parameters);
  const columns = [
    file,
    worst(COORDINATES.map((name) => rmsError(got.coordinates[name], want.coordinates[name]))),
    worst(sizes(want.moments).map((size, i) => Math.abs(sizes(got.moments)[i] / size - 1))),
    worst([Math.abs(got.value / want.value - 1)]),
    worst(names.map((name) => Math.abs(got.gradient.parameters[name] / want.gradient.parameters[name] - 1))),
    worst(
      COORDINATES.map((name) => rmsError(got.gradient.coordinates[name], want.gradient.coordinates[name])),
    ),
    worst([rmsError(got.gradient.charges, want.gradient.charges)]),
    want.memory.arenaBytes,
    got.memory.arenaBytes,
  ];
  console.log(`| ${columns.join(' | ')} |`);
}
