import { rename, rm } from 'node:fs/promises';
import type { Beam } from '../../beam/beam.js';
import type { Origin } from '../../beam/conversions.js';
import { ENERGY_KEYS } from '../../beam/reference.js';
import { BeamError, BeamFileError } from '../../errors.js';
import { requireKnownKeys } from '../../options.js';
import { whyUnreadable } from '../unreadable.js';
import { assembleBeam, type BeamFacts } from './assemble.js';
import { readAstra, writeAstra } from './astra.js';
import { readCsv, writeCsv } from './csv.js';
import { readElegant, writeElegant } from './elegant.js';
import { type BeamFormat, formatToRead, formatToWrite } from './format.js';
import { readNpy, readNpz, writeNpy, writeNpz } from './numpy.js';
import { readOpenPmd, writeOpenPmd } from './openPmd.js';
import type { OpenPmdChoice } from './openPmdReader.js';
import { fileError, type RawBeam } from './rawBeam.js';

/** Options of {@link loadBeam}: what the file does not say, or says otherwise. */
export interface LoadBeamOptions extends BeamFacts, OpenPmdChoice {
  /** Default: by the file's first bytes, its extension or its first lines. */
  readonly format?: BeamFormat | undefined;
}

/** A beam from a file. */
export interface LoadedBeam {
  readonly beam: Beam;
  readonly format: BeamFormat;
  /** Where and when the reference particle is, in the file's own coordinates; 0 where it has none. */
  readonly origin: Origin;
  /** What was left out or not understood, one sentence each. */
  readonly warnings: readonly string[];
}

/** Options of {@link saveBeam}. */
export interface SaveBeamOptions {
  /** Default: by the file's extension. */
  readonly format?: BeamFormat | undefined;
}

const FACTS = ['species', ...ENERGY_KEYS, 'charge'];

const READERS: Readonly<Record<BeamFormat, (file: string, choice: OpenPmdChoice) => Promise<RawBeam>>> = {
  openpmd: readOpenPmd,
  astra: readAstra,
  elegant: readElegant,
  npy: readNpy,
  npz: readNpz,
  csv: readCsv,
};

const WRITERS: Readonly<Record<BeamFormat, (file: string, beam: Beam) => Promise<void>>> = {
  openpmd: writeOpenPmd,
  astra: writeAstra,
  elegant: writeElegant,
  npy: writeNpy,
  npz: writeNpz,
  csv: writeCsv,
};

/**
 * Reads a beam from a file: openPMD (BeamPhysics, or ImpactX's) in HDF5, Astra, elegant, NumPy or CSV; docs/beams.md says
 * what is read and how it is converted. Files at fixed time are brought to fixed s.
 *
 * Macroparticles that are lost by the file's own account, or move backward, are left out and counted in a warning.
 *
 * @throws BeamFileError when the file cannot be read or does not hold a beam, naming line and column, byte or dataset;
 * BeamError for unknown options
 */
export async function loadBeam(file: string, options: LoadBeamOptions = {}): Promise<LoadedBeam> {
  requireKnownKeys(options, ['format', ...FACTS, 'iteration', 'group'], 'loadBeam', BeamError);
  const format = await formatToRead(file, options.format);
  return await naming(file, async () => {
    const raw = await READERS[format](file, options);
    return { ...assembleBeam(raw, options), format };
  });
}

/**
 * Writes a beam to a file, whose format its extension says: .h5 (openPMD), .astra or .ini, .sdds or .bun, .npy, .npz, .csv.
 * The file appears when it is complete; one of that name is replaced.
 *
 * @throws BeamFileError when it cannot be written, or the format has no place for the beam
 */
export async function saveBeam(beam: Beam, file: string, options: SaveBeamOptions = {}): Promise<void> {
  requireKnownKeys(options, ['format'], 'saveBeam', BeamError);
  const format = formatToWrite(file, options.format);
  const partial = `${file}.${process.pid}.partial`;
  try {
    await naming(file, () => WRITERS[format](partial, beam));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw fileError(file, '', `cannot be written: ${whyUnreadable(error as NodeJS.ErrnoException)}`, {
      cause: error,
    });
  }
}

/** What is wrong with a beam is said about the file that it came from. */
async function naming<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BeamError) || error instanceof BeamFileError) throw error;
    throw fileError(file, '', error.message, { cause: error });
  }
}
