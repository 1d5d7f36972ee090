import { Beam } from '../beam/beam.js';
import { COORDINATES, type Coordinate, type Coordinates } from '../beam/coordinates.js';
import { BeamError } from '../errors.js';
import { requireArray, requireKnownKeys, requireOneOf } from '../options.js';
import type { BeamModel } from './beamModel.js';
import { LinearSample, type Triangle } from './linearSample.js';

/** Options of {@link LinearBeam}. */
export interface LinearBeamOptions {
  /** Coordinates that are transformed, the others stay as they are; default all six. */
  readonly coordinates?: readonly Coordinate[] | undefined;
}

/**
 * A beam of any second moments: the macroparticles of a given beam, brought to zero mean and unit covariance, times a lower
 * triangle L, plus the mean. Its covariance matrix is L·Lᵀ (Cholesky), so that no choice of the parameters is impossible.
 *
 * The parameter `beam.px_x` is the entry of L in the row of px and the column of x, in the unit of px; the start is the beam
 * as it is given. L with the sign of a column changed is another sample of the same distribution.
 */
export class LinearBeam implements BeamModel {
  readonly parameters: Readonly<Record<string, number>>;
  readonly #beam: Beam;
  /** Coordinates that are transformed, in storage order. */
  readonly #names: readonly Coordinate[];
  readonly #sample: LinearSample;

  /**
   * @throws BeamError for a coordinate that is unknown or named twice, for no coordinate, and for a beam with too few
   * macroparticles or without extent in one of the coordinates
   */
  constructor(beam: Beam, options: LinearBeamOptions = {}) {
    if (!(beam instanceof Beam)) throw new BeamError('a LinearBeam is made from a Beam');
    this.#beam = beam;
    this.#names = requireCoordinates(options);
    this.#sample = new LinearSample(beam, this.#names);
    this.parameters = this.#named(this.#sample.factor);
  }

  /** The beam with these entries of L, every one of them. */
  beam(values: Readonly<Record<string, number>>): Beam {
    const { species, energy, charges, coordinates } = this.#beam;
    const factor = this.#names.map((_, i) =>
      this.#names.slice(0, i + 1).map((_, j) => values[this.#entry(i, j)]!),
    );
    const made = { ...coordinates, ...this.#sample.coordinates(factor) };
    return Beam.fromCoordinates(made, { species, energy, charges });
  }

  /** Derivative by the entries of L, given that by the coordinates `[n]`. */
  pullBack(_: Readonly<Record<string, number>>, coordinatesBar: Coordinates): Record<string, number> {
    return this.#named(this.#sample.factorBar(coordinatesBar));
  }

  #named(triangle: Triangle): Record<string, number> {
    return Object.fromEntries(
      triangle.flatMap((row, i) => row.map((value, j) => [this.#entry(i, j), value] as const)),
    );
  }

  #entry(i: number, j: number): string {
    return `beam.${this.#names[i]}_${this.#names[j]}`;
  }
}

function requireCoordinates(options: LinearBeamOptions): Coordinate[] {
  requireKnownKeys(options, ['coordinates'], 'LinearBeam', BeamError);
  const wanted: readonly unknown[] = options.coordinates ?? COORDINATES;
  requireArray(wanted, 'coordinates of a LinearBeam', BeamError);
  const names = wanted.map((name) =>
    requireOneOf(name, COORDINATES, 'a coordinate of a LinearBeam', BeamError),
  );
  if (names.length > 0 && new Set(names).size === names.length) {
    return COORDINATES.filter((name) => names.includes(name));
  }
  throw new BeamError('coordinates of a LinearBeam must be at least one name, and none twice');
}
