// The sweeps alone, without loading and reading the beam: node bench/sweep.mjs '{"particles":1e6,"grid":64,"threads":2}'
// This is what other codes time as forward and forward + backward: one kick between two half drifts.
import Benchmark from 'benchmark';
import { Beam, Drift, Lattice } from '../dist/index.js';
import { compileLine } from '../dist/lattice/compile.js';
import { ReferenceParticle } from '../dist/lattice/reference.js';
import { Bound, chooseBackend } from '../dist/native.js';
import { action, Op, pack } from '../dist/tape/actions.js';
import { columns } from '../dist/tape/columns.js';
import { headroomArray, resolveHeadroom } from '../dist/tape/headroom.js';

const {
  particles,
  grid,
  threads,
  backend,
  precision = 'f64',
  minSamples,
  maxTime,
} = JSON.parse(process.argv[2]);

const beam = Beam.gaussian({
  particles,
  ...{ species: 'electron', energy: 25e6, charge: 1e-9, seed: 1 },
  ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
});
const lattice = new Lattice([new Drift({ name: 'd', length: 0.2 })]).withSpaceCharge({
  ...{ kicks: 1, gridShape: [grid, grid, grid], extent: { sigmas: [4, 4, 4] } },
});
const reference = ReferenceParticle.atEntrance(beam.energy, beam.species);
const { steps } = compileLine(lattice, [], { reference });
const { addon, name } = chooseBackend(backend);
const engine = new addon.Engine(
  { momentum: reference.entranceMomentum, chargeNumber: reference.chargeNumber, steps },
  {
    precision,
    particles,
    differentiate: true,
    energyBar: true,
    threads,
    ...{ deviceSlots: [], hostSlots: [], diskSlots: [], diskFolder: '', losses: false },
    observations: 1,
  },
  headroomArray(resolveHeadroom(undefined, precision)),
);
await engine.allocate();
engine.bind(Bound.beam, columns(beam.coordinates), beam.charges);
engine.bind(Bound.cotangent, columns(beam.coordinates), null);

// Loading makes the engine forget fields that are still on the grid from the sample before.
const load = pack([action(Op.load)]);
const forward = pack(steps.map((_, i) => action(Op.forward, i)));
const start = pack([action(Op.clearAdjoint), action(Op.addCotangent)]);
const reverse = pack(steps.map((_, i) => action(Op.reverse, steps.length - 1 - i)));

async function timed(actions) {
  const started = performance.now();
  await engine.execute(actions);
  return (performance.now() - started) / 1000;
}

const parts = { forward: [], gradient: [] };
await new Promise((resolve, reject) => {
  const bench = new Benchmark({
    ...{ defer: true, async: true, initCount: 1, minSamples, maxTime },
    fn: async (deferred) => {
      try {
        await timed(load);
        const there = await timed(forward);
        await timed(start);
        const andBack = await timed(reverse);
        parts.forward.push(there);
        parts.gradient.push(there + andBack);
        deferred.resolve();
      } catch (error) {
        reject(error);
      }
    },
  });
  bench.on('complete', () => (bench.error ? reject(bench.error) : resolve()));
  bench.run();
});
engine.dispose();

function quartiles(values) {
  const sorted = values.slice(1).sort((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { q1: at(0.25), median: at(0.5), q3: at(0.75) };
}
const seconds = Object.fromEntries(Object.entries(parts).map(([key, values]) => [key, quartiles(values)]));
const result = {
  case: { particles, grid, threads, precision },
  backend: name,
  seconds,
  samples: parts.forward.length - 1,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
