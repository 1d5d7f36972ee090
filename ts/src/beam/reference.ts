import { BeamError } from '../errors.js';
import { requireFinite, requirePositive } from '../options.js';
import type { Species } from './species.js';

/** The reference energy of a beam, given as exactly one of these. */
export interface EnergyOptions {
  /** Total reference energy E0 in eV, rest energy included. */
  readonly energy?: number | undefined;
  /** Kinetic reference energy E0 − mc² in eV. */
  readonly kineticEnergy?: number | undefined;
}

/** Names of {@link EnergyOptions}. */
export const ENERGY_KEYS = ['energy', 'kineticEnergy'] as const;

/** Relativistic factors of the reference particle. */
export interface Reference {
  /** γ0 = E0/(mc²). */
  readonly gamma0: number;
  /** β0 = √(1 − 1/γ0²). */
  readonly beta0: number;
}

/**
 * The total reference energy in eV.
 *
 * @throws BeamError unless exactly one of `energy` and `kineticEnergy` is given, and it is finite and above rest
 */
export function resolveEnergy(options: EnergyOptions, species: Species): number {
  const { energy, kineticEnergy } = options;
  if ((energy === undefined) === (kineticEnergy === undefined)) {
    const got = energy === undefined ? 'neither' : 'both';
    throw new BeamError(`give exactly one of energy (total, eV) and kineticEnergy (eV), not ${got}`);
  }
  const total =
    kineticEnergy === undefined
      ? requireFinite(energy, 'energy (eV)', BeamError)
      : species.restEnergy + requirePositive(kineticEnergy, 'kineticEnergy (eV)', BeamError);
  if (total > species.restEnergy) return total;
  throw new BeamError(
    `energy ${total} eV is not above the rest energy of the ${species.name}, ${species.restEnergy} eV: ` +
      'energy is the total energy, use kineticEnergy for the kinetic one',
  );
}

/** γ0 and β0 at a total energy in eV. β0 as √((γ−1)(γ+1))/γ, which does not cancel near rest. */
export function referenceOf(energy: number, species: Species): Reference {
  const gamma0 = energy / species.restEnergy;
  return { gamma0, beta0: Math.sqrt((gamma0 - 1) * (gamma0 + 1)) / gamma0 };
}
