import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBmad } from '../../src/formats/bmad/read.js';
import { SPECIES } from '../../src/index.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';
import { attributeOf, bmad, errorOf, passed } from './texts.js';

const LINE = 'd: drift, l = 1\nx: line = (d)\n';

describe('lattice files of Bmad', () => {
  it('end statements with lines, unless & or a mark at their end continues them', () => {
    const description = bmad(`! a comment
q1: Quadrupole, L = 0.5,
  k1 = 2 * &  ! goes on
  0.7; d: drift
cell: line = (q1,
  d)
use, CELL`);
    expect(passed(description)).toBe('q1 d');
    expect(attributeOf(description, 'q1', 'k1')).toBe(1.4);
  });

  it('set attributes of elements by name, by type and by wildcards', () => {
    const description = bmad(
      `
k = 2
qa1: quadrupole, l = 1
qb2: qa1
ds: drift, l = qa1[l] / 4
qa1[k1] = k
q%2[k1] = 3 * qa1[k1]
q*[tilt] = 0.1
quad::*[k1] = quad::x[k1]
x: line = (qa1, qb2, ds)`.replace('\nquad::*[k1] = quad::x[k1]', '\nquad::*b*[x_offset] = 1e-3'),
    );
    expect(attributeOf(description, 'qa1', 'k1')).toBe(2);
    expect(attributeOf(description, 'qb2', 'k1')).toBe(6);
    expect(attributeOf(description, 'qb2', 'tilt')).toBe(0.1);
    expect(attributeOf(description, 'qb2', 'x_offset')).toBe(1e-3);
    expect(attributeOf(description, 'ds', 'l')).toBe(0.25);
    expect([...description.elements.get('ds')!.attributes.keys()]).toEqual(['l']);
    expect([...description.elements.get('qa1')!.attributes.keys()]).toEqual(['l', 'k1', 'tilt']);
  });

  it('say which particle, and which energy', () => {
    const reference = (text: string) => bmad(LINE + text).reference;
    expect(reference('parameter[particle] = proton\nbeginning[e_tot] = 2e9')).toMatchObject({
      species: 'proton',
      energy: 2e9,
    });
    expect(reference('parameter[particle] = electron\nparameter[p0c] = 1e6').energy).toBeCloseTo(
      Math.hypot(1e6, SPECIES.electron.restEnergy),
      8,
    );
    expect(reference('parameter[e_tot] = m_proton * 2').energy).toBe(2 * SPECIES.proton.restEnergy);
    expect(reference('parameter[n_part] = 1e10').charge).toBeCloseTo(1.602176634e-9, 22);
    expect(reference('')).toEqual({});
    expect(errorOf(() => reference('parameter[particle] = protn')).message).toContain(
      "ring.bmad:3:11: particle 'protn' is unknown — did you mean 'proton'?",
    );
  });

  it('warn of what has no place here', () => {
    const text = `${LINE}title, "a"\nparameter[lattice] = "x"\nbmad_com[radiation_damping_on] = T\nno_digested\nz*[l] = 3`;
    expect(bmad(text).warnings).toEqual([
      "ring.bmad:3:1: the statement 'title' is ignored",
      "ring.bmad:6:1: the statement 'no_digested' is ignored",
      "ring.bmad:7:1: 'z*' fits no element: ignored",
      'ring.bmad:4:11: parameter[lattice] is ignored',
      'ring.bmad:5:10: bmad_com[radiation_damping_on] is ignored',
    ]);
  });

  it('may have a title in the line behind', () => {
    expect(passed(bmad(`title\na title: with marks\n${LINE}`))).toBe('d');
  });

  it('end at end_file', () => {
    expect(passed(bmad(`${LINE}end_file\nnonsense`))).toBe('d');
  });

  it.each<[text: string, message: string]>([
    ['o: overlay = {d[l]:1}, var = {a}', "1:1: 'o' is of type overlay, which is not read"],
    ['g: girder = {d}', "'g' is of type girder, which is not read"],
    ['m: marker, superimpose, ref = d', "1:12: 'm' is superimposed, which is not read"],
    ['y: line[multipass] = (d)', "line 'y': multipass is not read"],
    ['use, x, y', 'use names several lines'],
    ['d: drift\nd: drift', "2:1: 'd' is defined already, in line 1"],
    ['qq[k1] = 3', "1:1: no element is named 'qq'"],
    ['d[l = 3', "after 'd[l': expected ']', but '=' stands there"],
    ['d[] = 3', "after 'd[': expected the name of an attribute"],
    ['= 3', "a statement begins with a name, not with '='"],
    ['usse, x', "there is no statement 'usse' — did you mean 'use'?"],
    ['a = b', "1:5: variable 'b' is not defined"],
    ['a = q[l]', "no element is named 'q'"],
    ['d: drift, l', 'ring.bmad: defines no line or sequence'],
  ])('%j is refused', (text, message) => {
    expect(errorOf(() => bmad(text)).message).toContain(message);
  });
});

describe('files that Bmad calls', () => {
  const temporary = new TemporaryFolder();
  afterAll(() => temporary[Symbol.dispose]());
  const read = (text: string) => readBmad(text, { file: join(temporary.path, 'main.bmad') });

  it('are looked for beside the file that calls them, with or without quotes', () => {
    writeFileSync(join(temporary.path, 'part.bmad'), 'd: drift, l = 3\n');
    expect(attributeOf(read('call, file = part.bmad\nx: line = (d)'), 'd', 'l')).toBe(3);
    expect(attributeOf(read('call, file = "part.bmad"\nx: line = (d)'), 'd', 'l')).toBe(3);
    expect(errorOf(() => read('call, fil = x')).message).toContain('call names no file');
  });
});
