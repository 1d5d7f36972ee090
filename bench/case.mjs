// One benchmark case in a process of its own: node bench/case.mjs '{"particles":1e6,"grid":64,...}'
// Prints one JSON object: quartiles of the seconds that a forward sweep and a gradient take.
import Benchmark from 'benchmark';
import { Beam, Drift, Lattice, sigma, Tracker } from '../dist/index.js';

const { particles, grid, kicks, threads, backend, precision, strategy, minSamples, maxTime } = JSON.parse(
  process.argv[2],
);

const beam = Beam.gaussian({
  particles,
  ...{ species: 'electron', energy: 25e6, charge: 1e-9, seed: 1 },
  ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
});
const lattice = new Lattice([new Drift({ name: 'd', length: 0.2 * kicks })]).withSpaceCharge({
  ...{ kicks, gridShape: [grid, grid, grid], extent: { sigmas: [4, 4, 4] } },
});
const objective = sigma('x').squared();
const wrt = ['d.length', 'charge', 'energy'];

/** Seconds per call, after one call that is not counted. */
async function sample(work) {
  const parts = [];
  await work();
  const stats = await new Promise((resolve, reject) => {
    const bench = new Benchmark({
      ...{ defer: true, async: true, initCount: 1, minSamples, maxTime },
      fn: (deferred) =>
        work().then(
          (timing) => {
            parts.push(timing);
            deferred.resolve();
          },
          (error) => {
            reject(error);
            deferred.resolve();
          },
        ),
    });
    bench.on('complete', () => (bench.error ? reject(bench.error) : resolve(bench.stats)));
    bench.run();
  });
  return { wall: quartiles(stats.sample), samples: stats.sample.length, parts };
}

function quartiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { q1: at(0.25), median: at(0.5), q3: at(0.75) };
}

const tracker = await Tracker.create(lattice, { backend, precision, ...(threads && { threads }) });
const track = await sample(async () => (await tracker.track(beam)).timing);
let memory;
const gradient = await sample(async () => {
  const run = await tracker.gradient(beam, objective, { wrt, strategy });
  memory = run.memory;
  return run.timing;
});
tracker.dispose();

const result = {
  case: { particles, grid, kicks, strategy },
  backend: tracker.backend,
  seconds: {
    track: track.wall,
    trackSweep: quartiles(track.parts.map((t) => t.forward)),
    gradient: gradient.wall,
    gradientForward: quartiles(gradient.parts.map((t) => t.forward)),
    gradientReverse: quartiles(gradient.parts.map((t) => t.reverse)),
  },
  samples: { track: track.samples, gradient: gradient.samples },
  memory: {
    accounts: memory.accounts,
    arenaBytes: memory.arenaBytes,
    perParticle: memory.perParticle,
    perCell: memory.perCell,
    perKick: memory.perKick,
  },
};
process.stdout.write(`${JSON.stringify(result)}\n`);
