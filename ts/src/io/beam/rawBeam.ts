import type { ElegantColumns, MomentumColumns } from '../../beam/conversions.js';
import type { CoordinateArrays } from '../../beam/coordinates.js';
import type { Species, SpeciesName } from '../../beam/species.js';
import { BeamFileError } from '../../errors.js';

/** Macroparticles in the coordinates of their file. */
export type RawColumns =
  | { readonly kind: 'coordinates'; readonly columns: CoordinateArrays }
  | { readonly kind: 'momenta'; readonly columns: MomentumColumns }
  | { readonly kind: 'elegant'; readonly columns: ElegantColumns };

/** What a file says about a beam. What it does not say is `undefined`. */
export interface RawBeam {
  readonly particles: RawColumns;
  /** Charge of every macroparticle in C, `[n]`, of either sign. */
  readonly charges?: Float64Array | undefined;
  /** Charge of the bunch in C, where macroparticles have none. */
  readonly charge?: number | undefined;
  readonly species?: SpeciesName | Species | undefined;
  /** Total reference energy in eV. */
  readonly energy?: number | undefined;
  /** Reference momentum p0·c in eV, where that is what the file gives. */
  readonly momentum?: number | undefined;
  /** βγ of the reference, where that is what the file gives. */
  readonly betaGamma?: number | undefined;
  /** Position of the reference in m. */
  readonly z?: number | undefined;
  /** Time of the reference in s. */
  readonly t?: number | undefined;
  /** What makes all these times absolute, s; apart from them, because adding it would cost digits. */
  readonly timeOffset?: number | undefined;
  readonly warnings: readonly string[];
}

/** An error about a place in a file: `bunch.ini:12:5: …`. */
export function fileError(
  file: string,
  where: string,
  message: string,
  options: ErrorOptions = {},
): BeamFileError {
  const place = where === '' ? '' : /^\d/.test(where) ? `:${where}` : `: ${where}`;
  return new BeamFileError(`${file}${place}: ${message}`, { file, where, ...options });
}
