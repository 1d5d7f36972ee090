import { Beam } from '../beam/beam.js';
import { COORDINATES, perCoordinate } from '../beam/coordinates.js';
import type { Species } from '../beam/species.js';
import type { Lattice } from '../lattice/lattice.js';
import { chooseBackend } from '../native.js';
import { walkAlong } from '../tape/envelope.js';
import { withHeadroom } from '../tape/headroom.js';
import { Workspace } from '../tape/workspace.js';
import type { Matrix } from './matrix.js';

/** A particle's map from the entrance to one place of the line. */
export interface TransferPoint {
  /** Arc length, m. */
  readonly s: number;
  /** The element that it is behind; `'entrance'` at the entrance. */
  readonly behind: string;
  /** Where the particle that started on the given orbit is, `[6]`. */
  readonly orbit: readonly number[];
  /** d(coordinate i here)/d(coordinate j at the entrance), `[6][6]`. */
  readonly matrix: Matrix;
}

/** Of the particles about the orbit: m, or 1. What is left of third derivatives is of relative order 1e-10. */
const STEP = 1e-5;

/**
 * Maps along a line without space charge, about an orbit, by central differences of tracked particles: the elements' own maps, whatever
 * they are, not another program's idea of them.
 *
 * @param start - the orbit at the entrance, `[6]`
 * @param energy - total, eV
 * @throws what tracking throws
 */
export async function transferAlong(
  lattice: Lattice,
  { species, energy }: { readonly species: Species; readonly energy: number },
  start: readonly number[],
): Promise<TransferPoint[]> {
  const beam = Beam.fromCoordinates(bundleAbout(start), { species, energy, charge: 1e-15 });
  const { name, addon } = chooseBackend('auto');
  const workspace = new Workspace(name, addon);
  try {
    const task = {
      lattice: lattice.withoutSpaceCharge(),
      ...{ beam, energyBar: false, threads: 1, precision: 'f64' as const },
    };
    const walk = async (options: object) => ({
      points: await walkAlong({ ...task, options }, workspace, { moments: false, particles: true }),
      warnings: [],
    });
    const { points } = await withHeadroom(beam, 'f64', {}, walk);
    return points.map(({ s, behind, seen }) => {
      const columns = COORDINATES.map((coordinate) => seen.coordinates![coordinate]);
      const orbit = columns.map((values) => values[0]!);
      const matrix = columns.map((values) =>
        COORDINATES.map((_, j) => (values[1 + 2 * j]! - values[2 + 2 * j]!) / (2 * STEP)),
      );
      return { s, behind, orbit, matrix };
    });
  } finally {
    workspace.dispose();
  }
}

/** The orbit, and a pair of particles beside it along every coordinate. */
function bundleAbout(start: readonly number[]) {
  const particles = [
    start,
    ...COORDINATES.flatMap((_, j) => [beside(start, j, STEP), beside(start, j, -STEP)]),
  ];
  return perCoordinate((_, i) => Float64Array.from(particles, (particle) => particle[i]!));
}

const beside = (start: readonly number[], j: number, by: number) =>
  start.map((value, i) => (i === j ? value + by : value));
