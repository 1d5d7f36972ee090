import { createHash } from 'node:crypto';
import { COORDINATES, type Coordinates } from '../../src/beam/coordinates.js';

/** Number of coordinates of which some bit differs; 0 and −0 do. */
export function differingCoordinates(a: Coordinates, b: Coordinates): number {
  const differ = COORDINATES.map(
    (name) => a[name].filter((value, i) => !Object.is(value, b[name][i])).length,
  );
  return differ.reduce((sum, count) => sum + count, 0);
}

/** A hash of all bits of some numbers and arrays. */
export function hashOf(...parts: readonly (number | Float64Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const array = typeof part === 'number' ? Float64Array.of(part) : part;
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest('hex');
}
