import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMadx } from '../../src/formats/madx/read.js';
import { SPECIES } from '../../src/index.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';
import { attributeOf, errorOf, madx, passed, totalLength } from './texts.js';

const LINE = 'd: drift, l=1; x: line=(d);';

describe('MAD-X', () => {
  it('does not care for case, comments, or how many statements stand in a line', () => {
    const text = `
      ! a comment; with a semicolon
      QF: Quadrupole, L=0.5, // another
        K1=0.3; D: DRIFT, /* over
        two lines; */ l=2;; cell: LINE=(qf,d); USE, Period=CELL;`;
    const description = madx(text);
    expect(passed(description)).toBe('QF D');
    expect(attributeOf(description, 'QF', 'k1')).toBe(0.3);
    expect(description.elements.get('D')).toMatchObject({ type: 'drift', at: { line: 4, column: 17 } });
  });

  it('gives elements the attributes of the one they are made after, as they were then', () => {
    const description = madx(`
      kf = 0.3; q: quadrupole, l=1, k1:=kf; q1: q; q2: q, k1=5, type="long"; q->l = 2; q1, tilt=0.1;
      kf = 0.4; x: line=(q, q1, q2);`);
    const of = (name: string) =>
      Object.fromEntries(
        [...description.elements.get(name)!.attributes].map(([key, { value }]) => [key, value]),
      );
    expect(of('q')).toEqual({ l: 2, k1: 0.4 });
    expect(of('q1')).toEqual({ l: 1, k1: 0.4, tilt: 0.1 });
    expect(of('q2')).toEqual({ l: 1, k1: 5, type: 'long' });
    expect(description.elements.get('q2')?.type).toBe('quadrupole');
  });

  it('reads lists, texts, words and flags', () => {
    const description = madx(
      "m: multipole, knl={0, 1.5*2, }, ksl:={k}, apertype=ellipse, comment='a; b', thick, -bend; k=4; x: line=(m);",
    );
    expect(attributeOf(description, 'm', 'knl')).toEqual([0, 3]);
    expect(attributeOf(description, 'm', 'ksl')).toEqual([4]);
    expect(attributeOf(description, 'm', 'comment')).toBe('a; b');
    expect(attributeOf(description, 'm', 'thick')).toBe(true);
    expect(attributeOf(description, 'm', 'bend')).toBe(false);
    expect(description.elements.get('m')?.attributes.get('apertype')?.value).toBe('ellipse');
  });

  it('warns of what it leaves out, once', () => {
    const text = `title, "x"; option, -echo, bborbit; twiss; s: macro = { a = 1; }; twiss, file=x;
      q: quadrupole; q: quadrupole, l=1; x: line=(q);`;
    expect(madx(text).warnings).toEqual([
      "ring.madx:1:1: the command 'title' is ignored",
      "ring.madx:1:13: option 'bborbit' is ignored",
      "ring.madx:1:37: the command 'twiss' is ignored (and so at 1 other place)",
      "ring.madx:1:44: macro 's' is ignored",
      "ring.madx:2:22: element 'q' is defined again: the later definition counts",
    ]);
  });

  it('ends at return, stop or exit', () => {
    expect(passed(madx(`${LINE} return; nonsense`))).toBe('d');
    expect(passed(madx(`${LINE} STOP; nonsense`))).toBe('d');
  });

  it.each<[text: string, message: string]>([
    ['q: quadrupole l=1;', "1:15: in 'q': expected ';', but 'l' stands there"],
    ['q: quadrupole, 3;', "of 'q': expected the name of an attribute, but '3' stands there"],
    ['q: quadrupole, l=;', 'expected a number or a name, but the statement ends'],
    ['q: ;', "after 'q:': expected the type of an element, but the statement ends"],
    ['= 3;', "in a MAD-X file: expected a statement, but '=' stands there"],
    ['qd->k1 = 3;', "no element is named 'qd'"],
    ['usse, x;', "there is no command or element 'usse' — did you mean 'use'?"],
    ['\nseqedit, sequence=x;', "2:1: the command 'seqedit' changes the machine: it is not read"],
    ['if (a > 1) { b = 2; }', "the command 'if' changes the machine"],
    ['use;', 'use names no sequence'],
    ['use, sequence=y;', "1:1: there is no line 'y'"],
    ['x = "open;', '1:5: the quote " is never closed'],
    ['/* x', '1:1: the comment /* is never closed'],
    ['call;', 'call names no file: write call, file="name"'],
    ['call, file=3;', '1:7: a name is expected here'],
    ['a = 3; q: quadrupole, l={1, {2}};', 'in an expression: expected a number or a name'],
    ['x = 1 2;', "after the value of 'x': expected ';', but '2' stands there"],
  ])('%s', (text, message) => {
    expect(errorOf(() => madx(`${text}\n`)).message).toContain(message);
  });
});

describe('a beam of MAD-X', () => {
  const referenceOf = (beam: string) => madx(`${LINE} beam, ${beam};`).reference;
  const { restEnergy } = SPECIES.proton;

  it.each<[beam: string, energy: number]>([
    ['particle=proton, energy=2', 2e9],
    ['particle=proton, energy=0.8+pmass', 0.8e9 + restEnergy],
    ['particle=proton, pc=3', Math.hypot(3e9, restEnergy)],
    ['particle=proton, gamma=4', 4 * restEnergy],
    ['particle=proton, beta=0.6', restEnergy / 0.8],
    // Bρ = p/(Z e): 1 Tm are 299.792458 MeV/c.
    ['particle=proton, brho=1', Math.hypot(299792458, restEnergy)],
  ])('%s', (beam, energy) => {
    expect(referenceOf(beam)).toMatchObject({ species: 'proton' });
    expect(referenceOf(beam).energy! / energy).toBeCloseTo(1, 14);
  });

  it('can be of ions, with a number of particles', () => {
    const { species, energy, charge } = referenceOf('mass=11.1779, charge=6, energy=50, npart=1e9, ex=1e-6');
    expect(species).toEqual({ name: 'ion', restEnergy: 11.1779e9, chargeNumber: 6 });
    expect(energy).toBe(50e9);
    expect(charge).toBeCloseTo(6e9 * 1.602176634e-19, 25);
  });

  it('can be of one sequence', () => {
    const text = `${LINE} y: line=(d); beam, sequence=y, particle=electron, energy=3; beam, particle=proton, energy=2;`;
    expect(madx(text, 'x').reference).toMatchObject({ species: 'proton', energy: 2e9 });
    expect(madx(text, 'y').reference).toMatchObject({ species: 'electron', energy: 3e9 });
  });

  it.each<[beam: string, message: string]>([
    ['particle=protn', "beam: particle 'protn' is unknown and has no mass — did you mean 'proton'?"],
    ['particle=proton, energy=ee', "variable 'ee' is not defined"],
    ['bv=-1', 'beam, bv=-1: a line that is passed backwards is not read'],
  ])('is refused: %s', (beam, message) => {
    expect(errorOf(() => referenceOf(beam)).message).toContain(message);
  });

  it('warns of what tells of the distribution', () => {
    expect(madx(`${LINE} beam, particle=proton, energy=2, ex=1e-6;`).warnings).toEqual([
      "ring.madx:1:62: 'ex' of a beam is ignored",
    ]);
  });

  it('need not be there', () => {
    expect(madx(LINE).reference).toEqual({});
  });
});

describe('sequences of MAD-X', () => {
  const ELEMENTS = 'q: quadrupole, l=1, k1=2; m: marker; b: sbend, l=2, angle=0.1;';
  const places = (text: string) => {
    const description = madx(`${ELEMENTS} ${text}`);
    return description.line
      .map(({ element }) =>
        [element, description.elements.get(element)!.attributes.get('l')?.value ?? 0].join('@'),
      )
      .join(' ');
  };

  it.each<[refer: string, expected: string]>([
    ['', 'drift_1@1.5 q@1 drift_2@1.5 b@2 drift_3@4'],
    [', refer=centre', 'drift_1@1.5 q@1 drift_2@1.5 b@2 drift_3@4'],
    [', refer=entry', 'drift_1@2 q@1 drift_2@2 b@2 drift_3@3'],
    [', refer=exit', 'drift_1@1 q@1 drift_2@1 b@2 drift_3@5'],
  ])('place elements by their%s', (refer, expected) => {
    expect(places(`s: sequence, l=10${refer}; q, at=2; b, at=5; endsequence;`)).toBe(expected);
  });

  it('place elements from each other, in any order, with attributes of their own', () => {
    const text = `s: sequence, l=10; b, at=5; q1: q, at=-d, from=b, k1=3; m, at=2.5, from=b; endsequence; d=3;`;
    expect(errorOf(() => places(text)).message).toContain("variable 'd' is not defined");
    expect(places(text.replace('at=-d', 'at:=-d'))).toBe(
      'drift_1@1.5 q1@1 drift_2@1.5 b@2 drift_3@1.5 m@0 drift_4@2.5',
    );
    expect(attributeOf(madx(ELEMENTS + text.replace('at=-d', 'at:=-d')), 'q1', 'k1')).toBe(3);
  });

  it('leave no drift where elements touch', () => {
    expect(places('s: sequence, l=3.3; q, at=0.5; m, at=1; b, at=2; endsequence;')).toBe(
      'q@1 m@0 b@2 drift_1@0.2999999999999998',
    );
  });

  it('place sequences by their ends, middle or an element in them', () => {
    const inner = 'c: sequence, l=4; q, at=1; endsequence;';
    expect(places(`${inner} s: sequence, l=10, refer=entry; c, at=2; endsequence;`)).toBe(
      'drift_1@2 drift_2@0.5 q@1 drift_3@2.5 drift_4@4',
    );
    expect(places(`${inner} s: sequence, l=10; c, at=4; endsequence;`)).toContain('drift_1@2 ');
    const refpos = inner.replace('l=4', 'l=4, refpos=q');
    expect(places(`${refpos} s: sequence, l=10; c, at=4; endsequence;`)).toContain('drift_1@3 ');
  });

  it('may stand in lines, and have a length to refer to', () => {
    const description = madx(
      `${ELEMENTS} s: sequence, l=3; q, at=1; endsequence; d: drift, l=2*s->l; x: line=(s,d,-s);`,
    );
    expect(passed(description)).toBe('drift_1 q drift_2 d drift_4 q drift_3');
    expect(totalLength(description)).toBe(12);
  });

  it('take the arc of an rbend, whose length is its chord unless an option says otherwise', () => {
    const text = (option: string) =>
      `${option} r: rbend, l=2, angle=pi/3; s: sequence, l=4; r, at=2; endsequence;`;
    // The arc over a chord of 2 m that turns by 60° has a radius of 2 m.
    const arc = (2 * Math.PI) / 3;
    const first = (description: ReturnType<typeof madx>) => attributeOf(description, 'drift_1', 'l');
    expect(first(madx(text('')))).toBeCloseTo(2 - arc / 2, 14);
    expect(first(madx(text('option, -rbarc;')))).toBe(1);
    expect(attributeOf(madx(text('option, rbarc=false;')), 'r', 'rbarc')).toBe(false);
  });

  it('are cut to a range', () => {
    const text = 's: sequence, l=10; q, at=1; m, at=2; q, at=4; b, at=7; endsequence;';
    expect(places(`${text} use, sequence=s, range=m/b;`)).toBe('m@0 drift_3@1.5 q@1 drift_4@1.5 b@2');
    expect(places(`${text} use, sequence=s, range=q[2]/#e;`)).toBe('q@1 drift_4@1.5 b@2 drift_5@2');
    expect(places(`${text} use, sequence=s, range=#s/m;`)).toBe('drift_1@0.5 q@1 drift_2@0.5 m@0');
    expect(places(`${text} use, sequence=s, range=b;`)).toBe('b@2');
  });

  it.each<[text: string, message: string]>([
    [
      's: sequence, l=10; q, at=2; b, at=3; endsequence;',
      "1:92: 'b' begins 0.5 m before the element in front of it ends",
    ],
    ['s: sequence, l=3; q, at=2.8; endsequence;', "sequence 's' ends 0.2"],
    ['s: sequence, l=3; q, at=0; endsequence;', "'q' begins 0.5 m before"],
    ['s: sequence, l=3; q; endsequence;', "'q' has no place: write at="],
    ['c: line=(q); s: sequence, l=3; c, at=1; endsequence;', "'c' is a line: a sequence consists of"],
    ['s: sequence, l=3; qq, at=1; endsequence;', "there is no command or element 'qq'"],
    ['s: sequence, l=3; q, at=1, from=z; endsequence;', "sequence 's' has no 'z'"],
    ['s: sequence, l=3; q1: q, at=1, from=q2; q2: q, at=1, from=q1; endsequence;', 'depends on itself'],
    ['s: sequence, l=3; q, at=1;', "sequence 's' has no endsequence"],
    ['s: sequence, l=3; t: sequence, l=3;', "sequence 't' begins in sequence 's'"],
    ['s: sequence, l=3, next_sequ=t; endsequence;', 'next_sequ, a sequence behind the sequence, is not read'],
    ['endsequence;', 'endsequence without a sequence'],
    ['s: sequence, l=3, refer=middle; endsequence;', "refer is entry, centre or exit, not 'middle'"],
    [
      's: sequence, l=3; m, at=1; endsequence; use, sequence=s, range=z/#e;',
      "the range ends at 'z', which is not in the line",
    ],
    ['s: sequence, l=3; m, at=1; endsequence; use, sequence=s, range=#e/#s;', "'#s' lies before '#e'"],
    [
      's: sequence, l=3; m, at=1; endsequence; use, sequence=s, range=m[2];',
      "'m' is 1 times in the line, not 2",
    ],
    [
      'c: sequence, l=3, refpos=z; m, at=1; endsequence; s: sequence, l=9; c, at=4; endsequence;',
      "sequence 'c' has no 'z'",
    ],
    [
      'c: sequence, l=3; m, at=1; endsequence; s: sequence, l=9; k: c, at=4; endsequence;',
      "cannot be placed under another name, 'k'",
    ],
  ])('%s', (text, message) => {
    expect(errorOf(() => places(text)).message).toContain(message);
  });

  it('that contain each other without end are refused', () => {
    const doubled = Array.from(
      { length: 60 },
      (_, i) => `s${i + 1}: sequence, l=0; s${i}, at=0; s${i}, at=0; endsequence;`,
    );
    const text = `s0: sequence, l=0; endsequence; ${doubled.join('\n')}`;
    expect(errorOf(() => madx(text)).message).toContain('more than 1000000 elements');
  });
});

describe('files that MAD-X calls', () => {
  const temporary = new TemporaryFolder();
  const folder = temporary.path;
  afterAll(() => temporary[Symbol.dispose]());
  const read = (text: string) => readMadx(text, { file: join(folder, 'main.madx') });

  it('are looked for beside the file that calls them', () => {
    mkdirSync(join(folder, 'parts'));
    writeFileSync(
      join(folder, 'parts', 'elements.madx'),
      'call, file="lengths.madx"; d: drift, l=long; return; junk',
    );
    writeFileSync(join(folder, 'parts', 'lengths.madx'), 'long = 2;');
    expect(attributeOf(read("call, file='parts/elements.madx'; x: line=(d);"), 'd', 'l')).toBe(2);
  });

  it('are named in errors', () => {
    writeFileSync(join(folder, 'bad.madx'), 'a = 1;\n  b = ;');
    const error = errorOf(() => read('call, file="bad.madx";'));
    expect(error).toMatchObject({ file: join(folder, 'bad.madx'), line: 2, column: 7 });
  });

  it('may not call themselves, or be missing', () => {
    writeFileSync(join(folder, 'self.madx'), 'call, file="self.madx";');
    expect(errorOf(() => read('call, file="self.madx";')).message).toContain('self.madx calls itself');
    const missing = errorOf(() => read('\ncall, file="none.madx";'));
    expect(missing.message).toMatch(/main\.madx:2:1: .*none\.madx: no such file/);
    expect(errorOf(() => read('call, file="parts";')).message).toContain('is a folder, not a file');
  });

  it('may not be called without end', () => {
    for (let i = 0; i < 12; i++) {
      writeFileSync(join(folder, `f${i}.madx`), `call, file="f${i + 1}.madx"; call, file="f${i + 1}.madx";`);
    }
    writeFileSync(join(folder, 'f12.madx'), 'a = 1;');
    expect(errorOf(() => read('call, file="f0.madx";')).message).toContain('more than 1000 files are called');
  });
});
