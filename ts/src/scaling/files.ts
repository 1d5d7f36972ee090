import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionsError, ScalingError } from '../errors.js';
import { scalingCsv } from './csv.js';
import type { ScalingReport } from './report.js';

const JSON_FILE = 'scaling.json';
const CSV_FILE = 'scaling.csv';
const FORMAT: ScalingReport['format'] = 'unkick scaling 1';

/** A folder with the files of one sweep, each of which is always whole: written aside, then renamed. */
export class ScalingFiles {
  readonly folder: string;
  /** What was read or written last. */
  #text: string | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * The sweep that the folder holds; undefined if there is none.
   *
   * @throws OptionsError if the file is none of a sweep; ScalingError if it cannot be read
   */
  async read(): Promise<ScalingReport | undefined> {
    const file = join(this.folder, JSON_FILE);
    this.#text = await textOf(file);
    if (this.#text === undefined) return undefined;
    const report = parsed(this.#text);
    if (report?.format === FORMAT) return report;
    throw new OptionsError(`${file} is no sweep of this version of unkick: take another folder`);
  }

  /**
   * Writes both files.
   *
   * @throws ScalingError if that fails, or something else has written there; what was written before is kept
   */
  async write(report: ScalingReport): Promise<void> {
    const file = join(this.folder, JSON_FILE);
    const text = `${JSON.stringify(report, null, 1)}\n`;
    try {
      await mkdir(this.folder, { recursive: true });
    } catch (error) {
      throw new ScalingError(`the folder ${this.folder} cannot be made: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    if ((await textOf(file)) !== this.#text) {
      throw new ScalingError(
        `${file} has changed since this sweep wrote it: another sweep seems to be at work there`,
      );
    }
    await replace(file, text);
    this.#text = text;
    await replace(join(this.folder, CSV_FILE), scalingCsv(report));
  }
}

async function replace(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw new ScalingError(`${file} cannot be written: ${reasonOf(error)}; what was written before is kept`, {
      cause: error,
    });
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new ScalingError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
}

function parsed(text: string): ScalingReport | undefined {
  try {
    return JSON.parse(text) as ScalingReport;
  } catch {
    return undefined;
  }
}

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EACCES: 'no permission',
  EROFS: 'the file system is read-only',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
