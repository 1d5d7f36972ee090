import { COORDINATES, type Coordinates, perCoordinate } from '../beam/coordinates.js';

/** The six arrays in the engine's order. */
export function columns(coordinates: Coordinates): Float64Array[] {
  return COORDINATES.map((name) => coordinates[name]);
}

/** Six arrays `[n]` to be written to. */
export function emptyCoordinates(n: number): Coordinates {
  return perCoordinate(() => new Float64Array(n));
}
