import { type Command, InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../nearest.js';
import { STRATEGIES, type Strategy } from '../tape/strategy.js';
import { BACKENDS, positiveInteger, positiveNumber } from './options.js';

/** Options of `unkick scaling`. */
export interface ScalingCommandOptions {
  readonly strategies?: readonly Strategy[];
  readonly particles?: readonly number[];
  readonly grids?: readonly number[];
  readonly kicks?: readonly number[];
  readonly backend?: (typeof BACKENDS)[number];
  readonly threads?: number;
  readonly memory?: string;
  readonly maxTime?: number;
  readonly output: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** Adds the options of `unkick scaling`. */
export function addScalingOptions(command: Command): Command {
  return command
    .option('--strategies <names>', 'ways back, such as invert,fields,store (default)', strategies)
    .option('--particles <numbers>', 'numbers of macroparticles, such as 1e3,1e4', positiveIntegers)
    .option('--grids <numbers>', 'nodes of the grid along each axis, such as 16,32', positiveIntegers)
    .option('--kicks <numbers>', 'numbers of space-charge kicks, such as 1,4,16', positiveIntegers)
    .addOption(new Option('--backend <name>', 'where to compute (default: auto)').choices(BACKENDS))
    .option('--threads <n>', 'CPU threads (default: all cores)', positiveInteger)
    .option('--memory <size>', 'the most memory a case may take, such as 8GiB (default: what is available)')
    .option('--max-time <minutes>', 'start no case that would end later', positiveNumber)
    .option('--output <dir>', 'folder for scaling.json and scaling.csv', 'unkick-scaling')
    .option('--resume', 'go on with the sweep in that folder')
    .option('--json', 'print the result as JSON');
}

function positiveIntegers(text: string): number[] {
  return text.split(',').map(positiveInteger);
}

function strategies(text: string): Strategy[] {
  return text.split(',').map((name) => {
    const found = STRATEGIES.find((strategy) => strategy === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`There is no strategy '${name}'${didYouMean(name, STRATEGIES)}`);
  });
}
