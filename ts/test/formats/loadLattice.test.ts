import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BeamError, LatticeFileError, loadLattice, OptionsError, parseLattice } from '../../src/index.js';
import { runCommand } from '../support/commandLine.js';
import { SMALL_PROBLEM } from '../support/smallProblem.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';

const RING = `qf: quadrupole, l=0.5, k1:=k; k = 0.3; qd: qf, k1=-0.3; d.1: drift, l=2, type=long; m: marker;
  beam, particle=proton, energy=0.8 + pmass, npart=1e10;
  cell: line=(qf, d.1, m, qd, d.1); other: line=(qf); ring: line=(2*cell); use, sequence=ring;`;

const temporary = new TemporaryFolder();
const folder = temporary.path;
beforeAll(() => {
  writeFileSync(join(folder, 'ring.madx'), RING);
  writeFileSync(join(folder, 'ring.txt'), RING);
  writeFileSync(join(folder, 'bad.madx'), 'q: quadrupole, l=1;\n  x: line=(qq);');
});
afterAll(() => temporary[Symbol.dispose]());

describe('loadLattice', () => {
  it('makes a lattice, and says what the file says', async () => {
    const { name, lattice, reference, warnings, format } = await loadLattice(join(folder, 'ring.madx'));
    expect([name, format]).toEqual(['ring', 'madx']);
    expect(lattice.elements.map(({ name: one }) => one)).toEqual([
      ...['qf#1', 'd_1#1', 'm#1', 'qd#1', 'd_1#2', 'qf#2', 'd_1#3', 'm#2', 'qd#2', 'd_1#4'],
    ]);
    expect(lattice.length).toBe(10);
    expect(lattice.parameter('qd.k1')).toBe(-0.3);
    expect(reference.species?.name).toBe('proton');
    expect(reference.energy).toBeCloseTo(1738272089.43, 6);
    expect(reference.charge).toBeCloseTo(1.602176634e-9, 22);
    const file = join(folder, 'ring.madx');
    expect(warnings).toEqual([
      `${file}:1:74: attribute 'type' of drift is ignored`,
      `${file}:1:57: '.' and '#' in the names of elements become '_'`,
    ]);
  });

  it('takes another line, another format, and variables from outside', async () => {
    expect((await loadLattice(join(folder, 'ring.madx'), { line: 'other' })).lattice.length).toBe(0.5);
    expect((await loadLattice(join(folder, 'ring.txt'), { format: 'madx' })).name).toBe('ring');
    const text = 'q: quadrupole, l=1, k1:=kqf; x: line=(q);';
    expect(parseLattice(text, { file: 'a.madx', variables: { KQF: 2 } }).lattice.parameter('q.k1')).toBe(2);
    expect(
      parseLattice(`kqf = 3;${text}`, { file: 'a.madx', variables: { kqf: 2 } }).lattice.parameter('q.k1'),
    ).toBe(3);
  });

  it('gives no two elements one name', () => {
    const text = 'a.1: drift, l=1; a_1: drift, l=2; x: line=(a.1, a_1, a.1);';
    const { lattice } = parseLattice(text, { file: 'a.madx' });
    expect(lattice.elements.map(({ name, length }) => `${name} ${length}`)).toEqual([
      'a_1#1 1',
      'a_1_2 2',
      'a_1#2 1',
    ]);
  });

  it.each<
    [name: string, load: () => Promise<unknown>, message: string, kind: new (...args: never[]) => Error]
  >([
    ['a missing file', () => loadLattice('none.madx'), 'none.madx: no such file', LatticeFileError],
    [
      'an unknown line',
      () => loadLattice(join(folder, 'ring.madx'), { line: 'rign' }),
      "no line 'rign' — did you mean 'ring'?",
      LatticeFileError,
    ],
    [
      'an unknown element',
      () => loadLattice(join(folder, 'bad.madx')),
      "bad.madx:2:12: there is no line or element 'qq' — did you mean 'q'?",
      LatticeFileError,
    ],
    [
      'an unknown ending',
      () => loadLattice(join(folder, 'ring.txt')),
      'choose one of madx, elegant, bmad',
      OptionsError,
    ],
    [
      'an unknown format',
      () => loadLattice('x', { format: 'mad' as never }),
      "format cannot be 'mad' — did you mean 'madx'",
      OptionsError,
    ],
    [
      'an unknown option',
      () => loadLattice('x', { lines: 'x' } as never),
      "loadLattice: 'lines' is unknown — did you mean 'line'?",
      OptionsError,
    ],
    [
      'an unknown species',
      () => loadLattice(join(folder, 'ring.madx'), { species: 'protn' as never }),
      "unknown species 'protn'",
      BeamError,
    ],
  ])('refuses %s', async (_, load, message, kind) => {
    const error = await load().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
  });

  it('says where the energy of a beam is below rest', () => {
    const text = 'd: drift; x: line=(d);\nbeam, particle=proton, energy=0.5;';
    expect(() => parseLattice(text, { file: 'a.madx' })).toThrow(
      /^a\.madx:2:24: energy 500000000 eV is not above/,
    );
  });

  it('says where a value is that an element cannot have', () => {
    const text = 'q: quadrupole, l=-1; x: line=(q);';
    expect(() => parseLattice(text, { file: 'a.madx' })).toThrow(
      /^a\.madx:1:1: the length \(m\) of quadrupole 'q' must be/,
    );
  });
});

describe('unkick lattice', () => {
  it('prints elements by type, length, reference and, aside, warnings', () => {
    const { status, stdout, stderr } = runCommand(folder, 'lattice', 'ring.madx');
    expect(stdout).toBe(
      [
        "ring.madx (madx): line 'ring', 10 elements, 10 m",
        '',
        'type        number  length',
        'quadrupole       4     2 m',
        'drift            4     8 m',
        'marker           2     0 m',
        '',
        'reference: proton (938.2720894 MeV), total energy 1738.272089 MeV, charge 1.602177e-9 C',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain("warning: ring.madx:1:74: attribute 'type' of drift is ignored\n");
    expect(status).toBe(0);
  });

  it('prints JSON', () => {
    const { stdout } = runCommand(
      folder,
      'lattice',
      'ring.txt',
      '--format',
      'madx',
      '--line',
      'other',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ file: 'ring.txt', format: 'madx', name: 'other', elements: 1, length: 0.5 },
      types: [{ type: 'quadrupole', count: 1, length: 0.5 }],
      reference: { species: { name: 'proton' } },
    });
  });

  it('exits with 2 and one line for a bad file', () => {
    const { status, stderr } = runCommand(folder, 'lattice', 'bad.madx');
    expect(stderr).toBe("error: bad.madx:2:12: there is no line or element 'qq' — did you mean 'q'?\n");
    expect(status).toBe(2);
  });
});

describe('a problem file with a lattice file', () => {
  const problem = (changes: object = {}) => {
    const file = join(folder, 'problem.json');
    const beam = { ...SMALL_PROBLEM.beam, species: 'proton', energy: undefined, kineticEnergy: 0.8e9 };
    const rest = {
      lattice: { file: 'ring.madx' },
      spaceCharge: undefined,
      objective: { sigma: 'x' },
      wrt: ['qf.k1', 'qf#2.k1'],
    };
    writeFileSync(file, JSON.stringify({ ...SMALL_PROBLEM, beam, ...rest, ...changes }));
    return file;
  };

  it('is tracked and differentiated', () => {
    const { status, stdout, stderr } = runCommand(folder, 'gradient', problem(), '--json');
    expect(status, stderr).toBe(0);
    const { gradient, warnings } = JSON.parse(stdout);
    expect(Object.keys(gradient.parameters)).toEqual(['qf.k1', 'qf#2.k1']);
    expect(warnings).toContainEqual(expect.stringContaining("attribute 'type' of drift is ignored"));
    expect(stderr).toContain("attribute 'type' of drift is ignored");
  });

  it('warns of another particle or energy', () => {
    const { stdout } = runCommand(folder, 'track', problem({ beam: SMALL_PROBLEM.beam }), '--json');
    const { warnings } = JSON.parse(stdout);
    expect(warnings).toContainEqual(
      expect.stringMatching(/the lattice is for a beam of protons, this one is of electrons$/),
    );
    expect(warnings).toContainEqual(
      expect.stringMatching(/the lattice is for a total energy of 1738272089\.43 eV, the beam has/),
    );
  });

  it.each<[lattice: unknown, message: RegExp]>([
    [
      { file: 'bad.madx' },
      /problem\.json:1:\d+: lattice\.file: .*bad\.madx:2:12: there is no line or element 'qq'/,
    ],
    [{ file: 'none.madx' }, /lattice\.file: .*none\.madx: no such file/],
    [{ file: 'ring.madx', lien: 'x' }, /lattice\.lien: unknown field 'lien' — did you mean 'line'\?/],
    [{ file: 3 }, /lattice\.file: must be a string, not 3/],
    [{}, /lattice\.file: is missing/],
    [{ file: 'ring.madx', variables: { k: 'x' } }, /lattice\.variables\.k: must be a number, not 'x'/],
    [3, /lattice: must be a list of elements or an object that names a lattice file, not 3/],
    [undefined, /lattice: is missing/],
  ])('is refused with the lattice %j', (lattice, message) => {
    const { status, stderr } = runCommand(folder, 'track', problem({ lattice }));
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
