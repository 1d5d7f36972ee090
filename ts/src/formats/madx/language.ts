import { SPECIES } from '../../beam/species.js';
import type { InfixStyle } from '../text/infix.js';
import { type Lexicon, NUMBER, QUOTED } from '../text/lexicon.js';
import { INFIX_FUNCTIONS, unary } from '../text/operations.js';

/** The words of MAD-X. */
export const MADX_LEXICON: Lexicon = {
  skipped: [/(?:!|\/\/)[^\n]*/y, /\/\*[\s\S]*?\*\//y],
  quoted: QUOTED,
  number: NUMBER,
  mark: /:=|->/y,
  name: /[A-Za-z_][\w.$%]*/y,
  endsWithLine: false,
  continuing: [],
};

/** The expressions of MAD-X. */
export const MADX_STYLE: InfixStyle = {
  functions: {
    ...INFIX_FUNCTIONS,
    log10: unary(Math.log10),
    floor: unary(Math.floor),
    ceil: unary(Math.ceil),
    round: unary(Math.round),
    frac: unary((x) => x - Math.trunc(x)),
  },
  reference: '->',
};

/**
 * The constants of MAD-X: energies in GeV, lengths in m. Masses are those of {@link SPECIES}, so that `0.8 + pmass` is 800 MeV above
 * rest here as it is there; the others CODATA 2022.
 */
export const MADX_CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  twopi: 2 * Math.PI,
  degrad: 180 / Math.PI,
  raddeg: Math.PI / 180,
  e: Math.E,
  true: 1,
  false: 0,
  emass: SPECIES.electron.restEnergy / 1e9,
  pmass: SPECIES.proton.restEnergy / 1e9,
  mumass: SPECIES.muon.restEnergy / 1e9,
  nmass: 0.93956542194,
  umass: 0.93149410372,
  clight: 299792458,
  qelect: 1.602176634e-19,
  hbar: 6.582119569e-25,
  erad: 2.8179403205e-15,
  prad: (2.8179403205e-15 * SPECIES.electron.restEnergy) / SPECIES.proton.restEnergy,
};
