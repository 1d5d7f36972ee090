import { describe, expect, it } from 'vitest';
import { Beam } from '../../src/beam/beam.js';
import { summariseBeam } from '../../src/cli/summary.js';

describe('summariseBeam', () => {
  it('has the moments of two macroparticles of unequal charge', () => {
    const zero = [0, 0];
    const beam = Beam.fromCoordinates(
      { x: [1, 5], px: [2, 2], y: [0, 4], py: [0, 1], tau: zero, p: zero },
      { species: 'proton', energy: 2e9, charges: [3e-12, 1e-12] },
    );
    const { species, particles, charge, energy, moments } = summariseBeam(beam);
    expect({ species, particles, energy }).toEqual({ species: 'proton', particles: 2, energy: 2e9 });
    expect(charge).toBeCloseTo(4e-12, 26);
    // Weights 3/4 and 1/4: mean 2, variance 3/16·(5 − 1)² = 3.
    expect(moments.mean.x).toBeCloseTo(2, 14);
    expect(moments.sigma.x).toBeCloseTo(Math.sqrt(3), 14);
    expect(moments.sigma.px).toBe(0);
    expect(moments.covariance).toHaveLength(36);
    // y and py lie on a line through both particles: no area, whatever rounding says.
    expect(moments.emittance.y).toBeCloseTo(0, 7);
  });

  it('has the emittance of uncorrelated coordinates', () => {
    const corners = { x: [1, 1, -1, -1], px: [2, -2, 2, -2] };
    const zero = [0, 0, 0, 0];
    const beam = Beam.fromCoordinates(
      { ...corners, y: zero, py: zero, tau: zero, p: zero },
      { species: 'electron', energy: 1e9, charge: 1e-9 },
    );
    expect(summariseBeam(beam).moments.emittance.x).toBeCloseTo(2, 14);
  });
});
