import { ENERGY_KEYS, type EnergyOptions, referenceOf, resolveEnergy } from '../beam/reference.js';
import { resolveSpecies, type Species, type SpeciesName } from '../beam/species.js';
import { OpticsError, OptionsError } from '../errors.js';
import { Lattice } from '../lattice/lattice.js';
import { requireFinite, requireKnownKeys, requirePositive } from '../options.js';
import { closeOrbit } from './closedOrbit.js';
import { block, identityMinus, type Matrix, solve } from './matrix.js';
import { type TransferPoint, transferAlong } from './transfer.js';
import {
  type InitialPlane,
  isCoupled,
  modeTunes,
  PLANE_BLOCKS,
  type PlaneOptics,
  periodicPlane,
  planeAlong,
  type TransversePlane,
} from './twiss.js';

/** Options of {@link opticsOf}: whose optics, and with which beginning. */
export interface OpticsOptions extends EnergyOptions {
  /** Name of a species in `SPECIES`, or one of your own. */
  readonly species: SpeciesName | Species;
  /** What the optics begin with; without it the line is a ring, and its periodic solution is looked for. */
  readonly initial?: { readonly x: InitialPlane; readonly y: InitialPlane } | undefined;
}

/** The optics at one place. */
export interface OpticsPoint {
  /** Arc length, m. */
  readonly s: number;
  /** The element that it is behind; `'entrance'` at the entrance. */
  readonly behind: string;
  /** The orbit about which everything is taken, `[6]`. */
  readonly orbit: readonly number[];
  readonly x: PlaneOptics;
  readonly y: PlaneOptics;
}

/** The linear optics of a line or ring. */
export interface Optics {
  /** m */
  readonly length: number;
  /** From the entrance to the exit, `[6][6]` in x, px, y, py, tau, p. */
  readonly matrix: Matrix;
  /** In line order; empty where the planes are coupled. */
  readonly points: readonly OpticsPoint[];
  /** What only a ring has. */
  readonly ring?: RingOptics;
  /** What may be wrong, for a reader. */
  readonly warnings: string[];
}

/** What only a ring has. */
export interface RingOptics {
  /** Betatron oscillations per turn; of coupled planes the fractional tunes of the two modes. */
  readonly tunes: { readonly x: number; readonly y: number };
  /** d(tune)/dδ; absent where the planes are coupled. */
  readonly chromaticity?: { readonly x: number; readonly y: number };
  /** α_c = d(ln length)/dδ. */
  readonly momentumCompaction: number;
}

const PLANE_NAMES = ['x', 'y'] as const;
/** Of δ, for chromaticities: what is left of third derivatives is of the order of its square. */
const DELTA = 1e-5;

/**
 * Orbit, Courant–Snyder parameters and dispersion along a line, without space charge, from the maps of its elements about the orbit; of a
 * ring also tunes, chromaticities and momentum compaction. Transverse motion at a fixed p: cavities are taken as they stand.
 *
 * @throws OpticsError where a ring has no closed orbit or is unstable; what tracking throws
 */
export async function opticsOf(lattice: Lattice, options: OpticsOptions): Promise<Optics> {
  if (!(lattice instanceof Lattice)) throw new OptionsError('opticsOf takes a Lattice first');
  requireKnownKeys(options, ['species', 'initial', ...ENERGY_KEYS], 'opticsOf', OptionsError);
  const species = resolveSpecies(options.species);
  const { energy, kineticEnergy, initial } = options;
  const total = resolveEnergy({ energy, kineticEnergy }, species);
  const { beta0, gamma0 } = referenceOf(total, species);
  const along = (start: readonly number[]) => transferAlong(lattice, { species, energy: total }, start);
  const { length } = lattice;
  if (initial) {
    const points = await along([0, 0, 0, 0, 0, 0]);
    const { x, y } = initial;
    return { length, ...described(points, { x: checked(x, 'x'), y: checked(y, 'y') }, beta0) };
  }
  const points = await closeOrbit(along, 0);
  const matrix = points.at(-1)!.matrix;
  const momentumCompaction = compactionOf(matrix, length, beta0, gamma0);
  if (isCoupled(matrix)) {
    const tunes = modeTunes(matrix);
    if (!tunes) throw new OpticsError('the ring is unstable: a coupled mode grows');
    const ring = { tunes: { x: tunes[0], y: tunes[1] }, momentumCompaction };
    return { length, matrix, points: [], ring, warnings: [COUPLED_WARNING] };
  }
  const optics = described(points, periodicOf(matrix, beta0), beta0);
  const tunes = tunesOf(points, beta0);
  const [up, down] = [
    tunesOf(await closeOrbit(along, DELTA * beta0), beta0),
    tunesOf(await closeOrbit(along, -DELTA * beta0), beta0),
  ];
  const slope = (plane: TransversePlane) => (up[plane] - down[plane]) / (2 * DELTA);
  const chromaticity = { x: slope('x'), y: slope('y') };
  const warnings = [...optics.warnings, ...chromaticWarnings(lattice)];
  return { length, ...optics, ring: { tunes, chromaticity, momentumCompaction }, warnings };
}

/** Linear maps do the same at every momentum: who reads chromaticities must know that they lack the natural ones. */
function chromaticWarnings({ elements }: Lattice): string[] {
  const linear = elements.filter((element) => 'model' in element && element.model === 'linear');
  if (linear.length === 0) return [];
  return [
    `${linear.length} elements have linear maps, the same at every momentum: chromaticities lack their part (model: 'chromatic' has it)`,
  ];
}

const COUPLED_WARNING =
  'the planes are coupled: tunes are those of the normal modes, each up to its sign, and there are no Twiss parameters';

function described(
  points: readonly TransferPoint[],
  initial: Readonly<Record<TransversePlane, InitialPlane>>,
  beta0: number,
): Pick<Optics, 'matrix' | 'points' | 'warnings'> {
  const { matrix } = points.at(-1)!;
  if (points.some((point) => isCoupled(point.matrix))) {
    return { matrix, points: [], warnings: [COUPLED_WARNING] };
  }
  const x = planeAlong(points, 'x', initial.x, beta0);
  const y = planeAlong(points, 'y', initial.y, beta0);
  const places = points.map(({ s, behind, orbit }, i) => ({ s, behind, orbit, x: x[i]!, y: y[i]! }));
  return { matrix, points: places, warnings: [] };
}

/** The periodic solution in both planes, with its dispersion: D = M D + d(u)/dδ. */
function periodicOf(matrix: Matrix, beta0: number): Record<TransversePlane, InitialPlane> {
  const [x, y] = PLANE_NAMES.map((plane) => {
    const indices = PLANE_BLOCKS[plane];
    const own = block(matrix, indices);
    const periodic = periodicPlane(own);
    if (!periodic) throw new OpticsError(unstable(plane, own));
    const source = indices.map((i) => matrix[i]![5]! * beta0);
    const [dispersion = 0, dispersionSlope = 0] = solve(identityMinus(own), source) ?? [];
    return { ...periodic, dispersion, dispersionSlope };
  });
  return { x: x!, y: y! };
}

function unstable(plane: TransversePlane, own: Matrix): string {
  const cosine = (own[0]![0]! + own[1]![1]!) / 2;
  return `the motion in ${plane} is unstable: half the trace of the one-turn map is ${cosine}; is this a ring? Else give initial`;
}

/** Whole tunes, by counting the phase along the ring. */
function tunesOf(points: readonly TransferPoint[], beta0: number): { x: number; y: number } {
  const periodic = periodicOf(points.at(-1)!.matrix, beta0);
  const of = (plane: TransversePlane) => planeAlong(points, plane, periodic[plane], beta0).at(-1)!.mu;
  return { x: of('x'), y: of('y') };
}

/** From the time of a particle on its off-momentum orbit: tau per turn = (C/β0)(α_c − 1/γ0²)·δ. */
function compactionOf(matrix: Matrix, length: number, beta0: number, gamma0: number): number {
  const transverse = [0, 1, 2, 3];
  const source = transverse.map((i) => matrix[i]![5]! * beta0);
  const orbit = solve(identityMinus(block(matrix, transverse)), source) ?? [0, 0, 0, 0];
  const row = matrix[4]!;
  const tau = transverse.reduce((sum, i) => sum + row[i]! * orbit[i]!, row[5]! * beta0);
  return (tau * beta0) / length + 1 / gamma0 ** 2;
}

/** @throws OptionsError for Twiss parameters that are none */
function checked(plane: InitialPlane, name: TransversePlane): InitialPlane {
  const where = `initial.${name}`;
  requireKnownKeys(plane, ['beta', 'alpha', 'dispersion', 'dispersionSlope'], where, OptionsError);
  const { dispersion = 0, dispersionSlope = 0 } = plane;
  return {
    beta: requirePositive(plane.beta, `${where}.beta (m)`, OptionsError),
    alpha: requireFinite(plane.alpha, `${where}.alpha`, OptionsError),
    dispersion: requireFinite(dispersion, `${where}.dispersion (m)`, OptionsError),
    dispersionSlope: requireFinite(dispersionSlope, `${where}.dispersionSlope`, OptionsError),
  };
}
