import { extname } from 'node:path';
import { OptionsError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { requireOneOf } from '../options.js';
import { readBmad } from './bmad/read.js';
import { translateBmad } from './bmad/translate.js';
import { readElegant } from './elegant/read.js';
import { translateElegant } from './elegant/translate.js';
import { readLatticeJson } from './latticeJson/read.js';
import { translateLatticeJson } from './latticeJson/translate.js';
import { readMadx } from './madx/read.js';
import { translateMadx } from './madx/translate.js';
import { readPals } from './pals/read.js';
import { translatePals } from './pals/translate.js';
import type { LatticeReader } from './reader.js';
import type { Translator } from './translation.js';

/** A format of lattice files. */
export interface LatticeFormat {
  /** Ends of the names of such files, in lower case. */
  readonly extensions: readonly string[];
  readonly read: LatticeReader;
  readonly translate: Translator;
}

const MADX: LatticeFormat = {
  extensions: ['.madx', '.mad', '.seq'],
  read: readMadx,
  translate: translateMadx,
};
const ELEGANT: LatticeFormat = { extensions: ['.lte'], read: readElegant, translate: translateElegant };
const BMAD: LatticeFormat = { extensions: ['.bmad'], read: readBmad, translate: translateBmad };

const LATTICE_JSON: LatticeFormat = {
  extensions: ['.json'],
  read: readLatticeJson,
  translate: translateLatticeJson,
};
const PALS: LatticeFormat = { extensions: ['.yaml', '.yml'], read: readPals, translate: translatePals };

const FORMATS = { madx: MADX, elegant: ELEGANT, bmad: BMAD, 'lattice-json': LATTICE_JSON, pals: PALS };

/** Names of the formats of lattice files that can be read. */
export type LatticeFormatName = keyof typeof FORMATS;

/** All of {@link LatticeFormatName}. */
export const LATTICE_FORMATS = Object.keys(FORMATS) as [LatticeFormatName, ...LatticeFormatName[]];

/**
 * The format of a file: the one that is asked for, or the one that its name ends like.
 *
 * @throws OptionsError for a format that is not known, or a name that ends like none
 */
export function formatOf(file: string, asked: LatticeFormatName | undefined): LatticeFormatName {
  if (asked !== undefined) return requireOneOf(asked, LATTICE_FORMATS, 'format', OptionsError);
  const extension = extname(file).toLowerCase();
  const found = LATTICE_FORMATS.find((name) => FORMATS[name].extensions.includes(extension));
  if (found) return found;
  const known = LATTICE_FORMATS.flatMap((name) => FORMATS[name].extensions);
  throw new OptionsError(
    `${file}: the name does not say the format of the lattice: choose one of ${LATTICE_FORMATS.join(', ')} ` +
      `with format${didYouMean(extension, known)}`,
  );
}

/** The format of that name. */
export const latticeFormat = (name: LatticeFormatName): LatticeFormat => FORMATS[name];
