// A gradient in a process of its own: node journalProcess.mjs plain|write|kill|resume FOLDER STRATEGY PARTICLES [PRECISION]
import { createHash } from 'node:crypto';
import {
  Aperture,
  Beam,
  COORDINATES,
  CustomStep,
  Drift,
  Lattice,
  Quadrupole,
  sigma,
  Tracker,
} from '../../../dist/index.js';

const [mode, folder, strategy, particles, precision = 'f64'] = process.argv.slice(2);
const beam = Beam.gaussian({
  ...{ particles: Number(particles), species: 'electron', kineticEnergy: 5e6, charge: 3e-10, seed: 3 },
  ...{ sigmaX: 1e-3, sigmaPx: 1e-3, sigmaY: 1e-3, sigmaPy: 1e-3, sigmaTau: 1e-3, sigmaP: 1e-3 },
});
const custom = new CustomStep({
  name: 'c',
  parameters: { g: 5 },
  forward: (z, { g }) => ({ ...z, px: z.px.map((px, i) => px + g * z.x[i] ** 2) }),
  adjoint: (z, bar, { g }) => ({
    coordinates: { ...bar, x: bar.x.map((xBar, i) => xBar + 2 * g * z.x[i] * bar.px[i]) },
    parameters: { g: bar.px.reduce((sum, pxBar, i) => sum + pxBar * z.x[i] ** 2, 0) },
  }),
});
const lattice = new Lattice([
  new Quadrupole({ name: 'q1', length: 0.2, k1: 8 }),
  new Drift({ name: 'd1', length: 1, model: 'exact' }),
  custom,
  new Aperture({ name: 'a', halfX: 3e-3, halfY: 3e-3 }),
  new Drift({ name: 'd2', length: 1 }),
]).withSpaceCharge({ maxStep: 0.1, gridShape: [12, 12, 12] });

const killed = (progress) => mode === 'kill' && progress.phase === 'reverse' && progress.done > 20;
const tracker = await Tracker.create(lattice, { backend: 'cpu', precision });
const run = await tracker.gradient(beam, sigma('x').squared(), {
  wrt: ['q1.k1', 'd1.length', 'c.g', 'charge', 'energy', 'beam', 'charges'],
  strategy,
  ...(mode !== 'plain' && { journal: { folder, everySeconds: 0, resume: mode === 'resume' } }),
  onProgress: (progress) => {
    if (killed(progress)) process.kill(process.pid, 'SIGKILL');
  },
});
const hash = createHash('sha256').update(JSON.stringify([run.value, run.gradient.parameters, run.kicks]));
for (const name of COORDINATES) hash.update(run.gradient.coordinates[name]);
console.log(hash.update(run.gradient.charges).digest('hex'));
