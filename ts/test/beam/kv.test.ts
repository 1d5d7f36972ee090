import { describe, expect, it } from 'vitest';
import { Beam } from '../../src/beam/beam.js';
import type { KvOptions } from '../../src/beam/kv.js';
import { BeamError } from '../../src/errors.js';
import { average, covarianceOf, particleOf } from './statistics.js';

const OPTIONS: KvOptions = {
  particles: 50_000,
  species: 'proton',
  kineticEnergy: 6.7e6,
  charge: 1e-9,
  twiss: { x: { beta: 2, alpha: 1.2, emittance: 1e-6 }, y: { beta: 0.5, alpha: -0.4, emittance: 3e-6 } },
  sigmaTau: 0.01,
  sigmaP: 1e-3,
};

/** The Courant–Snyder invariant (γu² + 2αu·pu + βpu²)/ε of a particle. */
function invariant(u: number, pu: number, beta: number, alpha: number, emittance: number): number {
  return (((1 + alpha ** 2) / beta) * u ** 2 + 2 * alpha * u * pu + beta * pu ** 2) / emittance;
}

describe('Beam.kv', () => {
  const { x, px, y, py, tau, p } = Beam.kv({ ...OPTIONS, sampling: 'quiet' }).coordinates;
  const n = x.length;
  const share = x.map((_, i) => invariant(x[i]!, px[i]!, 2, 1.2, 1e-6) / 4);

  it('puts every particle on one ellipsoid: the invariants of both planes add up to 4 rms emittances', () => {
    let worst = 0;
    for (let i = 0; i < n; i++) {
      const other = invariant(y[i]!, py[i]!, 0.5, -0.4, 3e-6) / 4;
      worst = Math.max(worst, Math.abs(share[i]! + other - 1));
    }
    expect(worst).toBeLessThan(5e-15); // measured 1e-15: rounding
  });

  it('fills it uniformly: the share of a plane is uniform, and so is the projection onto (x, y)', () => {
    // Shares follow a radical inverse in base 2: measured worst of 8 seeds 2e-5.
    for (const level of [0.1, 0.25, 0.5, 0.9]) {
      expect(Math.abs(average(n, (i) => (share[i]! < level ? 1 : 0)) - level)).toBeLessThan(1e-4);
    }
    // A uniform ellipse of semi-axes 2σ has the share r² of its area within r; measured worst of 8 seeds 1e-3.
    const [a, b] = [2 * Math.sqrt(2e-6), 2 * Math.sqrt(1.5e-6)];
    for (const r2 of [0.2, 0.5, 0.8]) {
      const within = average(n, (i) => ((x[i]! / a) ** 2 + (y[i]! / b) ** 2 < r2 ? 1 : 0));
      expect(Math.abs(within - r2)).toBeLessThan(2e-3);
    }
  });

  it('has the second moments of its Twiss parameters', () => {
    // Measured worst of 16 seeds at 1e5: 1e-3 of the sizes.
    const close = (got: number, wanted: number, size: number) =>
      expect(Math.abs(got - wanted) / size).toBeLessThan(3e-3);
    close(covarianceOf(x, x), 2e-6, 2e-6);
    close(covarianceOf(x, px), -1.2e-6, 2e-6);
    close(covarianceOf(y, py), 1.2e-6, 3e-6);
    close(covarianceOf(py, py), (1.16 / 0.5) * 3e-6, 7e-6);
    close(covarianceOf(x, y), 0, 1.7e-6);
    close(covarianceOf(p, p), 1e-6, 1e-6);
    close(covarianceOf(tau, tau), 1e-4, 1e-4);
  });

  it('is uniform in tau over ±√3σ by default, normal on demand', () => {
    const edge = Math.sqrt(3) * 0.01;
    expect(Math.max(...tau.map(Math.abs))).toBeLessThanOrEqual(edge);
    // Measured worst of 8 seeds: 6e-5.
    expect(Math.abs(average(n, (i) => (tau[i]! < edge / 2 ? 1 : 0)) - 0.75)).toBeLessThan(2e-4);
    const normal = Beam.kv({ ...OPTIONS, longitudinal: 'gaussian', sampling: 'quiet' }).coordinates.tau;
    const within = average(n, (i) => (Math.abs(normal[i]!) < 0.01 ? 1 : 0));
    expect(Math.abs(within - 0.682689492)).toBeLessThan(2e-4);
  });

  it('takes sigmas, correlations and means as well', () => {
    const beam = Beam.kv({
      ...{ particles: 20_000, species: 'proton', energy: 1e9, charge: 1, sampling: 'quiet' },
      ...{ sigmaX: 1, sigmaPx: 2, correlationXPx: 0.5, sigmaY: 3, sigmaPy: 1, covYPy: -1.5 },
      ...{ sigmaTau: 1, sigmaP: 1, correlationTauP: 0.8, meanX: 5 },
    });
    const c = beam.coordinates;
    expect(average(20_000, (i) => c.x[i]!)).toBeCloseTo(5, 2);
    expect(covarianceOf(c.x, c.px)).toBeCloseTo(1, 1);
    expect(covarianceOf(c.y, c.py)).toBeCloseTo(-1.5, 1);
    expect(covarianceOf(c.tau, c.p)).toBeCloseTo(0.8, 1);
  });

  // Pinned, as in the test of the Gaussian beam.
  it('maps seeds to the samples that it always did', () => {
    const random = Beam.kv({ ...OPTIONS, particles: 100, seed: 1 });
    const quiet = Beam.kv({ ...OPTIONS, particles: 100, seed: 1, sampling: 'quiet' });
    expect(particleOf(random.coordinates, 99)).toEqual(PINNED_RANDOM);
    expect(particleOf(quiet.coordinates, 99)).toEqual(PINNED_QUIET);
  });

  it.each<[object, string]>([
    [{ longitudinal: 'unifrom' }, "longitudinal cannot be 'unifrom' — did you mean 'uniform'?"],
    [{ matchMoments: true }, "Beam.kv: 'matchMoments' is unknown"],
    [{ twiss: undefined }, 'give sigmaX (m) or twiss.x'],
  ])('refuses %j', (changes, message) => {
    const make = () => Beam.kv({ ...OPTIONS, particles: 10, ...changes });
    expect(make).toThrow(BeamError);
    expect(make).toThrow(message);
  });
});

const PINNED_RANDOM = [
  0.0021886263517800174, -0.0015972553515460409, 0.0014316717724876546, 0.0018254797534699855,
  0.013621435587753163, 0.0002162888648602836,
];
const PINNED_QUIET = [
  0.0008307051697557452, 0.0003694323338640285, 0.0017925823855809268, 0.0012383527541015807,
  -0.00007023822613242172, -0.00008342376380263421,
];
