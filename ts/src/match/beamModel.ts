import type { Beam } from '../beam/beam.js';
import type { Coordinates } from '../beam/coordinates.js';

/**
 * A beam that is made from a few numbers, with the derivative of its coordinates by them: what an initial beam can be found through.
 * Implement it for distributions of your own.
 */
export interface BeamModel {
  /** Names and start values of its parameters. No element may share them: begin them with `beam.`. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The beam for these values of all parameters; the number of macroparticles never changes. */
  beam(values: Readonly<Record<string, number>>): Beam;
  /** Derivative by every parameter, given that by the coordinates `[n]`. */
  pullBack(values: Readonly<Record<string, number>>, coordinatesBar: Coordinates): Record<string, number>;
}
