import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { JournalError, OptionsError } from '../errors.js';
import { requireBoolean, requireKnownKeys, show } from '../options.js';
import { version } from '../package.js';
import { reasonOf } from '../tape/journal.js';

/** Where a match writes itself down. */
export interface MatchFile {
  /** A JSON file, written anew after every run of the tracker. */
  readonly file: string;
  /** Take what the file holds instead of computing it again, and go on from there. */
  readonly resume?: boolean | undefined;
}

/** One run of the tracker: where, and what came out. */
export interface LoggedRun {
  /** Scaled variables. */
  readonly point: readonly number[];
  /** The number of the objective that was differentiated; absent where all were only evaluated. */
  readonly objective?: number;
  /** Values of the objectives; of the one that was differentiated. */
  readonly values?: readonly number[];
  /** Its derivative by the scaled variables. */
  readonly gradient?: readonly number[];
  /** Why the beam could not be tracked there. */
  readonly failure?: string;
}

interface LogFile {
  readonly format: typeof FORMAT;
  readonly unkick: string;
  readonly key: string;
  readonly runs: readonly LoggedRun[];
}

const FORMAT = 'unkick match 1';

/**
 * The runs of a match in their order. An optimiser is a deterministic function of what runs answer: one that is given the logged
 * answers first takes the same way, to the bit, and goes on where it was interrupted.
 */
export class RunLog {
  readonly #file: string | undefined;
  readonly #key: string;
  readonly #runs: LoggedRun[];
  #next = 0;

  private constructor(file: string | undefined, key: string, runs: readonly LoggedRun[]) {
    this.#file = file;
    this.#key = key;
    this.#runs = [...runs];
  }

  /**
   * A log, with what its file holds where it is to be resumed.
   *
   * @param key - hash of everything that the runs depend on
   * @throws OptionsError for options of the wrong kind; JournalError if the file cannot be written, or not be resumed
   */
  static async open(where: MatchFile | undefined, key: string): Promise<RunLog> {
    if (where === undefined) return new RunLog(undefined, key, []);
    const { file, resume = false } = requireMatchFile(where);
    const log = new RunLog(file, key, resume ? await runsIn(file, key) : []);
    await log.#write();
    return log;
  }

  /**
   * The next run: the logged one, or what `compute` answers, which is then logged.
   *
   * @throws what `compute` throws; JournalError if the file cannot be written, or what it holds belongs to other points
   */
  async next(
    point: Float64Array,
    objective: number | undefined,
    compute: () => Promise<LoggedRun>,
  ): Promise<LoggedRun> {
    const logged = this.#runs[this.#next];
    this.#next += 1;
    if (logged) {
      if (logged.objective === objective && point.every((value, i) => value === logged.point[i]))
        return logged;
      throw new JournalError(
        `${this.#file} holds runs at other points than this match asks for: begin it anew`,
      );
    }
    // As the file has it, so that a resumed match starts from the same numbers: JSON knows no −0.
    const run = JSON.parse(JSON.stringify(await compute())) as LoggedRun;
    this.#runs.push(run);
    await this.#write();
    return run;
  }

  /** Whole under another name, then renamed: there is always a file to resume from. */
  async #write(): Promise<void> {
    if (this.#file === undefined) return;
    const content: LogFile = { format: FORMAT, unkick: version(), key: this.#key, runs: this.#runs };
    const part = `${this.#file}.part`;
    try {
      await writeFile(part, `${JSON.stringify(content)}\n`);
      await rename(part, this.#file);
    } catch (error) {
      await rm(part, { force: true }).catch(() => {}); // the reason is told, not what came of cleaning up
      throw new JournalError(`${this.#file} cannot be written: ${reasonOf(error)}`, { cause: error });
    }
  }
}

function requireMatchFile(where: MatchFile): MatchFile {
  requireKnownKeys(where, ['file', 'resume'], 'journal', OptionsError);
  if (typeof where.file !== 'string' || where.file === '') {
    throw new OptionsError(`journal.file must be the name of a file, not ${show(where.file)}`);
  }
  requireBoolean(where.resume ?? false, 'journal.resume', OptionsError);
  return where;
}

async function runsIn(file: string, key: string): Promise<readonly LoggedRun[]> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new JournalError(`there is no match to resume in ${file}: ${reasonOf(error)}`, { cause: error });
  });
  const log = parsed(text);
  if (log?.format !== FORMAT || !Array.isArray(log.runs))
    throw new JournalError(`${file} is not the file of a match`);
  if (log.unkick !== version()) {
    throw new JournalError(
      `${file} is of unkick ${log.unkick}, this is ${version()}: resume it with that version`,
    );
  }
  if (log.key === key) return log.runs;
  throw new JournalError(`${file} belongs to another beam, lattice, objective, parameters or back end`);
}

function parsed(text: string): LogFile | undefined {
  try {
    return JSON.parse(text) as LogFile;
  } catch {
    return undefined;
  }
}
