import { type Command, InvalidArgumentError, Option } from 'commander';
import { STRATEGIES } from '../io/schema/problem.js';
import { requireWritable } from './jsonFile.js';

/** Back ends that `--backend` takes. */
export const BACKENDS = ['auto', 'cpu', 'cuda'] as const;

/** Options of every command that tracks. */
export interface RunOptions {
  readonly backend: (typeof BACKENDS)[number];
  readonly threads?: number;
  readonly particles?: number;
  readonly headroom?: number;
  readonly memory?: string;
  readonly json?: boolean;
  readonly output?: string;
}

/** Options of `unkick gradient`. */
export interface GradientOptions extends RunOptions {
  readonly strategy?: (typeof STRATEGIES)[number];
}

/** Adds the options that every tracking command takes. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'where to compute').choices(BACKENDS).default('auto'))
    .option('--threads <n>', 'CPU threads (default: all cores)', positiveInteger)
    .option('--particles <n>', 'number of macroparticles, instead of the file’s', positiveInteger)
    .option(
      '--headroom <n>',
      'how far coordinates may outgrow their initial values (default: 1024)',
      positiveNumber,
    )
    .option('--memory <size>', 'the most memory the run may take, such as 8GiB (default: what is available)')
    .option('--json', 'print the result as JSON')
    .option('--output <file>', 'write the result with all per-particle arrays to a JSON file', writableFile);
}

/** The option `--strategy`. */
export const strategyOption = () =>
  new Option('--strategy <name>', 'how the reverse sweep gets back earlier states').choices(STRATEGIES);

/** Checked before a long run rather than after it. */
function writableFile(file: string): string {
  try {
    requireWritable(file);
    return file;
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be written: ${(error as Error).message}.`);
  }
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a positive whole number.');
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a positive number.');
}
