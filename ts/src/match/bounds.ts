/** Bounds of every variable, `[n]` each; infinite where there is none. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The point nearest to `u` within the bounds, `[n]`. */
export function project(u: Float64Array, { lower, upper }: Bounds): Float64Array {
  return u.map((value, i) => Math.min(upper[i]!, Math.max(lower[i]!, value)));
}

/** `u` + step · `direction` within the bounds, `[n]`. */
export function projectedStep(
  u: Float64Array,
  direction: Float64Array,
  step: number,
  bounds: Bounds,
): Float64Array {
  return project(
    u.map((value, i) => value + step * direction[i]!),
    bounds,
  );
}

/** The variables that descent may move: all but those at a bound which −gradient points across; indices. */
export function freeVariables(u: Float64Array, gradient: Float64Array, { lower, upper }: Bounds): number[] {
  const isHeld = (i: number) =>
    (u[i]! <= lower[i]! && gradient[i]! > 0) || (u[i]! >= upper[i]! && gradient[i]! < 0);
  return Array.from(u.keys()).filter((i) => !isHeld(i));
}

/** a − b, `[n]`. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

/** Largest magnitude of some entries, 0 for none. */
export function largest(values: Float64Array, indices: readonly number[]): number {
  return indices.reduce((most, i) => Math.max(most, Math.abs(values[i]!)), 0);
}
