// npm run bench:strategies [-- --threads N] [--particles N] [--repeats N]
// Time and bytes of every strategy on one line, measured beside predicted: bench/results/strategies-cpu-N.{json,md} and the
// figure docs/figures/strategies.svg.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Aperture, Beam, CustomStep, Drift, Lattice, Quadrupole, sigma, Tracker } from '../dist/index.js';
import { circumstances, describe } from './machine.mjs';
import { strategiesFigure } from './strategiesFigure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    particles: { type: 'string', default: '100000' },
    repeats: { type: 'string', default: '5' },
  },
});
const threads = Number(options.threads);
const particles = Number(options.particles);
const repeats = Number(options.repeats);

/** A drift-quadrupole channel of 20 kicks with an aperture and, half-way, a thin sextupole kick left without its inverse. */
const sextupole = new CustomStep({
  name: 's',
  parameters: { strength: 3 },
  forward: (z, { strength }) => ({ ...z, px: z.px.map((px, i) => px + strength * z.x[i] ** 2) }),
  adjoint: (z, bar, { strength }) => ({
    coordinates: { ...bar, x: bar.x.map((xBar, i) => xBar + 2 * strength * z.x[i] * bar.px[i]) },
  }),
});
const channel = (withSextupole) =>
  new Lattice(
    Array.from({ length: 5 }, (_, i) => [
      new Quadrupole({ name: `q${i}`, length: 0.1, k1: i % 2 ? -6 : 6 }),
      new Drift({ name: `d${i}`, length: 0.3 }),
      ...(i === 1 ? [new Aperture({ name: 'a', halfX: 4e-3, halfY: 4e-3 })] : []),
      ...(i === 2 && withSextupole ? [sextupole] : []),
    ]).flat(),
  ).withSpaceCharge({ maxStep: 0.1, gridShape: [64, 64, 64], extent: { sigmas: [4, 4, 4] } });

const beam = Beam.gaussian({
  ...{ particles, species: 'electron', energy: 25e6, charge: 1e-9, seed: 1 },
  ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
});
const wrt = ['q0.k1', 'charge', 'energy'];

const LINES = [
  ['every step invertible', channel(false), ['invert', 'fields', 'store', 'revolve', 'periodic', 'binary']],
  ['one step without inverse', channel(true), ['selective', 'store', 'revolve', 'periodic', 'binary']],
];
const tiers = [
  { name: 'store', tier: 'host' },
  { name: 'store', tier: 'disk' },
  { name: 'multistage', snapshots: 3, slowSnapshots: 6, tier: 'disk' },
  { name: 'hierarchical', snapshots: 3, slowSnapshots: 6 },
];

/** Every case with a tracker of its own, so that the rounds can take turns: what else the machine does hits all alike. */
const cases = [];
for (const [line, lattice, names] of LINES) {
  const create = () => Tracker.create(lattice, { backend: 'cpu', threads });
  const { curve } = (await create()).plan(beam, { wrt });
  const budgets = [0, 0.25, 0.5, 0.75, 1].map((part) => curve[Math.round(part * (curve.length - 1))].bytes);
  const all = [
    ...names.map((name) => ({ label: name, strategy: { name } })),
    ...tiers.map((strategy) => ({
      label: `${strategy.name}, ${strategy.tier ?? 'host and disk'}`,
      strategy,
    })),
    ...[...new Set(budgets)].map((device) => ({ label: 'auto', strategy: 'auto', memory: { device } })),
  ];
  for (const each of all) cases.push({ ...each, line, tracker: await create(), seconds: [] });
}
for (let round = 0; round <= repeats; round++) {
  process.stderr.write(`round ${round} of ${repeats}\n`);
  for (const each of cases) {
    const { tracker, strategy, memory, seconds } = each;
    each.run = await tracker.gradient(beam, sigma('x'), { wrt, strategy, ...(memory && { memory }) });
    // The first round plans and takes memory.
    if (round > 0) seconds.push(each.run.timing.total);
  }
}
const rows = cases.map(({ line, label, strategy, memory, tracker, seconds, run }) => {
  const plan = tracker.plan(beam, { wrt, strategy, ...(memory && { memory }) });
  tracker.dispose();
  seconds.sort((a, b) => a - b);
  return {
    ...{ line, label, budget: memory?.device },
    arenaBytes: run.memory.arenaBytes,
    predictedBytes: plan.memory.device,
    tapeBytes: run.memory.accounts.tape,
    hostBytes: plan.memory.host,
    diskBytes: plan.memory.disk,
    launches: plan.launches,
    seconds: { median: seconds[seconds.length >> 1], least: seconds[0], most: seconds.at(-1) },
    modelledSeconds: plan.seconds.total,
  };
});

const report = {
  command: `npm run bench:strategies -- --threads ${threads} --particles ${particles} --repeats ${repeats}`,
  ...circumstances(),
  particles,
  rows,
};
const name = `strategies-cpu-${threads}`;
mkdirSync(join(here, 'results'), { recursive: true });
writeFileSync(join(here, 'results', `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
writeFileSync(join(here, 'results', `${name}.md`), markdown(report));
mkdirSync(join(here, '..', 'docs', 'figures'), { recursive: true });
writeFileSync(join(here, '..', 'docs', 'figures', 'strategies.svg'), await strategiesFigure(report));

function markdown({ command, ...measured }) {
  const MiB = (bytes) => (bytes / 2 ** 20).toFixed(1);
  const head = [
    `# ${command}`,
    '',
    describe(measured),
    '',
    `${particles} macroparticles on 64³, 20 kicks, forward and reverse; median (least–most) of ${repeats}. All give the same bits.`,
    '',
    '| line | strategy | tape MiB | host MiB | disk MiB | forward launches | back | s | modelled s |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const body = rows.map(
    ({ line, label, tapeBytes, hostBytes, diskBytes, launches, seconds, modelledSeconds }) =>
      [
        ...[line, label, MiB(tapeBytes), MiB(hostBytes), MiB(diskBytes), launches.forward],
        launches.reverse + launches.adjoint + launches.inverse,
        `${seconds.median.toFixed(3)} (${seconds.least.toFixed(3)}–${seconds.most.toFixed(3)})`,
        modelledSeconds.toFixed(3),
      ].join(' | '),
  );
  return `${[...head, ...body.map((row) => `| ${row} |`)].join('\n')}\n`;
}
