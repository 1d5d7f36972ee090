import { BeamError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { requireFinite, requireKnownKeys, requirePositive, show } from '../options.js';

/** A kind of particle. */
export interface Species {
  readonly name: string;
  /** Rest energy mc² in eV. */
  readonly restEnergy: number;
  /** Charge in units of the elementary charge, with its sign (−1 for the electron). */
  readonly chargeNumber: number;
}

const ELECTRON = 510998.95069;
const MUON = 105.6583755e6;
const PROTON = 938272089.43;

/**
 * The species known by name. Rest energies in eV: CODATA 2022 (P. Mohr, D. Newell, B. Taylor, E. Tiesinga,
 * "CODATA recommended values of the fundamental physical constants: 2022", https://physics.nist.gov/constants).
 */
export const SPECIES = {
  electron: { name: 'electron', restEnergy: ELECTRON, chargeNumber: -1 },
  positron: { name: 'positron', restEnergy: ELECTRON, chargeNumber: 1 },
  muon: { name: 'muon', restEnergy: MUON, chargeNumber: -1 },
  antimuon: { name: 'antimuon', restEnergy: MUON, chargeNumber: 1 },
  proton: { name: 'proton', restEnergy: PROTON, chargeNumber: 1 },
  antiproton: { name: 'antiproton', restEnergy: PROTON, chargeNumber: -1 },
  deuteron: { name: 'deuteron', restEnergy: 1875.612945e6, chargeNumber: 1 },
  alpha: { name: 'alpha', restEnergy: 3727.3794118e6, chargeNumber: 2 },
} as const satisfies Record<string, Species>;

/** A name in {@link SPECIES}. */
export type SpeciesName = keyof typeof SPECIES;

/**
 * The species of that name, or a copy of the user's own one once it is checked.
 *
 * @throws BeamError for an unknown name (with the nearest ones) or a species whose rest energy is not positive or
 * whose charge number is zero
 */
export function resolveSpecies(species: SpeciesName | Species): Species {
  if (typeof species === 'string') {
    if (Object.hasOwn(SPECIES, species)) return SPECIES[species];
    throw new BeamError(`unknown species ${show(species)}${didYouMean(species, Object.keys(SPECIES))}`);
  }
  if (species === undefined)
    throw new BeamError(`species is missing: known are ${Object.keys(SPECIES).join(', ')}`);
  requireKnownKeys(species, ['name', 'restEnergy', 'chargeNumber'], 'a species', BeamError);
  if (typeof species.name !== 'string' || species.name === '') {
    throw new BeamError(`a species needs a name, not ${show(species.name)}`);
  }
  const { name } = species;
  const restEnergy = requirePositive(species.restEnergy, `restEnergy of species '${name}' (eV)`, BeamError);
  const chargeNumber = requireFinite(species.chargeNumber, `chargeNumber of species '${name}'`, BeamError);
  if (chargeNumber === 0) throw new BeamError(`species '${name}' is neutral: a beam needs a chargeNumber`);
  return { name, restEnergy, chargeNumber };
}

/**
 * Refuses beams of different particles.
 *
 * @throws BeamError unless rest energy and charge number are the same
 */
export function requireSameSpecies(a: Species, b: Species): void {
  if (a.restEnergy === b.restEnergy && a.chargeNumber === b.chargeNumber) return;
  throw new BeamError(`only beams of one species can be merged, not ${a.name} and ${b.name}`);
}
