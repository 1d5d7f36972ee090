import { type Command, Option } from 'commander';
import type { MatchFile } from '../match/runLog.js';
import {
  positiveInteger,
  positiveNumber,
  type RunOptions,
  type StrategySettings,
  writableFile,
} from './options.js';

/** Options of `unkick match`. */
export interface MatchCommandOptions extends RunOptions, StrategySettings {
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
  readonly journal?: string;
  readonly resume?: string;
  readonly write?: string;
}

/** Adds the options that only a match takes. */
export function addMatchOptions(command: Command): Command {
  return command
    .option(
      '--tolerance <x>',
      'targets are met within this part of their scale (default: 1e-6)',
      positiveNumber,
    )
    .option(
      '--max-evaluations <n>',
      'the most runs, forward or with gradient (default: 1000)',
      positiveInteger,
    )
    .option('--journal <file>', 'write every run down, so that the match can be resumed')
    .addOption(new Option('--resume <file>', 'go on from a journal, and keep it').conflicts('journal'))
    .option('--write <file>', 'write the problem file with the values found', writableFile);
}

/** The journal as a match takes it, if one was asked for. */
export function matchFileOf({ journal, resume }: MatchCommandOptions): MatchFile | undefined {
  const file = journal ?? resume;
  return file === undefined ? undefined : { file, resume: resume !== undefined };
}
