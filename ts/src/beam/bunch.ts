import { BeamError } from '../errors.js';
import { requireFinite } from '../options.js';
import { SAMPLING_KEYS, type SamplingOptions } from './points.js';
import { ENERGY_KEYS, type EnergyOptions } from './reference.js';
import type { Species, SpeciesName } from './species.js';

/** What every generated beam needs besides its distribution. */
export interface BunchOptions extends SamplingOptions, EnergyOptions {
  /** Name of a species in `SPECIES`, or one of your own. */
  readonly species: SpeciesName | Species;
  /** Charge of the bunch in C, its positive magnitude; shared equally by the macroparticles. */
  readonly charge: number;
  /** Mean x in m (default 0, like all means). */
  readonly meanX?: number | undefined;
  /** Mean px. */
  readonly meanPx?: number | undefined;
  /** Mean y in m. */
  readonly meanY?: number | undefined;
  /** Mean py. */
  readonly meanPy?: number | undefined;
  /** Mean tau in m. */
  readonly meanTau?: number | undefined;
  /** Mean p. */
  readonly meanP?: number | undefined;
}

/** In the order of the coordinates. */
const MEAN_KEYS = ['meanX', 'meanPx', 'meanY', 'meanPy', 'meanTau', 'meanP'] as const;

/** Names of {@link BunchOptions}. */
export const BUNCH_KEYS = [...SAMPLING_KEYS, ...ENERGY_KEYS, 'species', 'charge', ...MEAN_KEYS];

/**
 * The centre of the bunch, `[6]`.
 *
 * @throws BeamError for a mean that is not finite
 */
export function bunchCentre(options: BunchOptions): number[] {
  return MEAN_KEYS.map((key) => requireFinite(options[key] ?? 0, key, BeamError));
}
