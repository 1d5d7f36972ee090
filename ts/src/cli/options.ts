import { type Command, InvalidArgumentError, Option } from 'commander';
import { STRATEGIES } from '../io/schema/problem.js';
import { PRECISIONS, type Precision } from '../precision.js';
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
  readonly turns?: number;
  readonly precision?: Precision;
  readonly headroom?: number;
  readonly deviceMemory?: string;
  readonly hostMemory?: string;
  readonly diskMemory?: string;
  readonly json?: boolean;
  readonly output?: string;
}

/** Options of `unkick track`. */
export interface TrackOptions extends RunOptions {
  readonly saveBeam?: string;
}

/** How to come back, and what there is for it. */
export interface StrategySettings {
  readonly strategy?: (typeof STRATEGIES)[number];
  readonly snapshots?: number;
  readonly slowSnapshots?: number;
  readonly interval?: number;
  readonly tier?: Tier;
  readonly verify?: boolean;
}

/** Options of `unkick gradient`. */
export interface GradientOptions extends RunOptions, StrategySettings {
  readonly diskFolder?: string;
  readonly journal?: string;
  readonly journalEvery?: number;
  readonly resume?: string;
}

/** Options of `unkick plan`. */
export interface PlanOptions extends Omit<RunOptions, 'headroom' | 'output'>, StrategySettings {
  readonly grid?: readonly [number, number, number];
  readonly kicks?: number;
  readonly gpu?: string;
  readonly steps?: boolean;
}

/** Options of `unkick profile`. */
export interface ProfileOptions extends RunOptions {
  readonly repeats?: number;
}

/** Options of `unkick report`. */
export interface ReportOptions extends Omit<RunOptions, 'json' | 'output'> {
  readonly repeats: number;
  readonly scaling?: string;
  readonly output?: string;
  readonly svg?: string;
}

/** Adds the options that every tracking command takes. */
export function addRunOptions(command: Command): Command {
  return addHeadroomOption(addPlaceOptions(command))
    .option('--json', 'print the result as JSON')
    .option('--output <file>', 'write the result with all per-particle arrays to a JSON file', writableFile);
}

/** Adds the options of a gradient that is computed. */
export function addGradientOptions(command: Command): Command {
  return addStrategyOptions(command)
    .option('--disk-folder <dir>', 'for snapshots on disk (default: the system’s temporary folder)')
    .option('--journal <dir>', 'write the reverse sweep down, so that it can be resumed')
    .option('--journal-every <seconds>', 'how often (default: 30)', positiveNumber)
    .addOption(new Option('--resume <dir>', 'go on from a journal, and keep it').conflicts('journal'));
}

/** Adds the options of a gradient that is only planned. */
export function addPlanOptions(command: Command): Command {
  return addStrategyOptions(addPlaceOptions(command))
    .option(
      '--grid <nodes>',
      'nodes of every space-charge grid, such as 64 or 64x64x128; of a long beam’s the first two count',
      gridShape,
    )
    .option('--kicks <n>', 'number of space-charge kicks, instead of the file’s', positiveInteger)
    .option('--gpu <name>', 'plan for a GPU by name or size: a100-80, h100, h200, rtx4090, 80GB …')
    .option('--steps', 'say of every step what becomes of it and why')
    .option('--json', 'print the plan as JSON');
}

/** Adds the option of every command that takes a beam round. */
export function addTurnsOption(command: Command): Command {
  return command.option(
    '--turns <n>',
    'how often the beam passes the lattice, instead of the file’s',
    positiveInteger,
  );
}

/** Adds the option that only a profile takes. */
export function addProfileOptions(command: Command): Command {
  return command.option('--repeats <n>', 'how often every step is measured (default: 3)', positiveInteger);
}

/** Adds the options of a report. */
export function addReportOptions(command: Command): Command {
  return addHeadroomOption(addPlaceOptions(command))
    .addOption(
      new Option('--repeats <n>', 'how often every strategy is timed').argParser(positiveInteger).default(3),
    )
    .option('--scaling <file>', 'a sweep over sizes to show, the scaling.json of unkick scaling')
    .option('--output <file>', 'the HTML file to write (default: report.html)', writableFile)
    .option('--svg <dir>', 'write the figures as SVG files into this folder, too');
}

function addHeadroomOption(command: Command): Command {
  return command.option(
    '--headroom <n>',
    'how far coordinates may outgrow their initial values (default: 1024, in f32 16)',
    positiveNumber,
  );
}

function addPlaceOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'where to compute').choices(BACKENDS).default('auto'))
    .option('--threads <n>', 'CPU threads (default: all cores)', positiveInteger)
    .option('--particles <n>', 'number of macroparticles, instead of the file’s', positiveInteger)
    .addOption(
      new Option(
        '--precision <name>',
        'width of numbers in memory, f32 for half of it (default: f64)',
      ).choices(PRECISIONS),
    )
    .option(
      '--memory, --device-memory <size>',
      'the most memory on the device, such as 8GiB (default: what is available)',
    );
}

/** Adds the options that say how the reverse sweep comes back. */
export function addStrategyOptions(command: Command): Command {
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
    .option('--verify', 'hash every state on the way forward and compare it on the way back');
}

/** The strategy as the tracker takes it, with whatever settings were given. */
export function strategyOf(
  { snapshots, slowSnapshots, interval, tier, strategy }: StrategySettings,
  fallback: (typeof STRATEGIES)[number] = 'auto',
): StrategyOptions {
  return { name: strategy ?? fallback, snapshots, slowSnapshots, interval, tier };
}

/** The budgets of the tiers, as far as they were given. */
export function memoryOf({
  deviceMemory,
  hostMemory,
  diskMemory,
}: Pick<RunOptions, 'deviceMemory' | 'hostMemory' | 'diskMemory'>): MemoryBudgets {
  return { device: deviceMemory, host: hostMemory, disk: diskMemory };
}

/** The journal as the tracker takes it, if one was asked for. */
export function journalOf({ journal, journalEvery, resume }: GradientOptions): JournalOptions | undefined {
  const folder = journal ?? resume;
  return folder === undefined
    ? undefined
    : { folder, everySeconds: journalEvery, resume: resume !== undefined };
}

/** A file that can be written, as commander takes it: checked before a long run rather than after it. */
export function writableFile(file: string): string {
  try {
    requireWritable(file);
    return file;
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be written: ${(error as Error).message}.`);
  }
}

/** 64 as [64, 64, 64], 64x64x128 as it is. */
function gridShape(text: string): [number, number, number] {
  const nodes = text.split(/[x×,]/).map(Number);
  const [x, y = x, z = x] = nodes;
  if (nodes.length !== 2 && nodes.length <= 3 && nodes.every((n) => Number.isSafeInteger(n) && n > 0))
    return [x!, y!, z!];
  throw new InvalidArgumentError('It must be one number of nodes or three, such as 64x64x128.');
}

/** A positive whole number, as commander takes it. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a positive whole number.');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}

/** A positive number, as commander takes it. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a positive number.');
}
