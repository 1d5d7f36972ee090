import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { COORDINATES, type Coordinates, perCoordinate } from '../beam/coordinates.js';
import { JournalError, OptionsError } from '../errors.js';
import type { ObservationCotangent } from '../objective/observation.js';
import { requireBoolean, requireKnownKeys, requireNonNegative, show } from '../options.js';
import { version } from '../package.js';

/** Where and how often a reverse sweep writes itself down. */
export interface JournalOptions {
  /** Folder of the journal; made if it does not exist. */
  readonly folder: string;
  /** Seconds between entries; default 30, 0 for one after every step. */
  readonly everySeconds?: number | undefined;
  /** Continue where the journal stands instead of beginning anew. */
  readonly resume?: boolean | undefined;
}

/** Everything that the rest of a reverse sweep needs; earlier states are computed again from the caller's beam. */
export interface JournalEntry {
  /** Hash of beam, line, objective and rounding: what the entry belongs to. */
  readonly key: string;
  /** How often the beam passed the line on its way to the end. */
  readonly turns: number;
  /** The adjoint has passed all steps from this one on, counted on from turn to turn. */
  readonly position: number;
  readonly value: number;
  /** By stop; their derivative by the reference particle is in `referenceBar` already. */
  readonly cotangents: readonly (ObservationCotangent | undefined)[];
  readonly referenceBar: readonly (readonly [string, number])[];
  readonly sums: Float64Array;
  readonly reports: Float64Array;
  readonly custom: readonly (readonly [string, number])[];
  readonly adjoint: Coordinates;
  readonly charges: Float64Array;
}

const FILE = 'unkick.journal';
const MAGIC = 'unkick journal 3';

/** @throws OptionsError for an option that is unknown or of the wrong kind */
export function requireJournalOptions(options: JournalOptions): void {
  requireKnownKeys(options, ['folder', 'everySeconds', 'resume'], 'journal', OptionsError);
  const { folder, everySeconds = 0, resume = false } = options;
  if (typeof folder !== 'string' || folder === '') {
    throw new OptionsError(`journal.folder must be the name of a folder, not ${show(folder)}`);
  }
  requireNonNegative(everySeconds, 'journal.everySeconds', OptionsError);
  requireBoolean(resume, 'journal.resume', OptionsError);
}

/**
 * Writes an entry in place of the one before: whole under another name, then renamed, so that there is always one to continue from.
 *
 * @throws JournalError if it cannot be written
 */
export async function writeJournal(folder: string, entry: JournalEntry): Promise<void> {
  const arrays: Float64Array[] = [];
  const header = JSON.stringify({ unkick: version(), ...entry }, (_, value) => {
    if (!(value instanceof Float64Array)) return value;
    arrays.push(value);
    return { array: value.length };
  });
  const body = Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
  const digest = createHash('sha256').update(header).update(body).digest('hex');
  const part = join(folder, `${FILE}.part`);
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(`${MAGIC}\n${digest}\n${header}\n`);
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, join(folder, FILE));
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // the reason is told, not what came of cleaning up
    throw new JournalError(`the journal in ${folder} cannot be written: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * The entry of a journal.
 *
 * @throws JournalError if there is none, it is damaged, or it is of another version, whose last bits may differ
 */
export async function readJournal(folder: string): Promise<JournalEntry> {
  const bytes = await readFile(join(folder, FILE)).catch((error) => {
    throw new JournalError(`there is no journal to resume in ${folder}: ${reasonOf(error)}`, {
      cause: error,
    });
  });
  const file = join(folder, FILE);
  const [magic, digest, header, body] = split(bytes);
  if (!magic.startsWith(MAGIC.slice(0, -1))) throw new JournalError(`${file} is not a journal`);
  if (magic !== MAGIC)
    throw new JournalError(`${file} has the format of another version of unkick: ${magic}`);
  if (createHash('sha256').update(header).update(body).digest('hex') !== digest) {
    throw new JournalError(`the journal in ${folder} is damaged: its checksum does not match`);
  }
  let offset = 0;
  const entry = JSON.parse(header, (_, value) => {
    if (typeof value?.array !== 'number') return value;
    const array = new Float64Array(value.array);
    body.copy(Buffer.from(array.buffer), 0, offset, offset + array.byteLength);
    offset += array.byteLength;
    return array;
  });
  if (entry.unkick === version()) return entry;
  throw new JournalError(
    `the journal in ${folder} is of unkick ${entry.unkick}, this is ${version()}: resume it with that version`,
  );
}

/** Deletes a journal that is done with. One that stays does no harm, and no reason to lose the result: resumed, it gives it again. */
export async function removeJournal(folder: string): Promise<void> {
  await rm(join(folder, FILE), { force: true }).catch(() => {});
}

/** Hash of what a journal belongs to. */
export function journalKey(
  parts: readonly unknown[],
  coordinates: Coordinates,
  charges: Float64Array,
): string {
  const hash = createHash('sha256').update(JSON.stringify(parts));
  for (const name of COORDINATES) hash.update(coordinates[name]);
  return hash.update(charges).digest('hex');
}

/** A copy of the cotangents as they go into an entry, without what has been used. */
export function cotangentsFor(
  cotangents: readonly (ObservationCotangent | undefined)[],
): (ObservationCotangent | undefined)[] {
  return cotangents.map((bar) => {
    if (!bar) return undefined;
    const { moments, coordinates, charges } = bar;
    return {
      ...(moments && { moments }),
      ...(coordinates && { coordinates: perCoordinate((name) => coordinates[name]) }),
      ...(charges && { charges }),
    };
  });
}

/** Three lines of text, and what is behind them; empty where the file is too short for that. */
function split(bytes: Buffer): [string, string, string, Buffer] {
  const lines: string[] = [];
  let start = 0;
  for (let i = 0; i < 3; i++) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.toString('utf8', start, end));
    start = Math.min(end + 1, bytes.length);
  }
  return [lines[0]!, lines[1]!, lines[2]!, bytes.subarray(start)];
}

/** What an error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
