import { describe, expect, it } from 'vitest';
import { Drift, type Element, Lattice, Quadrupole, RBend, SBend, Tracker } from '../../src/index.js';
import { BACKENDS } from '../support/backends.js';
import { describeElementLaws, lawBeam } from '../support/elementLaws.js';
import { integrated, largestDifference, type Momentum, type Point, type Slope } from '../support/motion.js';

describeElementLaws(
  {
    'a chromatic drift': new Drift({ length: 0.7, model: 'chromatic' }),
    'an exact drift': new Drift({ length: 0.7, model: 'exact' }),
  },
  { hasFrame: false },
);

describeElementLaws({
  'a chromatic quadrupole': new Quadrupole({ length: 0.4, k1: 3, model: 'chromatic' }),
  'a chromatic one that is off': new Quadrupole({ length: 0.4, k1: 0, model: 'chromatic' }),
  'a strong chromatic one': new Quadrupole({ length: 0.3, k1: -40, tilt: 0.2, model: 'chromatic' }),
});

describeElementLaws({
  'a chromatic bend': new SBend({ length: 0.5, angle: 0.4, k1: 0.5, model: 'chromatic' }),
  'a chromatic bend that is off': new SBend({ length: 0.5, angle: 0, model: 'chromatic' }),
  'a chromatic rectangular bend': new RBend({
    length: 0.5,
    angle: -0.3,
    k1: -2,
    model: 'chromatic',
    tilt: 0.3,
  }),
});

// Kicks in other places: the slices differ from the whole by the integrator's error.
describeElementLaws(
  {
    'an exact quadrupole': new Quadrupole({ length: 0.4, k1: 3, model: 'exact' }),
    'one of order 2': new Quadrupole({ length: 0.4, k1: -3, model: 'exact', steps: 20, order: 2 }),
    'an exact one that is off': new Quadrupole({ length: 0.4, k1: 0, model: 'exact' }),
  },
  { slicingTolerance: 1e-3 },
);

// A drift to second order in the transverse momenta, and without expansion; a quadrupole adds −k1 x and k1 y.
const chromatic = ([, px, , py]: Point, { energy, total, inverseBeta }: Momentum): Point => {
  const delay = (energy / total) * (1 + (px ** 2 + py ** 2) / (2 * total ** 2)) - inverseBeta;
  return [px / total, 0, py / total, 0, delay, 0];
};
const exact = ([, px, , py]: Point, { energy, total, inverseBeta }: Momentum): Point => {
  const pz = Math.sqrt(total ** 2 - px ** 2 - py ** 2);
  return [px / pz, 0, py / pz, 0, energy / pz - inverseBeta, 0];
};
const focused =
  (drift: Slope, k1: number): Slope =>
  (z, momentum) => {
    const [x, , y, , tau] = drift(z, momentum);
    return [x, -k1 * z[0], y, k1 * z[2], tau, 0];
  };

// A sector bend of curvature h: (1 + h x) in what is of second order, and the fields of dipole and quadrupole.
const bent =
  (h: number, k1: number): Slope =>
  (z, momentum) => {
    const { energy, total } = momentum;
    const [x, , y, , tau] = chromatic(z, momentum);
    return [x, h * (total - 1) - (h * h + k1) * z[0], y, k1 * z[2], tau + (h * z[0] * energy) / total, 0];
  };

describe.each(BACKENDS)('particles in fields of their own momentum on %s', (backend) => {
  const beam = lawBeam(64);
  const track = async (element: Element) => {
    using tracker = await Tracker.create(new Lattice([element]), { backend });
    return (await tracker.track(beam)).coordinates;
  };

  it.each<[string, Element, Slope]>([
    ['a chromatic drift', new Drift({ length: 0.7, model: 'chromatic' }), chromatic],
    ['an exact drift', new Drift({ length: 0.7, model: 'exact' }), exact],
    [
      'a chromatic quadrupole',
      new Quadrupole({ length: 0.6, k1: 9, model: 'chromatic' }),
      focused(chromatic, 9),
    ],
    [
      'a strong chromatic quadrupole',
      new Quadrupole({ length: 0.6, k1: -60, model: 'chromatic' }),
      focused(chromatic, -60),
    ],
    [
      'a chromatic sector bend',
      new SBend({ length: 0.5, angle: 0.4, k1: 0.5, model: 'chromatic' }),
      bent(0.8, 0.5),
    ],
    [
      'a chromatic sector bend whose gradient takes its focusing away',
      new SBend({ length: 0.5, angle: 0.4, k1: -0.64, model: 'chromatic' }),
      bent(0.8, -0.64),
    ],
    [
      'an exact quadrupole',
      new Quadrupole({ length: 0.6, k1: 9, model: 'exact', steps: 400 }),
      focused(exact, 9),
    ],
  ])('%s follows its equations of motion', async (_, element, slope) => {
    const found = await track(element);
    // Measured 6.7e-13, of coordinates up to 1e-2.
    expect(largestDifference(found, integrated(beam, element.length, slope, 2000))).toBeLessThan(1e-11);
  });

  it('an exact quadrupole converges with the order that it says', async () => {
    const error = async (order: 2 | 4, steps: number) => {
      const element = new Quadrupole({ length: 0.6, k1: 9, model: 'exact', order, steps });
      return largestDifference(await track(element), integrated(beam, 0.6, focused(exact, 9)));
    };
    for (const order of [2, 4] as const) {
      const slope = Math.log2((await error(order, 8)) / (await error(order, 16)));
      expect(Math.abs(slope - order)).toBeLessThan(0.1);
    }
  });

  it('models agree on the reference momentum, to first order', async () => {
    const { coordinates, species, energy, charges } = beam;
    const still = { ...coordinates, p: new Float64Array(beam.particles) };
    const models = ['linear', 'chromatic'] as const;
    const [linear, found] = await Promise.all(
      models.map(async (model) => {
        const lattice = new Lattice([new Quadrupole({ length: 0.6, k1: 9, model })]);
        using tracker = await Tracker.create(lattice, { backend });
        const { Beam } = await import('../../src/index.js');
        const { coordinates: out } = await tracker.track(
          Beam.fromCoordinates(still, { species, energy, charges }),
        );
        return { ...out, tau: new Float64Array(beam.particles) }; // second order in the transverse momenta
      }),
    );
    expect(largestDifference(linear!, found!)).toBeLessThan(1e-15);
  });
});

describe('refusals', () => {
  it.each<[() => Element, string]>([
    [
      () => new Drift({ length: 1, model: 'chromatc' as never }),
      "the model of a drift cannot be 'chromatc' — did you mean 'chromatic'?",
    ],
    [
      () => new Quadrupole({ name: 'q1', length: 1, k1: 1, steps: 3 }),
      "quadrupole 'q1': steps and order are for model 'exact'; the others take whole lenses",
    ],
    [
      () => new Quadrupole({ length: 1, k1: 1, model: 'exact', steps: 0 }),
      'steps of a quadrupole must be an integer from 1 to 10000, not 0',
    ],
    [
      () => new Quadrupole({ length: 1, k1: 1, model: 'exact', order: 3 as never }),
      'the order of a quadrupole must be 2 or 4, not 3',
    ],
  ])('%# say what is wrong', (make, message) => {
    expect(make).toThrow(message);
  });

  it('a changed copy keeps model, steps and order', () => {
    const changed = new Quadrupole({ length: 1, k1: 1, model: 'exact', steps: 3, order: 2 }).with({
      parameters: { k1: 2 },
    });
    expect(changed).toMatchObject({ model: 'exact', parameters: { k1: 2 } });
    expect(new Drift({ length: 1, model: 'chromatic' }).with({ name: 'd' }).model).toBe('chromatic');
  });
});
