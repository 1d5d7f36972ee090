import { jsonChunks, writeJsonFile } from './jsonFile.js';
import type { RunOptions } from './options.js';

/** What a command has to say. */
export interface Response {
  /** The result without the per-particle arrays: what `--json` prints. */
  readonly result: Readonly<Record<string, unknown>>;
  /** Fields with per-particle arrays; `--output` adds them to the result, in place of fields of the same name. */
  readonly arrays: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  /** The result for people, one block of text each; empty ones are left out. */
  readonly sections: readonly string[];
}

/** Prints warnings on standard error, and the result in the form asked for. */
export async function respond(
  options: Pick<RunOptions, 'json' | 'output'>,
  response: Response,
): Promise<void> {
  const { result, arrays, warnings, sections } = response;
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  if (options.output !== undefined) await writeJsonFile(options.output, { ...result, ...arrays });
  const text = options.json
    ? [...jsonChunks(result)].join('')
    : sections.filter((section) => section !== '').join('\n\n');
  process.stdout.write(`${text}\n`);
}
