import { describe, expect, it } from 'vitest';
import { ConstantFocusing, Solenoid, ThinLens } from '../../src/index.js';
import { describeElementLaws, lawBeam } from '../support/elementLaws.js';
import { exponential, matrixError, matrixOf, multiply, transferMatrix } from '../support/matrices.js';
import { mapsOf } from '../support/slices.js';

describeElementLaws({
  'a solenoid': new Solenoid({ length: 0.6, ks: 1.4 }),
  'one that is off': new Solenoid({ length: 0.6, ks: 0 }),
  'a long one the other way, out of place': new Solenoid({
    length: 3,
    ks: -2.5,
    dx: 1e-3,
    dy: 2e-3,
    tilt: 1,
  }),
});

describeElementLaws(
  {
    'constant focusing': new ConstantFocusing({ length: 0.9, kx: 1.2, ky: -0.8, kt: 0.7 }),
    'constant focusing that is off': new ConstantFocusing({ length: 0.9, kx: 0, ky: 0 }),
  },
  // k |k| has the slope 0 at 0 and no second derivative: a difference sees |step| instead.
  { scales: { kx: 1e-6, ky: 1e-6 } },
);

describeElementLaws({
  'a thin lens': new ThinLens({ kx: 0.7, ky: -0.4, kt: 0.2 }),
  'a thin lens that is off': new ThinLens(),
});

const beam = lawBeam();
const gamma = beam.energy / beam.species.restEnergy;
const slip = 1 / (gamma ** 2 - 1);

describe('focusing elements against their matrices', () => {
  it('a solenoid is the exponential of its Hamiltonian in the laboratory frame', async () => {
    // H = ((px + k y)² + (py − k x)²)/2, k = ks/2: x' = px + k y, y' = py − k x, px' = k (py − k x), py' = −k (px + k y)
    for (const [length, ks] of [
      [0.3, 1.7],
      [2.5, -3],
      [0.4, 0],
    ] as const) {
      const k = ks / 2;
      const generator = matrixOf({}).map((row) => row.map(() => 0));
      const entries: readonly (readonly [number, number, number])[] = [
        ...([
          [0, 1, 1],
          [0, 2, k],
          [2, 3, 1],
          [2, 0, -k],
        ] as const),
        ...([
          [1, 3, k],
          [1, 0, -k * k],
          [3, 1, -k],
          [3, 2, -k * k],
          [4, 5, -slip],
        ] as const),
      ];
      for (const [i, j, value] of entries) generator[i]![j] = value * length;
      const found = await transferMatrix(new Solenoid({ length, ks }), beam);
      expect(matrixError(found, exponential(generator))).toBeLessThan(3e-12);
    }
  });

  it('a solenoid is that of the textbooks, S. Y. Lee and MAD-X alike', async () => {
    const [length, ks] = [1.1, 0.9];
    const [c, s, k] = [Math.cos((ks * length) / 2), Math.sin((ks * length) / 2), ks / 2];
    const expected = matrixOf({
      ...{ R11: c * c, R12: (s * c) / k, R13: s * c, R14: (s * s) / k },
      ...{ R21: -k * s * c, R22: c * c, R23: -k * s * s, R24: s * c },
      ...{ R31: -s * c, R32: (-s * s) / k, R33: c * c, R34: (s * c) / k },
      ...{ R41: k * s * s, R42: -s * c, R43: -k * s * c, R44: c * c, R56: -length * slip },
    });
    expect(matrixError(await transferMatrix(new Solenoid({ length, ks }), beam), expected)).toBeLessThan(
      3e-12,
    );
  });

  it('constant focusing turns every plane by its wave number times the length', async () => {
    const [length, kx, ky, kt] = [2, 1, -0.6, 1.3];
    const expected = matrixOf({
      ...{ R11: Math.cos(kx * length), R12: Math.sin(kx * length) / kx },
      ...{ R21: -kx * Math.sin(kx * length), R22: Math.cos(kx * length) },
      ...{ R33: Math.cosh(ky * length), R34: Math.sinh(ky * length) / ky },
      ...{ R43: ky * Math.sinh(ky * length), R44: Math.cosh(ky * length) },
      ...{ R55: Math.cos(kt * length), R56: (-slip * Math.sin(kt * length)) / kt },
      ...{ R65: (kt * Math.sin(kt * length)) / slip, R66: Math.cos(kt * length) },
    });
    const found = await transferMatrix(new ConstantFocusing({ length, kx, ky, kt }), beam);
    expect(matrixError(found, expected)).toBeLessThan(3e-12);
  });

  it('without wave numbers it is a drift', async () => {
    const found = await transferMatrix(new ConstantFocusing({ length: 2, kx: 0, ky: 0 }), beam);
    expect(matrixError(found, matrixOf({ R12: 2, R34: 2, R56: -2 * slip }))).toBeLessThan(1e-12);
  });

  it('a thin lens changes momenta alone', async () => {
    const found = await transferMatrix(new ThinLens({ kx: 2, ky: -3, kt: 0.5 }), beam);
    expect(matrixError(found, matrixOf({ R21: -2, R43: 3, R65: 0.5 }))).toBeLessThan(1e-12);
  });

  it('two solenoids of opposite sign focus, and do not turn', async () => {
    const pair = [new Solenoid({ length: 0.5, ks: 2 }), new Solenoid({ length: 0.5, ks: -2 })];
    const found = await transferMatrix(pair, beam);
    const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
    const plane = multiply(
      [
        [c, s],
        [-s, c],
      ],
      [
        [c, s],
        [-s, c],
      ],
    );
    expect(found[0]![2]).toBeCloseTo(0, 12);
    expect(found[0]![0]).toBeCloseTo(plane[0]![0]!, 12);
    expect(found[0]![1]).toBeCloseTo(plane[0]![1]!, 12);
  });

  it.each<[() => unknown, string]>([
    [
      () => new Solenoid({ length: -1, ks: 1 }),
      'the length (m) of a solenoid must be a number of at least 0, not -1',
    ],
    [
      () => new ConstantFocusing({ length: 1, kx: 1, ky: 1, kt: -1 }),
      'kt (1/m) of a constantFocusing must be a number of at least 0, not -1',
    ],
    [() => new ThinLens({ k: 1 } as never), "ThinLens: 'k' is unknown — did you mean"],
    [
      () => mapsOf(new Solenoid({ name: 's', length: 1e9, ks: 1 })),
      "solenoid 's': √|k|·length = 500000000 is too large",
    ],
  ])('refuses what it cannot be (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});
