import { dirname, isAbsolute, join } from 'node:path';
import { type EnergyOptions, resolveEnergy } from '../beam/reference.js';
import { resolveSpecies, type Species, type SpeciesName } from '../beam/species.js';
import { type LoadedLattice, readLattice } from '../formats/loadLattice.js';
import type { LatticeFileFields } from './schema/latticeFile.js';
import { at, type NamedDocument } from './validate.js';

/** The reference particle of a beam, or of the description of one. */
export interface BeamReference extends EnergyOptions {
  readonly species: SpeciesName | Species;
}

/** Of energies that differ by more than this, one is meant and the other is not. */
const SAME_ENERGY = 1e-6;

/**
 * The lattice of a file that a problem file names, for the particle and the energy of the problem's beam.
 *
 * @returns with a warning where the lattice file is for another particle or energy
 * @throws ProblemError for what is wrong with the lattice file, with its file, line and column, too
 */
export function readLatticeFile(
  { file, ...options }: LatticeFileFields,
  beam: BeamReference,
  document: NamedDocument,
): Pick<LoadedLattice, 'lattice' | 'warnings'> {
  const path = isAbsolute(file) ? file : join(dirname(document.file), file);
  const { species: name, energy, kineticEnergy } = beam;
  const reference = at(document, ['beam'], () => {
    const species = resolveSpecies(name);
    return { species, energy: resolveEnergy({ energy, kineticEnergy }, species) };
  });
  const loaded = at(document, ['lattice', 'file'], () => readLattice(path, { ...options, ...reference }));
  return { lattice: loaded.lattice, warnings: [...loaded.warnings, ...differences(path, loaded, reference)] };
}

function differences(
  path: string,
  { reference }: LoadedLattice,
  beam: { readonly species: { readonly name: string }; readonly energy: number },
): string[] {
  const { species, energy } = reference;
  const found: string[] = [];
  if (species && species.name !== beam.species.name) {
    found.push(
      `${path}: the lattice is for a beam of ${species.name}s, this one is of ${beam.species.name}s`,
    );
  }
  if (energy !== undefined && Math.abs(energy / beam.energy - 1) > SAME_ENERGY) {
    found.push(`${path}: the lattice is for a total energy of ${energy} eV, the beam has ${beam.energy} eV`);
  }
  return found;
}
