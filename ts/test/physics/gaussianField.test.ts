import { describe, expect, it } from 'vitest';
import { zeroCoordinates } from '../../src/beam/coordinates.js';
import { Beam, Lattice, SpaceChargeKick, Tracker } from '../../src/index.js';
import type { BackendName } from '../../src/native.js';
import { FAST_BACKENDS } from '../support/backends.js';

/*
 * The field of a 3-D Gaussian bunch, read off the kick that a macroparticle without charge receives. The bunch is one
 * macroparticle per node, charged as the Gaussian is there: no sampling noise, and what is left is the grid's error. It is of
 * second order in the cell size, so that two grids give a limit to compare with the exact field.
 */

const ENERGY = 25e6;
const GAMMA0 = ENERGY / 510998.95069;
const BETA0 = Math.sqrt(1 - 1 / GAMMA0 ** 2);
const EFFECT_LENGTH = 1e-3;
/** Half width of the grid in sigmas; a probe at one sigma is then on a node. */
const HALF_WIDTH = 6;

/** The bunch on the nodes of a grid, in units of sigmas, and after it the probe at (1, 0, 0). */
function bunch(sigmas: readonly [number, number, number], nodes: number): Beam {
  const n = nodes ** 3 + 1;
  const { x, y, tau, ...momenta } = zeroCoordinates(n);
  const charges = new Float64Array(n);
  const step = (2 * HALF_WIDTH) / (nodes - 1);
  const place = (i: number) => i * step - HALF_WIDTH;
  for (let i = 0, next = 0; i < nodes; i++) {
    for (let j = 0; j < nodes; j++) {
      for (let k = 0; k < nodes; k++, next++) {
        const [u, v, w] = [place(i), place(j), place(k)];
        x[next] = u * sigmas[0];
        y[next] = v * sigmas[1];
        tau[next] = (-w * sigmas[2]) / (GAMMA0 * BETA0); // shorter by γ0 in the laboratory
        charges[next] = Math.exp(-(u * u + v * v + w * w) / 2);
      }
    }
  }
  x[n - 1] = sigmas[0];
  const total = charges.reduce((sum, q) => sum + q, 0);
  const scaled = charges.map((q) => (1e-9 * q) / total);
  return Beam.fromCoordinates(
    { x, y, tau, ...momenta },
    { species: 'electron', energy: ENERGY, charges: scaled },
  );
}

/** The transverse field at the probe in the bunch's rest frame, V/m: px = E·L/(γ0·β0·p0c). */
async function fieldAtProbe(backend: BackendName, sigmas: readonly [number, number, number], nodes: number) {
  const fixed = [HALF_WIDTH * sigmas[0], HALF_WIDTH * sigmas[1], (HALF_WIDTH * sigmas[2]) / GAMMA0] as const;
  const kick = new SpaceChargeKick({
    ...{ effectLength: EFFECT_LENGTH, gridShape: [nodes, nodes, nodes], extent: { fixed } },
    centre: 'reference',
  });
  using tracker = await Tracker.create(new Lattice([kick]), { backend });
  const beam = bunch(sigmas, nodes);
  const { coordinates } = await tracker.track(beam);
  const probe = beam.particles - 1;
  expect(Math.abs(coordinates.py[probe]! / coordinates.px[probe]!)).toBeLessThan(1e-9); // on the axis
  return (coordinates.px[probe]! * GAMMA0 * BETA0 * beam.momentum) / EFFECT_LENGTH;
}

describe.each(FAST_BACKENDS)('the field of a Gaussian bunch of 1 nC on %s', (backend) => {
  it.each([
    // Measured on 97³ nodes -5.0e-3 and -4.4e-3; extrapolated -9.8e-5 and -3.3e-4.
    { sigmas: [1e-3, 1e-3, 1e-3] as const, exact: 1.7862583298e6, grid: 7e-3, limit: 2e-4 },
    { sigmas: [1e-3, 1e-3, 1e-2] as const, exact: 2.7527567139e5, grid: 7e-3, limit: 5e-4 },
  ])('of rms $sigmas m, one sigma off the axis', async ({ sigmas, exact, grid, limit }) => {
    const coarse = await fieldAtProbe(backend, sigmas, 49);
    const fine = await fieldAtProbe(backend, sigmas, 97);
    expect(Math.abs(fine / exact - 1)).toBeLessThan(grid);
    expect(Math.abs((4 * fine - coarse) / 3 / exact - 1)).toBeLessThan(limit);
  });
});
