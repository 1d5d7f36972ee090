import { COORDINATES, type Coordinates } from '../../src/beam/coordinates.js';

/** ‖a − b‖/‖b‖ in the 2-norm. */
export function relativeError(a: Float64Array, b: Float64Array): number {
  return norm(a.map((value, i) => value - b[i]!)) / norm(b);
}

/** The largest {@link relativeError} of the six coordinates. */
export function worstRelativeError(a: Coordinates, b: Coordinates): number {
  return Math.max(...COORDINATES.map((name) => relativeError(a[name], b[name])));
}

/** √Σa² */
export function norm(a: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
}

/** Σ over all six coordinates of ⟨a, b⟩. */
export function innerProduct(a: Coordinates, b: Coordinates): number {
  const products = COORDINATES.map((name) => a[name].reduce((sum, value, i) => sum + value * b[name][i]!, 0));
  return products.reduce((sum, product) => sum + product, 0);
}
