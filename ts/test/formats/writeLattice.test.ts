import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specOf } from '../../src/formats/specOf.js';
import {
  Aperture,
  CustomStep,
  Drift,
  type Element,
  Lattice,
  LatticeError,
  type LoadedLattice,
  Marker,
  Monitor,
  OptionsError,
  parseLattice,
  Quadrupole,
  Screen,
  Segment,
  SpaceChargeKick,
  type WrittenFormat,
  writeLattice,
} from '../../src/index.js';
import { hasSamples, SAMPLE_FOLDER } from './texts.js';

const FILES = { pals: 'out.pals.yaml', 'lattice-json': 'out.json' } as const;
const FORMATS = Object.keys(FILES) as WrittenFormat[];

/** Numbers that decimal fractions, squares and roundings do not give by chance. */
const AWKWARD = [0.1 + 0.2, 1 / 3, -Math.PI * 1e-7, 5e-324, 1.7976931348623157e308, -0, 2 ** 53 + 2];

/** Every class, with defaults and with everything set. */
const PLAIN: readonly Element[] = [
  new Drift({ name: 'd', length: 0.1 + 0.2 }),
  new Quadrupole({ name: 'q', length: 1 / 3, k1: -8.78017699 }),
  new Quadrupole({ name: 'q_off', length: 1, k1: 2, dx: 1e-3, dy: -1 / 3e5, tilt: Math.PI / 7 }),
  new Marker({ name: 'm' }),
  new Monitor({ name: 'bpm' }),
  new Screen({ name: 's', bins: [612, 510], halfSize: [1 / 300, 0.002] }),
  new Aperture({ name: 'a', halfX: 0.01, halfY: 1 / 30 }),
  new Aperture({ name: 'a2', halfX: 0.01, halfY: 1 / 30, shape: 'rectangular' }),
  new SpaceChargeKick({
    name: 'k',
    effectLength: 0.1,
    gridShape: [16, 32, 64],
    extent: { sigmas: [3, 4, 1 / 3] },
  }),
];
const SPECIAL: readonly Element[] = [
  new Drift({ name: 'exact', length: 1, model: 'exact', reverse: 'store', tier: 'host' }),
  new Quadrupole({ name: 'thin', length: 0, k1: 3 }),
  new Monitor({ name: 'shifted', dx: 1e-4, dy: -1e-4 }),
  new Screen({ name: 'screen_off', halfSize: [0.1, 0.1], dx: 0.01 }),
  ...AWKWARD.map((length, i) => new Drift({ name: `awkward${i}`, length })),
];

/** What PALS keeps in the extension. */
const NOT_IN_CHEETAH: readonly (readonly [Element, RegExp])[] = [
  [
    new SpaceChargeKick({
      name: 'fixed',
      effectLength: 1,
      gridShape: [8, 8, 8],
      extent: { fixed: [1, 2, 3] },
      centre: 'reference',
      differentiateGrid: false,
    }),
    /SpaceChargeKick 'fixed': Cheetah's SpaceChargeKick has no (centre|extent); PALS takes it/,
  ],
];

const described = (lattice: Lattice) =>
  lattice.elements.map((element) => ({ name: element.name, ...specOf(element) }));

function roundTrip(lattice: Lattice, format: WrittenFormat): LoadedLattice & { readonly text: string } {
  const text = writeLattice(lattice, { format });
  return { ...parseLattice(text, { file: FILES[format], format }), text };
}

describe.each(FORMATS)('a lattice written as %s', (format) => {
  it.each([...PLAIN, ...SPECIAL].map((element) => [element.name, element] as const))(
    'gives back %s',
    (_name, element) => {
      const back = roundTrip(new Lattice([element]), format);
      expect(described(back.lattice)).toStrictEqual(described(new Lattice([element])));
      expect(back.warnings).toEqual([]);
    },
  );

  it('gives back all of them in one line, and the same text a second time', () => {
    const lattice = new Lattice([...PLAIN, ...SPECIAL]);
    const back = roundTrip(lattice, format);
    expect(described(back.lattice)).toStrictEqual(described(lattice));
    expect(writeLattice(back.lattice, { format })).toBe(back.text);
  });

  it('holds a repeated element once, and places with parameters of their own as elements', () => {
    const qf = new Quadrupole({ name: 'qf', length: 0.1, k1: 1 });
    const d = new Drift({ name: 'd', length: 1 });
    const ring = new Lattice([qf, d, qf, d, qf]);
    const back = roundTrip(ring, format);
    expect(described(back.lattice)).toStrictEqual(described(ring));
    expect(back.text.match(/k1|Kn1/gi)).toHaveLength(1);
    const changed = roundTrip(ring.withParameters({ 'qf#2.k1': 5 }), format);
    expect(changed.lattice.elements.map(({ parameters }) => parameters.k1)).toEqual([
      1,
      undefined,
      5,
      undefined,
      1,
    ]);
    expect(changed.lattice.elements.map(({ name }) => name)).toEqual(['qf#1', 'd#1', 'qf_2', 'd#2', 'qf#2']);
  });

  it('keeps names that the format does not allow', () => {
    const names = [
      '1st',
      'no',
      'use',
      'a b',
      'é',
      "it's",
      'begin',
      'line',
      '',
      'constructor',
      '__proto__',
      'null',
      '1e3',
    ];
    const lattice = new Lattice(names.map((name) => new Drift({ ...(name && { name }), length: 1 })));
    const back = roundTrip(lattice, format);
    expect(back.lattice.elements.map(({ name }) => name)).toEqual(lattice.elements.map(({ name }) => name));
  });

  it('refuses what no file can hold, by its name', () => {
    const refuse = (lattice: Lattice) => () => writeLattice(lattice, { format });
    const d1 = new Drift({ name: 'd1', length: 1 });
    const custom = new CustomStep({
      name: 'mine',
      forward: (c) => c,
      adjoint: (_, coordinates) => ({ coordinates }),
    });
    expect(refuse(new Lattice([d1]).withSpaceCharge({ kicks: 1, gridShape: [8, 8, 8] }))).toThrow(
      /drift 'd1' has space-charge kicks in it \('d1_sc1'\)/,
    );
    expect(refuse(new Lattice([d1, custom]))).toThrow(/custom step 'mine' cannot be written/);
    expect(refuse(new Lattice([new Segment({ name: 'arc', elements: [d1] })]))).toThrow(
      /segment 'arc' around drift 'd1'/,
    );
  });
});

describe.each(NOT_IN_CHEETAH)('$name', (element, complaint) => {
  it('is written as PALS, and refused as LatticeJSON', () => {
    const lattice = new Lattice([element]);
    expect(described(roundTrip(lattice, 'pals').lattice)).toStrictEqual(described(lattice));
    expect(() => writeLattice(lattice, { format: 'lattice-json' })).toThrow(complaint);
  });
});

if (!hasSamples) console.log('the sample channel is not written and read: there is no shared/lattices here');

describe('writeLattice', () => {
  it('writes LatticeJSON as Cheetah does: classes, parameters with a point, counts without', () => {
    const lattice = new Lattice([
      new Quadrupole({ name: 'q1', length: 1, k1: 2, dx: 1e-3 }),
      new Screen({ name: 's1', bins: [100, 50], halfSize: [0.01, 0.01] }),
    ]);
    const text = writeLattice(lattice, { format: 'lattice-json', title: 'A "title"' });
    const { elements, ...rest } = JSON.parse(text);
    expect(rest).toEqual({
      version: 'cheetah-0.8',
      title: 'A "title"',
      info: 'Written by unkick',
      root: 'line',
      lattices: { line: ['q1', 's1'] },
    });
    expect(elements.q1[0]).toBe('Quadrupole');
    expect(elements.q1[1]).toMatchObject({ length: 1, k1: 2, misalignment: [1e-3, 0] });
    expect(text).toContain('"length": 1.0, "k1": 2.0, "misalignment": [0.001, 0.0]');
    expect(text).toContain('"resolution": [100, 50], "pixel_size": [0.0002, 0.0004]');
  });

  it('writes PALS as its examples are', () => {
    const lattice = new Lattice([
      new Drift({ name: 'd1', length: 1e-7 }),
      new Quadrupole({ name: 'q1', length: 0.5, k1: 2, tilt: 0.1 }),
      new Drift({ name: 'd2', length: 1, model: 'exact' }),
    ]);
    const text = writeLattice(lattice, {
      format: 'pals',
      title: 'three elements',
      reference: { species: 'proton', energy: 1e9 },
    });
    expect(text).toBe(`PALS:
  version: null
  notes:
    - three elements
  extension_labels:
    names:
      unkick: options of unkick that the standard has no words for
    prefixes:
      unkick_: elements of unkick that the standard has no kinds for
  facility:
    - d1:
        kind: Drift
        length: 1.0e-7
    - q1:
        kind: Quadrupole
        length: 0.5
        MagneticMultipoleP:
          Kn1: 2
        BodyShiftP:
          z_rot: 0.1
    - d2:
        kind: Drift
        length: 1
        unkick:
          model: exact
    - begin:
        kind: BeginningEle
        ReferenceP:
          species_ref: proton
          E_tot_ref: 1000000000
    - line:
        kind: BeamLine
        line:
          - begin
          - d1
          - q1
          - d2
    - lattice:
        kind: Lattice
        branches:
          - line
    - use: lattice
`);
    expect(parseLattice(text, { file: 'a.yaml' }).reference).toMatchObject({
      energy: 1e9,
      species: { name: 'proton' },
    });
  });

  it.runIf(hasSamples)('gives back the FODO channel that it read', () => {
    const text = readFileSync(`${SAMPLE_FOLDER}fodo.pals.yaml`, 'utf8');
    const channel = parseLattice(text, { file: 'fodo.pals.yaml', species: 'proton', energy: 2e9 });
    // Bρ = p/q: √(2² − 0.93827208943²) GeV/c over 0.299792458 is 5.8915772 T·m, so that 1 T/m is 0.16973370 1/m².
    expect(channel.lattice.parameter('quad1.k1')).toBeCloseTo(0.1697337, 7);
    for (const format of FORMATS) {
      expect(described(roundTrip(channel.lattice, format).lattice)).toStrictEqual(described(channel.lattice));
    }
  });

  it('refuses options that it does not know', () => {
    const lattice = new Lattice([new Drift({ name: 'd', length: 1 })]);
    const write = (options: object) => () => writeLattice(lattice, options as never);
    expect(write({ format: 'palz' })).toThrow(OptionsError);
    expect(write({})).toThrow(OptionsError);
    expect(write({ format: 'pals', titel: 'x' })).toThrow(/'titel' is unknown — did you mean 'title'/);
    expect(write({ format: 'pals', reference: { energy: -1 } })).toThrow(/energy of the reference/);
    expect(() => writeLattice({} as never, { format: 'pals' })).toThrow(LatticeError);
  });
});
