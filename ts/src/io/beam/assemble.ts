import { Beam } from '../../beam/beam.js';
import { fromElegant, fromMomenta, type Origin } from '../../beam/conversions.js';
import type { CoordinateArrays } from '../../beam/coordinates.js';
import { ENERGY_KEYS, type EnergyOptions, resolveEnergy } from '../../beam/reference.js';
import { resolveSpecies, type Species, type SpeciesName } from '../../beam/species.js';
import { BeamError } from '../../errors.js';
import { dotProduct, sumOf } from '../../objective/sums.js';
import { requirePositive } from '../../options.js';
import type { RawBeam } from './rawBeam.js';

/** What a caller says about a beam; it goes before what the file says. */
export interface BeamFacts extends EnergyOptions {
  /** Name of a species in `SPECIES`, or one of your own. */
  readonly species?: SpeciesName | Species | undefined;
  /** Charge of the bunch in C; the macroparticles keep their shares. */
  readonly charge?: number | undefined;
}

/** A beam and where its reference particle is. */
export interface AssembledBeam {
  readonly beam: Beam;
  readonly origin: Origin;
  readonly warnings: readonly string[];
}

/**
 * Makes a beam from what a file holds and what the caller adds.
 *
 * The reference energy is the caller's, else the file's, else the charge-weighted mean of the macroparticles' energies; the
 * reference time and place are the file's, else the means.
 *
 * @throws BeamError when something is missing or cannot be
 */
export function assembleBeam(raw: RawBeam, facts: BeamFacts): AssembledBeam {
  const warnings = [...raw.warnings];
  const species = speciesOf(raw, facts, warnings);
  const { raw: forward, left } = forwardOnly(raw);
  const n = lengthOf(forward);
  if (left > 0) warnings.push(`left out ${left} of ${n + left} macroparticles, which do not move forward`);
  if (n === 0) throw new BeamError('holds no macroparticle that could be tracked');
  const charges = chargesOf(forward, facts, n);
  const energy = energyOf(forward, facts, species, charges);
  const origin = originOf(forward, charges);
  const reference = { species, energy };
  const coordinates = coordinatesOf(forward, reference, origin);
  const beam = Beam.fromCoordinates(coordinates, { species, energy, charges });
  return { beam, origin: { z: origin.z, t: origin.t + (raw.timeOffset ?? 0) }, warnings };
}

function speciesOf(raw: RawBeam, facts: BeamFacts, warnings: string[]): Species {
  if (facts.species === undefined && raw.species === undefined) {
    throw new BeamError('does not say which particles these are: give species');
  }
  const species = resolveSpecies(facts.species ?? raw.species!);
  const own = raw.species === undefined ? species : resolveSpecies(raw.species);
  if (own.restEnergy !== species.restEnergy || own.chargeNumber !== species.chargeNumber) {
    warnings.push(`the file holds the species ${own.name}, read as ${species.name}`);
  }
  return species;
}

const lengthOf = ({ particles }: RawBeam) => particles.columns.x.length;

/** Leaves out what never reaches a plane ahead: with momenta, pz ≤ 0; elegant's p ≤ 0. */
function forwardOnly(raw: RawBeam): { raw: RawBeam; left: number } {
  const { particles, charges } = raw;
  if (particles.kind === 'coordinates') return { raw, left: 0 };
  const along = particles.kind === 'momenta' ? particles.columns.pz : particles.columns.p;
  if (along.every((momentum) => momentum > 0)) return { raw, left: 0 };
  const kept = Uint32Array.from(along.keys()).filter((i) => along[i]! > 0);
  const take = (column: Float64Array) => Float64Array.from(kept, (i) => column[i]!);
  const columns = Object.fromEntries(
    Object.entries(particles.columns).map(([name, column]) => [name, take(column)]),
  );
  return {
    raw: {
      ...raw,
      particles: { kind: particles.kind, columns } as unknown as RawBeam['particles'],
      charges: charges && take(charges),
    },
    left: along.length - kept.length,
  };
}

function chargesOf(raw: RawBeam, facts: BeamFacts, n: number): Float64Array {
  const total = facts.charge ?? raw.charge;
  if (facts.charge !== undefined) requirePositive(facts.charge, 'charge (C)', BeamError);
  if (raw.charges === undefined) {
    if (total === undefined) throw new BeamError('holds no charges: give charge (C)');
    return new Float64Array(n).fill(total / n);
  }
  const negative = raw.charges.findIndex((q) => q < 0);
  const positive = raw.charges.findIndex((q) => q > 0);
  if (negative >= 0 && positive >= 0) {
    const both = `macroparticle ${positive} a positive, macroparticle ${negative} a negative one`;
    throw new BeamError(`mixes signs of charge: ${both}`);
  }
  const magnitudes = raw.charges.map(Math.abs);
  const sum = sumOf(magnitudes);
  if (!(sum > 0)) throw new BeamError('has charges that add up to 0');
  return facts.charge === undefined ? magnitudes : magnitudes.map((q) => q * (facts.charge! / sum));
}

function energyOf(raw: RawBeam, facts: BeamFacts, species: Species, charges: Float64Array): number {
  if (ENERGY_KEYS.some((key) => facts[key] !== undefined)) return resolveEnergy(facts, species);
  const { restEnergy } = species;
  if (raw.energy !== undefined) return resolveEnergy({ energy: raw.energy }, species);
  const momentum = raw.momentum ?? (raw.betaGamma === undefined ? undefined : raw.betaGamma * restEnergy);
  if (momentum !== undefined) return resolveEnergy({ energy: Math.hypot(momentum, restEnergy) }, species);
  const energies = energiesOf(raw, restEnergy);
  if (energies === undefined) {
    throw new BeamError('does not say the reference energy: give energy or kineticEnergy (eV)');
  }
  return resolveEnergy({ energy: dotProduct(charges, energies) / sumOf(charges) }, species);
}

/** Total energies in eV, where the file holds absolute momenta. */
function energiesOf({ particles }: RawBeam, restEnergy: number): Float64Array | undefined {
  if (particles.kind === 'coordinates') return undefined;
  if (particles.kind === 'elegant') return particles.columns.p.map((p) => Math.hypot(p, 1) * restEnergy);
  const { px, py, pz } = particles.columns;
  return pz.map((along, i) => Math.hypot(px[i]!, py[i]!, along, restEnergy));
}

function originOf({ particles, z, t }: RawBeam, charges: Float64Array): Origin {
  const mean = (column: Float64Array) => dotProduct(charges, column) / sumOf(charges);
  if (particles.kind === 'coordinates') return { z: z ?? 0, t: t ?? 0 };
  const ownZ = particles.kind === 'momenta' ? mean(particles.columns.z) : 0;
  return { z: z ?? ownZ, t: t ?? mean(particles.columns.t) };
}

function coordinatesOf(
  { particles }: RawBeam,
  reference: { species: Species; energy: number },
  origin: Origin,
): CoordinateArrays {
  if (particles.kind === 'coordinates') return particles.columns;
  return particles.kind === 'momenta'
    ? fromMomenta(particles.columns, reference, origin)
    : fromElegant(particles.columns, reference, origin.t);
}
