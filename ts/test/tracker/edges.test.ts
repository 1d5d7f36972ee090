import { describe, expect, it } from 'vitest';
import {
  Beam,
  COORDINATES,
  covariance,
  Drift,
  type Element,
  Lattice,
  linear,
  Marker,
  mean,
  Quadrupole,
  SpaceChargeKick,
  sigma,
  Tracker,
} from '../../src/index.js';
import type { BackendName } from '../../src/native.js';
import { BACKENDS, FAST_BACKENDS } from '../support/backends.js';
import { changed, gaussianBunch, randomCoordinates } from '../support/beams.js';
import { relativeError } from '../support/norms.js';

const electron = { species: 'electron', energy: 25e6 } as const;
const kick = (options: Partial<ConstructorParameters<typeof SpaceChargeKick>[0]> = {}) =>
  new SpaceChargeKick({ effectLength: 0.5, gridShape: [6, 6, 6], ...options });
const FIXED = { extent: { fixed: [5e-3, 5e-3, 5e-3] } } as const;

async function track(backend: BackendName, elements: readonly Element[], beam: Beam) {
  using tracker = await Tracker.create(new Lattice(elements), { backend });
  return await tracker.track(beam);
}

describe.each(BACKENDS)('short lines on %s', (backend) => {
  it('of markers only: the beam comes out as it went in, and its gradient is the cotangent', async () => {
    const beam = gaussianBunch(50);
    using tracker = await Tracker.create(
      new Lattice([new Marker({ name: 'a' }), new Marker({ name: 'b' })]),
      { backend },
    );
    const { coordinates, markers, kicks } = await tracker.track(beam, { observe: ['b', 'a'] });
    // Rounded to the quantum, 2^-52·1024 times the largest coordinate.
    for (const name of COORDINATES)
      expect(relativeError(coordinates[name], beam.coordinates[name])).toBeLessThan(1e-12);
    expect(markers.a!.covariance).toEqual(markers.b!.covariance);
    expect(kicks).toEqual([]);
    const cotangent = randomCoordinates(50, 1);
    const objective = linear(cotangent).plus(linear(cotangent).at('a'));
    const { gradient, memory } = await tracker.gradient(beam, objective, {
      wrt: ['beam', 'charges', 'energy', 'charge'],
    });
    for (const name of COORDINATES) {
      expect([...gradient.coordinates![name]]).toEqual([...cotangent[name].map((w) => 2 * w)]);
    }
    expect(gradient.parameters).toEqual({ energy: 0, charge: 0 });
    expect([memory.perCell, memory.perKick]).toEqual([0, 0]);
  });

  it('of one kick, first and last at once: positions stay, and all strategies agree', async () => {
    const beam = gaussianBunch(50);
    using tracker = await Tracker.create(new Lattice([kick({ name: 'sc' })]), { backend });
    const { coordinates, kicks } = await tracker.track(beam);
    for (const name of ['x', 'y', 'tau'] as const) {
      expect(relativeError(coordinates[name], beam.coordinates[name])).toBeLessThan(1e-12);
    }
    for (const name of ['px', 'py', 'p'] as const)
      expect(coordinates[name]).not.toEqual(beam.coordinates[name]);
    expect(kicks).toHaveLength(1);
    const results = [];
    for (const strategy of ['invert', 'store', 'fields'] as const) {
      results.push(
        (await tracker.gradient(beam, sigma('px'), { strategy, wrt: ['sc.effectLength', 'beam'] })).gradient,
      );
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('of elements of no length', async () => {
    const beam = gaussianBunch(50);
    const line = new Lattice([
      new Drift({ name: 'd', length: 0 }),
      new Quadrupole({ name: 'q', length: 0, k1: 5 }),
    ]);
    using tracker = await Tracker.create(line, { backend });
    const { gradient } = await tracker.gradient(beam, covariance('x', 'px'), {
      wrt: ['d.length', 'q.length', 'q.k1'],
    });
    const { covariance: c } = beam.moments();
    // d⟨x px⟩/dL = ⟨px²⟩ in a drift, ⟨px²⟩ − k1·⟨x²⟩ in a quadrupole; no length, no effect of k1.
    expect(gradient.parameters['d.length']! / c[7]!).toBeCloseTo(1, 9);
    expect(gradient.parameters['q.length']! / (c[7]! - 5 * c[0]!)).toBeCloseTo(1, 9);
    expect(gradient.parameters['q.k1']).toBe(0);
  });
});

describe.each(BACKENDS)('few macroparticles on %s', (backend) => {
  it('one, with fixed extents: it feels the field of its own cloud, which is 0 on a node', async () => {
    const beam = Beam.fromCoordinates(
      { x: [0], px: [1e-4], y: [0], py: [0], tau: [0], p: [0] },
      { ...electron, charge: 1e-9 },
    );
    const line = [kick({ ...FIXED, gridShape: [7, 7, 7], centre: 'reference' }), new Drift({ length: 2 })];
    const { coordinates, moments } = await track(backend, line, beam);
    expect(coordinates.px[0]).toBeCloseTo(1e-4, 15);
    expect(coordinates.x[0]).toBeCloseTo(2e-4, 14);
    expect(Math.max(...moments.covariance.map(Math.abs))).toBe(0);
  });

  it('one, off the nodes: a gradient by everything', async () => {
    const beam = Beam.fromCoordinates(
      { x: [3e-4], px: [1e-4], y: [2e-4], py: [0], tau: [1e-4], p: [1e-5] },
      { ...electron, charge: 1e-9 },
    );
    using tracker = await Tracker.create(new Lattice([kick(FIXED), new Drift({ name: 'd', length: 2 })]), {
      backend,
    });
    const { gradient } = await tracker.gradient(beam, mean('x'), {
      wrt: ['beam', 'charge', 'energy', 'd.length'],
    });
    // Its grid is centred on itself: it sits in the middle, where it feels nothing, wherever it is.
    expect(gradient.coordinates!.x[0]).toBeCloseTo(1, 9);
    expect(gradient.coordinates!.px[0]).toBeCloseTo(2, 9);
    expect(gradient.parameters['d.length']).toBeCloseTo(1e-4, 12);
    expect(gradient.parameters.charge).toBeCloseTo(0, 3);
  });

  it('without charge they are kicked and kick nobody', async () => {
    const beam = gaussianBunch(60);
    const charges = beam.charges.map((q, i) => (i % 3 === 0 ? 0 : q));
    const withGhosts = changed(beam, { charges });
    const solid = (values: Float64Array) => values.filter((_, i) => i % 3 !== 0);
    const coordinates = Object.fromEntries(COORDINATES.map((name) => [name, solid(beam.coordinates[name])]));
    const alone = Beam.fromCoordinates(coordinates as typeof beam.coordinates, {
      ...electron,
      charges: solid(charges),
    });
    const line = [kick(FIXED), new Drift({ length: 1 })];
    const [some, all] = [await track(backend, line, alone), await track(backend, line, withGhosts)];
    for (const name of COORDINATES) {
      expect(relativeError(solid(all.coordinates[name]), some.coordinates[name])).toBeLessThan(1e-11);
      expect(
        Math.abs(all.coordinates[name][0]! - beam.coordinates[name][0]!),
        `${name} of a ghost`,
      ).toBeGreaterThan(0);
    }
  });

  it('one holds nearly all the charge', async () => {
    const beam = gaussianBunch(60);
    const charges = beam.charges.map((_, i) => (i === 7 ? 1e-9 : 1e-21));
    const { coordinates, moments } = await track(backend, [kick(FIXED)], changed(beam, { charges }));
    // The centre of charge is that one's place, and the others flee from it.
    expect(moments.mean[0]! / beam.coordinates.x[7]!).toBeCloseTo(1, 9);
    const away = beam.coordinates.x.filter((x, i) => {
      const from = x - beam.coordinates.x[7]!;
      return Math.abs(from) > 2e-3 && (coordinates.px[i]! - beam.coordinates.px[i]!) * from <= 0;
    });
    expect(away).toHaveLength(0);
  });
});

describe.each(FAST_BACKENDS)('grids that miss the beam on %s', (backend) => {
  it('entirely: nobody is kicked, all charge is reported, a warning says so', async () => {
    const beam = gaussianBunch(300);
    const elements = [kick({ name: 'sc', extent: { fixed: [1e-9, 1e-9, 1e-9] }, centre: 'reference' })];
    const { coordinates, kicks, warnings } = await track(backend, elements, beam);
    expect(kicks[0]!.outsideCharge / beam.charge).toBeCloseTo(1, 12);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/100 % of the charge lay outside the grid of the kick 'sc'/);
    for (const name of COORDINATES)
      expect(relativeError(coordinates[name], beam.coordinates[name])).toBeLessThan(1e-12);
  });

  it('entirely: the gradient is that of the line without the kick', async () => {
    const beam = gaussianBunch(300);
    const drift = new Drift({ name: 'd', length: 1 });
    const wrt = ['d.length', 'energy', 'charge', 'beam'];
    const of = async (elements: Element[]) => {
      using tracker = await Tracker.create(new Lattice(elements), { backend });
      return (await tracker.gradient(beam, sigma('x'), { wrt })).gradient;
    };
    const missing = kick({ extent: { fixed: [1e-9, 1e-9, 1e-9] }, centre: 'reference' });
    const { parameters, coordinates } = await of([missing, drift]);
    const plain = await of([drift]);
    expect(parameters['d.length']! / plain.parameters['d.length']!).toBeCloseTo(1, 12);
    expect(relativeError(coordinates!.px, plain.coordinates!.px)).toBeLessThan(1e-12);
  });

  it('by less than a hundredth: no warning', async () => {
    const { warnings, kicks } = await track(
      backend,
      [kick({ extent: { sigmas: [4, 4, 4] } })],
      gaussianBunch(3000),
    );
    expect(warnings).toEqual([]);
    expect(kicks[0]!.outsideCharge).toBeLessThan(1e-11);
  });
});

describe.each(FAST_BACKENDS)('extreme beams on %s', (backend) => {
  const relativeKick = async (beam: Beam, halfWidth: number) => {
    const fixed = [halfWidth, halfWidth, halfWidth] as const;
    using tracker = await Tracker.create(new Lattice([kick({ extent: { fixed } })]), { backend });
    const { coordinates } = await tracker.track(beam, { headroom: 8192 });
    return coordinates.px.map((px, i) => (px - beam.coordinates.px[i]!) / beam.charge);
  };

  it('far from the axis feel what they feel on it', async () => {
    const beam = gaussianBunch(500);
    const here = await relativeKick(beam, 4e-3);
    const shift = (name: 'x' | 'y' | 'tau', by: number) => beam.coordinates[name].map((a) => a + by);
    const far = changed(beam, {
      coordinates: { x: shift('x', 0.5), y: shift('y', -0.25), tau: shift('tau', 4) },
    });
    // Measured 1.7e-9: coordinates are rounded to a quantum of the largest, here 4 m.
    expect(relativeError(await relativeKick(far, 4e-3), here)).toBeLessThan(1e-8);
  });

  it('of any charge feel a force in proportion to it', async () => {
    const beam = gaussianBunch(500);
    const of = (factor: number) =>
      relativeKick(changed(beam, { charges: beam.charges.map((q) => factor * q) }), 4e-3);
    const reference = await of(1);
    // Measured 6.9e-8, the quantum of px over a kick a thousand times smaller, and 6.4e-11.
    for (const factor of [1e-3, 1e3]) expect(relativeError(await of(factor), reference)).toBeLessThan(3e-7);
  });

  it('from 1 keV to 50 GeV have finite gradients by everything', async () => {
    for (const [kineticEnergy, charge, length] of [
      [1e3, 1e-16, 0.01],
      [1e6, 1e-12, 0.1],
      [50e9, 1e-9, 10],
    ] as const) {
      const beam = Beam.gaussian({
        ...{ particles: 500, species: 'electron', kineticEnergy, charge, seed: 1 },
        ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-4 },
      });
      const line = new Lattice([new Drift({ name: 'd', length, model: 'exact' })]);
      using tracker = await Tracker.create(line.withSpaceCharge({ kicks: 3, gridShape: [8, 8, 8] }), {
        backend,
      });
      const { value, gradient } = await tracker.gradient(beam, sigma('x'), {
        wrt: ['d.length', 'energy', 'charge', 'beam', 'charges'],
      });
      expect(value).toBeGreaterThan(0.9e-3);
      expect(gradient.parameters.charge).toBeGreaterThan(0); // space charge drives the beam apart
      const numbers = [
        ...Object.values(gradient.parameters),
        ...gradient.charges!,
        ...gradient.coordinates!.tau,
      ];
      expect(numbers.filter((a) => !Number.isFinite(a))).toEqual([]);
    }
  });
});
