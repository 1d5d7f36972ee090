import { describe, expect, it } from 'vitest';
import type { Beam } from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { changed, uniforms } from '../support/beams.js';
import {
  beamOfFilaments,
  EPSILON0,
  type Filament,
  fieldsOf,
  LIGHT,
  type LongBeam,
  uniformDisc,
} from '../support/longBeams.js';

/* The field of a long beam against closed forms, read off the kick of its macroparticles or of probes without charge. */

const FLOW: LongBeam = { current: 0.5, energy: 938272089.43 + 6.7e6 };
const GAMMA0 = FLOW.energy / 938272089.43;
const BETA0 = Math.sqrt(1 - 1 / GAMMA0 ** 2);
/** Line charge in C/m. */
const LAMBDA = FLOW.current / (BETA0 * LIGHT);

/** Macroparticles on every node of a grid of ±6 sigmas, charged as a round Gaussian is there, and a probe at one sigma. */
function gaussian(sigma: number, nodes: number): Beam {
  const place = (i: number) => (i * 12) / (nodes - 1) - 6;
  const filaments: Filament[] = [];
  for (let i = 0; i < nodes; i++) {
    for (let j = 0; j < nodes; j++) {
      const [u, v] = [place(i), place(j)];
      filaments.push({ x: u * sigma, y: v * sigma, share: Math.exp(-(u * u + v * v) / 2) });
    }
  }
  return beamOfFilaments([...filaments, { x: sigma, y: 0, share: 0 }], FLOW);
}

describe.each(FAST_BACKENDS)('the field of a long beam on %s', (backend) => {
  it('of a Gaussian is λ/(2πε0r)·(1 − exp(−r²/2σ²)), but for the grid', async () => {
    const sigma = 1e-3;
    const exact = (LAMBDA / (2 * Math.PI * EPSILON0 * sigma)) * (1 - Math.exp(-0.5));
    const errors: number[] = [];
    for (const nodes of [73, 145]) {
      const extent = { fixed: [6 * sigma, 6 * sigma] } as const;
      const settings = {
        current: FLOW.current,
        gridShape: [nodes, nodes] as const,
        extent,
        centre: 'reference' as const,
      };
      const { x, y } = await fieldsOf(backend, gaussian(sigma, nodes), settings);
      const probe = nodes * nodes;
      expect(Math.abs(y[probe]! / x[probe]!)).toBeLessThan(1e-9); // on the axis
      errors.push(x[probe]! / exact - 1);
    }
    const [coarse, fine] = errors as [number, number];
    expect(Math.abs(fine)).toBeLessThan(2e-3);
    expect(coarse / fine).toBeCloseTo(4, 1); // of second order in the cell
    expect(Math.abs((4 * fine - coarse) / 3)).toBeLessThan(3e-5); // measured 1.2e-5
  });

  it('of a uniform cylinder is λr/(2πε0R²) inside and λ/(2πε0r) outside', async () => {
    const radius = 2e-3;
    const disc = uniformDisc(200_000, radius);
    const probes = [0.1, 0.3, 0.5, 0.7, 0.85, 1.2, 1.5].flatMap((r) =>
      [0.3, 1.9, 4].map((angle) => ({
        x: r * radius * Math.cos(angle),
        y: r * radius * Math.sin(angle),
        share: 0,
      })),
    );
    const beam = beamOfFilaments([...disc, ...probes], FLOW);
    const extent = { fixed: [1.6 * radius, 1.6 * radius] } as const;
    const { x, y } = await fieldsOf(backend, beam, { current: FLOW.current, gridShape: [128, 128], extent });
    const surface = LAMBDA / (2 * Math.PI * EPSILON0 * radius);
    for (const [i, probe] of probes.entries()) {
      const at = disc.length + i;
      const r = Math.hypot(probe.x, probe.y) / radius;
      const want = (r < 1 ? r : 1 / r) / r / radius; // over x and y
      // Measured 1.7e-4 of the field at the surface.
      expect(Math.abs(x[at]! / surface - want * probe.x)).toBeLessThan(5e-4);
      expect(Math.abs(y[at]! / surface - want * probe.y)).toBeLessThan(5e-4);
    }
  });

  it('exerts no net force on itself', async () => {
    const uniform = uniforms(3);
    const quarter = uniformDisc(300, 1e-3).map((filament) => ({ ...filament, share: 1 + 0.9 * uniform() }));
    const mirrored = [
      [1, 1],
      [-1, 1],
      [1, -1],
      [-1, -1],
    ].flatMap(([a, b]) => quarter.map(({ x, y, share }) => ({ x: a! * x, y: b! * y, share })));
    for (const gridShape of [
      [16, 16],
      [9, 14],
    ] as const) {
      const beam = beamOfFilaments(mirrored, FLOW);
      const { x, y } = await fieldsOf(backend, beam, { current: 1, gridShape, extent: { sigmas: [4, 4] } });
      for (const field of [x, y]) {
        const net = field.reduce((sum, e, i) => sum + beam.charges[i]! * e, 0) / beam.charge;
        const rms = Math.sqrt(field.reduce((sum, e) => sum + e * e, 0) / field.length);
        expect(Math.abs(net) / rms).toBeLessThan(1e-14); // measured 1.1e-15
      }
    }
  });

  it('follows current and nothing along the beam', async () => {
    const disc = uniformDisc(500, 1e-3);
    const settings = { current: 0.2, gridShape: [16, 20], extent: { sigmas: [3, 3] } } as const;
    const still = beamOfFilaments(disc, FLOW);
    const once = await fieldsOf(backend, still, settings);
    const twice = await fieldsOf(backend, still, { ...settings, current: 0.4 });
    const none = await fieldsOf(backend, still, { ...settings, current: 0 });
    for (const [i, field] of once.x.entries()) {
      expect(Math.abs(twice.x[i]! - 2 * field)).toBeLessThan(1e-7 * Math.abs(once.x[499]!));
      expect(none.x[i]).toBe(0);
    }
    const uniform = uniforms(1);
    const tau = still.coordinates.tau.map(() => 10 * uniform());
    const { x, coordinates } = await fieldsOf(backend, changed(still, { coordinates: { tau } }), settings);
    expect(Math.max(...x.map((a, i) => Math.abs(a - once.x[i]!)))).toBeLessThan(
      1e-7 * Math.abs(once.x[499]!),
    );
    expect(Math.max(...coordinates.p.map(Math.abs))).toBe(0);
    expect(Math.max(...coordinates.tau.map((a, i) => Math.abs(a - tau[i]!)))).toBeLessThan(1e-11); // snapped on loading
  });
});
