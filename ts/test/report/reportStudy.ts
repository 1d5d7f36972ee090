import { Beam, Drift, Lattice, Quadrupole, sigma, studyLine, Tracker } from '../../src/index.js';

/** A doublet with eight kicks, small enough for every test, and its study. */
export async function smallStudy({ objective = true, repeats = 1 } = {}) {
  const beam = Beam.gaussian({
    ...{ particles: 500, species: 'electron', energy: 25e6, charge: 1e-10, seed: 1 },
    ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
  });
  const lattice = new Lattice([
    new Quadrupole({ name: 'q1', length: 0.1, k1: 6 }),
    new Drift({ name: 'd1', length: 0.4 }),
    new Quadrupole({ name: 'q2', length: 0.1, k1: -6 }),
    new Drift({ name: 'd2', length: 0.4 }),
  ]).withSpaceCharge({ kicks: 8, gridShape: [8, 8, 8] });
  using tracker = await Tracker.create(lattice, { backend: 'cpu', threads: 2 });
  const goal = objective ? sigma('x').squared() : undefined;
  const study = await studyLine(tracker, beam, goal, { name: 'a doublet', repeats, command: 'a test' });
  const { moments } = await tracker.track(beam);
  return { beam, lattice, study, moments };
}
