import { SPECIES } from '../../beam/species.js';
import type { Lexicon } from '../text/lexicon.js';
import { binary, COMMON_FUNCTIONS, OPERATORS, type Operations, unary } from '../text/operations.js';

/** The words of elegant's lattice files. A `#` after a blank begins a comment, which some programs write there. */
export const ELEGANT_LEXICON: Lexicon = {
  skipped: [/![^\n]*/y, /(?<![^\s;])#(?!INCLUDE:)[^\n]*/iy, /&[^\S\n]*(?:![^\n]*)?(?:\n|$)/y],
  directive: /(?:%|#INCLUDE:)(?<=^[^\S\n]*(?:%|#INCLUDE:))[^\n]*/imy,
  quoted: /"([^"\n]*)"/y,
  number: /(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?(?![^\s,:=()*;!&"])/y,
  mark: /[-+]/y,
  name: /[^\s,:=()*;!&"]+/y,
  endsWithLine: true,
  continuing: [],
};

const degrees = (f: (x: number) => number) => unary((x) => f((x * Math.PI) / 180));
const inDegrees = (f: (x: number) => number) => unary((x) => (f(x) * 180) / Math.PI);

/** The words of the rpn calculator that take numbers from its stack and leave one. */
export const RPN_OPERATIONS: Operations = {
  ...COMMON_FUNCTIONS,
  '+': OPERATORS['+'],
  '-': OPERATORS['-'],
  '*': OPERATORS['*'],
  '/': OPERATORS['/'],
  mult: OPERATORS['*'],
  add: OPERATORS['+'],
  sub: OPERATORS['-'],
  div: OPERATORS['/'],
  pow: OPERATORS['^'],
  sqr: unary((x) => x * x),
  ln: unary(Math.log),
  chs: unary((x) => -x),
  rec: unary((x) => 1 / x),
  int: unary(Math.trunc),
  hypot: binary(Math.hypot),
  max2: binary(Math.max),
  min2: binary(Math.min),
  dsin: degrees(Math.sin),
  dcos: degrees(Math.cos),
  dtan: degrees(Math.tan),
  dasin: inDegrees(Math.asin),
  dacos: inDegrees(Math.acos),
  datan: inDegrees(Math.atan),
  dtor: unary((x) => (x * Math.PI) / 180),
  rtod: unary((x) => (x * 180) / Math.PI),
};

/** The memories that the rpn calculator begins with, in SI units but for `mev`, the electron's rest energy in MeV. */
export const RPN_CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  c_mks: 299792458,
  e_mks: 1.602176634e-19,
  me_mks: 9.1093837139e-31,
  re_mks: 2.8179403205e-15,
  mev: SPECIES.electron.restEnergy / 1e6,
};
