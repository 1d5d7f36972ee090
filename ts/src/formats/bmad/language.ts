import { SPECIES } from '../../beam/species.js';
import type { InfixStyle } from '../text/infix.js';
import { type Lexicon, NUMBER, QUOTED } from '../text/lexicon.js';
import { binary, INFIX_FUNCTIONS, unary } from '../text/operations.js';

/** The words of Bmad. */
export const BMAD_LEXICON: Lexicon = {
  skipped: [/![^\n]*/y, /&[^\S\n]*(?:![^\n]*)?(?:\n|$)/y],
  quoted: QUOTED,
  number: NUMBER,
  mark: /::|:=/y,
  name: /[A-Za-z_][\w.\\#%$]*/y,
  endsWithLine: true,
  continuing: [',', '(', '{', '[', '='],
};

/** The expressions of Bmad. */
export const BMAD_STYLE: InfixStyle = {
  functions: {
    ...INFIX_FUNCTIONS,
    int: unary(Math.trunc),
    nint: unary(Math.round),
    floor: unary(Math.floor),
    ceiling: unary(Math.ceil),
    modulo: binary((a, b) => a - b * Math.floor(a / b)),
    factorial: unary((n) => (Number.isInteger(n) && n >= 0 && n <= 170 ? factorial(n) : Number.NaN)),
  },
  reference: '[',
};

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** The constants of Bmad: SI units, rest energies in eV (those of {@link SPECIES}; the others CODATA 2022). */
export const BMAD_CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  twopi: 2 * Math.PI,
  fourpi: 4 * Math.PI,
  e_log: Math.E,
  sqrt_2: Math.SQRT2,
  degrad: 180 / Math.PI,
  raddeg: Math.PI / 180,
  degrees: Math.PI / 180,
  m_electron: SPECIES.electron.restEnergy,
  m_proton: SPECIES.proton.restEnergy,
  m_muon: SPECIES.muon.restEnergy,
  c_light: 299792458,
  e_charge: 1.602176634e-19,
  r_e: 2.8179403205e-15,
  r_p: (2.8179403205e-15 * SPECIES.electron.restEnergy) / SPECIES.proton.restEnergy,
};
