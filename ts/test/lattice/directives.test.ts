import { describe, expect, it } from 'vitest';
import { Aperture } from '../../src/elements/aperture.js';
import { CustomStep } from '../../src/elements/customStep.js';
import { Drift } from '../../src/elements/drift.js';
import type { ElementOptions } from '../../src/elements/element.js';
import { Marker } from '../../src/elements/marker.js';
import { Quadrupole } from '../../src/elements/quadrupole.js';
import { SpaceChargeKick } from '../../src/elements/spaceChargeKick.js';
import { LatticeError } from '../../src/errors.js';
import { compileLine } from '../../src/lattice/compile.js';
import { Lattice } from '../../src/lattice/lattice.js';
import { type LatticeEntry, Segment } from '../../src/lattice/segment.js';
import { segmentsOf, stepsOf } from '../support/shape.js';

const gridShape = [8, 8, 8] as const;
const drift = (name: string, options: ElementOptions = {}) => new Drift({ name, length: 1, ...options });
const quad = (name: string, options: ElementOptions = {}) =>
  new Quadrupole({ name, length: 0.5, k1: 1, ...options });
const marker = (name: string) => new Marker({ name });
const custom = (name: string, inverse: boolean, options: ElementOptions = {}) =>
  new CustomStep({
    name,
    forward: (z) => z,
    ...(inverse && { inverse: (z) => z }),
    adjoint: (_, bar) => ({ coordinates: bar }),
    ...options,
  });
const compile = (entries: LatticeEntry[], observed: string[] = []) =>
  compileLine(new Lattice(entries), observed);

describe('a compiled line', () => {
  it('names its steps after what they come from', () => {
    const line = compile([
      ...[drift('a'), quad('b'), marker('m'), drift('c'), custom('u', true), drift('d')],
      new SpaceChargeKick({ name: 'k', effectLength: 1, gridShape }),
    ]);
    expect(stepsOf(line)).toEqual([
      ['a…c', 3, 'auto'],
      ['u', 'custom', 'auto'],
      ['d', 1, 'auto'],
      ['k', 'kick', 'auto'],
    ]);
    expect(line.segments).toEqual([]);
  });

  it('names the runs between the kicks of an element after it', () => {
    const lattice = new Lattice([drift('a'), drift('b')]).withSpaceCharge({ kicks: 3, gridShape });
    expect(compileLine(lattice, []).names).toEqual(['a', 'a_sc1', 'a', 'a_sc2', 'a…b', 'b_sc1', 'b']);
  });

  it('ends runs where the directive changes, and only there', () => {
    const line = compile([
      ...[drift('a'), drift('b', { reverse: 'auto' }), quad('c', { reverse: 'store' })],
      ...[drift('d', { reverse: 'store' }), marker('m'), drift('e', { reverse: 'store', tier: 'disk' })],
      ...[drift('f', { tier: 'disk' }), drift('g', { tier: 'disk' }), drift('h')],
    ]);
    expect(stepsOf(line)).toEqual([
      ['a…b', 2, 'auto'],
      ['c…d', 2, 'store'],
      ['e', 1, 'store@disk'],
      ['f…g', 2, 'auto@disk'],
      ['h', 1, 'auto'],
    ]);
    expect(line.directives[0]).toBeUndefined();
    expect(line.s).toEqual([2, 3.5, 4.5, 6.5, 7.5]);
  });

  it('fuses equal neighbours up to 64 maps', () => {
    const line = compile(Array.from({ length: 70 }, (_, i) => drift(`d${i}`, { reverse: 'store' })));
    expect(stepsOf(line)).toEqual([
      ['d0…d63', 64, 'store'],
      ['d64…d69', 6, 'store'],
    ]);
  });

  it('keeps slots and bindings whatever the directives', () => {
    const elements = (options: ElementOptions) => [drift('a'), quad('b', options), drift('c')];
    const plain = compile(elements({}));
    const split = compile(elements({ reverse: 'store' }));
    expect(split.steps).toHaveLength(3);
    expect([split.slots, split.bindings]).toEqual([plain.slots, plain.bindings]);
  });
});

describe('a segment', () => {
  it('is a range of steps if it has a mode', () => {
    const line = compile([
      drift('a'),
      new Segment({ elements: [drift('b'), drift('c')], mode: 'joint' }),
      new Segment({ elements: [drift('d')], mode: 'joint' }),
      new Segment({ elements: [drift('e')], mode: 'split' }),
      drift('f'),
    ]);
    expect(stepsOf(line).map(([name]) => name)).toEqual(['a', 'b…c', 'd', 'e', 'f']);
    expect(segmentsOf(line)).toEqual(['joint [1, 2)', 'joint [2, 3)', 'split [3, 4)']);
  });

  it('without a mode only hands its directive down', () => {
    const line = compile([
      drift('a'),
      new Segment({ elements: [drift('b'), new Segment({ elements: [drift('c')] })] }),
      new Segment({ elements: [drift('d')], reverse: 'store' }),
      drift('e', { reverse: 'store' }),
    ]);
    expect(stepsOf(line)).toEqual([
      ['a…c', 3, 'auto'],
      ['d…e', 2, 'store'],
    ]);
    expect(line.segments).toEqual([]);
  });

  it('may be nested, from the very beginning to the very end', () => {
    const line = compile([
      new Segment({
        mode: 'joint',
        elements: [
          new Segment({
            mode: 'split',
            elements: [drift('a'), new Segment({ elements: [drift('b')], mode: 'joint' })],
          }),
          drift('c'),
          new Segment({ elements: [new Segment({ elements: [drift('d')], mode: 'joint' })], mode: 'joint' }),
        ],
      }),
    ]);
    expect(stepsOf(line).map(([name]) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(segmentsOf(line)).toEqual([
      ...['joint [0, 4)', 'split [0, 2)', 'joint [1, 2)'],
      ...['joint [3, 4)', 'joint [3, 4)'],
    ]);
  });

  it('that compiles to no step disappears, without a trace in the runs around it', () => {
    const empty = new Segment({ elements: [marker('m')], mode: 'joint', reverse: 'store' });
    const entries = [drift('a'), empty, drift('b')];
    expect(stepsOf(compile(entries))).toEqual([['a…b', 2, 'auto']]);
    expect(compile(entries).segments).toEqual([]);
    const observed = compile(entries, ['m']);
    expect(observed.observations).toMatchObject([{ marker: 'm', beforeStep: 1 }]);
    expect(observed.segments).toEqual([]);
    expect(compile([empty]).steps).toEqual([]);
  });

  it('takes the steps that observed markers and kicks make of it', () => {
    const lattice = new Lattice([
      drift('a'),
      new Segment({ elements: [drift('b'), marker('m'), drift('c')], mode: 'split' }),
      drift('d'),
    ]).withSpaceCharge({ kicks: 4, gridShape });
    const line = compileLine(lattice, ['m']);
    // The half maps of a and b do not meet any more, nor do those of c and d.
    expect(line.names).toEqual([
      ...['a', 'a_sc1', 'a'],
      ...['b', 'b_sc1', 'b', 'c', 'c_sc1', 'c'],
      ...['d', 'd_sc1', 'd'],
    ]);
    expect(segmentsOf(line)).toEqual(['split [3, 9)']);
    expect(line.observations).toMatchObject([{ marker: 'm', beforeStep: 6 }]);
  });
});

describe('the innermost directive wins', () => {
  it('word by word', () => {
    const line = compile([
      new Segment({
        ...{ reverse: 'store', tier: 'disk' },
        elements: [
          drift('a'),
          drift('b', { reverse: 'recompute' }),
          drift('c', { tier: 'host' }),
          drift('d', { reverse: 'auto' }),
          drift('e', { reverse: 'invert' }), // of which nothing is kept in any tier
          new Segment({ reverse: 'recompute', elements: [drift('f'), drift('g', { reverse: 'store' })] }),
          new Segment({ tier: 'device', elements: [drift('h'), drift('i', { tier: 'disk' })] }),
        ],
      }),
    ]);
    expect(stepsOf(line)).toEqual([
      ['a', 1, 'store@disk'],
      ['b', 1, 'recompute@disk'],
      ['c', 1, 'store@host'],
      ['d', 1, 'auto@disk'],
      ['e', 1, 'invert'],
      ['f', 1, 'recompute@disk'],
      ['g', 1, 'store@disk'],
      ['h', 1, 'store@device'],
      ['i', 1, 'store@disk'],
    ]);
  });

  it('for kicks as for the element they were inserted into', () => {
    const lattice = new Lattice([
      new Segment({ reverse: 'store', elements: [drift('a', { tier: 'host' }), drift('b')] }),
      drift('c', { reverse: 'recompute' }),
    ]).withSpaceCharge({ kicks: 3, gridShape });
    expect(stepsOf(compileLine(lattice, []))).toEqual([
      ...[['a', 1, 'store@host'] as const, ['a_sc1', 'kick', 'store@host'], ['a', 1, 'store@host']],
      ...[
        ['b', 1, 'store'],
        ['b_sc1', 'kick', 'store'],
        ['b', 1, 'store'],
      ],
      ...[
        ['c', 1, 'recompute'],
        ['c_sc1', 'kick', 'recompute'],
        ['c', 1, 'recompute'],
      ],
    ]);
  });
});

describe("'field'", () => {
  it('keeps the fields of an element’s kicks and inverts its maps', () => {
    const lattice = new Lattice([drift('a', { reverse: 'field', tier: 'host' }), drift('b')]).withSpaceCharge(
      {
        ...{ kicks: 3, gridShape },
      },
    );
    expect(stepsOf(compileLine(lattice, []))).toEqual([
      ['a', 1, 'invert'],
      ['a_sc1', 'kick', 'field@host'],
      ['a', 1, 'invert'],
      ['a_sc2', 'kick', 'field@host'],
      ['a', 1, 'invert'],
      ['b', 1, 'auto'],
      ['b_sc1', 'kick', 'auto'],
      ['b', 1, 'auto'],
    ]);
  });

  it('on a segment inverts what has an inverse, and leaves the rest to the plan', () => {
    const line = compile([
      new Segment({
        reverse: 'field',
        elements: [
          new Aperture({ name: 'a', halfX: 1, halfY: 1 }),
          new SpaceChargeKick({ name: 'k', effectLength: 1, gridShape }),
          custom('u', true),
          custom('v', false),
          drift('d', { reverse: 'store' }),
        ],
      }),
    ]);
    expect(stepsOf(line)).toEqual([
      ['a', 1, 'invert'],
      ['k', 'kick', 'field'],
      ['u', 'custom', 'invert'],
      ['v', 'custom', 'auto'],
      ['d', 1, 'store'],
    ]);
  });

  it.each<[string, LatticeEntry[], string]>([
    ['an element', [drift('a'), drift('b', { reverse: 'field' })], "reverse of drift 'b' is 'field'"],
    [
      'a segment',
      [new Segment({ name: 's', reverse: 'field', elements: [drift('a')] })],
      "reverse of segment 's' is 'field', but it has no kick whose field could be kept: add kicks with withSpaceCharge",
    ],
    [
      'a segment of markers',
      [new Segment({ name: 's', reverse: 'field', elements: [marker('m')] })],
      "segment 's'",
    ],
  ])('is refused on %s without kicks', (_, entries, message) => {
    expect(() => compile(entries)).toThrow(LatticeError);
    expect(() => compile(entries)).toThrow(message);
  });

  it('is refused on an element too short for a kick, beside others that have some', () => {
    const short = new Drift({ name: 'z', length: 0, reverse: 'field' });
    const lattice = new Lattice([drift('a', { reverse: 'field' }), short]).withSpaceCharge({
      kicks: 1,
      gridShape,
    });
    expect(() => compileLine(lattice, [])).toThrow("reverse of drift 'z' is 'field', but it has no kick");
  });
});
