import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  Aperture,
  Drift,
  Lattice,
  LatticeError,
  LatticeFileError,
  Marker,
  parseLattice,
  Quadrupole,
  SpaceChargeKick,
  type WrittenFormat,
  writeLattice,
} from '../../src/index.js';
import { mutations } from './textMutations.js';
import { hasSamples, SAMPLE_FOLDER } from './texts.js';

const RING = `# everything that PALS files here hold
PALS:
  version: null
  reminders: [check the phases]
  extension_labels:
    names: {ours: data of ours}
  facility:
    - constants: [{k: 0.3}, {two: 2 * (1 - k)^2}]
    - pipe: {kind: ApertureP, x_min: -0.02, x_max: 0.02, y_width: 0.04}
    - q: &strong
        kind: Quadrupole
        length: 0.5
        MagneticMultipoleP: {Kn1: two / k, tilt1: 0.1}
        BodyShiftP: {x_offset: 1.0e-3}
        ours: {a: 1}
    - d: {kind: Drift, length: sqrt(4)/2, MetaP: {alias: x}}
    - half:
        kind: BeamLine
        line:
          - q
          - d: {repeat: 2}
          - r:
              inherit: q
              MagneticMultipoleP: {Kn1: -1}
              ApertureP: {inherit: pipe, location: BOTH_ENDS}
          - d: {length: 3}
          - s: *strong
    - ring:
        kind: BeamLine
        periodic: true
        line:
          - begin: {kind: BeginningEle, ReferenceP: {species_ref: proton, pc_ref: 1.0e9}}
          - half
          - m: {kind: Marker}
          - half: {repeat: -1}
    - machine: {kind: Lattice, branches: [ring]}
    - use: machine
`;

const LINE = new Lattice([
  new Drift({ name: 'd1', length: 0.3, model: 'exact' }),
  new Quadrupole({ name: 'q1', length: 0.1, k1: -3, dx: 1e-3, tilt: 0.1 }),
  new Aperture({ name: 'a', halfX: 0.01, halfY: 0.02 }),
  new SpaceChargeKick({ name: 'k', effectLength: 0.1, gridShape: [16, 16, 16] }),
  new Marker({ name: 'm' }),
]);

/** Texts without end or bottom, copies of copies, lines and elements made of themselves. */
const HOSTILE: readonly (readonly [WrittenFormat, string])[] = [
  ['pals', '['.repeat(1e5)],
  ['pals', '{a: '.repeat(1e5)],
  ['pals', '- '.repeat(1e5)],
  ['pals', '? '.repeat(1e5)],
  ['pals', `a: "${'\\'.repeat(1e5)}`],
  ['pals', 'a: &a [*a]'],
  ['pals', `PALS:\n  facility:\n    - a: {kind: Drift, length: ${'('.repeat(1e4)}1}`],
  [
    'pals',
    `PALS:\n  facility:\n    - l: {kind: BeamLine, line: [d]}\n    - d: {kind: Drift, length: "${'-'.repeat(1e5)}1"}`,
  ],
  ['pals', 'PALS: {facility: [{l: {kind: BeamLine, line: [l]}}]}'],
  ['pals', 'PALS: {facility: [{l: {kind: BeamLine, line: [m: {repeat: 1.0e+308}]}}, {m: {kind: Marker}}]}'],
  [
    'pals',
    'PALS: {facility: [{l: {kind: BeamLine, line: [m: {repeat: 1000000000}]}}, {m: {kind: BeamLine, line: []}}]}',
  ],
  ['pals', 'PALS: {facility: [{l: {kind: BeamLine, line: [a]}}, {a: {inherit: a}}]}'],
  [
    'pals',
    'PALS: {facility: [{l: {kind: BeamLine, line: [q]}}, {q: {kind: Drift, ApertureP: {inherit: q.ApertureP}}}]}',
  ],
  [
    'pals',
    'PALS: {facility: [{g: {kind: ApertureP, inherit: g}}, {l: {kind: BeamLine, line: [q]}}, {q: {kind: Drift, ApertureP: {inherit: g}}}]}',
  ],
  [
    'pals',
    'PALS: {facility: [{variables: {a: b, b: a}}, {l: {kind: BeamLine, line: [q]}}, {q: {kind: Drift, length: a}}]}',
  ],
  [
    'pals',
    'PALS: {facility: [{constructor: {kind: Drift}}, {l: {kind: BeamLine, line: [constructor, __proto__]}}]}',
  ],
  ['pals', 'PALS: {facility: [{l: {kind: constructor}}]}'],
  ['lattice-json', '['.repeat(1e5)],
  ['lattice-json', '{"a":'.repeat(1e5)],
  ['lattice-json', `"${'\\"'.repeat(1e5)}`],
  ['lattice-json', '{"root": "l", "elements": {}, "lattices": {"l": ["l"]}}'],
  ['lattice-json', '{"root": "l", "elements": {}, "lattices": {"l": ["m", "m"], "m": ["l"]}}'],
  ['lattice-json', '{"root": "l", "elements": {"a": ["constructor", {}]}, "lattices": {"l": ["a"]}}'],
  [
    'lattice-json',
    '{"root": "l", "elements": {"a": ["Drift", {"length": 1e999}]}, "lattices": {"l": ["a"]}}',
  ],
  [
    'lattice-json',
    '{"root": "l", "elements": {"a": ["Drift", {"length": [[[]]]}]}, "lattices": {"l": ["a"]}}',
  ],
];

const FILES = { pals: 'fuzz.yaml', 'lattice-json': 'fuzz.json' } as const;
/** What is said of the file as a whole, and of no line in it. */
const ABOUT_THE_FILE = /defines no line|there is no line|has no elements|two parts of the lattice/;

/** The error that a text is answered with; anything else than a LatticeError comes through. */
function complaintAbout(format: WrittenFormat, text: string): LatticeError | undefined {
  try {
    // The FODO channel has fields in T.
    parseLattice(text, { format, file: FILES[format], species: 'proton', energy: 2e9 });
    return undefined;
  } catch (error) {
    if (error instanceof LatticeError) return error;
    throw new Error(`a ${String(error)} for the text ${JSON.stringify(text.slice(0, 2000))}`, {
      cause: error,
    });
  }
}

function requirePlace(error: LatticeError, text: string): void {
  expect(error, `${error.message} ← ${text.slice(0, 300)}`).toBeInstanceOf(LatticeFileError);
  const { line, message } = error as LatticeFileError;
  expect(message.split('\n')).toHaveLength(1);
  if (ABOUT_THE_FILE.test(message)) return;
  expect(line, message).toBeGreaterThan(0);
  expect(line, message).toBeLessThanOrEqual(text.split('\n').length);
}

const TEXTS: Record<WrittenFormat, readonly string[]> = {
  pals: [
    RING,
    writeLattice(LINE, { format: 'pals' }),
    ...(hasSamples ? [readFileSync(join(SAMPLE_FOLDER, 'fodo.pals.yaml'), 'utf8')] : []),
    ...(hasSamples ? [readFileSync(join(SAMPLE_FOLDER, 'iota.pals.yaml'), 'utf8')] : []),
  ],
  'lattice-json': [writeLattice(LINE, { format: 'lattice-json' })],
};

describe.each(Object.keys(FILES) as WrittenFormat[])('the reader of %s', (format) => {
  it('reads the texts that the mutations begin with', () => {
    for (const text of TEXTS[format].slice(0, 2))
      expect(complaintAbout(format, text)?.message).toBeUndefined();
  });

  it.each(HOSTILE.filter(([of]) => of === format).map(([, text]) => [text.slice(0, 70), text]))(
    'refuses %j',
    (_, text) => {
      const error = complaintAbout(format, text!);
      expect(error).toBeDefined();
      requirePlace(error!, text!);
    },
  );

  it('answers 300 damaged files with a lattice, or an error that names a line', () => {
    const texts = TEXTS[format];
    let refused = 0;
    for (const [i, text] of texts.entries()) {
      for (const damaged of mutations(text, Math.ceil(300 / texts.length), i + 1)) {
        const error = complaintAbout(format, damaged);
        if (!error) continue;
        refused += 1;
        requirePlace(error, damaged);
      }
    }

    // Measured: more than 200, so that the mutations are no harmless ones.
    expect(refused).toBeGreaterThan(100);
  });
});
