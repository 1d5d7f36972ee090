import { describe, expect, it } from 'vitest';
import { Drift } from '../../src/elements/drift.js';
import { Marker } from '../../src/elements/marker.js';
import { Quadrupole } from '../../src/elements/quadrupole.js';
import { SpaceChargeKick } from '../../src/elements/spaceChargeKick.js';
import { LatticeError } from '../../src/errors.js';
import { compileLine, type Line, type Step } from '../../src/lattice/compile.js';
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
    if (step.kind === 'kick') return [step.kick.effectLength, ...step.kick.extent, step.kick.gamma];
    if (step.kind === 'custom') return [];
    return step.maps.flatMap(({ coefficients }) => coefficients);
  });
}

/** Shape of a line: the number of maps of each run, `kick` for kicks. */
function shape(line: Line): (number | 'kick' | 'custom')[] {
  return line.steps.map((step) => (step.kind === 'run' ? step.maps.length : step.kind));
}

/** Observed markers without the reference particle there. */
function observed(line: Line) {
  return line.observations.map(({ marker, beforeStep }) => ({ marker, beforeStep }));
}

/** Kinds of the maps of a run. */
function kinds(step: Step | undefined): string[] {
  return step?.kind === 'run' ? step.maps.map(({ kind }) => kind) : [];
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
    expect(line.steps.length).toBe(1);
    expect(kinds(line.steps[0])).toEqual(['drift', 'focusing', 'exactDrift']);
    expect(line.slots).toBe(2 + 5 + 4);
    expect(new Set(line.bindings.map(({ parameter }) => parameter))).toEqual(
      new Set(['d1.length', '@gamma0', 'q1.length', 'q1.k1', 'd2.length']),
    );
    expect(line.s).toEqual([1.7]);
  });

  it('ends runs at observed markers only', () => {
    const line = compileLine(example(), ['stop', 'middle', 'start', 'middle']);
    expect(shape(line)).toEqual([2, 1]);
    expect(observed(line)).toEqual([
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
    expect(observed(compileLine(lattice, ['a', 'b']))).toEqual([
      { marker: 'a', beforeStep: 1 },
      { marker: 'b', beforeStep: 1 },
    ]);
  });

  it('makes a line without steps of markers alone', () => {
    const line = compileLine(new Lattice([new Marker({ name: 'm' })]), ['m']);
    expect(observed(line)).toEqual([{ marker: 'm', beforeStep: 0 }]);
    expect(line).toMatchObject({
      steps: [],
      slots: 0,
      apertures: 0,
      bindings: [],
      references: [],
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

  it('gives kicks a step and five slots of their own', () => {
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
    const { gamma } = line.entrance;
    expect(line.steps[1]).toEqual({ kind: 'kick', name: 'sc', kick: { ...kick.kick, gamma: gamma.value } });
    expect(slotValues(line).slice(2)).toEqual([0.4, 1, 2, 3, gamma.value, 0.4, 1, 2, 3, gamma.value]);
    const named = line.bindings.filter(({ parameter }) => parameter !== '@gamma0');
    expect(named.map(({ parameter }) => parameter)).toEqual([
      'd.length',
      'd.length',
      ...['sc.effectLength', 'sc.extentX', 'sc.extentY', 'sc.extentZ'],
      ...['sd.effectLength', 'sd.extentX', 'sd.extentY', 'sd.extentZ'],
    ]);
    // A kick is proportional to effectLength/p0, and γ/(βγ)² is d(ln p0)/dγ.
    const byEntrance = line.bindings.find(({ slot, parameter }) => slot === 2 && parameter === '@gamma0');
    expect(byEntrance?.factor).toBeCloseTo((-0.4 * gamma.value) / (gamma.value ** 2 - 1), 15);
    expect(line.s).toEqual([0.1, 0.1, 0.1]);
  });

  it('splits runs after 64 maps', () => {
    const line = compileLine(new Lattice(Array.from({ length: 130 }, () => new Drift({ length: 0.5 }))), []);
    expect(shape(line)).toEqual([64, 64, 2]);
    expect(line.s).toEqual([32, 64, 65]);
    expect(line.slots).toBe(260);
  });

  it('cuts quadrupoles until |k1|·l² ≤ 1', () => {
    // √k1·l = 2.5: three maps.
    const line = compileLine(new Lattice([new Quadrupole({ name: 'q', length: 1, k1: -6.25 })]), []);
    expect(shape(line)).toEqual([3]);
    // slip is length/(β0γ0)² each
    const slips = factors(line, 'q.length').filter((_, slot) => slot % 5 === 4);
    for (const slip of slips) expect(slip).toBeCloseTo(1 / 3 / (line.entrance.gamma.value ** 2 - 1), 15);
    expect(slips.length).toBe(3);
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
      step.kind === 'kick'
        ? step.kick.effectLength
        : step.kind === 'run'
          ? step.maps[0]!.coefficients[0]!
          : 0,
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
    expect(observed(line)).toEqual([{ marker: 'middle', beforeStep: 5 }]);
  });

  it('ties the maps and the kicks of an element to its length', () => {
    const lattice = new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({
      kicks: 2,
      gridShape,
    });
    const line = compileLine(lattice, []);
    const slip = 1 / (line.entrance.gamma.value ** 2 - 1);
    const map = (share: number) => [share, share * slip];
    const kick = (share: number) => [share, 0, 0, 0, 0];
    // half map | kick: effectLength, extents, γ | whole map | kick | half map
    expect(factors(line, 'd.length')).toEqual([
      ...map(0.25),
      ...kick(0.5),
      ...map(0.5),
      ...kick(0.5),
      ...map(0.25),
    ]);
    const zeros = (count: number) => new Array<number>(count).fill(0);
    expect(factors(line, 'd_sc2.effectLength')).toEqual([...zeros(9), 1, ...zeros(6)]);
    expect(factors(line, 'd_sc2.extentZ')).toEqual([...zeros(12), 1, ...zeros(3)]);
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
      const line = compileLine(base, [], { wrt: [name] });
      const step = 2 ** -20;
      const slots = (by: number) =>
        slotValues(
          compileLine(base.withParameters({ [name]: base.parameter(name) + by }), [], { wrt: [name] }),
        );
      const [up, down, expected] = [slots(step), slots(-step), factors(line, name)];
      expect(up.length).toBe(line.slots);
      for (const [slot, factor] of expected.entries()) {
        // Rounding of order 1e-16·30/step is left, and third derivatives times step².
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
