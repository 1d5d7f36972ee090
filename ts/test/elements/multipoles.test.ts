import { describe, expect, it } from 'vitest';
import { type Element, Lattice, Multipole, Octupole, Sextupole, Tracker } from '../../src/index.js';
import { BACKENDS } from '../support/backends.js';
import { describeElementLaws, lawBeam } from '../support/elementLaws.js';
import { integrated, largestDifference, type Slope } from '../support/motion.js';

// Kicks in other places: the slices differ from the whole by the integrator's error.
describeElementLaws(
  {
    'a sextupole': new Sextupole({ length: 0.2, k2: 300 }),
    'an exact sextupole of order 4': new Sextupole({
      ...{ length: 0.2, k2: -300, steps: 3, order: 4, model: 'exact', dx: 1e-3, tilt: 0.4 },
    }),
    'a sextupole that is off': new Sextupole({ length: 0.2, k2: 0, model: 'chromatic' }),
    'an octupole': new Octupole({ length: 0.2, k3: 3e4, steps: 2 }),
    'an octupole that is off': new Octupole({ length: 0.2, k3: 0 }),
    'a multipole without thickness': new Multipole({ kn: [1e-3, 0.3, 40, 1e4], ks: [0, -0.2, 10] }),
    'a multipole of strength 0': new Multipole({ kn: [0, 0, 0] }),
    'a skew multipole': new Multipole({ ks: [1e-4, 0, 30], dy: 1e-3, tilt: -0.4 }),
  },
  { slicingTolerance: 1e-3, scales: { k0sl: 1e-3, k0l: 1e-3, k2: 10, k3: 1e3 } },
);

describe.each(BACKENDS)('multipoles on %s', (backend) => {
  const beam = lawBeam(64);
  const track = async (...elements: Element[]) => {
    using tracker = await Tracker.create(new Lattice(elements), { backend });
    return (await tracker.track(beam)).coordinates;
  };
  // By + i Bx = kn (x + i y)ⁿ/n! over an exact drift.
  const motion =
    (field: (x: number, y: number) => [number, number]): Slope =>
    ([x, px, y, py], { energy, total, inverseBeta }) => {
      const pz = Math.sqrt(total ** 2 - px ** 2 - py ** 2);
      const [by, bx] = field(x, y);
      return [px / pz, -by, py / pz, bx, energy / pz - inverseBeta, 0];
    };
  const SEXTUPOLE = motion((x, y) => [150 * (x * x - y * y), 300 * x * y]);
  const OCTUPOLE = motion((x, y) => [5e4 * (x ** 3 - 3 * x * y ** 2), 5e4 * (3 * x ** 2 * y - y ** 3)]);

  it('a sextupole and an octupole follow their equations of motion', async () => {
    const options = { length: 0.2, model: 'exact', steps: 20, order: 4 } as const;
    const sextupole = await track(new Sextupole({ ...options, k2: 300 }));
    expect(largestDifference(sextupole, integrated(beam, 0.2, SEXTUPOLE))).toBeLessThan(1e-13);
    const octupole = await track(new Octupole({ ...options, k3: 3e5 }));
    expect(largestDifference(octupole, integrated(beam, 0.2, OCTUPOLE))).toBeLessThan(1e-13);
  });

  it('converges with the order that it says', async () => {
    const want = integrated(beam, 0.2, SEXTUPOLE);
    const error = async (order: 2 | 4, steps: number) => {
      const element = new Sextupole({ length: 0.2, k2: 300, model: 'exact', order, steps });
      return largestDifference(await track(element), want);
    };
    expect(Math.log2((await error(2, 4)) / (await error(2, 8)))).toBeCloseTo(2, 1);
    expect(Math.log2((await error(4, 1)) / (await error(4, 2)))).toBeCloseTo(4, 0);
  });

  it('a thin multipole kicks as MAD-X says', async () => {
    const [k0l, k1l, k2l, k0sl, k1sl, k2sl] = [1e-3, 0.3, 40, -2e-3, -0.2, 10];
    const found = await track(new Multipole({ kn: [k0l, k1l, k2l], ks: [k0sl, k1sl, k2sl] }));
    const { x, px, y, py } = beam.coordinates;
    for (let i = 0; i < beam.particles; i++) {
      const [a, b] = [x[i]!, y[i]!];
      const [re, im] = [(a * a - b * b) / 2, a * b];
      const kick = k0l + k1l * a - k1sl * b + k2l * re - k2sl * im;
      const skew = k0sl + k1l * b + k1sl * a + k2l * im + k2sl * re;
      expect(found.px[i]! - px[i]!).toBeCloseTo(-kick, 14);
      expect(found.py[i]! - py[i]!).toBeCloseTo(skew, 14);
    }
  });
});

describe('a multipole', () => {
  it('has the parameters that it was given', () => {
    const multipole = new Multipole({ name: 'm', kn: [0, 0.2], ks: [0.1] });
    expect(multipole.parameters).toEqual({ k0l: 0, k1l: 0.2, k0sl: 0.1, dx: 0, dy: 0, tilt: 0 });
    const changed = multipole.with({ parameters: { k1l: 0.5, tilt: 0.1 } });
    expect(changed.parameters).toEqual({ k0l: 0, k1l: 0.5, k0sl: 0.1, dx: 0, dy: 0, tilt: 0.1 });
    expect(changed).toMatchObject({ name: 'm', type: 'multipole', length: 0 });
    const order11 = new Multipole({ kn: Array.from({ length: 12 }, (_, i) => i) });
    expect(order11.with({}).parameters).toEqual(order11.parameters);
  });

  it.each<[() => Element, string]>([
    [() => new Multipole({}), 'a multipole needs strengths: kn or ks, lists such as [0, 0.2]'],
    [() => new Multipole({ kn: [] }), 'a multipole needs strengths'],
    [
      () => new Multipole({ name: 'm', kn: 3 as never }),
      "kn of multipole 'm' must be an array of numbers, not 3",
    ],
    [
      () => new Multipole({ name: 'm', ks: [1, Number.NaN] }),
      "k1sl (1/mⁿ) of multipole 'm' must be a finite number, not NaN",
    ],
    [() => new Multipole({ kn: new Array(22).fill(0) }), 'kn of a multipole has 22 orders; at most 21'],
    [() => new Multipole({ knl: [1] } as never), "'knl'"],
    [
      () => new Sextupole({ length: -1, k2: 1 }),
      'the length (m) of a sextupole must be a number of at least 0',
    ],
    [
      () => new Octupole({ name: 'o', length: 1 } as never),
      "k3 (1/m⁴) of octupole 'o' must be a finite number, not undefined",
    ],
  ])('%# says what is wrong', (make, message) => {
    expect(make).toThrow(message);
  });
});
