import { type Coordinates, zeroCoordinates } from './coordinates.js';
import { referenceOf } from './reference.js';
import type { Species } from './species.js';

/*
 * Coordinates of other codes and formats. Every conversion is exact: only rounding separates a beam from what comes
 * back. With the reference momentum p0, e = E/(p0·c) = 1/β0 + p and q = |P|/p0, e² − q² = 1/(β0γ0)² gives
 *
 *     q² = 1 + w,   w = p(p + 2/β0),   p = w/(1/β0 + √(1/β0² + w)),   pz = √(1 + w − px² − py²),
 *
 * none of which cancels near the reference.
 */

/** Speed of light, m/s. */
export const SPEED_OF_LIGHT = 299792458;

/** The reference particle that coordinates refer to. */
export interface ReferencePoint {
  readonly species: Species;
  /** Total energy E0 in eV. */
  readonly energy: number;
}

/** The place and time at which the reference particle is, for formats that hold absolute ones. */
export interface Origin {
  /** m */
  readonly z: number;
  /** s */
  readonly t: number;
}

/** Positions, times and momentum vectors, one array `[n]` each, as in openPMD and Astra. */
export interface MomentumColumns {
  /** m */
  readonly x: Float64Array;
  /** m */
  readonly y: Float64Array;
  /** m */
  readonly z: Float64Array;
  /** s */
  readonly t: Float64Array;
  /** eV/c */
  readonly px: Float64Array;
  /** eV/c */
  readonly py: Float64Array;
  /** eV/c, above 0. */
  readonly pz: Float64Array;
}

/** The coordinates of elegant, one array `[n]` each: at fixed s, slopes instead of momenta. */
export interface ElegantColumns {
  /** m */
  readonly x: Float64Array;
  /** Slope px/pz. */
  readonly xp: Float64Array;
  /** m */
  readonly y: Float64Array;
  /** Slope py/pz. */
  readonly yp: Float64Array;
  /** s */
  readonly t: Float64Array;
  /** βγ = |P|/(mc). */
  readonly p: Float64Array;
}

/** The coordinates of ImpactX at fixed s, one array `[n]` each. */
export interface ImpactXColumns {
  /** m */
  readonly x: Float64Array;
  /** m */
  readonly y: Float64Array;
  /** c·Δt in m, late is positive. */
  readonly t: Float64Array;
  /** Px/p0. */
  readonly px: Float64Array;
  /** Py/p0. */
  readonly py: Float64Array;
  /** −ΔE/(p0·c). */
  readonly pt: Float64Array;
}

/** p from w = q² − 1. */
const energyDeviation = (w: number, beta0: number) => w / (1 / beta0 + Math.sqrt(1 / (beta0 * beta0) + w));

/** w = q² − 1 from p. */
const squaredMomentumExcess = (p: number, beta0: number) => p * (p + 2 / beta0);

/** (a² − 1) where a² = q² is given as parts: (q − 1)(q + 1). */
const excess = (q: number) => (q - 1) * (q + 1);

/**
 * From positions, times and momenta to coordinates at fixed s: every macroparticle drifts, without forces, from its own
 * z to that of the origin,
 *
 *     x += Δz·px/pz,   y += Δz·py/pz,   t += Δz·E/(pz·c),   Δz = z_origin − z,
 *
 * then tau = c(t − t_origin). Files at a fixed time and at a fixed place are both covered.
 */
export function fromMomenta(
  columns: MomentumColumns,
  { species, energy }: ReferencePoint,
  origin: Origin,
): Coordinates {
  const { beta0, gamma0 } = referenceOf(energy, species);
  const momentum = beta0 * gamma0 * species.restEnergy;
  const out = zeroCoordinates(columns.x.length);
  for (let i = 0; i < columns.x.length; i++) {
    const [px, py, pz] = [columns.px[i]! / momentum, columns.py[i]! / momentum, columns.pz[i]! / momentum];
    const p = energyDeviation(excess(pz) + px * px + py * py, beta0);
    const drift = origin.z - columns.z[i]!;
    out.x[i] = columns.x[i]! + (drift * px) / pz;
    out.px[i] = px;
    out.y[i] = columns.y[i]! + (drift * py) / pz;
    out.py[i] = py;
    out.tau[i] = SPEED_OF_LIGHT * (columns.t[i]! - origin.t) + (drift * (1 / beta0 + p)) / pz;
    out.p[i] = p;
  }
  return out;
}

/** Which variable all macroparticles share in a file. */
export type FixedVariable = 's' | 'time';

/**
 * To positions, times and momenta, either at fixed s (all at the origin's z) or at fixed time (all at the origin's t,
 * each drifted there by −tau: Δz = −tau·pz/e in the units above).
 */
export function toMomenta(
  coordinates: Coordinates,
  { species, energy }: ReferencePoint,
  origin: Origin,
  fixed: FixedVariable = 's',
): MomentumColumns {
  const { beta0, gamma0 } = referenceOf(energy, species);
  const momentum = beta0 * gamma0 * species.restEnergy;
  const n = coordinates.x.length;
  const empty = () => new Float64Array(n);
  const out = { x: empty(), y: empty(), z: empty(), t: empty(), px: empty(), py: empty(), pz: empty() };
  for (let i = 0; i < n; i++) {
    const [px, py, p] = [coordinates.px[i]!, coordinates.py[i]!, coordinates.p[i]!];
    const pz = Math.sqrt(1 + squaredMomentumExcess(p, beta0) - px * px - py * py);
    const path = fixed === 's' ? 0 : -coordinates.tau[i]! / (1 / beta0 + p);
    out.x[i] = coordinates.x[i]! + path * px;
    out.y[i] = coordinates.y[i]! + path * py;
    out.z[i] = origin.z + path * pz;
    out.t[i] = origin.t + (fixed === 's' ? coordinates.tau[i]! / SPEED_OF_LIGHT : 0);
    out.px[i] = px * momentum;
    out.py[i] = py * momentum;
    out.pz[i] = pz * momentum;
  }
  return out;
}

/** From elegant's coordinates; pz = |P|/√(1 + x′² + y′²), px = x′·pz. */
export function fromElegant(
  columns: ElegantColumns,
  { species, energy }: ReferencePoint,
  time: number,
): Coordinates {
  const { beta0, gamma0 } = referenceOf(energy, species);
  const out = zeroCoordinates(columns.x.length);
  for (let i = 0; i < columns.x.length; i++) {
    const [xp, yp] = [columns.xp[i]!, columns.yp[i]!];
    const q = columns.p[i]! / (beta0 * gamma0);
    const pz = q / Math.sqrt(1 + xp * xp + yp * yp);
    out.x[i] = columns.x[i]!;
    out.px[i] = xp * pz;
    out.y[i] = columns.y[i]!;
    out.py[i] = yp * pz;
    out.tau[i] = SPEED_OF_LIGHT * (columns.t[i]! - time);
    out.p[i] = energyDeviation(excess(q), beta0);
  }
  return out;
}

/** To elegant's coordinates; slopes px/pz, p = βγ = β0γ0·√(1 + w). */
export function toElegant(
  coordinates: Coordinates,
  { species, energy }: ReferencePoint,
  time: number,
): ElegantColumns {
  const { beta0, gamma0 } = referenceOf(energy, species);
  const n = coordinates.x.length;
  const empty = () => new Float64Array(n);
  const out = { x: empty(), xp: empty(), y: empty(), yp: empty(), t: empty(), p: empty() };
  for (let i = 0; i < n; i++) {
    const [px, py] = [coordinates.px[i]!, coordinates.py[i]!];
    const w = squaredMomentumExcess(coordinates.p[i]!, beta0);
    const pz = Math.sqrt(1 + w - px * px - py * py);
    out.x[i] = coordinates.x[i]!;
    out.xp[i] = px / pz;
    out.y[i] = coordinates.y[i]!;
    out.yp[i] = py / pz;
    out.t[i] = time + coordinates.tau[i]! / SPEED_OF_LIGHT;
    out.p[i] = beta0 * gamma0 * Math.sqrt(1 + w);
  }
  return out;
}

/** From ImpactX's coordinates: tau = t, p = −pt. */
export function fromImpactX({ x, y, t, px, py, pt }: ImpactXColumns): Coordinates {
  const copy = (column: Float64Array) => Float64Array.from(column);
  return { x: copy(x), px: copy(px), y: copy(y), py: copy(py), tau: copy(t), p: pt.map((value) => -value) };
}

/** To ImpactX's coordinates. */
export function toImpactX({ x, px, y, py, tau, p }: Coordinates): ImpactXColumns {
  const copy = (column: Float64Array) => Float64Array.from(column);
  return { x: copy(x), y: copy(y), t: copy(tau), px: copy(px), py: copy(py), pt: p.map((value) => -value) };
}

/** Columns of a row of Cheetah's particle tensor: the coordinates in our order, then 1. */
const CHEETAH_COLUMNS = 7;

/**
 * From the particle tensor of Cheetah, `[n, 7]` row major, whose last column is 1 and is not looked at: its
 * coordinates are ours.
 */
export function fromCheetah(particles: ArrayLike<number>): Coordinates {
  const out = zeroCoordinates(Math.floor(particles.length / CHEETAH_COLUMNS));
  for (const [k, column] of [out.x, out.px, out.y, out.py, out.tau, out.p].entries()) {
    for (let i = 0; i < column.length; i++) column[i] = particles[CHEETAH_COLUMNS * i + k]!;
  }
  return out;
}

/** To the particle tensor of Cheetah, `[n, 7]` row major. */
export function toCheetah({ x, px, y, py, tau, p }: Coordinates): Float64Array {
  const out = new Float64Array(CHEETAH_COLUMNS * x.length).fill(1);
  for (const [k, column] of [x, px, y, py, tau, p].entries()) {
    for (let i = 0; i < column.length; i++) out[CHEETAH_COLUMNS * i + k] = column[i]!;
  }
  return out;
}

/**
 * The same macroparticles about another reference energy: p0·c changes, E = E0 + p·p0c and momenta in eV/c do not.
 *
 *     px′ = px·p0/p0′,   p′ = (E0 − E0′ + p·p0c)/(p0′c),   x, y, tau unchanged.
 */
export function rereference(
  coordinates: Coordinates,
  species: Species,
  from: number,
  to: number,
): Coordinates {
  const momentumAt = (energy: number) => referenceOf(energy, species).beta0 * energy;
  const [old, next] = [momentumAt(from), momentumAt(to)];
  const ratio = old / next;
  const shift = (from - to) / next;
  const scaled = (column: Float64Array) => column.map((value) => value * ratio);
  return {
    ...{ x: coordinates.x.slice(), px: scaled(coordinates.px) },
    ...{ y: coordinates.y.slice(), py: scaled(coordinates.py) },
    ...{ tau: coordinates.tau.slice(), p: coordinates.p.map((value) => value * ratio + shift) },
  };
}
