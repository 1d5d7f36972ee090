import { zeroCoordinates } from '../../src/beam/coordinates.js';
import {
  Beam,
  type Coordinates,
  Lattice,
  SpaceChargeKick2D,
  type SpaceChargeSettings2D,
  Tracker,
} from '../../src/index.js';
import type { BackendName } from '../../src/native.js';

/** ε0 in F/m and c in m/s. */
export const EPSILON0 = 8.8541878188e-12;
export const LIGHT = 299792458;

/** A current and the energy at which it flows. */
export interface LongBeam {
  /** A */
  readonly current: number;
  /** Of protons, total, in eV. */
  readonly energy: number;
}

/** A point charge of the beam's cross section: place in m, share of the charge. */
export interface Filament {
  readonly x: number;
  readonly y: number;
  readonly share: number;
}

/** A beam of filaments, none of which moves across, and after them probes without charge. */
export function beamOfFilaments(filaments: readonly Filament[], { energy }: LongBeam): Beam {
  const { x, y, ...rest } = zeroCoordinates(filaments.length);
  for (const [i, filament] of filaments.entries()) [x[i], y[i]] = [filament.x, filament.y];
  const charges = Float64Array.from(filaments, ({ share }) => 1e-12 * share);
  const coordinates: Coordinates = { ...rest, x, y };
  return Beam.fromCoordinates(coordinates, { species: 'proton', energy, charges });
}

/** Half of the tangent plane of a disc of radius 1 by the golden angle: n places of equal share (H. Vogel, Math. Biosci. 44 (1979) 179). */
export function uniformDisc(count: number, radius: number): Filament[] {
  const golden = Math.PI * (3 - Math.sqrt(5));
  return Array.from({ length: count }, (_, i) => {
    const r = radius * Math.sqrt((i + 0.5) / count);
    return { x: r * Math.cos(i * golden), y: r * Math.sin(i * golden), share: 1 / count };
  });
}

/** Transverse fields at the macroparticles of a beam, `[n]` V/m each, as one kick reads them. */
export async function fieldsOf(backend: BackendName, beam: Beam, settings: SpaceChargeSettings2D) {
  const effectLength = 1e-3;
  using tracker = await Tracker.create(new Lattice([new SpaceChargeKick2D({ effectLength, ...settings })]), {
    backend,
  });
  const { coordinates } = await tracker.track(beam);
  const perKick = (beam.momentum * beam.beta0 * beam.gamma0 ** 2) / effectLength;
  const field = (name: 'px' | 'py') =>
    coordinates[name].map((a, i) => (a - beam.coordinates[name][i]!) * perKick);
  return { x: field('px'), y: field('py'), coordinates };
}
