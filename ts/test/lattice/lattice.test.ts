import { describe, expect, it } from 'vitest';
import { Drift } from '../../src/elements/drift.js';
import { Marker } from '../../src/elements/marker.js';
import { Quadrupole } from '../../src/elements/quadrupole.js';
import { SpaceChargeKick } from '../../src/elements/spaceChargeKick.js';
import { LatticeError } from '../../src/errors.js';
import { Lattice } from '../../src/lattice/lattice.js';
import type { WithSpaceChargeOptions } from '../../src/lattice/slicing.js';

const gridShape = [8, 8, 8] as const;

function fodo(): Lattice {
  return new Lattice([
    new Drift({ name: 'd1', length: 0.25 }),
    new Quadrupole({ name: 'q1', length: 1, k1: 1 }),
    new Drift({ name: 'd2', length: 0.5 }),
    new Marker({ name: 'm1' }),
    new Quadrupole({ name: 'q2', length: 1, k1: -1 }),
    new Drift({ name: 'd3', length: 0.25 }),
  ]);
}

/** Number of kicks of each element that has some. */
function kicksOf(lattice: Lattice): Record<string, number> {
  const counts = lattice.elements.map(
    (element) => [element.name, lattice.slicing(element)?.length ?? 0] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

const drifts = (lengths: number[]) =>
  new Lattice(lengths.map((length, i) => new Drift({ name: String.fromCharCode(97 + i), length })));

describe('Lattice', () => {
  it('names nameless elements by type and position', () => {
    const drift = new Drift({ length: 1 });
    const lattice = new Lattice([
      drift,
      new Quadrupole({ length: 1, k1: 1 }),
      drift,
      new SpaceChargeKick({ effectLength: 1, gridShape }),
    ]);
    expect(lattice.elements.map(({ name }) => name)).toEqual([
      'drift1',
      'quadrupole2',
      'drift3',
      'spaceChargeKick4',
    ]);
    expect(drift.name).toBe('');
  });

  it('adds lengths up', () => {
    expect(fodo().length).toBe(3);
  });

  it('lists and looks up parameters', () => {
    const lattice = fodo();
    expect(lattice.parameterNames()).toEqual([
      ...['d1.length', 'q1.length', 'q1.k1', 'd2.length', 'q2.length', 'q2.k1', 'd3.length'],
    ]);
    expect(lattice.parameter('q2.k1')).toBe(-1);
  });

  it('changes parameters in a copy', () => {
    const lattice = fodo();
    const changed = lattice.withParameters({ 'q1.k1': 1.5, 'q1.length': 0.9, 'd3.length': 0 });
    expect(changed.parameterNames().map((name) => changed.parameter(name))).toEqual([
      0.25, 0.9, 1.5, 0.5, 1, -1, 0,
    ]);
    expect(lattice.parameter('q1.k1')).toBe(1);
  });

  it.each<[string, () => unknown, string]>([
    ['no elements', () => new Lattice([]), 'a lattice takes a list of at least one element, not []'],
    [
      'no list',
      () => new Lattice(fodo() as never),
      'a lattice takes a list of at least one element, not an object (Lattice)',
    ],
    [
      'a plain object',
      () => new Lattice([{ length: 1 } as never]),
      'entry 1 of a lattice is an object (Object), not an element or a segment',
    ],
    [
      'two of one name',
      () =>
        new Lattice([
          new Drift({ name: 'a', length: 1 }),
          new Marker({ name: 'b' }),
          new Marker({ name: 'a' }),
        ]),
      "two parts of the lattice are named 'a': number 1 (drift) and number 3 (marker)",
    ],
    [
      'a name that another one is given',
      () => new Lattice([new Marker({ name: 'drift2' }), new Drift({ length: 1 })]),
      "two parts of the lattice are named 'drift2': number 1 (marker) and number 2 (drift)",
    ],
    [
      'an unknown element',
      () => fodo().parameter('q3.k1'),
      "'q3.k1': no element is named 'q3' — did you mean 'q1' or 'q2'",
    ],
    [
      'an unknown parameter',
      () => fodo().parameter('q1.k2'),
      "'q1.k2': quadrupole 'q1' has no parameter 'k2' — did you mean 'k1'?",
    ],
    [
      'a property that is no parameter',
      () => fodo().parameter('q1.constructor'),
      "has no parameter 'constructor' — known: length, k1",
    ],
    [
      'a marker parameter',
      () => fodo().parameter('m1.length'),
      "'m1.length': marker 'm1' has no parameter 'length'",
    ],
    [
      'no parameter',
      () => fodo().parameter('q1'),
      "'q1' is not the name of a parameter, 'element.parameter'",
    ],
    ['two dots', () => fodo().parameter('q1.k1.x'), "'q1.k1.x' is not the name of a parameter"],
    [
      'a change to NaN',
      () => fodo().withParameters({ 'q1.k1': Number.NaN }),
      'q1.k1 must be a finite number, not NaN',
    ],
    [
      'a change it cannot have',
      () => fodo().withParameters({ 'q1.length': -1 }),
      "the length (m) of quadrupole 'q1' must be",
    ],
    ['an unknown change', () => fodo().withParameters({ 'q1.kl': 1 }), "did you mean 'k1'?"],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(LatticeError);
    expect(make).toThrow(message);
  });
});

describe('withSpaceCharge({ maxStep })', () => {
  it('cuts every element into the fewest equal slices', () => {
    const lattice = fodo().withSpaceCharge({ maxStep: 0.3, gridShape });
    expect(kicksOf(lattice)).toEqual({ d1: 1, q1: 4, d2: 2, q2: 4, d3: 1 });
    expect(lattice.parameter('q1_sc4.effectLength')).toBe(0.25);
    expect(lattice.elements).toEqual(fodo().elements);
  });

  it('is not misled by rounding', () => {
    // In float64 0.3/0.1 = 2.9999999999999996, 1.1/0.1 = 11.000000000000002, 4.35/0.15 = 28.999999999999996.
    const cases: [number, number, number][] = [
      [1, 0.1, 10],
      [0.3, 0.1, 3],
      [1.1, 0.1, 11],
      [4.35, 0.15, 29],
      [0.7, 0.1, 7],
      [1, 0.3, 4],
      [0.100001, 0.1, 2],
      [0.05, 0.1, 1],
    ];
    for (const [length, maxStep, slices] of cases) {
      expect(kicksOf(drifts([length]).withSpaceCharge({ maxStep, gridShape }))).toEqual({ a: slices });
    }
  });

  it('leaves elements without length alone', () => {
    const lattice = drifts([0, 1, -1]).withSpaceCharge({ maxStep: 0.5, gridShape });
    expect(kicksOf(lattice)).toEqual({ b: 2 });
  });

  it('hands the settings to every kick', () => {
    const settings = {
      extent: { sigmas: [4, 5, 6] },
      centre: 'reference',
      differentiateGrid: false,
    } as const;
    const lattice = drifts([1]).withSpaceCharge({ maxStep: 0.5, gridShape: [8, 10, 12], ...settings });
    for (const { kick } of lattice.slicing(lattice.elements[0]!)!) {
      expect(kick.kick).toEqual({
        ...{ effectLength: 0.5, gridShape: [8, 10, 12], extentKind: 'sigmas', extent: [4, 5, 6] },
        ...{ centre: 'reference', differentiateGrid: false },
      });
    }
  });
});

describe("withSpaceCharge({ model: '2d' })", () => {
  const settings = { model: '2d', current: 3, gridShape: [8, 10] } as const;

  it('inserts kicks of a long beam', () => {
    const lattice = drifts([1]).withSpaceCharge({ ...settings, kicks: 2, extent: { sigmas: [4, 5] } });
    expect(lattice.parameterNames()).toEqual([
      'a.length',
      ...['a_sc1.effectLength', 'a_sc1.current', 'a_sc1.extentX', 'a_sc1.extentY'],
      ...['a_sc2.effectLength', 'a_sc2.current', 'a_sc2.extentX', 'a_sc2.extentY'],
    ]);
    expect(lattice.parameter('a_sc2.effectLength')).toBe(0.5);
    expect(lattice.parameter('a_sc1.current')).toBe(3);
    const longer = lattice.withParameters({ 'a.length': 2, 'a_sc1.current': 4 });
    expect(longer.parameter('a_sc1.effectLength')).toBe(1);
    expect(longer.parameter('a_sc1.current')).toBe(4);
  });

  it.each<[string, object, string]>([
    ['an unknown model', { ...settings, model: '4d' }, "model of withSpaceCharge cannot be '4d'"],
    ['no current', { ...settings, current: undefined }, "current (A) of spaceChargeKick2D 'a_sc1' must be"],
    ['a current of a bunch', { current: 3, gridShape: [8, 8, 8] }, "current is for model: '2d'"],
    ['a grid in space', { ...settings, gridShape: [8, 8, 8] }, 'must be two numbers [x, y]'],
  ])('refuses %s', (_, options, message) => {
    const slice = () => drifts([1]).withSpaceCharge({ kicks: 1, ...options } as WithSpaceChargeOptions);
    expect(slice).toThrow(LatticeError);
    expect(slice).toThrow(message);
  });
});

describe('withSpaceCharge({ kicks })', () => {
  const share = (lengths: number[], kicks: number) =>
    Object.values(kicksOf(drifts(lengths).withSpaceCharge({ kicks, gridShape })));

  it('shares kicks in proportion to length', () => {
    expect(share([1, 2, 3], 12)).toEqual([2, 4, 6]);
    expect(share([1], 40)).toEqual([40]);
  });

  it('gives what is left to the largest remainders, of equal ones to the earliest', () => {
    // Due 1.4, 2.8, 2.8: floors 1, 2, 2, then the two of .8.
    expect(share([1, 2, 2], 7)).toEqual([1, 3, 3]);
    expect(share([1, 1, 1], 4)).toEqual([2, 1, 1]);
    // One for the 1; of the other 9 the fives are due 0.92, so one each; 7 among 15, 15, 9: due 2.69, 2.69, 1.62.
    expect(share([15, 15, 9, 5, 5, 1], 10)).toEqual([3, 3, 1, 1, 1, 1]);
  });

  it('gives short elements one, and the long ones the rest', () => {
    expect(share([0.001, 1, 0.001, 1], 10)).toEqual([1, 4, 1, 4]);
    expect(share([0.1, 0.2, 0.3, 0.7], 4)).toEqual([1, 1, 1, 1]);
  });

  it('always adds up, whatever the lengths', () => {
    for (let trial = 1; trial <= 200; trial++) {
      const lengths = Array.from(
        { length: 1 + (trial % 20) },
        (_, i) => Math.abs(Math.sin(trial * (i + 1))) ** 3 + 1e-6,
      );
      const kicks = lengths.length + (trial % 37);
      const counts = share(lengths, kicks);
      expect(counts.reduce((a, b) => a + b)).toBe(kicks);
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('a lattice with space charge', () => {
  const sliced = () => fodo().withSpaceCharge({ maxStep: 0.25, gridShape });

  it('names its kicks after their elements', () => {
    const names = sliced()
      .parameterNames()
      .filter((name) => name.startsWith('d2'));
    expect(names).toEqual([
      'd2.length',
      ...['d2_sc1.effectLength', 'd2_sc1.extentX', 'd2_sc1.extentY', 'd2_sc1.extentZ'],
      ...['d2_sc2.effectLength', 'd2_sc2.extentX', 'd2_sc2.extentY', 'd2_sc2.extentZ'],
    ]);
  });

  it('ties the kicks to the length of their element, and keeps their number', () => {
    const changed = sliced().withParameters({ 'd2.length': 0.9 });
    expect(kicksOf(changed)).toEqual(kicksOf(sliced()));
    expect(changed.parameter('d2_sc2.effectLength')).toBe(0.45);
    expect(changed.parameter('q1_sc1.effectLength')).toBe(0.25);
  });

  it('takes a value for a kick alone, which then moves along with the length', () => {
    const own = sliced().withParameters({ 'd2_sc1.effectLength': 0.3, 'd2_sc1.extentX': 4 });
    expect(own.parameter('d2_sc1.effectLength')).toBe(0.3);
    expect(own.parameter('d2_sc1.extentX')).toBe(4);
    expect(own.parameter('d2_sc2.effectLength')).toBe(0.25);
    expect(own.parameter('d2.length')).toBe(0.5);
    const longer = own.withParameters({ 'd2.length': 0.6 });
    expect(longer.parameter('d2_sc1.effectLength')).toBeCloseTo(0.35, 15);
    expect(longer.parameter('d2_sc1.extentX')).toBe(4);
    const both = sliced().withParameters({ 'd2_sc1.effectLength': 0.2, 'd2.length': 0.6 });
    expect(both.parameter('d2_sc1.effectLength')).toBe(0.2);
    expect(both.parameter('d2_sc2.effectLength')).toBe(0.3);
  });

  const withOptions = (options: object) => () =>
    fodo().withSpaceCharge({ gridShape, ...options } as WithSpaceChargeOptions);

  it.each<[string, () => unknown, string]>([
    [
      'neither step nor kicks',
      withOptions({}),
      'withSpaceCharge takes exactly one of maxStep (m) and kicks, not neither',
    ],
    ['both', withOptions({ maxStep: 1, kicks: 5 }), 'not both'],
    ['a step of zero', withOptions({ maxStep: 0 }), 'maxStep (m) must be a positive number, not 0'],
    ['an absurd step', withOptions({ maxStep: 1e-12 }), 'is it in metres?'],
    ['half a kick', withOptions({ kicks: 7.5 }), 'kicks must be an integer from 1 to 1000000, not 7.5'],
    [
      'too few kicks',
      withOptions({ kicks: 4 }),
      '4 kicks are too few: the lattice has 5 elements longer than 0, which need one each',
    ],
    [
      'a typing error',
      withOptions({ maxstep: 1 }),
      "withSpaceCharge: 'maxstep' is unknown — did you mean 'maxStep'?",
    ],
    [
      'no grid',
      withOptions({ maxStep: 1, gridShape: undefined }),
      "gridShape of spaceChargeKick 'd1_sc1' must be three numbers",
    ],
    [
      'nothing to slice',
      () => drifts([0]).withSpaceCharge({ maxStep: 1, gridShape }),
      'no element of the lattice is longer than 0',
    ],
    [
      'space charge twice',
      () => sliced().withSpaceCharge({ maxStep: 1, gridShape }),
      "a space-charge kick already, 'd1_sc1'",
    ],
    [
      'kicks of your own',
      () => {
        const own = new SpaceChargeKick({ name: 'sc', effectLength: 1, gridShape });
        return new Lattice([own, ...fodo().elements]).withSpaceCharge({ maxStep: 1, gridShape });
      },
      "the lattice has a space-charge kick already, 'sc'",
    ],
    [
      'a name that a kick needs',
      () =>
        new Lattice([new Drift({ name: 'a', length: 1 }), new Marker({ name: 'a_sc1' })]).withSpaceCharge({
          kicks: 1,
          gridShape,
        }),
      "two parts of the lattice are named 'a_sc1': a kick inserted into number 1 (drift) and number 2 (marker)",
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(LatticeError);
    expect(make).toThrow(message);
  });
});
