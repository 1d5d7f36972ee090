import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { BeamError } from '../../errors.js';
import { requireOneOf } from '../../options.js';
import { whyUnreadable } from '../unreadable.js';
import { fileError } from './rawBeam.js';
import { toNumber, words } from './text.js';

/** Formats of beam files. */
export const BEAM_FORMATS = ['openpmd', 'astra', 'elegant', 'npy', 'npz', 'csv'] as const;

/** Name of a format of beam files. */
export type BeamFormat = (typeof BEAM_FORMATS)[number];

const OF_EXTENSION: Readonly<Record<string, BeamFormat>> = {
  ...{ '.h5': 'openpmd', '.hdf5': 'openpmd', '.astra': 'astra', '.ini': 'astra' },
  ...{ '.sdds': 'elegant', '.bun': 'elegant', '.npy': 'npy', '.npz': 'npz', '.csv': 'csv' },
};

/** How binary formats begin. */
const MAGICS: readonly [bytes: string, format: BeamFormat][] = [
  ['\x89HDF\r\n\x1a\n', 'openpmd'],
  ['\x93NUMPY', 'npy'],
  ['PK\x03\x04', 'npz'],
  ['SDDS', 'elegant'],
];

/** What is looked at of a file whose name says nothing. */
const HEAD = 4096;

/**
 * The format of a file to be read: as asked for, by its first bytes, by its extension, or by the look of its first lines.
 *
 * @throws BeamFileError for a file that cannot be read or whose format is unknown; BeamError for an unknown name
 */
export async function formatToRead(file: string, asked: BeamFormat | undefined): Promise<BeamFormat> {
  if (asked !== undefined) return requireOneOf(asked, BEAM_FORMATS, 'format', BeamError);
  const head = await headOf(file);
  const magic = MAGICS.find(([bytes]) => head.startsWith(bytes));
  const format = magic?.[1] ?? OF_EXTENSION[extname(file).toLowerCase()] ?? byLook(head);
  if (format !== undefined) return format;
  throw fileError(file, '', `is of no known format: give format, one of ${BEAM_FORMATS.join(', ')}`);
}

/**
 * The format of a file to be written: as asked for, or by its extension.
 *
 * @throws BeamFileError for an unknown extension; BeamError for an unknown name
 */
export function formatToWrite(file: string, asked: BeamFormat | undefined): BeamFormat {
  if (asked !== undefined) return requireOneOf(asked, BEAM_FORMATS, 'format', BeamError);
  const format = OF_EXTENSION[extname(file).toLowerCase()];
  if (format !== undefined) return format;
  const known = Object.keys(OF_EXTENSION).join(', ');
  throw fileError(file, '', `the extension says no format: take one of ${known}, or give format`);
}

async function headOf(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch (error) {
    throw fileError(file, '', whyUnreadable(error as NodeJS.ErrnoException), { cause: error });
  }
}

/** Ten columns of numbers are Astra's, six are elegant's; names tell tables apart. */
function byLook(head: string): BeamFormat | undefined {
  const lines = head.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('#')) ?? '';
  if (/(^|[\s,])xp([\s,]|$)/.test(head)) return 'elegant';
  if (/(^|,)\s*tau\s*(,|$)/.test(first)) return 'csv';
  const fields = words(first);
  if (fields.some((field) => toNumber(field) === undefined)) return undefined;
  if (fields.length === 10) return 'astra';
  return fields.length === 6 ? 'elegant' : undefined;
}
