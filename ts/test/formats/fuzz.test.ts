import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LatticeFormatName } from '../../src/index.js';
import { LatticeError, LatticeFileError, parseLattice } from '../../src/index.js';
import { mutations } from './textMutations.js';
import { hasSamples, SAMPLE_FOLDER } from './texts.js';

const RING = `! everything that MAD-X files here hold
pi2 := twopi/2; kf = 0.3; kd := -kf * (1 + 0.1)^2; const n = 3;
beam, particle=proton, energy=0.8 + pmass, npart=1e10;
qf: quadrupole, l=0.5, k1:=kf; qd: qf, k1=kd, type="a b"; m: marker;
d: drift, l=sqrt(4)/2 - qf->l/2; mp: multipole, knl={0, 0.1, n*2};
cell(x, y): line=(x, d, 2*(y, -(d, m)));
half: line=(cell(qf, qd), -cell(qd, mp)); ring: line=(2*half, d);
t: sequence, l=1; m, at=0.5; endsequence;
s: sequence, l=10, refer=entry; qf, at=1; q1: qd, at=3, from=qf; t, at=9; endsequence;
use, sequence=ring, range=#s/qd[2];
`;
const LINAC = `! everything that elegant's files here hold
% 0.5 sto lq
q1: quad, l="lq 2 /", k1=1.5, & ! goes on
  tilt=0.1
"q:2": q1, k1=-3 # tail
c: charge, total=1e-9
d: drift, l=1, nonsense=1;
half: line=(c, q1, 2*(d, "q:2"))
full: line=(half, -half, 3*d)
use, full
`;
const TUTORIAL = `! everything that Bmad's files here hold
beginning[e_tot] = 10e6; parameter[particle] = electron
abs = -0.6
q: quadrupole, L = abs(abs), k1 = 0.23
d: drift, l = 0.5 * (0.3 + &
  0.7)
v: d, l = -q[l]
q%[k1] = 2; quad::*[tilt] = 0.1
cell(x): line = (x, --d, -(q, v))
lat: line = (2*cell(q), d)
use, lat
`;

/** Lines that never end, numbers without measure, parentheses without bottom. */
const HOSTILE: readonly (readonly [LatticeFormatName, string])[] = [
  ['madx', 'x: line=(x);'],
  ['madx', 'x: line=(y); y: line=(-2*x);'],
  ['madx', 'a := b; b := c; c := a; d: drift, l:=a; x: line=(d);'],
  ['madx', 'd: drift, l=d->l; x: line=(d);'],
  ['madx', 'd: drift, l:=d->l; x: line=(d);'],
  ['madx', 'd: drift, l=9e999; x: line=(d);'],
  ['madx', 'd: drift, l=9^9^9^9^9; x: line=(d);'],
  ['madx', 'd: drift; x: line=(999999999999*(999999999999*d));'],
  ['madx', 'd: drift; x: line=(1e99*d);'],
  ['madx', `d: drift, l=${'('.repeat(1e5)};`],
  ['madx', `d: drift, l=${'-'.repeat(1e5)}1;`],
  ['madx', `d: drift, l=2${'^2'.repeat(1e5)};`],
  ['madx', `x: line=${'('.repeat(1e5)};`],
  ['madx', `m: multipole, knl=${'{'.repeat(1e5)};`],
  ['madx', '"'],
  ['madx', '/*'],
  ['madx', 's: sequence, l=1; s, at=0.5; endsequence;'],
  ['madx', 'call, file="fuzz.madx";'],
  ['madx', 's: sequence, l=1; q: marker, at=0, from=q; endsequence;'],
  ['elegant', 'x: line=(x)'],
  ['elegant', `d: drift, l="${'2 pow '.repeat(1e4)}"\nx: line=(d)`],
  ['elegant', `d: drift, l="${'9 '.repeat(1e4)}${'pow '.repeat(1e4)}"\nx: line=(d)`],
  ['elegant', '#INCLUDE: fuzz.lte'],
  ['elegant', '% '.repeat(1e4)],
  ['elegant', '&\n'.repeat(1e4)],
  ['bmad', 'x: line = (x)'],
  ['bmad', 'q: quadrupole, l = q[l]\nx: line = (q)'],
  ['bmad', `q: quadrupole\n${'*'.repeat(1e4)}b[k1] = 1`],
  ['bmad', `${'a'.repeat(1e4)}: drift\n${'*a'.repeat(5e3)}*b[l] = 1`],
  ['bmad', '('.repeat(1e5)],
  ['bmad', 'call, file = fuzz.bmad'],
];

const EXTENSIONS: Partial<Record<LatticeFormatName, string>> = {
  madx: '.madx',
  elegant: '.lte',
  bmad: '.bmad',
};
const sample = (format: LatticeFormatName, name: string) =>
  hasSamples ? [[format, readFileSync(join(SAMPLE_FOLDER, name), 'utf8')] as const] : [];

const TEXTS: readonly (readonly [LatticeFormatName, string])[] = [
  ['madx', RING],
  ['elegant', LINAC],
  ['bmad', TUTORIAL],
  ...sample('madx', 'fodo.madx'),
  ...sample('madx', 'chicane.madx'),
  ...sample('madx', 'fermilab-booster.madx'),
  ...sample('elegant', 'cavity.lte'),
  ...sample('elegant', 'fodo.lte'),
  ...sample('bmad', 'tutorial.bmad'),
];

/** The error that a text is answered with; anything else than a LatticeError comes through. */
function complaintAbout(format: LatticeFormatName, text: string): LatticeError | undefined {
  try {
    parseLattice(text, { format, file: `fuzz${EXTENSIONS[format]}` });
    return undefined;
  } catch (error) {
    if (error instanceof LatticeError) return error;
    throw new Error(`a ${String(error)} for the ${format} text ${JSON.stringify(text.slice(0, 2000))}`, {
      cause: error,
    });
  }
}

/** What is said of the file as a whole, and of no line in it. */
const ABOUT_THE_FILE = /defines no line|there is no line|has no elements|two parts of the lattice/;

function requirePlace(error: LatticeError, text: string): void {
  expect(error, `${error.message} ← ${text.slice(0, 300)}`).toBeInstanceOf(LatticeFileError);
  const { line, message } = error as LatticeFileError;
  if (ABOUT_THE_FILE.test(message)) return;
  expect(line, message).toBeGreaterThan(0);
  expect(line, message).toBeLessThanOrEqual(text.split('\n').length);
  expect(message.split('\n')).toHaveLength(1);
}

describe('readers of lattice files', () => {
  it('read the texts that the mutations begin with', () => {
    for (const [format, text] of TEXTS.slice(0, 3))
      expect(complaintAbout(format, text)?.message).toBeUndefined();
  });

  it.each(HOSTILE.map(([format, text]) => [format, text.slice(0, 60), text] as const))(
    'refuse what never ends: %s %j',
    (format, _, text) => {
      const error = complaintAbout(format, text);
      if (error) requirePlace(error, text);
    },
  );

  it('answer 1200 damaged files with a lattice, or an error that names a line', () => {
    const share = Math.ceil(1200 / TEXTS.length);
    let refused = 0;
    for (const [i, [format, text]] of TEXTS.entries()) {
      for (const damaged of mutations(text, share, i + 1)) {
        const error = complaintAbout(format, damaged);
        if (!error) continue;
        refused += 1;
        requirePlace(error, damaged);
      }
    }
    expect(refused).toBeGreaterThan(400);
  });
});
