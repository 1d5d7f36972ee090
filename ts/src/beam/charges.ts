import { BeamError } from '../errors.js';
import { sumOf } from '../objective/sums.js';
import { requireArray, requirePositive } from '../options.js';

/**
 * A charge in C shared equally, `[particles]`.
 *
 * @throws BeamError unless it is positive
 */
export function equalCharges(charge: unknown, particles: number): Float64Array {
  return new Float64Array(particles).fill(requirePositive(charge, 'charge (C)', BeamError) / particles);
}

/** A bunch's charge, all at once or one by one. */
export interface ChargeOptions {
  /** C, `[n]`, at least 0 each. */
  readonly charges?: ArrayLike<number> | undefined;
  /** C, shared equally. */
  readonly charge?: number | undefined;
}

/**
 * The charge of every macroparticle in C, in an array of its own.
 *
 * @throws BeamError unless exactly one of `charges` and `charge` is given, and it is what it should be
 */
export function resolveCharges(options: ChargeOptions, particles: number): Float64Array {
  if ((options.charges === undefined) === (options.charge === undefined)) {
    const got = options.charge === undefined ? 'neither' : 'both';
    throw new BeamError(
      `give exactly one of charges (C, one per particle) and charge (C, in all), not ${got}`,
    );
  }
  if (options.charges === undefined) return equalCharges(options.charge, particles);
  requireArray(options.charges, 'charges', BeamError);
  const charges = new Float64Array(options.charges);
  if (charges.length !== particles) {
    throw new BeamError(`charges has ${charges.length} entries for ${particles} particles`);
  }
  const particle = charges.findIndex((q) => !(q >= 0 && q < Number.POSITIVE_INFINITY));
  if (particle >= 0) {
    throw new BeamError(
      `charge of particle ${particle} is ${charges[particle]} C: charges must be finite and at least 0`,
    );
  }
  if (sumOf(charges) > 0) return charges;
  throw new BeamError('the charges add up to 0: a beam needs charge');
}
