import { describe, expect, it } from 'vitest';
import { Drift } from '../../src/elements/drift.js';
import { Marker } from '../../src/elements/marker.js';
import { Quadrupole } from '../../src/elements/quadrupole.js';
import { SpaceChargeKick } from '../../src/elements/spaceChargeKick.js';
import { LatticeError } from '../../src/errors.js';
import { compileLine, type Line } from '../../src/lattice/compile.js';
import { Lattice } from '../../src/lattice/lattice.js';

const gridShape = [8, 8, 8] as const;

function example(): Lattice {
  return new Lattice([
    new Marker({ name: 'start' }),
    new Drift({ name: 'd1', length: 0.5 }),
    new Quadrupole({ name: 'q1', length: 0.2, k1: 3 }),
    new Marker({ name: 'middle' }),
    new Drift({ name: 'd2', length: 1, model: 'exact' }),
    new Marker({ name: 'stop' }),
  ]);
}

/** The numbers that the engine differentiates by, in slot order. */
function slotValues(line: Line): number[] {
  return line.steps.flatMap((step) => {
    if (step.kind === 'kick') return [step.kick.effectLength, ...step.kick.extent];
    if (step.kind === 'custom') return [];
    return step.maps.flatMap((map) => (map.kind === 'quadrupole' ? [map.length, map.k1] : [map.length]));
  });
}

/** Shape of a line: the number of maps of each run, `kick` for kicks. */
function shape(line: Line): (number | 'kick' | 'custom')[] {
  return line.steps.map((step) => (step.kind === 'run' ? step.maps.length : step.kind));
}

/** Σ factor over the bindings of a parameter, slot by slot. */
function factors(line: Line, parameter: string): number[] {
  const sums = new Array<number>(line.slots).fill(0);
  for (const binding of line.bindings)
    if (binding.parameter === parameter) sums[binding.slot]! += binding.factor;
  return sums;
}

describe('compileLine', () => {
  it('merges consecutive maps into one run', () => {
    const line = compileLine(example(), []);
    expect(line.steps).toEqual([
      {
        kind: 'run',
        maps: [
          { kind: 'drift', length: 0.5 },
          { kind: 'quadrupole', length: 0.2, k1: 3 },
          { kind: 'exactDrift', length: 1 },
        ],
      },
    ]);
    expect(line.slots).toBe(4);
    expect(line.bindings).toEqual([
      { slot: 0, parameter: 'd1.length', factor: 1 },
      { slot: 1, parameter: 'q1.length', factor: 1 },
      { slot: 2, parameter: 'q1.k1', factor: 1 },
      { slot: 3, parameter: 'd2.length', factor: 1 },
    ]);
    expect(line.s).toEqual([1.7]);
  });

  it('ends runs at observed markers only', () => {
    const line = compileLine(example(), ['stop', 'middle', 'start', 'middle']);
    expect(shape(line)).toEqual([2, 1]);
    expect(line.observations).toEqual([
      { marker: 'start', beforeStep: 0 },
      { marker: 'middle', beforeStep: 1 },
      { marker: 'stop', beforeStep: 2 },
    ]);
    expect(line.s).toEqual([0.7, 1.7]);
  });

  it('observes two markers at one place', () => {
    const lattice = new Lattice([
      new Drift({ length: 1 }),
      new Marker({ name: 'a' }),
      new Marker({ name: 'b' }),
      new Drift({ length: 1 }),
    ]);
    expect(compileLine(lattice, ['a', 'b']).observations).toEqual([
      { marker: 'a', beforeStep: 1 },
      { marker: 'b', beforeStep: 1 },
    ]);
  });

  it('makes a line without steps of markers alone', () => {
    const line = compileLine(new Lattice([new Marker({ name: 'm' })]), ['m']);
    expect(line).toEqual({
      steps: [],
      slots: 0,
      apertures: 0,
      bindings: [],
      observations: [{ marker: 'm', beforeStep: 0 }],
      s: [],
      names: [],
      directives: [],
      segments: [],
    });
  });

  it('keeps maps without length: their gradient is wanted', () => {
    expect(shape(compileLine(new Lattice([new Drift({ length: 0 }), new Drift({ length: 0 })]), []))).toEqual(
      [2],
    );
  });

  it('gives kicks a step and four slots of their own', () => {
    const kick = new SpaceChargeKick({
      name: 'sc',
      effectLength: 0.4,
      gridShape,
      extent: { fixed: [1, 2, 3] },
    });
    const line = compileLine(
      new Lattice([new Drift({ name: 'd', length: 0.1 }), kick, kick.with({ name: 'sd' })]),
      [],
    );
    expect(line.steps.map((step) => (step.kind === 'kick' ? step.name : step.kind))).toEqual([
      'run',
      'sc',
      'sd',
    ]);
    expect(line.steps[1]).toEqual({ kind: 'kick', name: 'sc', kick: kick.kick });
    expect(slotValues(line)).toEqual([0.1, 0.4, 1, 2, 3, 0.4, 1, 2, 3]);
    expect(line.bindings.map(({ parameter }) => parameter)).toEqual([
      'd.length',
      ...['sc.effectLength', 'sc.extentX', 'sc.extentY', 'sc.extentZ'],
      ...['sd.effectLength', 'sd.extentX', 'sd.extentY', 'sd.extentZ'],
    ]);
    expect(line.s).toEqual([0.1, 0.1, 0.1]);
  });

  it('splits runs after 64 maps', () => {
    const line = compileLine(new Lattice(Array.from({ length: 130 }, () => new Drift({ length: 0.5 }))), []);
    expect(shape(line)).toEqual([64, 64, 2]);
    expect(line.s).toEqual([32, 64, 65]);
    expect(line.slots).toBe(130);
  });

  it('cuts quadrupoles until |k1|·l² ≤ 1', () => {
    // √k1·l = 2.5: three maps.
    const line = compileLine(new Lattice([new Quadrupole({ name: 'q', length: 1, k1: -6.25 })]), []);
    expect(shape(line)).toEqual([3]);
    expect(factors(line, 'q.length')).toEqual([1 / 3, 0, 1 / 3, 0, 1 / 3, 0]);
    expect(factors(line, 'q.k1')).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it.each<[string[], string]>([
    [['midle'], "the lattice has no marker 'midle' — did you mean 'middle'?"],
    [['q1'], "'q1' is a quadrupole, not a marker — known: start, middle, stop"],
  ])('refuses to observe %j', (markers, message) => {
    expect(() => compileLine(example(), markers)).toThrow(LatticeError);
    expect(() => compileLine(example(), markers)).toThrow(message);
  });

  it('says so when there are no markers at all', () => {
    const lattice = new Lattice([new Drift({ length: 1 })]);
    expect(() => compileLine(lattice, ['m'])).toThrow("the lattice has no marker 'm': it has no markers");
  });
});

describe('a line with space charge', () => {
  it('is symmetric: half a slice, kick, whole slices and kicks, half a slice', () => {
    const lattice = new Lattice([new Drift({ name: 'd', length: 0.6 })]).withSpaceCharge({
      maxStep: 0.2,
      gridShape,
    });
    const line = compileLine(lattice, []);
    expect(shape(line)).toEqual([1, 'kick', 1, 'kick', 1, 'kick', 1]);
    const lengths = line.steps.map((step) =>
      step.kind === 'kick' ? step.kick.effectLength : step.kind === 'run' ? step.maps[0]!.length : 0,
    );
    const slice = 0.6 / 3;
    for (const [i, expected] of [slice / 2, slice, slice, slice, slice, slice, slice / 2].entries()) {
      expect(lengths[i]).toBeCloseTo(expected, 15);
    }
    expect(line.s[5]).toBeCloseTo(0.5, 15);
    expect(line.s.at(-1)).toBeCloseTo(0.6, 15);
  });

  it('fuses the half slices of neighbours, and ends them at a marker between', () => {
    const line = compileLine(example().withSpaceCharge({ maxStep: 1, gridShape }), ['middle']);
    expect(shape(line)).toEqual([1, 'kick', 2, 'kick', 1, 1, 'kick', 1]);
    expect(line.observations).toEqual([{ marker: 'middle', beforeStep: 5 }]);
  });

  it('ties the maps and the kicks of an element to its length', () => {
    const lattice = new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({
      kicks: 2,
      gridShape,
    });
    const line = compileLine(lattice, []);
    // half map | kick: effectLength, extents | whole map | kick | half map
    expect(factors(line, 'd.length')).toEqual([0.25, 0.5, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0.25]);
    expect(factors(line, 'd_sc2.effectLength')).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(factors(line, 'd_sc2.extentZ')).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  });
});

describe('bindings', () => {
  const lattice = new Lattice([
    new Drift({ name: 'd1', length: 0.5 }),
    new Quadrupole({ name: 'q1', length: 0.7, k1: 30 }),
    new Drift({ name: 'd2', length: 0.3, model: 'exact' }),
    new Quadrupole({ name: 'q2', length: 0.2, k1: 0 }),
  ]).withSpaceCharge({ maxStep: 0.25, gridShape, extent: { fixed: [1e-2, 2e-2, 3e-2] } });
  const changedKick = lattice.withParameters({ 'd1_sc2.effectLength': 0.1 });

  it.each(lattice.parameterNames())('of %s are the derivatives of the slots', (name) => {
    for (const base of [lattice, changedKick]) {
      const line = compileLine(base, []);
      const step = 2 ** -20;
      const slots = (by: number) =>
        slotValues(compileLine(base.withParameters({ [name]: base.parameter(name) + by }), []));
      const [up, down, expected] = [slots(step), slots(-step), factors(line, name)];
      expect(up.length).toBe(line.slots);
      for (const [slot, factor] of expected.entries()) {
        // Slots are linear in the parameters: only rounding of order 1e-16·30/step is left.
        expect((up[slot]! - down[slot]!) / (2 * step)).toBeCloseTo(factor, 8);
      }
    }
  });

  it('give every slot to somebody', () => {
    const line = compileLine(lattice, []);
    expect(new Set(line.bindings.map(({ slot }) => slot)).size).toBe(line.slots);
    expect(slotValues(line).length).toBe(line.slots);
  });
});
