import {
  Beam,
  Drift,
  type KickReport,
  Lattice,
  Marker,
  ofParticles,
  Quadrupole,
  SpaceChargeKick,
  type SpaceChargeSettings,
  Tracker,
} from '../../src/index.js';
import { randomCoordinates, uniforms } from './beams.js';

/*
 * A line and a beam for finite differences. Deposit and gather are piecewise linear in a macroparticle's place in its
 * cell: the map has kinks where one crosses a cell face, and a difference quotient across a kink says nothing about the
 * derivative. Here every macroparticle sits near the middle of a cell at every kick, so that small steps meet no kink.
 */

type Triple = readonly [number, number, number];

const SHAPE: Triple = [6, 7, 8];
/** Half widths of the grids along x, y, z in m. */
const HALF: Triple = [1e-3, 0.8e-3, 1.2e-3];
const OFFSET: Triple = [2e-4, -1e-4, 3e-4];
const PAIRS = 60;
const ENERGY = 5e6;

/** Nobody is nearer to a cell face than this, as a part of the cell; see {@link clearance}. */
export const CLEARANCE = 0.15;
/** A small one keeps the rounding of coordinates, which difference quotients magnify, out of the way. */
export const SMOOTH_HEADROOM = 32;
/** Macroparticles of {@link smoothBeam}. */
export const SMOOTH_PARTICLES = 2 * PAIRS;

/** Places in units of the half widths, charges, and the extents in sigmas that make the grid end at ±1. */
interface Sample {
  /** `[3][n]` */
  readonly places: readonly Float64Array[];
  /** `[n]` C */
  readonly charges: Float64Array;
  readonly sigmas: Triple;
}

/**
 * Random cells, in each a macroparticle within a fifth of the cell of its middle, and with it its mirror image: the mean
 * is then 0, and the rms, of which the extents are multiples, is known.
 */
function sample(shape: Triple): Sample {
  const uniform = uniforms(5);
  const places = shape.map(() => new Float64Array(SMOOTH_PARTICLES));
  const charges = new Float64Array(SMOOTH_PARTICLES);
  for (let i = 0; i < SMOOTH_PARTICLES; i += 2) {
    charges[i] = charges[i + 1] = (1 + 0.5 * uniform()) * 1e-12;
    for (const [axis, place] of places.entries()) {
      const cells = shape[axis]! - 1;
      const cell = Math.floor((cells / 2) * (1 + uniform()));
      place[i] = (2 * (cell + 0.5 + 0.2 * uniform())) / cells - 1;
      place[i + 1] = -place[i]!;
    }
  }
  const total = charges.reduce((sum, q) => sum + q, 0);
  const rms = (u: Float64Array) => Math.sqrt(u.reduce((sum, a, i) => sum + charges[i]! * a * a, 0) / total);
  return { places, charges, sigmas: [1 / rms(places[0]!), 1 / rms(places[1]!), 1 / rms(places[2]!)] };
}

const SAMPLE = sample(SHAPE);

/** The space charge of {@link smoothLine}, for other lines. */
export const SMOOTH_SPACE_CHARGE = { gridShape: SHAPE, extent: { sigmas: SAMPLE.sigmas } } as const;

/**
 * A nearly cold beam of electrons in the middles of the cells of {@link smoothLine}.
 *
 * @param centre - of the beam along x, y and z in m; about 0 it is its own mirror image and stays so
 */
export function smoothBeam(centre: Triple = OFFSET): Beam {
  return beamOf(SAMPLE, centre);
}

/** One kick on a grid of another shape, between drifts, and a beam in the middles of its cells. */
export function smoothKick(gridShape: Triple): { line: Lattice; beam: Beam } {
  const { sigmas } = sample(gridShape);
  const kick = new SpaceChargeKick({ name: 'sc', effectLength: 0.2, gridShape, extent: { sigmas } });
  const line = new Lattice([
    new Drift({ name: 'd1', length: 0.05 }),
    kick,
    new Drift({ name: 'd2', length: 0.2 }),
  ]);
  return { line, beam: beamOf(sample(gridShape), OFFSET) };
}

function beamOf({ places, charges }: Sample, centre: Triple): Beam {
  const [x, y, z] = places.map((place, axis) => place.map((u) => centre[axis]! + HALF[axis]! * u));
  const uniform = uniforms(6);
  const momenta = () => {
    const first = Array.from({ length: PAIRS }, () => 3e-5 * uniform());
    return Float64Array.from({ length: SMOOTH_PARTICLES }, (_, i) => first[i >> 1]! * (i % 2 === 0 ? 1 : -1));
  };
  const beta0 = Math.sqrt(1 - (510998.95069 / ENERGY) ** 2);
  const coordinates = {
    x: x!,
    px: momenta(),
    y: y!,
    py: momenta(),
    tau: z!.map((a) => -a / beta0),
    p: momenta(),
  };
  return Beam.fromCoordinates(coordinates, { species: 'electron', energy: ENERGY, charges });
}

/** What may be changed of {@link smoothLine}. */
export interface SmoothLineOptions extends Pick<SpaceChargeSettings, 'centre' | 'differentiateGrid'> {
  /** Half widths of the three kicks' grids in m; default: as many sigmas as the beam was made for. */
  readonly halfWidths?: readonly Triple[];
  readonly model?: 'linear' | 'exact';
}

/** Every kind of element, three kicks with a marker before each, and a magnet that is switched off. */
export function smoothLine({ halfWidths, model = 'exact', ...settings }: SmoothLineOptions = {}): Lattice {
  const kick = (name: string, effectLength: number, index: number) => {
    const extent = halfWidths ? { fixed: halfWidths[index]! } : { sigmas: SAMPLE.sigmas };
    return new SpaceChargeKick({ name, effectLength, gridShape: SHAPE, extent, ...settings });
  };
  return new Lattice([
    new Quadrupole({ name: 'q1', length: 0.1, k1: 1.5 }),
    new Marker({ name: 'm1' }),
    kick('sc1', 0.2, 0),
    new Drift({ name: 'd1', length: 0.1, model }),
    new Quadrupole({ name: 'off', length: 0.08, k1: 0 }),
    new Marker({ name: 'm2' }),
    kick('sc2', 0.15, 1),
    new Drift({ name: 'd2', length: 0.1 }),
    new Marker({ name: 'm3' }),
    kick('sc3', 0.2, 2),
    new Drift({ name: 'd3', length: 0.3 }),
  ]);
}

/** The half widths of the grids that a beam meets in m, for a line in which they are fixed. */
export async function measuredHalfWidths(line: Lattice, beam: Beam): Promise<KickReport['halfWidth'][]> {
  using tracker = await Tracker.create(line, { backend: 'cpu' });
  return (await tracker.track(beam)).kicks.map(({ halfWidth }) => halfWidth);
}

/** Least distance of any macroparticle from a face of its cell at any kick, as a part of the cell; 0 for one outside. */
export async function clearance(line: Lattice, beam: Beam): Promise<number> {
  using tracker = await Tracker.create(line, { backend: 'cpu' });
  const { kicks } = await tracker.track(beam);
  let least = 1;
  for (const [k, marker] of ['m1', 'm2', 'm3'].entries()) {
    const { centre, halfWidth } = kicks[k]!;
    const spy = ofParticles(({ x, y, tau }) => {
      const positions = [x, y, tau.map((t) => -beam.beta0 * t)];
      for (const [axis, r] of positions.entries()) {
        const cells = SHAPE[axis]! - 1;
        for (const a of r) {
          const xi = ((a - centre[axis]!) / halfWidth[axis]! + 1) * (cells / 2);
          const fraction = xi - Math.floor(xi);
          least = Math.min(least, xi < 0 || xi > cells ? 0 : Math.min(fraction, 1 - fraction));
        }
      }
      return { value: 0 };
    });
    await tracker.gradient(beam, spy.at(marker), { wrt: [] });
  }
  return least;
}

/** A random cotangent of all final coordinates. */
export const SMOOTH_COTANGENT = randomCoordinates(SMOOTH_PARTICLES, 7);
