import { describe, expect, it } from 'vitest';
import { Dual } from '../../src/elements/dual.js';
import {
  ConstantFocusing,
  DipoleEdge,
  Drift,
  type Element,
  Kicker,
  LinearMap,
  Quadrupole,
  RBend,
  SBend,
  Solenoid,
  ThinLens,
} from '../../src/index.js';
import { ReferenceParticle } from '../../src/lattice/reference.js';
import { applied } from '../support/appliedMaps.js';
import { matrixOf, multiply } from '../support/matrices.js';
import { mapsOf } from '../support/slices.js';

const SPECIES = { restEnergy: 510998.95069, chargeNumber: -1 };
const coupled = multiply(
  matrixOf({ R12: 2, R34: 0.5, R16: 0.3, R52: -0.3 }),
  matrixOf({ R21: -1, R43: 0.4, R65: 0.2 }),
);

const ELEMENTS: Readonly<Record<string, Element>> = {
  drift: new Drift({ length: 0.7 }),
  quadrupole: new Quadrupole({ length: 0.4, k1: 3, dx: 1e-3, tilt: 0.4 }),
  'sector bend': new SBend({
    length: 0.7,
    angle: 0.3,
    k1: 0.4,
    k2: 30,
    e1: 0.1,
    gap: 0.03,
    fringeIntegral: 0.4,
  }),
  'rectangular bend': new RBend({ length: 0.7, angle: -0.3 }),
  edge: new DipoleEdge({ curvature: 0.7, e: 0.3 }),
  solenoid: new Solenoid({ length: 0.8, ks: 1.2 }),
  'constant focusing': new ConstantFocusing({ length: 0.8, kx: 1.2, ky: 0.4, kt: 0.3 }),
  'thin lens': new ThinLens({ kx: 1, ky: -2, kt: 0.3 }),
  kicker: new Kicker({ length: 0.3, hkick: 1e-3, vkick: 2e-3, dy: 1e-3 }),
  'linear map': new LinearMap({ matrix: coupled }),
};

describe('behind an acceleration', () => {
  const entrance = ReferenceParticle.atEntrance(2e6, SPECIES);
  const gamma = entrance.gamma.value * 3;
  const behind = entrance.at(Dual.constant(gamma));
  const there = ReferenceParticle.atEntrance(gamma * SPECIES.restEnergy, SPECIES);
  const ratio = behind.ratio.value;

  it.each(Object.entries(ELEMENTS))(
    'a %s acts as at the higher energy, momenta in units of the entrance',
    (_, element) => {
      expect(ratio).toBeGreaterThan(3);
      const z = [1e-3, 2e-4, -3e-3, 4e-4, 2e-3, -5e-3];
      const inUnits = (state: readonly number[], of: number) =>
        state.map((value, i) => (i % 2 === 1 ? value * of : value));
      const local = applied(mapsOf(element, 0, 1, there), z);
      const found = applied(mapsOf(element, 0, 1, behind), inUnits(z, ratio));
      for (const [i, value] of inUnits(found, 1 / ratio).entries()) expect(value).toBeCloseTo(local[i]!, 16);
    },
  );
});
