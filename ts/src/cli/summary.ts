import type { Beam } from '../beam/beam.js';
import { COORDINATES, type Coordinate, PLANE_INDICES, PLANES, type Plane } from '../beam/coordinates.js';
import type { Moments } from '../objective/moments.js';

/** The moments of a beam in the form that the command line prints. */
export interface MomentsSummary {
  /** m, or 1 for momenta. */
  readonly mean: Record<Coordinate, number>;
  /** Root mean square about the mean; m, or 1 for momenta. */
  readonly sigma: Record<Coordinate, number>;
  /** Geometric rms emittance, m. */
  readonly emittance: Record<Plane, number>;
  /** `[36]`, row major, in the order x, px, y, py, tau, p. */
  readonly covariance: number[];
}

/** Means, rms sizes and emittances, with √(⟨u²⟩⟨pu²⟩ − ⟨u pu⟩²) for the emittance of a plane. */
export function summariseMoments({ mean, covariance }: Moments): MomentsSummary {
  const c = (i: number, j: number) => covariance[6 * i + j]!;
  const emittance = (plane: Plane) => {
    const [u, pu] = PLANE_INDICES[plane];
    return Math.sqrt(Math.max(0, c(u, u) * c(pu, pu) - c(u, pu) ** 2));
  };
  return {
    mean: record(COORDINATES, (_, i) => mean[i]!),
    sigma: record(COORDINATES, (_, i) => Math.sqrt(c(i, i))),
    emittance: record(PLANES, emittance),
    covariance: Array.from(covariance),
  };
}

/** A beam in a few numbers. */
export interface BeamSummary {
  readonly species: string;
  readonly particles: number;
  /** C */
  readonly charge: number;
  /** Total reference energy in eV. */
  readonly energy: number;
  readonly moments: MomentsSummary;
}

/** The beam at the entrance, as results repeat it. */
export function summariseBeam(beam: Beam): BeamSummary {
  const { particles, charge, energy } = beam;
  return { species: beam.species.name, particles, charge, energy, moments: summariseMoments(beam.moments()) };
}

const record = <K extends string, V>(keys: readonly K[], value: (key: K, index: number) => V) =>
  Object.fromEntries(keys.map((key, index) => [key, value(key, index)])) as Record<K, V>;
