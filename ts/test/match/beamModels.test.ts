import { describe, expect, it } from 'vitest';
import { Beam, type BeamModel, LinearBeam, TwissBeam } from '../../src/index.js';
import { gaussianBunch, randomCoordinates } from '../support/beams.js';
import { innerProduct, worstRelativeError } from '../support/norms.js';

const BUNCH = Beam.gaussian({
  ...{ particles: 500, seed: 2, species: 'proton', energy: 1e9, charge: 1e-10, matchMoments: true },
  ...{ sigmaX: 2e-3, sigmaPx: 3e-4, correlationXPx: -0.6, sigmaY: 1e-3, sigmaPy: 1e-4, correlationYPy: 0.3 },
  ...{ sigmaTau: 5e-3, sigmaP: 1e-3, correlationTauP: 0.5, meanX: 1e-3, meanPy: -2e-4 },
});

const MODELS: [string, BeamModel][] = [
  ['LinearBeam', new LinearBeam(BUNCH)],
  ['LinearBeam of two coordinates', new LinearBeam(BUNCH, { coordinates: ['p', 'tau'] })],
  ['TwissBeam', new TwissBeam(BUNCH)],
];

describe.each(MODELS)('%s', (_, model) => {
  it('begins with the beam that it is made from', () => {
    const { coordinates, charges, energy } = model.beam(model.parameters);
    expect([energy, charges]).toEqual([BUNCH.energy, BUNCH.charges]);
    expect(worstRelativeError(coordinates, BUNCH.coordinates)).toBeLessThan(1e-13); // measured 1e-15
  });

  it('carries a derivative by the coordinates back to its parameters', () => {
    const bar = randomCoordinates(BUNCH.particles, 3);
    const { parameters } = model;
    const derivatives = model.pullBack(parameters, bar);
    expect(Object.keys(derivatives)).toEqual(Object.keys(parameters));
    for (const [name, value] of Object.entries(parameters)) {
      const step = 1e-5 * (Math.abs(value) > 1e-12 ? Math.abs(value) : 1);
      const at = (by: number) =>
        innerProduct(model.beam({ ...parameters, [name]: value + by }).coordinates, bar);
      const difference = (at(step) - at(-step)) / (2 * step);
      // Central differences of products and square roots at 1e-5: measured at most 2e-9.
      expect(Math.abs(derivatives[name]! - difference)).toBeLessThan(1e-7 * (Math.abs(difference) + 1));
    }
  });
});

const COLD = Beam.gaussian({
  ...{
    particles: 100,
    species: 'electron',
    energy: 1e7,
    charge: 1e-10,
    sigmaX: 1e-3,
    sigmaY: 1e-3,
    sigmaTau: 1e-3,
  },
});

describe('LinearBeam', () => {
  it('has the covariance L·Lᵀ', () => {
    const model = new LinearBeam(BUNCH, { coordinates: ['x', 'px'] });
    expect(Object.keys(model.parameters)).toEqual(['beam.x_x', 'beam.px_x', 'beam.px_px']);
    const { covariance, mean } = model
      .beam({ 'beam.x_x': 3e-3, 'beam.px_x': -4e-4, 'beam.px_px': 3e-4 })
      .moments();
    expect(covariance[0]! / 9e-6).toBeCloseTo(1, 12);
    expect(covariance[1]! / -1.2e-6).toBeCloseTo(1, 12);
    expect(covariance[7]! / 25e-8).toBeCloseTo(1, 12);
    expect(mean[0]! / 1e-3).toBeCloseTo(1, 12);
  });

  it.each<[string, () => unknown, string]>([
    ['an unknown coordinate', () => new LinearBeam(BUNCH, { coordinates: ['z' as never] }), "cannot be 'z'"],
    ['a coordinate twice', () => new LinearBeam(BUNCH, { coordinates: ['x', 'x'] }), 'none twice'],
    ['no coordinate', () => new LinearBeam(BUNCH, { coordinates: [] }), 'at least one name'],
    ['what is no beam', () => new LinearBeam({} as never), 'is made from a Beam'],
    [
      'an unknown option',
      () => new LinearBeam(BUNCH, { coordinate: [] } as never),
      "did you mean 'coordinates'",
    ],
    ['too few macroparticles', () => new LinearBeam(gaussianBunch(6)), 'more than 6 particles'],
    ['a cold beam', () => new LinearBeam(COLD), 'no extent of its own in px'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('TwissBeam', () => {
  it('has the Twiss parameters asked for, and leaves tau and p alone', () => {
    const twiss = {
      ...{ 'beam.betaX': 4, 'beam.alphaX': -1.5, 'beam.emittanceX': 2e-7 },
      ...{ 'beam.betaY': 0.5, 'beam.alphaY': 0, 'beam.emittanceY': 1e-6 },
    };
    const beam = new TwissBeam(BUNCH).beam(twiss);
    const { covariance: c } = beam.moments();
    expect(c[0]! / (4 * 2e-7)).toBeCloseTo(1, 12);
    expect(c[1]! / (1.5 * 2e-7)).toBeCloseTo(1, 12);
    expect(c[7]! / ((1 + 1.5 ** 2) * (2e-7 / 4))).toBeCloseTo(1, 12);
    expect(c[14]! / 5e-7).toBeCloseTo(1, 12);
    expect(Math.abs(c[15]!)).toBeLessThan(1e-20);
    expect(beam.coordinates.tau).toEqual(BUNCH.coordinates.tau);
    expect(beam.coordinates.p).toEqual(BUNCH.coordinates.p);
  });

  it('starts with those of its beam, and refuses impossible ones', () => {
    const model = new TwissBeam(BUNCH);
    const emittance = 2e-3 * 3e-4 * Math.sqrt(1 - 0.36);
    expect(model.parameters['beam.emittanceX']! / emittance).toBeCloseTo(1, 10);
    expect(model.parameters['beam.betaX']! / (4e-6 / emittance)).toBeCloseTo(1, 10);
    expect(model.parameters['beam.alphaX']).toBeCloseTo(0.6 / 0.8, 10);
    expect(() => model.beam({ ...model.parameters, 'beam.betaX': -1 })).toThrow(
      'beam.betaX (m) must be a positive',
    );
    expect(() => new TwissBeam(COLD)).toThrow('no extent of its own in px');
  });
});
