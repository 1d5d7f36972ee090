/**
 * Why an optimiser stopped:
 * - `targets`: every target is met within its tolerance.
 * - `stationary`: the gradient, as far as the bounds let it act, is zero within the tolerance.
 * - `precision`: no step makes the value smaller any more: what is left is rounding, or the grid's kinks.
 * - `evaluations`: as many runs as were allowed are spent.
 */
export type StopReason = 'targets' | 'stationary' | 'precision' | 'evaluations';

/** A point that an optimiser has accepted. */
export interface Iterate {
  /** Scaled variables, `[n]`. */
  readonly point: Float64Array;
  readonly value: number;
  /** Largest entry of the gradient by the scaled variables among those that the bounds leave free. */
  readonly gradientNorm: number;
  /** What the value is the sum of squares of, `[m]`, where it is one. */
  readonly residuals?: Float64Array;
}

/** Where an optimiser ended. */
export interface Optimum extends Iterate {
  readonly reason: Exclude<StopReason, 'evaluations'>;
}
