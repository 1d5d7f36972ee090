import { describe, expect, it } from 'vitest';
import { LatticeError, ProblemError } from '../../src/errors.js';
import { fieldTable, problemJsonSchema } from '../../src/io/fieldTable.js';
import { parseProblem } from '../../src/io/problem.js';
import { compileLine } from '../../src/lattice/compile.js';
import { segmentsOf, stepsOf } from '../support/shape.js';

const beam = {
  ...{ distribution: 'gaussian', species: 'electron', energy: 25e6, charge: 1e-9, particles: 5 },
  ...{ sigmaX: 1e-3, sigmaY: 2e-3, sigmaTau: 3e-3 },
};
const drift = (name: string, fields = {}) => ({ type: 'drift', name, length: 0.4, ...fields });
const segment = (elements: unknown, fields = {}) => ({ type: 'segment', elements, ...fields });
const aperture = (name: string, fields = {}) => ({ type: 'aperture', name, halfX: 1, halfY: 1, ...fields });

const textOf = (lattice: unknown[], rest = {}) => JSON.stringify({ beam, lattice, ...rest }, null, 1);
const parse = (lattice: unknown[], rest = {}) => parseProblem(textOf(lattice, rest), 'f.json');

describe('a problem file with directives', () => {
  it('gives every step what is said for it', () => {
    const { lattice } = parse([
      drift('a', { reverse: 'store', tier: 'disk' }),
      segment(
        [
          drift('b'),
          segment([{ type: 'quadrupole', name: 'q', length: 0.1, k1: 2, reverse: 'auto' }], {
            mode: 'split',
          }),
          aperture('c', { tier: 'host' }),
        ],
        { name: 's', mode: 'joint', reverse: 'recompute' },
      ),
      { type: 'marker', name: 'm' },
      segment([{ type: 'spaceChargeKick', name: 'k', effectLength: 1, gridShape: [8, 8, 8] }], {
        reverse: 'field',
      }),
    ]);
    const line = compileLine(lattice, []);
    expect(stepsOf(line)).toEqual([
      ['a', 1, 'store@disk'],
      ['b', 1, 'recompute'],
      ['q', 1, 'auto'],
      ['c', 1, 'recompute@host'],
      ['k', 'kick', 'field'],
    ]);
    expect(segmentsOf(line)).toEqual(['joint [1, 4)', 'split [2, 3)']);
  });

  it('hands them on to the kicks of the whole lattice', () => {
    const { lattice } = parse(
      [segment([drift('a', { reverse: 'field' })], { tier: 'host', mode: 'split' })],
      {
        spaceCharge: { kicks: 1, gridShape: [8, 8, 8] },
      },
    );
    const line = compileLine(lattice, []);
    expect(stepsOf(line)).toEqual([
      ['a', 1, 'invert'],
      ['a_sc1', 'kick', 'field@host'],
      ['a', 1, 'invert'],
    ]);
    expect(segmentsOf(line)).toEqual(['split [0, 3)']);
  });

  it.each<[path: string, message: string, lattice: unknown[]]>([
    [
      'lattice[0].reverse',
      "must be one of auto, invert, store, field, recompute, not 'stroe'",
      [drift('a', { reverse: 'stroe' })],
    ],
    ['lattice[0].tier', "did you mean 'disk'?", [drift('a', { tier: 'dsik' })]],
    [
      'lattice[1].reverse',
      "unknown field 'reverse'",
      [drift('a'), { type: 'marker', name: 'm', reverse: 'store' }],
    ],
    ['lattice[0]', "reverse of aperture 'a' cannot be 'field'", [aperture('a', { reverse: 'field' })]],
    ['lattice[0]', 'nothing is kept of what is inverted', [drift('a', { reverse: 'invert', tier: 'host' })]],
    ['lattice[0].elements', 'needs at least one element', [segment([])]],
    ['lattice[0].elements', 'is missing: it must be a list of elements', [segment(undefined)]],
    [
      'lattice[0].mode',
      "must be one of joint, split, not 'join' — did you mean 'joint'?",
      [segment([drift('a')], { mode: 'join' })],
    ],
    [
      'lattice[0].mod',
      "unknown field 'mod' — did you mean 'mode'?",
      [segment([drift('a')], { mod: 'joint' })],
    ],
    [
      'lattice[1].elements[1].type',
      "did you mean 'drift'?",
      [drift('a'), segment([drift('b'), { type: 'drfit' }])],
    ],
    [
      'lattice[0].elements[1].elements[0].length',
      'must be a number in m',
      [segment([drift('a'), segment([drift('b', { length: 'x' })])])],
    ],
    [
      'lattice[0].elements[0].elements[1]',
      "reverse of aperture 'c' cannot be 'field'",
      [segment([segment([drift('b'), aperture('c', { reverse: 'field' })])])],
    ],
    [
      'lattice[0].elements[1]',
      "tier of segment 's'",
      [segment([drift('a'), segment([drift('b')], { name: 's', reverse: 'invert', tier: 'disk' })])],
    ],
    ['lattice', "reverse of drift 'a' is 'field', but it has no kick", [drift('a', { reverse: 'field' })]],
    ['lattice', "two parts of the lattice are named 'a'", [segment([drift('a')], { name: 'a' })]],
    ['lattice[0]', "segment 'a.b': names may not contain '.'", [segment([drift('a')], { name: 'a.b' })]],
  ])('is refused at %j: %s', (path, message, lattice) => {
    const refused = () => parse(lattice);
    expect(refused).toThrow(ProblemError);
    expect(refused).toThrow(expect.objectContaining({ path, message: expect.stringContaining(message) }));
    expect(refused).toThrow(/^f\.json:\d+:\d+: /);
  });

  it('points at line and column of an element in a segment, once', () => {
    const lattice = [drift('a'), segment([drift('b'), aperture('c', { reverse: 'field' })])];
    const rows = textOf(lattice).split('\n');
    const line = rows.findIndex((row) => row.includes('"aperture"')); // the row of its brace, counted from 1
    const column = rows[line - 1]!.indexOf('{') + 1;
    const message = `f.json:${line}:${column}: lattice[1].elements[1]: reverse of aperture 'c' cannot be 'field'`;
    expect(() => parse(lattice)).toThrow(message);
    expect(() => parse(lattice)).toThrow(expect.objectContaining({ cause: expect.any(LatticeError) }));
  });
});

describe('the schema of segments', () => {
  it('refers to elements and segments by name', () => {
    const { properties, $defs } = problemJsonSchema();
    expect((properties!.lattice as { anyOf: object[] }).anyOf[0]).toMatchObject({
      ...{ type: 'array', items: { $ref: '#/$defs/element' } },
    });
    const kinds = ($defs!.element as { oneOf: { properties: Record<string, object> }[] }).oneOf;
    const found = kinds.find(({ properties: { type } }) => (type as { const: string }).const === 'segment')!;
    expect(found.properties.elements).toMatchObject({ type: 'array', items: { $ref: '#/$defs/element' } });
    expect(Object.keys(found.properties).sort()).toEqual([
      'elements',
      'mode',
      'name',
      'reverse',
      'tier',
      'type',
    ]);
  });

  it('lists the fields once, and not again inside a segment', () => {
    const paths = fieldTable().map(({ path }) => path);
    expect(paths).toContain('lattice[].elements');
    expect(paths.filter((path) => path.startsWith('lattice[].elements'))).toHaveLength(1);
    const directive = fieldTable().find(({ path }) => path === 'lattice[].reverse');
    expect(directive?.kinds).toEqual(
      expect.arrayContaining(['drift', 'sBend', 'aperture', 'spaceChargeKick', 'segment']),
    );
    expect(directive?.kinds).not.toContain('marker');
  });
});
