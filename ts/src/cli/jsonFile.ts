import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';

const NUMBERS_PER_CHUNK = 8192;

/**
 * JSON text in pieces: the arrays of a large beam make a text longer than the longest string.
 * Typed arrays are written as lists of numbers.
 */
export function* jsonChunks(value: unknown): Generator<string> {
  if (value instanceof Float64Array) {
    yield* listChunks(value);
  } else if (Array.isArray(value) || value === null || typeof value !== 'object') {
    yield JSON.stringify(value) ?? 'null';
  } else {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    for (const [index, [key, entry]] of entries.entries()) {
      yield `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`;
      yield* jsonChunks(entry);
    }
    yield entries.length === 0 ? '{}' : '}';
  }
}

function* listChunks(values: Float64Array): Generator<string> {
  yield '[';
  for (let i = 0; i < values.length; i += NUMBERS_PER_CHUNK) {
    const text = JSON.stringify(Array.from(values.subarray(i, i + NUMBERS_PER_CHUNK)));
    yield (i === 0 ? '' : ',') + text.slice(1, -1);
  }
  yield ']';
}

/** Throws unless the file can be written. Its contents stay. */
export function requireWritable(file: string): void {
  closeSync(openSync(file, 'a'));
}

/** Writes a value to a file as JSON. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await using handle = await open(file, 'w');
  for (const chunk of jsonChunks(value)) await handle.write(chunk);
  await handle.write('\n');
}
