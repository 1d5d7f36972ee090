/** A problem that takes no time: 200 macroparticles, a quadrupole and a drift, four kicks. */
export const SMALL_PROBLEM = {
  beam: {
    ...{
      distribution: 'gaussian',
      species: 'electron',
      energy: 25e6,
      charge: 1e-10,
      particles: 200,
      seed: 1,
    },
    ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
  },
  lattice: [
    { type: 'quadrupole', name: 'q1', length: 0.1, k1: 6 },
    { type: 'drift', name: 'd1', length: 0.4 },
  ],
  spaceCharge: { kicks: 4, gridShape: [8, 8, 8] },
  objective: { squared: { sigma: 'x' } },
};
