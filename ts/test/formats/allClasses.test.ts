import { describe, expect, it } from 'vitest';
import { makeElement } from '../../src/formats/elementClasses.js';
import { ELEMENT_CLASSES, type ElementClass, type ElementSpec } from '../../src/formats/spec.js';
import { specOf } from '../../src/formats/specOf.js';
import { type Element, Lattice, parseLattice, writeLattice } from '../../src/index.js';

const THIRD = 1 / 3;
/** An angle whose conversion to degrees, turns and back is not exact. */
const ANGLE = Math.PI / 7;
const OFF = { dx: 1e-3 * THIRD, dy: -1e-3, tilt: 0.1 * THIRD };
/** A symplectic matrix: a rotation in x, a lens in y, a drift in tau. */
const MATRIX = [
  [Math.cos(0.3), Math.sin(0.3), 0, 0, 0, 0],
  [-Math.sin(0.3), Math.cos(0.3), 0, 0, 0, 0],
  [0, 0, 1, 0, 0, 0],
  [0, 0, -0.2 * THIRD, 1, 0, 0],
  [0, 0, 0, 0, 1, -THIRD],
  [0, 0, 0, 0, 0, 1],
];

/** Elements of every class that Cheetah has, with options that it has. */
const IN_BOTH: readonly (readonly [ElementClass, object])[] = [
  ['SBend', { length: THIRD, angle: ANGLE }],
  [
    'SBend',
    { length: 1, angle: -ANGLE, k1: 0.3, e1: 0.1, e2: 0.2, fringeIntegral: 0.45, gap: 0.03 * THIRD, tilt: 1 },
  ],
  ['SBend', { length: 1, angle: ANGLE, fringeIntegral: 0.45, fringeIntegralExit: 0.1, gap: 0.03, steps: 7 }],
  ['RBend', { length: THIRD, angle: ANGLE, e1: 0.01, e2: -0.02, k1: 1 }],
  ['Sextupole', { length: THIRD, k2: 30 * THIRD, ...OFF }],
  ['Sextupole', { length: 1, k2: -3, steps: 5, order: 4 }],
  ['Solenoid', { length: THIRD, ks: 0.7 * THIRD, dx: 1e-3 }],
  ['HKicker', { length: THIRD, kick: 1e-3 * THIRD }],
  ['HKicker', { kick: 0 }],
  ['VKicker', { kick: -1e-3 }],
  ['Kicker', { length: 0.1, hkick: 1e-3 * THIRD, vkick: 0 }],
  ['Kicker', { hkick: 0, vkick: 0 }],
  ['RFCavity', { length: THIRD, voltage: 2e7 * THIRD, frequency: 1.3e9, phase: -ANGLE }],
  ['RFCavity', { length: 1, voltage: -1e6, frequency: 5e8, phase: 0.1, steps: 3 }],
  ['RFCavity', { length: 1, voltage: 0, frequency: 0 }],
  ['LinearMap', { matrix: MATRIX }],
  ['Quadrupole', { length: 1, k1: 3, model: 'exact', steps: 6, order: 4 }],
  ['Quadrupole', { length: 1, k1: 3, model: 'chromatic' }],
  ['Drift', { length: 1, model: 'chromatic' }],
];

/** Elements that Cheetah has no class for, or no parameter. */
const IN_PALS: readonly (readonly [ElementClass, object])[] = [
  ['Octupole', { length: THIRD, k3: 100, ...OFF }],
  ['Multipole', { kn: [0, 0.1, 30 * THIRD], ks: [0, -0.01], ...OFF }],
  ['Multipole', { kn: [1e-3, 0, 0] }],
  ['Multipole', { ks: [0, 0, 0, 5] }],
  ['SBend', { length: 1, angle: ANGLE, k2: 3 }],
  ['SBend', { length: 1, angle: ANGLE, dy: 1e-3 }],
  ['RBend', { length: 1, angle: ANGLE, dx: 1e-3 }],
  ['RBend', { length: 1, angle: ANGLE, tilt: 0.1, k2: 5, gap: 0.1, fringeIntegral: 0.7 }],
  ['DipoleEdge', { curvature: 0.2, e: 0.1, fringeIntegral: 0.5, gap: 0.05, tilt: 0.2 }],
  ['HKicker', { kick: 1e-3, tilt: 0.1 }],
  ['ShortRF', { voltage: 1e6 * THIRD, frequency: 5e8, phase: ANGLE }],
  ['Buncher', { voltage: 1e6 * THIRD, frequency: 5e8 }],
  ['RFCavity', { length: 1, voltage: 1e6, frequency: 5e8, dx: 1e-3 }],
  ['Solenoid', { length: 1, ks: 1, tilt: 0.2 }],
  ['ThinLens', { kx: 1, ky: -2 * THIRD, kt: 0.1 }],
  ['ConstantFocusing', { length: THIRD, kx: 1, ky: 2, kt: 0.3 }],
  ['LinearMap', { matrix: MATRIX, tilt: 0.1 }],
  ['SpaceChargeKick2D', { effectLength: THIRD, current: 0.5, gridShape: [16, 12] }],
  [
    'SpaceChargeKick2D',
    {
      ...{ effectLength: 1, current: -THIRD, gridShape: [8, 8], extent: { fixed: [1e-3, THIRD] } },
      ...{ centre: 'reference', differentiateGrid: false },
    },
  ],
];

function made([type, options]: readonly [ElementClass, object], index: number): Element {
  return makeElement({ type, options } as ElementSpec, `${type}_${index}`);
}

const described = (element: Element) => ({ name: element.name, ...specOf(element) });

function read(element: Element, format: 'pals' | 'lattice-json') {
  const text = writeLattice(new Lattice([element]), { format });
  return parseLattice(text, { file: 'f', format });
}

const BOTH = IN_BOTH.map(made);
const PALS_ONLY = IN_PALS.map(made);

describe('every class of elements', () => {
  it('is among those that are written', () => {
    const written = [...IN_BOTH, ...IN_PALS].map(([type]) => type);
    const elsewhere = ['Marker', 'Monitor', 'Screen', 'Aperture', 'SpaceChargeKick'];
    expect([...new Set([...written, ...elsewhere])].toSorted()).toEqual([...ELEMENT_CLASSES].toSorted());
  });

  it.each([...BOTH, ...PALS_ONLY].map((element) => [element.name, element] as const))(
    '%s comes back from PALS',
    (_name, element) => {
      const back = read(element, 'pals');
      expect(described(back.lattice.elements[0]!)).toStrictEqual(described(element));
      expect(back.warnings).toEqual([]);
    },
  );

  it.each(BOTH.map((element) => [element.name, element] as const))(
    '%s comes back from LatticeJSON',
    (_name, element) => {
      const back = read(element, 'lattice-json');
      expect(described(back.lattice.elements[0]!)).toStrictEqual(described(element));
      expect(back.warnings).toEqual([]);
    },
  );

  it.each(PALS_ONLY.map((element) => [element.name, element] as const))(
    '%s is refused by LatticeJSON',
    (name, element) => {
      const complaint = new RegExp(`'${name}'.*Cheetah.*PALS takes it`);
      expect(() => writeLattice(new Lattice([element]), { format: 'lattice-json' })).toThrow(complaint);
    },
  );
});
