import type { Beam } from '../beam/beam.js';
import type { Coordinate, Coordinates } from '../beam/coordinates.js';
import { cholesky, whiten } from '../beam/whiten.js';
import { BeamError } from '../errors.js';
import { dotProduct, sumOf } from '../objective/sums.js';

/** A lower triangle, row by row. */
export type Triangle = readonly (readonly number[])[];

/**
 * Some coordinates of a beam as mean + L·sample: the sample has zero mean and unit covariance, L is the Cholesky factor of the
 * coordinates' covariance. Macroparticles count equally, whatever their charge.
 */
export class LinearSample {
  /** L of the beam that the sample was taken from. */
  readonly factor: Triangle;
  readonly #names: readonly Coordinate[];
  readonly #means: readonly number[];
  /** `[n]` each. */
  readonly #sample: readonly Float64Array[];

  /**
   * @param names - coordinates in the order of L's rows
   * @throws BeamError for a beam with too few macroparticles, or without extent in one of the coordinates
   */
  constructor(beam: Beam, names: readonly Coordinate[]) {
    const n = beam.particles;
    const columns = names.map((name) => beam.coordinates[name]);
    this.#names = names;
    this.#means = columns.map((u) => sumOf(u) / n);
    this.factor = covarianceFactor(columns, this.#means);
    this.#sample = columns.map((u) => u.slice());
    whiten(this.#sample);
    const flat = names.find((_, i) => !(this.factor[i]![i]! > 0));
    if (flat !== undefined)
      throw new BeamError(`the beam has no extent of its own in ${flat} that could be varied`);
  }

  /** Coordinates for another L, `[n]` each. */
  coordinates(factor: Triangle): Partial<Coordinates> {
    return Object.fromEntries(this.#names.map((name, i) => [name, this.#row(factor[i]!, this.#means[i]!)]));
  }

  /** Derivative by L, given that by the coordinates. */
  factorBar(coordinatesBar: Coordinates): number[][] {
    return this.#names.map((name, i) =>
      this.#sample.slice(0, i + 1).map((column) => dotProduct(coordinatesBar[name], column)),
    );
  }

  #row(factors: readonly number[], mean: number): Float64Array {
    const row = new Float64Array(this.#sample[0]!.length).fill(mean);
    for (const [j, factor] of factors.entries()) {
      const column = this.#sample[j]!;
      for (let i = 0; i < row.length; i++) row[i] = row[i]! + factor * column[i]!;
    }
    return row;
  }
}

function covarianceFactor(columns: readonly Float64Array[], means: readonly number[]): Triangle {
  const n = columns[0]!.length;
  const centred = columns.map((u, i) => u.map((value) => value - means[i]!));
  return cholesky(centred.map((u, i) => centred.slice(0, i + 1).map((v) => dotProduct(u, v) / n)));
}
