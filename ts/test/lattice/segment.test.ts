import { describe, expect, it } from 'vitest';
import { CustomStep } from '../../src/elements/customStep.js';
import { Drift } from '../../src/elements/drift.js';
import type { ElementOptions } from '../../src/elements/element.js';
import { Marker } from '../../src/elements/marker.js';
import { Quadrupole } from '../../src/elements/quadrupole.js';
import { LatticeError } from '../../src/errors.js';
import { Lattice } from '../../src/lattice/lattice.js';
import { outward } from '../../src/lattice/nesting.js';
import { Segment, type SegmentOptions } from '../../src/lattice/segment.js';

const drift = (name?: string, options: ElementOptions = {}) => new Drift({ name, length: 1, ...options });
const noInverse = (options: ElementOptions = {}) =>
  new CustomStep({ forward: (z) => z, adjoint: (_, bar) => ({ coordinates: bar }), ...options });

function nested(): Lattice {
  const inner = new Segment({ name: 'in', elements: [drift('b'), drift('c')], mode: 'split', tier: 'disk' });
  const outer = new Segment({ name: 'out', elements: [inner, drift('d')], mode: 'joint', reverse: 'store' });
  return new Lattice([drift('a'), outer, drift('e')]);
}

/** Names of the segments around every element, from the innermost out. */
const segmentsAround = (lattice: Lattice) =>
  lattice.elements.map((element) => outward(lattice.segmentAround(element)).map(({ name }) => name));

describe('a lattice with segments', () => {
  it('lists its elements flat, and knows what is around each', () => {
    const lattice = nested();
    expect(lattice.elements.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(lattice.length).toBe(5);
    expect(segmentsAround(lattice)).toEqual([[], ['in', 'out'], ['in', 'out'], ['out'], []]);
    const [inner, outer] = outward(lattice.segmentAround(lattice.elements[1]!));
    expect(inner).toMatchObject({ mode: 'split', tier: 'disk', reverse: undefined });
    expect(outer).toMatchObject({ mode: 'joint', tier: undefined, reverse: 'store' });
  });

  it('names what has no name by its position, segments counted by themselves', () => {
    const cell = new Segment({ elements: [drift(), new Segment({ elements: [drift()] })] });
    const lattice = new Lattice([drift(), cell, cell]);
    expect(lattice.elements.map(({ name }) => name)).toEqual([
      'drift1',
      'drift2',
      'drift3',
      'drift4',
      'drift5',
    ]);
    expect(segmentsAround(lattice)).toEqual([
      [],
      ['segment1'],
      ['segment2', 'segment1'],
      ['segment3'],
      ['segment4', 'segment3'],
    ]);
    expect(cell.name).toBe('');
  });

  it('keeps segments and directives in changed copies', () => {
    const lattice = new Lattice([
      drift('a', { reverse: 'recompute' }),
      new Segment({ name: 's', elements: [drift('b', { tier: 'host' }), drift('c')] }),
    ]);
    const copies = [
      lattice.withParameters({ 'a.length': 2, 'b.length': 3 }),
      lattice.withSpaceCharge({ kicks: 5, gridShape: [8, 8, 8] }),
      lattice.withSpaceCharge({ kicks: 5, gridShape: [8, 8, 8] }).withParameters({
        ...{ 'a.length': 2, 'b.length': 3, 'b_sc1.extentX': 4 },
      }),
    ];
    for (const copy of copies) {
      expect(segmentsAround(copy)).toEqual([[], ['s'], ['s']]);
      expect(copy.elements.map(({ reverse, tier }) => [reverse, tier])).toEqual([
        ['recompute', undefined],
        [undefined, 'host'],
        [undefined, undefined],
      ]);
    }
    const [, sliced, changed] = copies;
    for (const copy of [sliced!, changed!]) {
      const kicks = copy.elements.flatMap((element) => copy.slicing(element)!.map(({ kick }) => kick));
      expect(kicks.map(({ name, reverse, tier }) => [name, reverse, tier])).toEqual([
        ['a_sc1', 'recompute', undefined],
        ['a_sc2', 'recompute', undefined],
        ['b_sc1', undefined, 'host'],
        ['b_sc2', undefined, 'host'],
        ['c_sc1', undefined, undefined],
      ]);
    }
  });

  it('does not see changes to the list that a segment was made from', () => {
    const elements = [drift('a')];
    const segment = new Segment({ elements });
    elements.push(drift('b'));
    expect(new Lattice([segment]).elements).toHaveLength(1);
  });

  const elements = [drift('a')];
  it.each<[string, () => unknown, string]>([
    [
      'an empty segment',
      () => new Segment({ name: 's', elements: [] }),
      "segment 's' takes a list of at least one",
    ],
    [
      'a segment without a list',
      () => new Segment({ name: 's' } as unknown as SegmentOptions),
      "segment 's' takes a list of at least one element, not undefined",
    ],
    [
      'a segment of something else',
      () => new Segment({ elements: [drift(), 'q1' as never] }),
      "entry 2 of a segment is 'q1', not an element or a segment",
    ],
    ['a typing error', () => new Segment({ elements, mod: 'joint' } as never), "did you mean 'mode'?"],
    [
      'an unknown mode',
      () => new Segment({ name: 's', elements, mode: 'joined' as never }),
      "mode of segment 's' cannot be 'joined' — did you mean 'joint'?",
    ],
    ['an empty mode', () => new Segment({ elements, mode: '' as never }), "mode of a segment cannot be ''"],
    [
      'an unknown way back',
      () => new Segment({ name: 's', elements, reverse: 'fields' as never }),
      "reverse of segment 's' cannot be 'fields' — did you mean 'field'?",
    ],
    ['an unknown tier', () => new Segment({ elements, tier: 'hsot' as never }), "did you mean 'host'?"],
    [
      'a tier for nothing',
      () => new Segment({ name: 's', elements, reverse: 'invert', tier: 'host' }),
      "tier of segment 's': nothing is kept of what is inverted; leave tier or reverse out",
    ],
    [
      'a name with a dot',
      () => new Segment({ name: 's.t', elements }),
      "segment 's.t': names may not contain '.'",
    ],
    [
      'a name that is no string',
      () => new Segment({ name: 1 as never, elements }),
      'the name of a segment must be',
    ],
    [
      'a segment named as an element in it',
      () => new Lattice([drift('b'), new Segment({ name: 'a', elements })]),
      "two parts of the lattice are named 'a': the segment that begins at number 2 (drift) and number 2 (drift)",
    ],
    [
      'two segments of one name',
      () => {
        const s = () => new Segment({ name: 's', elements: [drift()] });
        return new Lattice([s(), s()]);
      },
      "named 's': the segment that begins at number 1 (drift) and the segment that begins at number 2 (drift)",
    ],
    [
      'a segment named as a kick',
      () =>
        new Lattice([drift('a'), new Segment({ name: 'a_sc1', elements: [drift('b')] })]).withSpaceCharge({
          ...{ kicks: 2, gridShape: [8, 8, 8] },
        }),
      "named 'a_sc1': a kick inserted into number 1 (drift) and the segment that begins at number 2 (drift)",
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(LatticeError);
    expect(make).toThrow(message);
  });
});

describe('a segment to be inverted', () => {
  const line = (custom: ElementOptions, inner: Partial<SegmentOptions>) => () =>
    new Lattice([
      new Segment({
        ...{ name: 'out', reverse: 'invert' },
        elements: [drift('a'), new Segment({ name: 'in', ...inner, elements: [noInverse(custom)] })],
      }),
    ]);

  it('cannot hold a step without an inverse', () => {
    const message =
      "segment 'out' asks to invert custom step 'c', which has no inverse: give the step 'store', 'recompute' or 'auto' of its own";
    expect(line({ name: 'c' }, {})).toThrow(LatticeError);
    expect(line({ name: 'c' }, {})).toThrow(message);
    expect(line({}, { tier: 'disk' })).toThrow("segment 'out' asks to invert custom step 'custom2'");
    expect(line({}, { reverse: 'invert' })).toThrow("segment 'in' asks to invert custom step 'custom2'");
  });

  it('can where the step, or a segment further in, asks for something else', () => {
    expect(line({ reverse: 'auto' }, {})().elements).toHaveLength(2);
    expect(line({}, { reverse: 'store' })().elements).toHaveLength(2);
    expect(line({ reverse: 'recompute' }, { reverse: 'invert' })().elements).toHaveLength(2);
  });

  it('can hold anything else', () => {
    const elements = [drift(), new Quadrupole({ length: 1, k1: 1 }), new Marker({ name: 'm' })];
    expect(new Lattice([new Segment({ reverse: 'invert', elements })]).elements).toHaveLength(3);
  });
});
