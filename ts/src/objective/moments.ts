import { COORDINATES, type Coordinates, zeroCoordinates } from '../beam/coordinates.js';
import { CompensatedSum, dotProduct, sumOf } from './sums.js';

/**
 * First and second moments of a beam, weighted by the macroparticle charges. Coordinates are numbered as in
 * {@link COORDINATES}: x, px, y, py, tau, p.
 */
export interface Moments {
  /** W = Σq in C. */
  readonly charge: number;
  /** Means Σq·u/W, `[6]`. */
  readonly mean: Float64Array;
  /** Covariances Σq·(u − ū)(v − v̄)/W of the population, `[36]`, row major, symmetric. */
  readonly covariance: Float64Array;
}

/**
 * The derivative of a number by {@link Moments}: `dValue = Σᵢ mean[i]·dMean[i] + Σᵢⱼ covariance[6i+j]·dC[6i+j]` over
 * all 36 entries. A function of C₀₁ alone may put its derivative on either of the two symmetric entries, or half of it on each.
 */
export interface MomentsCotangent {
  /** `[6]`. */
  mean: Float64Array;
  /** `[36]`, row major. */
  covariance: Float64Array;
}

/** The derivative of a number by every coordinate and charge of a beam. */
export interface ParticlesCotangent {
  coordinates: Coordinates;
  /** `[n]` per C. */
  charges: Float64Array;
}

/**
 * The moments of macroparticles of charges q [C], in two passes with compensated sums: means first, then
 * covariances about them.
 */
export function momentsOf(coordinates: Coordinates, charges: Float64Array): Moments {
  const charge = sumOf(charges);
  const columns = COORDINATES.map((name) => coordinates[name]);
  const mean = Float64Array.from(columns, (u) => dotProduct(charges, u) / charge);
  const covariance = new Float64Array(36);
  for (let i = 0; i < 6; i++) {
    for (let j = i; j < 6; j++) {
      const c = productAbout(charges, columns[i]!, mean[i]!, columns[j]!, mean[j]!) / charge;
      covariance[6 * i + j] = c;
      covariance[6 * j + i] = c;
    }
  }
  return { charge, mean, covariance };
}

/** Σq·(u − uMean)(v − vMean), compensated. */
function productAbout(
  q: Float64Array,
  u: Float64Array,
  uMean: number,
  v: Float64Array,
  vMean: number,
): number {
  const sum = new CompensatedSum();
  for (let i = 0; i < q.length; i++) sum.add(q[i]! * (u[i]! - uMean) * (v[i]! - vMean));
  return sum.value;
}

/**
 * Carries a derivative by the moments back to the particles: with d = u − ū and S = C̄ + C̄ᵀ,
 * `uBarᵢ = q/W·(meanBarᵢ + Σⱼ Sᵢⱼ dⱼ)` and `qBar = (Σᵢ meanBarᵢ dᵢ + Σᵢⱼ C̄ᵢⱼ (dᵢdⱼ − Cᵢⱼ))/W`.
 */
export function pullBackMoments(
  cotangent: MomentsCotangent,
  moments: Moments,
  coordinates: Coordinates,
  charges: Float64Array,
): ParticlesCotangent {
  const n = charges.length;
  const bar = { coordinates: zeroCoordinates(n), charges: new Float64Array(n) };
  const columns = COORDINATES.map((name) => coordinates[name]);
  const barColumns = COORDINATES.map((name) => bar.coordinates[name]);
  const symmetric = symmetricPart(cotangent.covariance);
  const offset = dotProduct(symmetric, moments.covariance);
  const d = new Float64Array(6);
  for (let particle = 0; particle < n; particle++) {
    const weight = charges[particle]! / moments.charge;
    let chargeBar = -offset;
    for (let i = 0; i < 6; i++) d[i] = columns[i]![particle]! - moments.mean[i]!;
    for (let i = 0; i < 6; i++) {
      let curvature = 0;
      for (let j = 0; j < 6; j++) curvature += symmetric[6 * i + j]! * d[j]!;
      barColumns[i]![particle] = weight * (cotangent.mean[i]! + 2 * curvature);
      chargeBar += d[i]! * (cotangent.mean[i]! + curvature);
    }
    bar.charges[particle] = chargeBar / moments.charge;
  }
  return bar;
}

/** (A + Aᵀ)/2 of a 6 × 6 matrix. */
function symmetricPart(matrix: Float64Array): Float64Array {
  return Float64Array.from(matrix, (value, k) => (value + matrix[6 * (k % 6) + Math.floor(k / 6)]!) / 2);
}
