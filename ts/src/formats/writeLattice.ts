import { extname } from 'node:path';
import { resolveSpecies, type Species, type SpeciesName } from '../beam/species.js';
import { LatticeError, OptionsError } from '../errors.js';
import { Lattice } from '../lattice/lattice.js';
import { requireKnownKeys, requireOneOf, requirePositive, show } from '../options.js';
import { contentOf } from './latticeContent.js';
import { writeLatticeJson } from './latticeJson/write.js';
import type { LatticeReference } from './loadLattice.js';
import { writePals } from './pals/write.js';
import { latticeFormat } from './registry.js';

const WRITERS = { 'lattice-json': writeLatticeJson, pals: writePals } as const;

/** Names of the formats that lattices can be written in. */
export type WrittenFormat = keyof typeof WRITERS;

/** All of {@link WrittenFormat}. */
export const WRITTEN_FORMATS = Object.keys(WRITERS) as WrittenFormat[];

/**
 * The format that the name of a file to be written asks for.
 *
 * @throws OptionsError for a name that ends like none, or like one that can only be read
 */
export function writtenFormatOf(file: string): WrittenFormat {
  const found = WRITTEN_FORMATS.find((name) =>
    latticeFormat(name).extensions.includes(extname(file).toLowerCase()),
  );
  if (found) return found;
  throw new OptionsError(
    `${file}: lattices are written as LatticeJSON, to a name that ends in .json, or as PALS, to one in .yaml`,
  );
}

/** Options of {@link writeLattice}. */
export interface WriteLatticeOptions {
  readonly format: WrittenFormat;
  /** A line for people; default 'A lattice of unkick'. */
  readonly title?: string | undefined;
  /** The beam that the lattice is for. PALS names it; in LatticeJSON the sign of voltages depends on its charge. */
  readonly reference?:
    | {
        /** Default electrons, where it matters. */
        readonly species?: SpeciesName | Species | undefined;
        /** Total energy in eV, rest energy included. */
        readonly energy?: number | undefined;
      }
    | undefined;
}

/**
 * A lattice as the text of a file: Cheetah's LatticeJSON, or YAML after the Particle Accelerator Lattice Standard (docs/lattice-files.md).
 * Read back, it is the same lattice: the same elements, repeated ones once, and parameters to the bit.
 *
 * @throws LatticeError naming an element that the format cannot hold: space-charge kicks that `withSpaceCharge` put there, custom
 * steps, segments, and in LatticeJSON what Cheetah has no class for
 * @throws OptionsError for an unknown option or format
 * @throws BeamError for an unknown species
 */
export function writeLattice(lattice: Lattice, options: WriteLatticeOptions): string {
  const { format, title = 'A lattice of unkick', reference = {} } = checked(options);
  if (!(lattice instanceof Lattice))
    throw new LatticeError(`writeLattice takes a lattice, not ${show(lattice)}`);
  return WRITERS[format](contentOf(lattice), title, resolvedReference(reference));
}

function checked(options: WriteLatticeOptions): WriteLatticeOptions {
  requireKnownKeys(options, ['format', 'title', 'reference'], 'writeLattice', OptionsError);
  requireOneOf(options.format, WRITTEN_FORMATS, 'format', OptionsError);
  const { title, reference } = options;
  if (title !== undefined && typeof title !== 'string') {
    throw new OptionsError(`the title must be a string, not ${show(title)}`);
  }
  if (reference !== undefined) requireKnownKeys(reference, ['species', 'energy'], 'reference', OptionsError);
  return options;
}

function resolvedReference({
  species,
  energy,
}: NonNullable<WriteLatticeOptions['reference']>): LatticeReference {
  if (energy !== undefined) requirePositive(energy, 'energy of the reference (eV)', OptionsError);
  return {
    ...(species !== undefined && { species: resolveSpecies(species) }),
    ...(energy !== undefined && { energy }),
  };
}
