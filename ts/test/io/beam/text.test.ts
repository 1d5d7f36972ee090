import { describe, expect, it } from 'vitest';
import { toNumber } from '../../../src/io/beam/text.js';
import { complaint, library, withFile } from './files.js';

const { loadBeam } = library;

describe('numbers', () => {
  it.each([
    { word: '0', value: 0 },
    { word: '-1.5', value: -1.5 },
    { word: '+2e3', value: 2000 },
    { word: '.5', value: 0.5 },
    { word: '5.', value: 5 },
    { word: '1e-300', value: 1e-300 },
    { word: '1.5D-3', value: 0.0015 },
    { word: '-2d2', value: -200 },
    { word: '0e5', value: 0 },
    { word: '00012', value: 12 },
  ])('$word', ({ word, value }) => expect(toNumber(word)).toBe(value));

  it.each([
    '',
    ' ',
    'nan',
    'NaN',
    'inf',
    '-Infinity',
    '1e999',
    '0x10',
    '0b1',
    '0o7',
    '1,5',
    '1e',
    'd5',
    '--1',
    '1_000',
  ])('not %j', (word) => expect(toNumber(word)).toBeUndefined());
});

const AT_REST = '0.001 0.002 0.5 0 0 2e6 1.0 -0.1 1 5';

describe('Astra', () => {
  const rows = [
    AT_REST,
    '1e-3 0 -1e-3 1e3 0 0 0 -1E-1 1 5',
    '0 2e-3 1e-3 0 -2D3 1e4 1e-6 -0.2 1 3',
    '0 0 0 0 0 0 0 -0.1 1 -15',
    '0 0 0 0 0 -3e6 0 -0.1 1 5',
  ];
  const options = { energy: Math.hypot(2e6, 510998.95069) };

  it('is relative to its first row, in ns, nC and eV/c, and drifts to its place', async () => {
    const { beam, origin, warnings, format } = await withFile('a.0100.001', rows.join('\n'), (path) =>
      loadBeam(path),
    );
    expect([format, beam.particles]).toEqual(['astra', 3]);
    expect(origin.z).toBe(0.5);
    expect(origin.t).toBeCloseTo(1e-9, 20);
    expect(beam.energy).toBeCloseTo(options.energy, 6);
    expect([...beam.charges].map((q) => q.toPrecision(6))).toEqual([
      '1.00000e-10',
      '1.00000e-10',
      '2.00000e-10',
    ]);
    const { x, px, tau } = beam.coordinates;
    expect(x[0]).toBe(0.001);
    expect(px[1]).toBeCloseTo(1e3 / 2e6, 14);
    expect(x[1]).toBeCloseTo(1e-3 + (1e-3 * 1e3) / 2e6, 15);
    // It is 1 mm behind and arrives later by 1 mm/v; the other one is early but for its clock.
    expect(tau[1]).toBeCloseTo((1e-3 * Math.hypot(1e3, options.energy)) / 2e6, 14);
    const pz = 2.01e6;
    const energy = Math.hypot(pz, 2e3, 510998.95069);
    expect(tau[2]).toBeCloseTo(299792458 * 1e-15 - (1e-3 * energy) / pz, 14);
    expect(warnings).toEqual([
      'left out 1 of 5 rows, whose status flag -15 is not that of a live macroparticle',
      'left out 1 of 4 macroparticles, which do not move forward',
    ]);
  });

  it('leaves out a reference that carries no charge', async () => {
    const text = [AT_REST.replace('-0.1', '0'), ...rows.slice(1, 3)].join('\r\n');
    const { beam } = await withFile('a.ini', text, (path) => loadBeam(path));
    expect(beam.particles).toBe(2);
  });

  it.each<[string, string, string]>([
    [
      'a missing column',
      rows.join('\n').replace(' 3\n', '\n'),
      'a.ini:3:1: has 9 columns where Astra has 10',
    ],
    ['a word', `${AT_REST}\n0 0 zero 0 0 0 0 1 1 5`, "a.ini:2:3: 'zero' is not a finite number (column 3)"],
    ['NaN', `${AT_REST}\n0 0 0 0 nan 0 0 1 1 5`, "a.ini:2:5: 'nan' is not a finite number"],
    ['mixed species', `${AT_REST}\n0 0 0 0 0 0 0 1 3 5`, 'a.ini:2:9: mixes the species indices 1 and 3'],
    ['an unknown one', AT_REST.replace(' 1 5', ' 14 5'), 'a.ini: does not say which particles these are'],
    ['nothing', '\n\n', 'a.ini: is empty'],
    ['nobody alive', AT_REST.replace(' 5', ' -15').replace('0.5', '0.5'), 'has no live macroparticle'],
    ['binary', '\0\0\0', 'a.ini:1:1: '],
    ['charges of both signs', `${AT_REST}\n0 0 0 0 0 0 0 1 1 5`, 'a.ini: mixes signs of charge'],
  ])('refuses %s', async (_, text, message) => {
    const { message: said, kind } = await complaint('a.ini', text);
    expect(said).toContain(message);
    expect(kind).toBe('BeamFileError');
  });
});

const SDDS = `SDDS1
! a comment
&description text="a watch point", contents="beam" &end
&parameter name=Step, type=long, fixed_value=3 &end
&parameter name=Charge, units=C,
  type=double &end
&parameter name=pCentral, type=double &end
&column name=x, units=m, type=double &end
&column name=xp, type=double &end
&column name=tag, type=string &end
&column name=y, units=m, type=double &end
&column name=yp, type=double &end
&column name=t, units=s, type=double &end
&column name=p, units="m$be$nc", type=double &end
&column name=particleID, type=long &end
&data mode=ascii &end
1.0e-12
40.0
2
1e-3 1e-2 "first of two" 0 -2e-2 1e-9 41 1
2e-3 0 second 0 0
1.1e-9 40.0 2
2
`;

describe('elegant', () => {
  it('in SDDS: slopes and βγ become momenta, exactly', async () => {
    const options = { species: 'electron' } as const;
    const { beam, format, warnings } = await withFile('w1.bun', SDDS, (path) => loadBeam(path, options));
    expect(format).toBe('elegant');
    expect(beam.gamma0).toBeCloseTo(Math.hypot(1, 40), 12);
    const { x, px, py, tau, p } = beam.coordinates;
    const pz = 41 / 40 / Math.sqrt(1 + 1e-4 + 4e-4);
    expect(px[0]).toBeCloseTo(1e-2 * pz, 16);
    expect(py[0]).toBeCloseTo(-2e-2 * pz, 16);
    expect(p[0]).toBeCloseTo((Math.hypot(1, 41) - Math.hypot(1, 40)) / 40, 14);
    expect(x[1]).toBe(2e-3);
    expect(tau[1]! - tau[0]!).toBeCloseTo(299792458 * 1e-10, 10);
    expect(p[1]).toBeCloseTo(0, 15);
    expect(beam.charge).toBeCloseTo(1e-12, 24);
    expect(warnings).toEqual([
      'columns that were not used: tag, particleID',
      'pages after the first were not read',
    ]);
  });

  it.each([
    ['a header', 'x xp y yp t p\n'],
    ['a comment as a header', '# a table\n# x xp y yp t p\n'],
    ['none', ''],
  ])('in plain columns with %s', async (_, header) => {
    const text = `${header}0 1e-3 0 0 1e-12 50\n1e-3 0 0 0 -1e-12 50\n`;
    const options = { species: 'electron', charge: 1e-9 } as const;
    const { beam, origin } = await withFile('plain.txt', text, (path) => loadBeam(path, options));
    expect(beam.particles).toBe(2);
    expect(origin.t).toBeCloseTo(0, 20);
    expect(beam.energy).toBeCloseTo(Math.hypot(50, 1) * 510998.95069, 6);
    expect(beam.coordinates.px[0]).toBeCloseTo(1e-3 / Math.sqrt(1 + 1e-6), 15);
  });

  it('takes columns in any order, with charges', async () => {
    const text = 'p t charge yp y xp x s\n50 0 1e-12 0 0 0 7e-3 0\n50 0 3e-12 0 0 0 1e-3 0\n';
    const { beam, warnings } = await withFile('b.txt', text, (path) => loadBeam(path, { species: 'proton' }));
    expect([...beam.coordinates.x, ...beam.charges]).toEqual([7e-3, 1e-3, 1e-12, 3e-12]);
    expect(warnings).toEqual(['columns that were not used: s']);
  });

  const sdds = (from: string | RegExp, to: string) => SDDS.replace(from, to);
  it.each<[string, string, string]>([
    ['too few rows', sdds('\n2\n1e-3', '\n3\n1e-3').replace(/\n2\n$/, '\n'), ' of 3 rows'],
    ['binary data', sdds('mode=ascii', 'mode=binary'), 'w.sdds:16:1: holds binary data'],
    [
      'a column less',
      sdds(/&column name=yp.*\n/, ''),
      "w.sdds:15:1: the column yp is missing — did you mean 'xp' or 'y' or 'p'?",
    ],
    [
      'text for numbers',
      sdds('name=yp, type=double', 'name=yp, type=string'),
      'the column yp is of type string',
    ],
    ['a word', sdds('2e-3 0', '2e-3 zero'), "w.sdds:22:2: 'zero' is not a finite number"],
    ['no count', sdds('40.0\n2\n', '40.0\ntwo\n'), "w.sdds:19:1: 'two' is no number of rows"],
    ['no data', SDDS.slice(0, 300), 'ends before its data'],
    ['an unknown command', sdds('&description', '&include'), 'the header command &include is not supported'],
  ])('refuses %s', async (_, text, message) => {
    expect((await complaint('w.sdds', text, { species: 'electron' })).message).toContain(message);
  });

  it.each<[string, string, object, string]>([
    ['five columns', '1 2 3 4 5\n', {}, 't.txt: is of no known format'],
    [
      'five columns that are said to be elegant',
      '1 2 3 4 5\n',
      { format: 'elegant' },
      't.txt:1:1: has 5 columns',
    ],
    ['a ragged table', 'x xp y yp t p\n1 2 3 4 5 6\n1 2\n', {}, 't.txt:3:1: has 2 columns, not 6'],
    ['no charge', '0 0 0 0 0 5\n', { species: 'electron' }, 't.txt: holds no charges: give charge (C)'],
    ['only a header', 'x xp y yp t p\n', {}, 't.txt: holds no macroparticle'],
  ])('refuses %s', async (_, text, options, message) => {
    expect((await complaint('t.txt', text, options)).message).toContain(message);
  });
});

describe('CSV', () => {
  const facts = '# species: electron\n# energy: 2.5e7 eV\n# a note: nothing\n';

  it('takes columns in any order, quotes, blank lines and comments', async () => {
    const text = `\uFEFF${facts}\n"p","tau",py,y,px,x,charge,id\r\n1e-3,0,0,0,0,5e-3,1e-12,7\r\n\r\n# done\n0,0,0,0,0,"1e-3",1e-12,8\n`;
    const { beam, warnings } = await withFile('b.csv', text, (path) =>
      loadBeam(path, { species: 'electron', energy: 2.5e7 }),
    );
    expect([...beam.coordinates.x]).toEqual([5e-3, 1e-3]);
    expect(beam.coordinates.p[0]).toBe(1e-3);
    expect(warnings).toEqual(['columns that were not used: id']);
  });

  it('says species and energy in comments', async () => {
    const text = `${facts}x,px,y,py,tau,p\n1,0,0,0,0,0\n`;
    const { beam } = await withFile('b.csv', text, (path) => loadBeam(path, { charge: 1e-9 }));
    expect([beam.species.name, beam.energy]).toEqual(['electron', 2.5e7]);
  });

  const header = 'x,px,y,py,tau,p';
  it.each<[string, string, string]>([
    ['a missing column', 'x,px,y,py,tua,p\n', "b.csv:1:1: the column tau is missing — did you mean 'tua'?"],
    ['a column twice', `${header},x\n`, 'b.csv:1:7: the column x stands twice'],
    ['a short row', `${header}\n1,2,3\n`, 'b.csv:2:1: has 3 columns, the header 6'],
    ['an empty field', `${header}\n1,2,,4,5,6\n`, "b.csv:2:3: '' is not a finite number (column 3)"],
    ['infinity', `${header}\n1,2,3,4,5,1e999\n`, "b.csv:2:6: '1e999' is not a finite number"],
    ['no row', `${header}\n`, 'b.csv: holds no macroparticle'],
    [
      'no energy',
      `# species: electron\n${header},charge\n1,2,3,4,5,6,1\n`,
      'b.csv: does not say the reference energy',
    ],
    [
      'an energy below rest',
      `# species: proton\n# energy: 5\n${header},charge\n1,2,3,4,5,6,1\n`,
      'b.csv: energy 5 eV is not above',
    ],
    [
      'a typing error',
      `# species: electorn\n${header}\n1,2,3,4,5,6\n`,
      "b.csv: unknown species 'electorn' — did you mean 'electron'?",
    ],
    ['no charge at all', `${facts}${header},charge\n1,2,3,4,5,6,0\n`, 'b.csv: has charges that add up to 0'],
  ])('refuses %s', async (_, text, message) => {
    const { message: said, kind } = await complaint('b.csv', text);
    expect(said).toContain(message);
    expect(kind).toBe('BeamFileError');
  });
});
