import { type EnergyOptions, type Reference, referenceOf, resolveEnergy } from '../beam/reference.js';
import { resolveSpecies, type Species, type SpeciesName } from '../beam/species.js';
import { BeamError, LatticeError, LatticeFileError, OptionsError } from '../errors.js';
import { Lattice } from '../lattice/lattice.js';
import { requireKnownKeys } from '../options.js';
import { buildElements } from './build.js';
import { readLatticeText } from './calledFiles.js';
import type { DescribedReference } from './description.js';
import { fileError } from './failure.js';
import { formatOf, type LatticeFormatName, latticeFormat } from './registry.js';
import { Warnings } from './warnings.js';

/** Options of {@link loadLattice}. */
export interface LoadLatticeOptions extends EnergyOptions {
  /** Default by the end of the file's name. */
  readonly format?: LatticeFormatName | undefined;
  /** The line or sequence to read; default the one that the file uses, or else the last that is not part of another. */
  readonly line?: string | undefined;
  /** Instead of what the file says, where values depend on it: harmonic numbers, fields that are not normalised. */
  readonly species?: SpeciesName | Species | undefined;
  /** Variables that the file needs and does not set itself. */
  readonly variables?: Readonly<Record<string, number>> | undefined;
}

/** Options of {@link parseLattice}. */
export interface ParseLatticeOptions extends LoadLatticeOptions {
  /** The name that messages show; files that the text calls are looked for beside it. */
  readonly file: string;
}

/** What a lattice file says of the reference particle, and only what it says. */
export interface LatticeReference {
  readonly species?: Species;
  /** Total energy in eV, rest energy included. */
  readonly energy?: number;
  /** Charge of the bunch in C. */
  readonly charge?: number;
}

/** A lattice as a file describes it. */
export interface LoadedLattice {
  /** Name of the line that was read. */
  readonly name: string;
  readonly lattice: Lattice;
  readonly reference: LatticeReference;
  /** What was ignored: one sentence each, with file, line and column in front. */
  readonly warnings: readonly string[];
  readonly format: LatticeFormatName;
}

const KEYS = ['format', 'line', 'species', 'energy', 'kineticEnergy', 'variables'];

/**
 * Reads a lattice file: MAD-X, elegant, Bmad, LatticeJSON or PALS (docs/lattice-files.md).
 *
 * @throws LatticeFileError for what cannot be read or has no counterpart here, with file, line and column
 * @throws OptionsError for an unknown option or format
 * @throws BeamError for a species or an energy that there cannot be
 */
export async function loadLattice(file: string, options: LoadLatticeOptions = {}): Promise<LoadedLattice> {
  return readLattice(file, options);
}

/** As {@link loadLattice}, at once: files that call others are read in one go, anyway. */
export function readLattice(file: string, options: LoadLatticeOptions = {}): LoadedLattice {
  requireKnownKeys(options, KEYS, 'loadLattice', OptionsError);
  const format = formatOf(file, options.format);
  return parseLattice(readLatticeText(file), { ...options, format, file });
}

/**
 * Reads the text of a lattice file.
 *
 * @throws LatticeFileError, OptionsError and BeamError as {@link loadLattice}
 */
export function parseLattice(text: string, options: ParseLatticeOptions): LoadedLattice {
  requireKnownKeys(options, [...KEYS, 'file'], 'parseLattice', OptionsError);
  const { file, line, variables } = options;
  const format = formatOf(file, options.format);
  const { read, translate } = latticeFormat(format);
  const description = read(text, { file, line, variables });
  const { name } = description;
  const warnings = new Warnings();
  const reference = saidReference(description.reference);
  const assumed = assumedReference(options, reference);
  const species = resolved(options.species) ?? reference.species;
  const elements = buildElements(description, translate, { reference: assumed, species, warnings });
  if (elements.length === 0) throw new LatticeFileError(`${file}: line '${name}' has no elements`, { file });
  return {
    name,
    lattice: latticeOf(elements, file),
    reference,
    warnings: [...description.warnings, ...warnings.list()],
    format,
  };
}

function latticeOf(elements: ConstructorParameters<typeof Lattice>[0], file: string): Lattice {
  try {
    return new Lattice(elements);
  } catch (error) {
    if (!(error instanceof LatticeError)) throw error;
    throw new LatticeFileError(`${file}: ${error.message}`, { file, cause: error });
  }
}

const resolved = (species: SpeciesName | Species | undefined) =>
  species === undefined ? undefined : resolveSpecies(species);

/** What the caller says counts before what the file says; `undefined` where neither says enough. */
function assumedReference(options: LoadLatticeOptions, said: LatticeReference): Reference | undefined {
  const species = resolved(options.species) ?? said.species;
  const { kineticEnergy, energy = kineticEnergy === undefined ? said.energy : undefined } = options;
  if (species === undefined || (energy === undefined && kineticEnergy === undefined)) return undefined;
  return referenceOf(resolveEnergy({ energy, kineticEnergy }, species), species);
}

/** @throws LatticeFileError for a species or an energy that there cannot be */
function saidReference({ species, energy, charge, at }: DescribedReference): LatticeReference {
  try {
    const resolved = species === undefined ? undefined : resolveSpecies(species);
    if (resolved && energy !== undefined) resolveEnergy({ energy }, resolved);
    return {
      ...(resolved && { species: resolved }),
      ...(energy !== undefined && { energy }),
      ...(charge !== undefined && { charge }),
    };
  } catch (error) {
    if (!(error instanceof BeamError) || !at) throw error;
    throw fileError(at, error.message, { cause: error });
  }
}
