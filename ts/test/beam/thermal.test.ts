import { describe, expect, it } from 'vitest';
import { Beam } from '../../src/beam/beam.js';
import type { ThermalOptions } from '../../src/beam/thermal.js';
import { BeamError } from '../../src/errors.js';
import { average, covarianceOf, kolmogorovDistance, particleOf } from './statistics.js';

const OPTIONS: ThermalOptions = {
  ...{ particles: 50_000, species: 'proton', kineticEnergy: 2e6, charge: 1e-11, sampling: 'quiet' },
  ...{ focusing: 2, temperature: 1e-6 },
};

/** Distances from the centre in the bunch's own frame, and the strength C of its field. */
function inOwnFrame(options: ThermalOptions) {
  const beam = Beam.thermal(options);
  const { x, y, tau } = beam.coordinates;
  const scale = beam.beta0 * beam.gamma0;
  const radii = x.map((value, i) => Math.hypot(value, y[i]!, scale * tau[i]!)).sort();
  const intensity = options.charge / (8.8541878188e-12 * scale ** 2 * 938272089.43);
  return { beam, radii, intensity, scale };
}

describe('Beam.thermal', () => {
  it.each<[string, Partial<ThermalOptions>, number]>([
    ['field and temperature alike', {}, 1e-6],
    ['a strong field', { charge: 1e-9 }, 1e-6],
    ['cold', { charge: 1e-9, temperature: 1e-8 }, 1e-8],
    ['a hot halo', { charge: 1e-9, haloFraction: 0.05, haloTemperature: 4e-6 }, 1.15e-6],
    ['a cold halo', { haloFraction: 0.5, haloTemperature: 5e-7 }, 0.75e-6],
  ])('obeys the virial theorem: %s', (_, changes, temperature) => {
    const { radii, intensity, beam } = inOwnFrame({ ...OPTIONS, ...changes });
    const n = radii.length;
    const outward = average(n, (i) => 4 * radii[i]! ** 2); // k²⟨r²⟩
    // The field at r is that of the charge within r: C·share/(4πr²).
    const field = average(n, (i) => (intensity * (i + 0.5)) / n / (4 * Math.PI * radii[i]!));
    // Measured worst 6e-5.
    expect(Math.abs(outward / (3 * temperature + field) - 1)).toBeLessThan(3e-4);
    // Measured worst 7e-4, of py with a hot halo.
    const { px, py } = beam.coordinates;
    for (const u of [px, py]) expect(Math.abs(covarianceOf(u, u) / temperature - 1)).toBeLessThan(2e-3);
  });

  it('without charge to speak of is Gaussian: σ = √T/k', () => {
    const { beam, scale } = inOwnFrame({ ...OPTIONS, charge: 1e-18 });
    const sigma = Math.sqrt(1e-6) / 2;
    const { x, tau, p } = beam.coordinates;
    expect(Math.abs(covarianceOf(x, x) / sigma ** 2 - 1)).toBeLessThan(1e-3); // measured 9e-5, and 4e-4 in tau, 3e-4 in p
    expect(average(x.length, (i) => (x[i]! / sigma) ** 4)).toBeCloseTo(3, 2);
    expect(Math.abs((covarianceOf(tau, tau) * scale ** 2) / sigma ** 2 - 1)).toBeLessThan(1e-3);
    expect(Math.abs(covarianceOf(p, p) / (1e-6 * scale ** 2) - 1)).toBeLessThan(2e-3);
  });

  it('cold is the uniform ball in which the field cancels the focusing: R³ = C/(4πk²)', () => {
    const { radii, intensity } = inOwnFrame({ ...OPTIONS, charge: 1e-9, temperature: 3e-9 });
    const radius = Math.cbrt(intensity / (16 * Math.PI));
    const distance = kolmogorovDistance(radii, (r) => Math.min(1, (r / radius) ** 3));
    expect(distance).toBeLessThan(6e-3); // measured 3.1e-3: the edge is a Debye length wide
  });

  it.each<[object, string]>([
    [
      { temperature: 1e-14, charge: 1e-9 },
      'temperature 1e-14 is too low to tell this bunch from a uniform ball',
    ],
    [{ temperature: 0 }, 'temperature must be a positive number, not 0'],
    [{ focusing: -1 }, 'focusing (1/m) must be a positive number, not -1'],
    [{ haloFraction: 1 }, 'haloFraction is a share below 1, not 1'],
    [{ sigmaX: 1 }, "Beam.thermal: 'sigmaX' is unknown"],
  ])('refuses %j', (changes, message) => {
    const make = () => Beam.thermal({ ...OPTIONS, particles: 10, ...changes });
    expect(make).toThrow(BeamError);
    expect(make).toThrow(message);
  });

  // Pinned, as in the test of the Gaussian beam.
  it('maps seeds to the samples that it always did', () => {
    const halo = { haloFraction: 0.5, haloTemperature: 3e-6 };
    const random = Beam.thermal({ ...OPTIONS, particles: 100, sampling: 'random', ...halo });
    expect(particleOf(random.coordinates, 99)).toEqual(PINNED_RANDOM);
  });
});

const PINNED_RANDOM = [
  0.0011242917135732458, -0.0007419588373658735, 0.0007973125151234897, 0.00006003303847808194,
  0.010876200223536877, 0.00008088671170060264,
];
