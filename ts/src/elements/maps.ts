import type { ReferenceParticle } from '../lattice/reference.js';
import { Dual } from './dual.js';
import { focusingLifts } from './focusing.js';

/**
 * A local map of an element: lifts whose coefficients are differentiated by the element's parameters and the reference
 * particle. Kinds and coefficients are those of `native/physics`, one header each.
 */
export interface ElementMap {
  readonly kind: MapKind;
  readonly coefficients: readonly Dual[];
  /** Arc length that it covers, m; default 0. */
  readonly length?: number;
  /** Of a multipole kick: 0 is a dipole. */
  readonly order?: number;
  /** Of an aperture: half widths in m, and its shape. */
  readonly aperture?: { readonly halfX: number; readonly halfY: number; readonly elliptical: boolean };
}

/** What the native code knows. */
export type MapKind =
  | 'drift'
  | 'chromaticDrift'
  | 'exactDrift'
  | 'focusing'
  | 'chromaticFocusing'
  | 'momentumLift'
  | 'positionLift'
  | 'bendLift'
  | 'rotation'
  | 'multipoleKick'
  | 'rfKick'
  | 'aperture';

/** Linear drift, expanded about the reference particle. */
export function driftMap(length: Dual, reference: ReferenceParticle): ElementMap {
  const transverse = length.over(reference.ratio);
  const slip = length.times(reference.slip).over(reference.ratio);
  return { kind: 'drift', length: length.value, coefficients: [transverse, slip] };
}

/** Drift of each particle at its own momentum, to second order in the transverse momenta. */
export function chromaticDriftMap(length: Dual, reference: ReferenceParticle): ElementMap {
  const coefficients = [length, ...energyNumbers(reference)];
  return { kind: 'chromaticDrift', length: length.value, coefficients };
}

/** Drift of each particle at its own velocity. */
export function exactDriftMap(length: Dual, reference: ReferenceParticle): ElementMap {
  const coefficients = [length, ...energyNumbers(reference)];
  return { kind: 'exactDrift', length: length.value, coefficients };
}

/** E0/(p0 c), (mc/p0)² and 1/β0, the first two in units of the entrance's p0: what a particle's momentum follows from. */
function energyNumbers({ beta, slip, ratio }: ReferenceParticle): Dual[] {
  const inverseBeta = Dual.constant(1).over(beta);
  return [inverseBeta.times(ratio), slip.times(ratio.squared()), inverseBeta];
}

/** Linear focusing x″ = −kx x, y″ = −ky y [1/m²] with the longitudinal motion of a drift. */
export function focusingMap(length: Dual, kx: Dual, ky: Dual, reference: ReferenceParticle): ElementMap {
  const { ratio, slip } = reference;
  const x = focusingLifts(length, kx);
  const y = focusingLifts(length, ky);
  const coefficients = [
    ...[x.a.over(ratio), x.b.times(ratio)],
    ...[y.a.over(ratio), y.b.times(ratio)],
    length.times(slip).over(ratio),
  ];
  return { kind: 'focusing', length: length.value, coefficients };
}

/**
 * Linear focusing of each particle at its own momentum p0·(1 + δ), the exact flow of
 * (px² + py²)/(2(1 + δ)) + (kx x² + ky y²)/2 − h·x·δ − δ + p/β0: in a straight magnet h = 0, in a sector bend h is its curvature.
 *
 * @param curvature - h, 1/m
 */
export function chromaticFocusingMap(
  length: Dual,
  kx: Dual,
  ky: Dual,
  curvature: Dual,
  reference: ReferenceParticle,
): ElementMap {
  const { ratio } = reference;
  const strengths = [kx.times(ratio), ky.times(ratio), curvature, ratio];
  const coefficients = [length, ...strengths, ...energyNumbers(reference)];
  return { kind: 'chromaticFocusing', length: length.value, coefficients };
}

/** The nine numbers of a quadratic H(u) = uᵀSu/2 + gᵀu of three coordinates u; those left out are 0. */
export type Quadratic = Partial<Record<(typeof QUADRATIC)[number], Dual>>;
const QUADRATIC = ['xx', 'xy', 'xt', 'yy', 'yt', 'tt', 'x', 'y', 't'] as const;
const ZERO = Dual.constant(0);

/**
 * The lift of a quadratic (`native/physics/quadratic_lift.h`); coefficients in the units of momenta at the entrance.
 *
 * - `'momentumLift'`: of (px, py, p), like a drift; `'positionLift'`: of (x, y, tau), like a thin lens;
 * - `'bendLift'`: of (x, y, p), which dispersion comes from.
 */
export function quadraticLift(
  kind: 'momentumLift' | 'positionLift' | 'bendLift',
  quadratic: Quadratic,
  length = 0,
): ElementMap {
  return { kind, length, coefficients: QUADRATIC.map((key) => quadratic[key] ?? ZERO) };
}

/** The coordinates in axes that are turned about the direction of motion, from x towards y, rad; |angle| below π. */
export function rotationMap(angle: Dual): ElementMap {
  return { kind: 'rotation', coefficients: [angle.times(0.5).tangent(), angle.sine()] };
}

/** The coordinates seen from a point that is off the reference by (dx, dy), m. */
export function shiftMap(dx: Dual, dy: Dual): ElementMap {
  return quadraticLift('momentumLift', { x: dx.negated(), y: dy.negated() });
}

/**
 * Thin multipole of one order (0: dipole) with integrated strengths [1/m^order], normal and skew, as MAD-X's knl and ksl:
 * px −= Re((kn + i ks)(x + i y)ⁿ/n!), py += Im(…).
 */
export function multipoleKickMap(
  order: number,
  normal: Dual,
  skew: Dual,
  reference: ReferenceParticle,
): ElementMap {
  const coefficients = [normal, skew].map((strength) =>
    strength.over(factorial(order)).times(reference.ratio),
  );
  return { kind: 'multipoleKick', coefficients, order };
}

/** Energy that a thin cavity gives a particle more than the reference: `p += A·(cos(k·tau + phase) − cos(phase))`. */
export function rfKickMap(amplitude: Dual, phase: Dual, waveNumber: Dual): ElementMap {
  const coefficients = [amplitude.times(phase.cosine()), amplitude.times(phase.sine()), waveNumber];
  return { kind: 'rfKick', coefficients };
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}
