import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { COORDINATES, type Coordinates, perCoordinate } from '../beam/coordinates.js';
import { JournalError } from '../errors.js';
import type { ObservationCotangent } from '../objective/observation.js';

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
  /** The adjoint has passed all steps from this one on. */
  readonly position: number;
  readonly value: number;
  /** By stop; their derivative by the reference energy is in `energyBar` already. */
  readonly cotangents: readonly (ObservationCotangent | undefined)[];
  readonly energyBar: number;
  readonly sums: Float64Array;
  readonly reports: Float64Array;
  readonly custom: readonly (readonly [string, number])[];
  readonly adjoint: Coordinates;
  readonly charges: Float64Array;
}

const FILE = 'unkick.journal';
const MAGIC = 'unkick journal 1';

/**
 * Writes an entry in place of the one before: whole under another name, then renamed, so that there is always one to continue from.
 *
 * @throws JournalError if it cannot be written
 */
export async function writeJournal(folder: string, entry: JournalEntry): Promise<void> {
  const arrays: Float64Array[] = [];
  const header = JSON.stringify(entry, (_, value) => {
    if (!(value instanceof Float64Array)) return value;
    arrays.push(value);
    return { array: value.length };
  });
  const body = Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
  const digest = createHash('sha256').update(header).update(body).digest('hex');
  const part = join(folder, `${FILE}.part`);
  try {
    await mkdir(folder, { recursive: true });
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
    throw new JournalError(`the journal in ${folder} cannot be written: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * The entry of a journal.
 *
 * @throws JournalError if there is none, or it is damaged
 */
export async function readJournal(folder: string): Promise<JournalEntry> {
  const bytes = await readFile(join(folder, FILE)).catch((error) => {
    throw new JournalError(`there is no journal to resume in ${folder}: ${reasonOf(error)}`, {
      cause: error,
    });
  });
  const [magic, digest, header, body] = split(bytes);
  if (magic !== MAGIC) throw new JournalError(`${join(folder, FILE)} is not a journal of this version`);
  if (createHash('sha256').update(header).update(body).digest('hex') !== digest) {
    throw new JournalError(`the journal in ${folder} is damaged: its checksum does not match`);
  }
  let offset = 0;
  return JSON.parse(header, (_, value) => {
    if (typeof value?.array !== 'number') return value;
    const array = new Float64Array(value.array);
    body.copy(Buffer.from(array.buffer), 0, offset, offset + array.byteLength);
    offset += array.byteLength;
    return array;
  });
}

/** Deletes a journal that is done with. */
export async function removeJournal(folder: string): Promise<void> {
  await rm(join(folder, FILE), { force: true });
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

/** Three lines of text, and what is behind them. */
function split(bytes: Buffer): [string, string, string, Buffer] {
  const lines: string[] = [];
  let start = 0;
  for (let i = 0; i < 3; i++) {
    const end = bytes.indexOf(10, start);
    if (end < 0) return ['', '', '', Buffer.alloc(0)];
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return [lines[0]!, lines[1]!, lines[2]!, bytes.subarray(start)];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
