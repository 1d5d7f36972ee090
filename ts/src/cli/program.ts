import { Command, CommanderError, Option } from 'commander';
import { LATTICE_FORMATS } from '../formats/registry.js';
import { version } from '../package.js';
import { addBeamOptions, type BeamOptions, beam } from './beam.js';
import { doctor } from './doctor.js';
import { EXIT, errorText, exitCodeOf } from './exitCodes.js';
import { figures } from './figures.js';
import { gradient } from './gradient.js';
import { type LatticeOptions, lattice } from './lattice.js';
import { match } from './match.js';
import { addMatchOptions, type MatchCommandOptions } from './matchOptions.js';
import {
  addGradientOptions,
  addPlanOptions,
  addProfileOptions,
  addReportOptions,
  addRunOptions,
  addStrategyOptions,
  addTurnsOption,
  type GradientOptions,
  type PlanOptions,
  type ProfileOptions,
  positiveNumber,
  type ReportOptions,
  type TrackOptions,
} from './options.js';
import { plan } from './plan.js';
import { profile } from './profile.js';
import { scaling } from './scaling.js';
import { addScalingOptions, type ScalingCommandOptions } from './scalingOptions.js';
import { schema } from './schema.js';
import { track } from './track.js';

const EXIT_CODES = `
Exit codes: 0 done, 1 the run failed, 2 bad input or usage, 3 no such back end here, 4 a match missed its targets, 130
interrupted.
Problem files are described in docs/problem-file.md and by unkick schema.`;

function makeProgram(): Command {
  const program = new Command('unkick')
    .description('Differentiable particle tracking with space charge')
    .version(version())
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    // One line on standard error, as for every other error.
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`) });

  addTurnsOption(addRunOptions(program.command('track')))
    .option('--save-beam <file>', 'write the final beam to a file: .h5, .astra, .sdds, .npy, .npz or .csv')
    .description('track the beam of a problem file through its lattice')
    .argument('<file>', 'problem file')
    .action((file: string, options: TrackOptions) => track(file, options));

  addGradientOptions(addTurnsOption(addRunOptions(program.command('gradient'))))
    .description('value and gradient of a problem file’s objective')
    .argument('<file>', 'problem file')
    .action((file: string, options: GradientOptions) => gradient(file, options));

  addTurnsOption(addPlanOptions(program.command('plan')))
    .description('what a gradient would take: bytes, launches, time, step by step; needs no GPU')
    .argument('<file>', 'problem file')
    .action(async (file: string, options: PlanOptions) => {
      process.exitCode = await plan(file, options);
    });

  addProfileOptions(addRunOptions(program.command('profile')))
    .description('measure every step, and what directives would cost or save')
    .argument('<file>', 'problem file')
    .action((file: string, options: ProfileOptions) => profile(file, options));

  addBeamOptions(program.command('beam'))
    .description('sizes, Twiss parameters and emittances of a beam file; converts it to another format')
    .argument('<file>', 'beam file (openPMD, Astra, elegant, .npy, .npz, .csv), or problem file (.json)')
    .action((file: string, options: BeamOptions) => beam(file, options));

  addMatchOptions(addStrategyOptions(addTurnsOption(addRunOptions(program.command('match')))))
    .description('vary parameters until the targets of a problem file are met, or its objective is small')
    .argument('<file>', 'problem file with a match section')
    .action(async (file: string, options: MatchCommandOptions) => {
      process.exitCode = await match(file, options);
    });

  addScalingOptions(program.command('scaling'))
    .description('measure how memory and time of a gradient grow with macroparticles, cells and kicks')
    .argument('[file]', 'problem file (default: a drift with kicks between half drifts)')
    .action((file: string | undefined, options: ScalingCommandOptions) => scaling(file, options));

  addReportOptions(program.command('report'))
    .description('figures of a problem, of a sweep over sizes, or of both, in one HTML file')
    .argument('[file]', 'problem file')
    .action((file: string | undefined, options: ReportOptions) => figures(file, options));

  program
    .command('lattice')
    .description('what a lattice file describes: elements by type, length, reference particle')
    .argument('<file>', 'lattice file: MAD-X, elegant, Bmad, LatticeJSON or PALS')
    .option('--line <name>', 'the line or sequence to read (default: the one that the file uses)')
    .addOption(
      new Option('--format <name>', 'format of the file (default: by its name)').choices(LATTICE_FORMATS),
    )
    .option('--species <name>', 'the particle, where the file does not say')
    .option('--energy <eV>', 'its total energy, where the file does not say', positiveNumber)
    .option('--ring', 'take it for a ring: tunes, chromaticities, Courant–Snyder parameters')
    .option('--write <file>', 'write the lattice to a file: .json for LatticeJSON, .yaml for PALS')
    .option('--json', 'print the result as JSON')
    .action((file: string, options: LatticeOptions) => lattice(file, options));

  program
    .command('doctor')
    .description('what this machine can run, and why not')
    .option('--json', 'print the report as JSON')
    .action(async (options: { json?: boolean }) => {
      process.exitCode = await doctor(options);
    });

  program
    .command('schema')
    .description('print the JSON schema of problem files')
    .option('--markdown', 'print the table of fields instead')
    .action((options: { markdown?: boolean }) => schema(options));

  return program;
}

/** Runs the command line and returns its exit code; whatever goes wrong is one line on standard error. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await makeProgram().parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    process.stderr.write(`${errorText(error)}\n`);
    return exitCodeOf(error);
  }
}
