import type { SpeciesName } from '../beam/species.js';
import { OptionsError } from '../errors.js';
import type { LoadedLattice } from '../formats/loadLattice.js';
import { type Optics, opticsOf } from '../optics/optics.js';
import { formatNumber, formatTable } from './format.js';

/**
 * The periodic optics of a lattice file.
 *
 * @throws OptionsError where nobody says which particle and energy they are for
 */
export async function ringOptics(
  { lattice, reference }: LoadedLattice,
  asked: { readonly species?: SpeciesName | undefined; readonly energy?: number | undefined },
): Promise<Optics> {
  const { species = asked.species, energy = asked.energy } = reference;
  if (species && energy !== undefined) return await opticsOf(lattice, { species, energy });
  throw new OptionsError(
    'the file names no particle or energy, which optics depend on: give --species and --energy',
  );
}

/** What a ring's optics come to, as `--json` prints it. */
export function summariseOptics({ ring, points, matrix }: Optics) {
  const [start] = points;
  return { ...ring, ...(start && { entrance: { orbit: start.orbit, x: start.x, y: start.y } }), matrix };
}

/** Tunes, chromaticities and the Courant–Snyder parameters at the entrance. */
export function ringTable({ ring, points }: Optics): string {
  const planes = ['x', 'y'] as const;
  const [start] = points;
  const row = (name: string, of: (plane: 'x' | 'y') => number | undefined) => [
    name,
    ...planes.map((plane) => formatNumber(of(plane) ?? Number.NaN)),
  ];
  const rows = [
    row('tune', (plane) => ring?.tunes[plane]),
    ...(ring?.chromaticity ? [row('chromaticity', (plane) => ring.chromaticity?.[plane])] : []),
    ...(start
      ? [
          row('beta at the entrance, m', (plane) => start[plane].beta),
          row('alpha', (plane) => start[plane].alpha),
          row('dispersion, m', (plane) => start[plane].dispersion),
          row('closed orbit, m', (plane) => start.orbit[plane === 'x' ? 0 : 2]),
        ]
      : []),
  ];
  const compaction = `momentum compaction ${formatNumber(ring?.momentumCompaction ?? Number.NaN)}`;
  return `${formatTable([['ring', ...planes], ...rows], [1, 2])}\n${compaction}`;
}
