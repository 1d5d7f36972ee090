import type { ReferenceParticle } from '../lattice/reference.js';
import type { Dual } from './dual.js';
import { focusingLifts } from './focusing.js';
import type { ElementMap } from './maps.js';

/** A part of a standing-wave cavity, without the lenses at its ends. */
export interface CavityBody {
  /** m. */
  readonly length: Dual;
  /** Largest energy gain per length over the entrance's p0·c, 1/m. */
  readonly gradient: Dual;
  /** The reference particle at either end, between which its energy rises evenly. */
  readonly entrance: ReferenceParticle;
  readonly exit: ReferenceParticle;
}

/**
 * Motion about the reference in the field averaged over a cell: with u = βγ, u₀ at the line's entrance and g the gradient,
 * x′ = px·u₀/u, px′ = −g²·u₀/(8u)·x and tau′ = −p·u₀/u³. That is uniform focusing in ∫u₀/u ds, which is taken in the
 * rapidity and so has no singularity where the energy stays the same.
 */
export function cavityBodyMap({ length, gradient, entrance, exit }: CavityBody): ElementMap {
  const u0 = entrance.entranceBetaGamma;
  const ua = entrance.betaGamma;
  const ub = exit.betaGamma;
  // ub·γa − ua·γb = (γb − γa)·w is sinh of the gain in rapidity ∫γ′/u ds.
  const w = entrance.gamma.plus(exit.gamma).over(ub.times(entrance.gamma).plus(ua.times(exit.gamma)));
  const gain = exit.gamma.minus(entrance.gamma).times(w);
  const focused = focusingLifts(
    length.times(w).times(areaSineOver(gain)).times(u0),
    gradient.squared().over(8),
  );
  const slip = length.times(u0).times(w).over(ua.times(ub));
  const { a, b } = focused;
  return { kind: 'focusing', length: length.value, coefficients: [a, b, a, b, slip] };
}

/** asinh(z)/z, 1 at 0. */
function areaSineOver(z: Dual): Dual {
  const { value } = z;
  const square = value * value;
  if (square >= 1e-2) {
    const ratio = Math.asinh(value) / value;
    return z.chain(ratio, (1 / Math.sqrt(1 + square) - ratio) / value);
  }
  // Σ (−1)ⁿ (2n)!/(4ⁿ n!² (2n + 1)) z²ⁿ: 10 terms leave 1e-21.
  let term = 1;
  let sum = 0;
  let derivative = 0;
  for (let n = 0; n < 10; n++) {
    sum += term / (2 * n + 1);
    derivative -= (term * (2 * n + 1) * value) / (2 * n + 3);
    term *= (-square * (2 * n + 1)) / (2 * n + 2);
  }
  return z.chain(sum, derivative);
}
