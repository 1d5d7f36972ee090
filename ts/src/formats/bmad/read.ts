import { SPECIES, type SpeciesName } from '../../beam/species.js';
import { didYouMean } from '../../nearest.js';
import type { DescribedAttribute, DescribedElement, DescribedReference } from '../description.js';
import { fileError } from '../failure.js';
import type { LatticeReader } from '../reader.js';
import { describeProgram } from '../text/describeLine.js';
import { BmadProgram, STRUCTURES } from './statements.js';

const ELEMENTARY_CHARGE = 1.602176634e-19; // C
/** Bmad's names of particles that differ from ours. */
const PARTICLES: Readonly<Record<string, SpeciesName>> = { 'he++': 'alpha', '#4he++': 'alpha' };

/**
 * Reads Bmad: docs/lattice-files.md says what of it. What is not described there follows the Bmad Manual,
 * https://www.classe.cornell.edu/bmad.
 */
export const readBmad: LatticeReader = (text, options) => {
  const program = new BmadProgram(options.variables ?? {}, options.file);
  program.read(text, options.file);
  const structures = new Map(
    STRUCTURES.map((name) => [name, program.book.describe(program.book.find(name)!)]),
  );
  const reference = referenceOf(structures);
  warnOfOthers(structures, program);
  return describeProgram(program, options, () => reference);
};

/** What the reference particle depends on. */
const REFERENCE = ['particle', 'e_tot', 'p0c', 'n_part'];

function referenceOf(structures: ReadonlyMap<string, DescribedElement>): DescribedReference {
  const find = (name: string): DescribedAttribute | undefined =>
    structures.get('beginning')?.attributes.get(name) ?? structures.get('parameter')?.attributes.get(name);
  const particle = find('particle');
  const species = particle && speciesOf(particle);
  const energy = numberOf(find('e_tot'));
  const p0c = numberOf(find('p0c'));
  const particles = numberOf(find('n_part'));
  const total =
    energy ?? (p0c !== undefined && species ? Math.hypot(p0c, SPECIES[species].restEnergy) : undefined);
  const number = species ? Math.abs(SPECIES[species].chargeNumber) : 1;
  const at = (find('e_tot') ?? find('p0c') ?? particle)?.at;
  return {
    ...(at && { at }),
    ...(species && { species }),
    ...(total !== undefined && { energy: total }),
    ...(particles !== undefined && particles > 0 && { charge: particles * number * ELEMENTARY_CHARGE }),
  };
}

function speciesOf({ value, at }: DescribedAttribute): SpeciesName {
  const name = String(value).toLowerCase();
  if (Object.hasOwn(PARTICLES, name)) return PARTICLES[name]!;
  if (Object.hasOwn(SPECIES, name)) return name as SpeciesName;
  throw fileError(at, `particle '${value}' is unknown${didYouMean(name, Object.keys(SPECIES))}`);
}

function numberOf(attribute: DescribedAttribute | undefined): number | undefined {
  if (!attribute) return undefined;
  if (typeof attribute.value === 'number' && !attribute.error) return attribute.value;
  throw attribute.error ?? fileError(attribute.at, 'a number is expected here');
}

/** Names what else `parameter[…]` and its like set: optics, tracking and plotting have no place in a lattice here. */
function warnOfOthers(structures: ReadonlyMap<string, DescribedElement>, { warnings }: BmadProgram): void {
  for (const { name, attributes } of structures.values()) {
    for (const [key, { at }] of attributes) {
      const isUsed = (name === 'parameter' || name === 'beginning') && REFERENCE.includes(key);
      if (!isUsed) warnings.add(at, `${name}[${key}] is ignored`);
    }
  }
}
