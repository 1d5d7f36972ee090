import { SPECIES, type Species, type SpeciesName } from '../../beam/species.js';
import { didYouMean } from '../../nearest.js';
import type { DescribedElement, DescribedReference, SourcePosition } from '../description.js';
import { fileError } from '../failure.js';

const ELEMENTARY_CHARGE = 1.602176634e-19; // C

/** The attributes of a beam that tell of its particles and not of their distribution. */
export const BEAM_ATTRIBUTES: readonly string[] = [
  ...['particle', 'mass', 'charge', 'energy', 'pc', 'gamma', 'beta', 'brho', 'npart', 'bv'],
];

/** MAD-X's names of particles. */
const PARTICLES: Readonly<Record<string, SpeciesName>> = {
  electron: 'electron',
  positron: 'positron',
  proton: 'proton',
  antiproton: 'antiproton',
  posmuon: 'antimuon',
  negmuon: 'muon',
};

/**
 * The reference particle of a `beam` command: energies in GeV become eV.
 *
 * @throws LatticeFileError for an unknown particle, or a beam that passes the line backwards (`bv=-1`)
 */
export function referenceOfBeam(beam: DescribedElement): DescribedReference {
  const given = new BeamNumbers(beam);
  if (given.number('bv') === -1) {
    throw fileError(given.at('bv'), 'beam, bv=-1: a line that is passed backwards is not read');
  }
  const species = speciesOf(given);
  const energy = energyOf(given, species);
  const particles = given.number('npart');
  const charge =
    particles === undefined
      ? undefined
      : particles * Math.abs(species?.chargeNumber ?? 1) * ELEMENTARY_CHARGE;
  return {
    at: given.at('energy'),
    ...(species && { species: nameOf(species) }),
    ...(energy !== undefined && { energy }),
    ...(charge !== undefined && charge > 0 && { charge }),
  };
}

/** The attributes of a beam as numbers. */
class BeamNumbers {
  constructor(readonly beam: DescribedElement) {}

  /** @throws LatticeFileError for one that cannot be evaluated */
  number(name: string): number | undefined {
    const attribute = this.beam.attributes.get(name);
    if (!attribute) return undefined;
    if (typeof attribute.value === 'number' && !attribute.error) return attribute.value;
    throw attribute.error ?? fileError(attribute.at, `beam: ${name} is not a number`);
  }

  at(name: string): SourcePosition {
    return this.beam.attributes.get(name)?.at ?? this.beam.at;
  }
}

function speciesOf(given: BeamNumbers): Species | undefined {
  const particle = given.beam.attributes.get('particle');
  const mass = given.number('mass');
  if (!particle && mass === undefined) return undefined;
  const name = String(particle?.value ?? 'ion').toLowerCase();
  const known = Object.hasOwn(PARTICLES, name) ? PARTICLES[name] : undefined;
  if (known) return SPECIES[known];
  if (mass !== undefined) return { name, restEnergy: mass * 1e9, chargeNumber: given.number('charge') ?? 1 };
  const at = given.at('particle');
  throw fileError(
    at,
    `beam: particle '${name}' is unknown and has no mass${didYouMean(name, Object.keys(PARTICLES))}`,
  );
}

/** A species of our own by its name. */
function nameOf(species: Species): SpeciesName | Species {
  return Object.values(SPECIES).includes(species as never) ? (species.name as SpeciesName) : species;
}

/** Total energy in eV by the first of MAD-X's ways to give it that is used; those but `energy` need the species. */
function energyOf(given: BeamNumbers, species: Species | undefined): number | undefined {
  const energy = given.number('energy');
  if (energy !== undefined) return energy * 1e9;
  if (!species) return undefined;
  const { restEnergy } = species;
  const pc = given.number('pc');
  if (pc !== undefined) return Math.hypot(pc * 1e9, restEnergy);
  const gamma = given.number('gamma');
  if (gamma !== undefined) return gamma * restEnergy;
  const beta = given.number('beta');
  if (beta !== undefined) return restEnergy / Math.sqrt(1 - beta ** 2);
  const brho = given.number('brho');
  if (brho === undefined) return undefined;
  return Math.hypot(brho * 299792458 * species.chargeNumber, restEnergy);
}
