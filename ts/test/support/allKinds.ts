import {
  Aperture,
  Beam,
  CustomStep,
  Drift,
  emittance,
  Lattice,
  Marker,
  Quadrupole,
  sigma,
} from '../../src/index.js';

/** A bunch wide enough to lose a good part of itself in {@link lineOfAllKinds}. */
export const wideBunch = (particles: number): Beam =>
  Beam.gaussian({
    ...{ particles, species: 'electron', kineticEnergy: 5e6, charge: 3e-10, seed: 3 },
    ...{ sigmaX: 1e-3, sigmaPx: 1e-3, sigmaY: 1e-3, sigmaPy: 1e-3, sigmaTau: 1e-3, sigmaP: 1e-3 },
  });

/** px += g x²: a step that is left without an inverse. */
const squareKick = new CustomStep({
  name: 'c',
  parameters: { g: 5 },
  forward: (z, { g }) => ({ ...z, px: z.px.map((px, i) => px + g! * z.x[i]! ** 2) }),
  adjoint: (z, bar, { g }) => ({
    coordinates: { ...bar, x: bar.x.map((xBar, i) => xBar + 2 * g! * z.x[i]! * bar.px[i]!) },
    parameters: { g: bar.px.reduce((sum, pxBar, i) => sum + pxBar * z.x[i]! ** 2, 0) },
  }),
});

/** Quadrupoles, drifts of both models, kicks in all of them, an aperture that loses particles, a step that cannot be inverted. */
export function lineOfAllKinds(): Lattice {
  const elements = Array.from({ length: 10 }, (_, i) => [
    new Quadrupole({ name: `q${i}`, length: 0.1, k1: i % 2 ? -8 : 8 }),
    new Drift({ name: `d${i}`, length: 0.2, model: i % 3 ? 'linear' : 'exact' }),
    ...(i === 4 ? [new Aperture({ name: 'a', halfX: 2e-3, halfY: 1.5e-3 })] : []),
    ...(i === 5 ? [new Marker({ name: 'm' })] : []),
    ...(i === 6 ? [squareKick] : []),
  ]).flat();
  return new Lattice(elements).withSpaceCharge({
    ...{ maxStep: 0.1, gridShape: [12, 12, 12], extent: { sigmas: [4, 4, 4] } },
  });
}

/** Looks at the end and at a marker in the middle. */
export const twoPlaces = () => sigma('x').squared().plus(emittance('y').at('m'));

export const ALL_WRT = ['q0.k1', 'd0.length', 'c.g', 'q9.k1', 'charge', 'energy', 'beam', 'charges'];
