import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import type { Beam } from '../beam/beam.js';
import { describeReport } from '../beam/report.js';
import type { SpeciesName } from '../beam/species.js';
import { OptionsError } from '../errors.js';
import { type LoadBeamOptions, loadBeam, saveBeam } from '../io/beam/beamFile.js';
import { BEAM_FORMATS, type BeamFormat } from '../io/beam/format.js';
import { loadProblem } from '../io/problem.js';
import { positiveInteger, positiveNumber } from './options.js';
import { respond } from './respond.js';

/** Options of `unkick beam`. */
export interface BeamOptions {
  readonly format?: BeamFormat;
  readonly species?: SpeciesName;
  readonly energy?: number;
  readonly kineticEnergy?: number;
  readonly charge?: number;
  readonly iteration?: string;
  readonly group?: string;
  readonly particles?: number;
  readonly write?: string;
  readonly json?: boolean;
}

/** Adds the options of `unkick beam`. */
export function addBeamOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <name>', 'format of the file, where its name does not say').choices(BEAM_FORMATS),
    )
    .option('--species <name>', 'kind of particle, instead of the file’s')
    .option('--energy <eV>', 'total reference energy, instead of the file’s', positiveNumber)
    .option('--kinetic-energy <eV>', 'kinetic reference energy, instead of the file’s', positiveNumber)
    .option('--charge <C>', 'charge of the bunch, instead of the file’s', positiveNumber)
    .option('--iteration <name>', 'which iteration of an openPMD file')
    .option('--group <name>', 'which group of particles of an openPMD file')
    .option('--particles <n>', 'a random choice of that many macroparticles', positiveInteger)
    .option('--write <file>', 'write the beam to another file: .h5, .astra, .sdds, .npy, .npz or .csv')
    .option('--json', 'print the report as JSON');
}

/** `unkick beam`: the report of a beam in a file, and the beam in another file. */
export async function beam(file: string, options: BeamOptions): Promise<void> {
  const { particles, write, json, ...given } = options;
  const { beam, warnings } = await load(file, given);
  const chosen = particles === undefined ? beam : beam.subsample(particles);
  if (write !== undefined) await saveBeam(chosen, write);
  const report = chosen.report();
  await respond(options, {
    result: { file, ...report, warnings },
    arrays: {},
    warnings,
    sections: [file, describeReport(report)],
  });
}

type Loaded = { readonly beam: Beam; readonly warnings: readonly string[] };

async function load(file: string, given: LoadBeamOptions): Promise<Loaded> {
  if (extname(file).toLowerCase() !== '.json') return await loadBeam(file, given);
  const [option] = Object.keys(given);
  if (option === undefined) return await loadProblem(file);
  throw new OptionsError(`${file} is a problem file, whose beam says it all: leave out the option ${option}`);
}
