// The main job, start to end: npm run demo
// Differentiates examples/fodo.json and puts every derivative beside a central finite difference.
import { root } from './lib/root.mjs';
import { main } from './lib/step.mjs';
import { setup } from './setup.mjs';

const FILE = 'examples/fodo.json';

/**
 * Relative steps of the finite differences. The value is continuous but has kinks where macroparticles cross cell
 * faces, their number proportional to the step; truncation grows with its square, rounding with its inverse.
 */
const RELATIVE_STEP = 1e-5;

async function demo() {
  process.chdir(root);
  const { loadProblem } = await import('../dist/io/problem.js');
  const { Tracker } = await import('../dist/tracker.js');
  const report = await import('../dist/cli/report.js');
  const { summariseBeam } = await import('../dist/cli/summary.js');
  const { formatNumber, formatTable } = await import('../dist/cli/format.js');
  const { ProgressBar } = await import('../dist/cli/progress.js');

  const { beam, lattice, objective, wrt } = await loadProblem(FILE);
  const print = (text) => process.stdout.write(`${text}\n\n`);
  const tracker = await Tracker.create(lattice, { backend: 'auto' });
  try {
    print(report.headline(FILE, summariseBeam(beam), tracker.backend));
    const bar = new ProgressBar();
    const onProgress = (progress) => bar.update(progress);
    const run = await tracker.gradient(beam, objective, { wrt, strategy: 'auto', onProgress });
    bar.clear();
    print(report.valueLine(objective.describe(), run.value));
    const rows = [];
    for (const name of wrt) {
      const exact = run.gradient.parameters[name];
      const difference = await finiteDifference(name, { Tracker, beam, lattice, objective });
      const relative = Math.abs(exact - difference) / Math.abs(difference);
      rows.push([
        `d/d ${name}`,
        formatNumber(exact, 12),
        formatNumber(difference, 12),
        relative.toExponential(1),
      ]);
    }
    const head = ['', 'reverse sweep', 'finite difference', 'relative difference'];
    print(formatTable([head, ...rows], [1, 2, 3]));
    print(report.kickLine(run.kicks, beam.charge));
    print(report.memoryTable(run.memory, run.strategy));
    process.stdout.write(`gradient: ${report.timingLine(run.timing)}\n`);
  } finally {
    tracker.dispose();
  }
}

/** (f(θ + h) − f(θ − h))/2h for one entry of wrt. */
async function finiteDifference(name, { Tracker, beam, lattice, objective }) {
  const { base, at } = await variation(name, beam, lattice);
  const step = RELATIVE_STEP * Math.abs(base);
  const value = async (theta) => {
    const changed = at(theta);
    const tracker = await Tracker.create(changed.lattice, { backend: 'auto' });
    try {
      const { coordinates, moments } = await tracker.track(changed.beam);
      const { charges } = changed.beam;
      return objective.value(() => ({ coordinates, charges, moments, reference: changed.beam }));
    } finally {
      tracker.dispose();
    }
  };
  return ((await value(base + step)) - (await value(base - step))) / (2 * step);
}

/** The present value of an entry of wrt, and the problem with another value of it. */
async function variation(name, beam, lattice) {
  const { Beam } = await import('../dist/beam/beam.js');
  const { coordinates, species, energy, charge, charges } = beam;
  const changedBeam = (change) => Beam.fromCoordinates(coordinates, { species, energy, charges, ...change });
  switch (name) {
    case 'energy':
      return { base: energy, at: (theta) => ({ lattice, beam: changedBeam({ energy: theta }) }) };
    case 'charge':
      return {
        base: charge,
        at: (theta) => ({
          lattice,
          beam: changedBeam({ charges: charges.map((q) => (q * theta) / charge) }),
        }),
      };
    default:
      return {
        base: lattice.parameter(name),
        at: (theta) => ({ beam, lattice: lattice.withParameters({ [name]: theta }) }),
      };
  }
}

await main(async () => {
  await setup();
  process.stdout.write('\n');
  await demo();
});
