import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LatticeDescription } from '../../src/formats/description.js';
import { readPals } from '../../src/formats/pals/read.js';
import { errorOf, hasSamples, passed, SAMPLE_FOLDER } from './texts.js';

/** A file with these items of `facility`, one per line, indented as they stand in a list. */
const facility = (...items: string[]) =>
  `PALS:\n  facility:\n${items.map((item) => `    - ${item}\n`).join('')}`;
const read = (text: string, line?: string) => readPals(text, { file: 'ring.pals.yaml', line });
const totalLength = ({ line, elements }: LatticeDescription) =>
  line.reduce(
    (sum, { element }) => sum + Number(elements.get(element)!.attributes.get('length')?.value ?? 0),
    0,
  );
const messageOf = (text: string) => errorOf(() => read(text)).message;

const PARTS = ['a: {kind: Drift, length: 1}', 'b: {kind: Marker}', 'c: {kind: Drift, length: 2}'];
const lineOf = (items: string, ...more: string[]) =>
  passed(
    read(
      facility(
        ...PARTS,
        ...more,
        `l: {kind: BeamLine, line: [${items}]}`,
        'm: {kind: Lattice, branches: [l]}',
      ),
    ),
  );

if (!hasSamples) console.log('the samples of PALS are left out: there is no shared/lattices here');

describe.skipIf(!hasSamples)('PALS samples', () => {
  const sample = (name: string) => readPals(readFileSync(`${SAMPLE_FOLDER}${name}`, 'utf8'), { file: name });

  it('reads the storage ring IOTA: a half, a quadrupole, the half reflected, between monitors', () => {
    const ring = sample('iota.pals.yaml');
    const names = ring.line.map(({ element }) => element);
    // 49 elements in a half, counted in the file: 2·49 + 1 + 2.
    expect(names).toHaveLength(101);
    expect(names).toEqual(names.toReversed());
    expect(names.slice(48, 52)).toEqual(['qe2', 'dre3', 'qe3', 'dre3']);
    expect(ring.line.some(({ isReversed }) => isReversed)).toBe(false);
    // Sum of the file's decimal lengths in rational arithmetic (Python's fractions): 99920574287/2500000000 m; rounding of 101 sums.
    expect(totalLength(ring)).toBeCloseTo(39.9682297148, 12);
    expect(ring.reference).toMatchObject({ species: 'proton', energy: 940.77208816e6 });
    expect(ring.warnings).toEqual([
      "iota.pals.yaml:24:7: 'impactx_setup' is an extension of PALS and is left out",
      "iota.pals.yaml:234:9: 'ImpactX' is an extension of PALS and is left out",
    ]);
  });

  it('reads the FODO channel: elements in place, one that inherits, a line repeated three times', () => {
    const channel = sample('fodo.pals.yaml');
    const cell = 'drift1 quad1 drift2 quad2 drift1';
    expect(passed(channel)).toBe(`${cell} ${cell} ${cell}`);
    expect([...channel.elements.keys()]).toEqual(['drift1', 'quad1', 'drift2', 'quad2']);
    const quad2 = channel.elements.get('quad2')!;
    expect(quad2.type).toBe('Quadrupole');
    expect(quad2.attributes.get('MagneticMultipoleP.Bn1')?.value).toBe(-1);
    expect(quad2.attributes.get('length')?.value).toBe(1);
    expect(quad2.at).toMatchObject({ line: 34 });
    expect(totalLength(channel)).toBe(9);
  });
});

describe('lines of PALS', () => {
  it('repeats, reflects and turns round', () => {
    expect(lineOf('a, s: {repeat: 2}', 's: {kind: BeamLine, line: [b, c]}')).toBe('a b c b c');
    expect(lineOf('s: {repeat: -2}', 's: {kind: BeamLine, line: [a, b, c]}')).toBe('c b a c b a');
    expect(lineOf('s: {direction: -1}', 's: {kind: BeamLine, line: [a, b: {direction: -1}]}')).toBe('b -a');
    expect(lineOf('s: {repeat: -1, direction: -1}', 's: {kind: BeamLine, line: [a, c]}')).toBe('-a -c');
    expect(lineOf('a: {repeat: 0}, b: {repeat: 3}, c')).toBe('b b b c');
  });

  it('takes definitions before or behind their use, in place, and in other lines', () => {
    expect(lineOf('s, d', 's: {kind: BeamLine, line: [a, d: {kind: Marker}]}')).toBe('a d d');
    const text = facility('m: {kind: Lattice, branches: [l: {kind: BeamLine, line: [a]}]}', PARTS[0]!);
    expect(passed(read(text))).toBe('a');
  });

  it('gives an element that is changed where it stands a name of its own', () => {
    const text = facility(...PARTS, 'l: {kind: BeamLine, line: [a, a: {length: 5}, a]}');
    const description = read(text);
    expect(passed(description)).toBe('a a_2 a');
    expect(description.elements.get('a_2')?.attributes.get('length')?.value).toBe(5);
    expect(totalLength(description)).toBe(7);
  });

  it('inherits elements and groups of parameters, and merges what both have', () => {
    const description = read(
      facility(
        'ap: {kind: ApertureP, x_min: -1, x_max: 1}',
        'ap2: {kind: ApertureP, inherit: ap, x_max: 2}',
        'q: {kind: Quadrupole, length: 1, MagneticMultipoleP: {Kn1: 1, tilt1: 0.1}}',
        'r: {inherit: q, MagneticMultipoleP: {Kn1: 2}, ApertureP: {inherit: ap2}}',
        's: {kind: Drift, ApertureP: {inherit: r.ApertureP, y_max: 3}}',
        'l: {kind: BeamLine, line: [r, s]}',
      ),
    );
    const attributes = (name: string) =>
      Object.fromEntries(
        [...description.elements.get(name)!.attributes].map(([key, { value }]) => [key, value]),
      );
    expect(attributes('r')).toEqual({
      length: 1,
      'MagneticMultipoleP.Kn1': 2,
      'MagneticMultipoleP.tilt1': 0.1,
      'ApertureP.x_min': -1,
      'ApertureP.x_max': 2,
    });
    expect(attributes('s')).toEqual({ 'ApertureP.x_min': -1, 'ApertureP.x_max': 2, 'ApertureP.y_max': 3 });
  });

  it('chooses the branch that is asked for, the lattice that is used, or the last one', () => {
    const text = facility(
      ...PARTS,
      'one: {kind: BeamLine, line: [a]}',
      'two: {kind: BeamLine, line: [b]}',
      'three: {kind: BeamLine, line: [c]}',
      'm: {kind: Lattice, branches: [one, two]}',
      'n: {kind: Lattice, branches: [three]}',
    );
    expect(passed(read(text))).toBe('c');
    const used = `${text}    - use: m\n`;
    expect(passed(read(used))).toBe('a');
    expect(read(used).warnings).toEqual([
      "ring.pals.yaml:9:42: branch 'two' is left out: 'line' chooses another",
    ]);
    expect(passed(read(used, 'two'))).toBe('b');
    expect(passed(read(used, 'three'))).toBe('c');
    expect(errorOf(() => read(used, 'tow')).message).toBe(
      "ring.pals.yaml: there is no line 'tow' — did you mean 'two'?",
    );
  });

  it('drops what holds initial values only', () => {
    expect(lineOf('z: {kind: BeginningEle}, a, z2: {kind: Placeholder}, b')).toBe('a b');
  });

  it('evaluates expressions', () => {
    const description = read(
      facility(
        'constants: [{k: 0.45}, {l: k^2 * 2}]',
        'v: {kind: variable, value: sqrt(4)}',
        'a: {kind: Drift, length: expr(l + v)/2 - cos(pi)}',
        's: {kind: BeamLine, line: [a]}',
      ),
    );
    expect(description.elements.get('a')?.attributes.get('length')?.value).toBe((0.45 ** 2 * 2 + 2) / 2 + 1);
  });
});

describe('errors of PALS', () => {
  const inLine = (item: string, ...more: string[]) =>
    messageOf(facility(...more, `l: {kind: BeamLine, line: [${item}]}`));

  it.each([
    ['[1, 2]', '1:1: a PALS file must be a mapping of names to values, not a list of 2'],
    ['pals: 1', "1:1: a PALS file has the root 'PALS:', which is missing"],
    ['PALS: {version: 1}', "1:1: PALS has no 'facility', the list of its elements"],
    ['PALS: {facilty: []}', "1:8: PALS: 'facilty' is unknown — did you mean 'facility'?"],
    ['PALS: {load: [a.yaml], facility: []}', "1:8: 'load' is not supported: put the files together into one"],
    ['PALS: {facility: {a: 1}}', '1:18: facility must be a list, not a mapping of a'],
    ['PALS: {facility: []}', ': defines no line or sequence'],
    [facility('a: {kind: Drift}', 'a: {kind: Marker}'), "4:7: 'a' is defined already in line 3"],
    [
      facility('{a: {}, b: {}}'),
      '3:15: an item of facility must have exactly one name, not 2: check the indentation below it',
    ],
    [facility('set: {parameter: x, value: 1}'), "3:7: 'set' is not supported: write the values out"],
    [
      facility('k: {kind: Controller}'),
      "3:7: 'k' controls other elements, which is not supported: write the values out",
    ],
    [facility('m: {kind: Lattice}'), "3:7: lattice 'm' has no 'branches'"],
    [facility('use: m'), "3:12: no lattice is named 'm'"],
    [facility('l: {kind: BeamLine}'), "3:7: line 'l' has no 'line', the list of its elements"],
  ])('%#', (text, message) => {
    expect(messageOf(text)).toBe(`ring.pals.yaml${message.startsWith(':') ? '' : ':'}${message}`);
  });

  it('names what is missing, wrong or endless in a line', () => {
    expect(inLine('dirft', 'drift: {kind: Drift}')).toBe(
      "ring.pals.yaml:4:34: there is no line or element 'dirft' — did you mean 'drift'?",
    );
    expect(inLine('l')).toBe("ring.pals.yaml:3:34: line 'l' contains itself");
    expect(inLine('a: {inherit: a}', 'a: {inherit: b}', 'b: {inherit: a}')).toBe(
      "ring.pals.yaml:3:7: 'a' inherits from itself",
    );
    expect(inLine('a: {length: 2}')).toBe(
      "ring.pals.yaml:3:34: 'a' has no kind, and nothing of that name is defined — known: l",
    );
    expect(inLine('a: {repeat: 1000000000}', 'a: {kind: Marker}')).toBe(
      'ring.pals.yaml:4:34: the line has more than 1000000 elements: are the repetition counts right?',
    );
    expect(inLine('s: {repeat: 1000000000}', 's: {kind: BeamLine, line: []}')).toContain('more than 1000000');
    expect(inLine('a: {repeat: 1.5}', 'a: {kind: Marker}')).toBe(
      'ring.pals.yaml:4:46: repeat must be a whole number, not 1.5',
    );
    expect(inLine('a: {direction: 2}', 'a: {kind: Marker}')).toBe(
      'ring.pals.yaml:4:49: direction must be +1 or -1, not 2',
    );
    expect(inLine('a: {placement: {offset: 1}}', 'a: {kind: Marker}')).toBe(
      "ring.pals.yaml:4:38: 'placement' is not supported: write the drifts between the elements",
    );
    expect(inLine('a', 'a: {length: 1}')).toBe("ring.pals.yaml:3:7: 'a' has no kind");
    expect(messageOf(facility('l: {kind: BeamLine, lin: []}'))).toBe(
      "ring.pals.yaml:3:27: line 'l': 'lin' is unknown — did you mean 'line'?",
    );
  });

  it('refuses lines that double themselves forty times over', () => {
    const lines = Array.from(
      { length: 40 },
      (_, i) => `l${i}: {kind: BeamLine, line: [l${i + 1}, l${i + 1}]}`,
    );
    const text = facility('l40: {kind: Marker}', ...lines, 'm: {kind: Lattice, branches: [l0]}');
    expect(messageOf(text)).toContain('the line has more than 1000000 elements');
  });
});
