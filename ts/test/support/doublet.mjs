import { DOUBLET, PARAMETERS, sigmaTauOf } from './coldEllipsoid.mjs';

/** The grid ends just beyond the ellipsoid's surface, √5 = 2.236 rms from its centre. */
const EXTENT = { sigmas: [2.3, 2.3, 2.3] };

/**
 * Final rms of x of the cold doublet of coldEllipsoid.mjs, and p·dσx/dp, in m, as the library has them.
 *
 * @param library - unkick, from its sources or built
 */
export async function trackDoublet(library, backend, { particles, nodes, fineness }) {
  const { Beam, Drift, Lattice, Quadrupole, Tracker } = library;
  const { energy, charge, q1, d1, sigma } = DOUBLET;
  const beam = Beam.uniformEllipsoid({
    ...{ particles, seed: 1, sampling: 'quiet', species: 'electron', energy, charge },
    ...{ sigmaX: sigma, sigmaY: sigma, sigmaTau: sigmaTauOf(DOUBLET) },
  });
  const lattice = new Lattice([
    new Quadrupole({ name: 'q1', length: 0.1, k1: q1 }),
    new Drift({ name: 'd1', length: d1 }),
    new Quadrupole({ name: 'q2', length: 0.1, k1: -12 }),
    new Drift({ name: 'd2', length: 0.3 }),
  ]);
  const gridShape = [nodes, nodes, nodes];
  const line = lattice.withSpaceCharge({ maxStep: 0.1 / fineness, gridShape, extent: EXTENT });
  const tracker = await Tracker.create(line, { backend });
  try {
    const options = { wrt: Object.keys(PARAMETERS), headroom: 65536 };
    const { value, gradient } = await tracker.gradient(beam, library.sigma('x'), options);
    const derivatives = Object.entries(PARAMETERS).map(([name, key]) => {
      return [name, DOUBLET[key] * gradient.parameters[name]];
    });
    return { size: value, derivatives: Object.fromEntries(derivatives) };
  } finally {
    tracker.dispose();
  }
}
