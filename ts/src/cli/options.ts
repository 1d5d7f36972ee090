import { type Command, InvalidArgumentError, Option } from 'commander';
import { STRATEGIES } from '../io/schema/problem.js';
import type { JournalOptions } from '../tape/journal.js';
import type { MemoryBudgets } from '../tape/prepare.js';
import { TIERS, type Tier } from '../tape/schedules/index.js';
import type { StrategyOptions } from '../tape/strategy.js';
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
  readonly hostMemory?: string;
  readonly diskMemory?: string;
  readonly json?: boolean;
  readonly output?: string;
}

/** Options of `unkick gradient`. */
export interface GradientOptions extends RunOptions {
  readonly strategy?: (typeof STRATEGIES)[number];
  readonly snapshots?: number;
  readonly slowSnapshots?: number;
  readonly interval?: number;
  readonly tier?: Tier;
  readonly verify?: boolean;
  readonly journal?: string;
  readonly journalEvery?: number;
  readonly resume?: string;
}

/** Options of `unkick plan`. */
export interface PlanOptions extends GradientOptions {
  readonly grid?: readonly [number, number, number];
  readonly kicks?: number;
  readonly steps?: boolean;
}

/** Options of `unkick profile`. */
export interface ProfileOptions extends RunOptions {
  readonly repeats?: number;
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

/** Adds the options that only a gradient takes. */
export function addGradientOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--strategy <name>', 'how the reverse sweep gets back earlier states').choices(STRATEGIES),
    )
    .option('--snapshots <n>', 'snapshots that the strategy may keep (default: about √steps)', wholeNumber)
    .option('--slow-snapshots <n>', 'snapshots on its slower tier (default: about √steps)', wholeNumber)
    .option(
      '--interval <n>',
      'steps between the snapshots of periodic (default: about √steps)',
      positiveInteger,
    )
    .option('--host-memory <size>', 'the most host memory for snapshots (default: what is available)')
    .option('--disk-memory <size>', 'the most disk space for snapshots (default: what is free)')
    .addOption(new Option('--tier <name>', 'where snapshots lie').choices(TIERS))
    .option('--verify', 'hash every state on the way forward and compare it on the way back')
    .option('--journal <dir>', 'write the reverse sweep down, so that it can be resumed')
    .option('--journal-every <seconds>', 'how often (default: 30)', positiveNumber)
    .addOption(new Option('--resume <dir>', 'go on from a journal, and keep it').conflicts('journal'));
}

/** The strategy as the tracker takes it, with whatever settings were given. */
export function strategyOf(
  { snapshots, slowSnapshots, interval, tier, strategy }: GradientOptions,
  fallback: (typeof STRATEGIES)[number] = 'auto',
): StrategyOptions {
  return { name: strategy ?? fallback, snapshots, slowSnapshots, interval, tier };
}

/** The budgets of the tiers, as far as they were given. */
export function memoryOf({ memory, hostMemory, diskMemory }: RunOptions): MemoryBudgets {
  return { device: memory, host: hostMemory, disk: diskMemory };
}

/** The journal as the tracker takes it, if one was asked for. */
export function journalOf({ journal, journalEvery, resume }: GradientOptions): JournalOptions | undefined {
  const folder = journal ?? resume;
  return folder === undefined
    ? undefined
    : { folder, everySeconds: journalEvery, resume: resume !== undefined };
}

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

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a positive number.');
}
