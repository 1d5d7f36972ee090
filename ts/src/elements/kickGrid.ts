import { LatticeError } from '../errors.js';
import { requireBoolean, requireKnownKeys, requireOneOf, requirePositive, show } from '../options.js';

/** One number for each axis of a grid. */
export type PerAxis = readonly [number, number] | readonly [number, number, number];

/** Half widths of a grid along its axes, x, y and z = −β0·tau: in standard deviations of the beam, or fixed in m. */
export type ExtentAlong<Axes extends PerAxis> = { readonly sigmas: Axes } | { readonly fixed: Axes };

/** The grid of a kick. */
export interface GridSettings<Axes extends PerAxis> {
  /** Numbers of nodes along each axis, integers from 4 to 4096. Powers of two are fastest. */
  readonly gridShape: Axes;
  /** Half widths of the grid (default 3 standard deviations each). Particles outside are not kicked. */
  readonly extent?: ExtentAlong<Axes> | undefined;
  /** Centre of the grid: the mean of the `'beam'` (default) or the `'reference'` particle. */
  readonly centre?: 'beam' | 'reference' | undefined;
  /** Whether gradients follow the grid as it follows the beam (default true: the exact derivative). */
  readonly differentiateGrid?: boolean | undefined;
}

/** Names of {@link GridSettings}. */
export const GRID_KEYS = ['gridShape', 'extent', 'centre', 'differentiateGrid'] as const;

/** {@link GridSettings} that were checked. */
export interface KickGrid<Axes extends PerAxis> {
  readonly gridShape: Axes;
  readonly extentKind: 'sigmas' | 'fixed';
  readonly extent: Axes;
  readonly centre: 'beam' | 'reference';
  readonly differentiateGrid: boolean;
}

const CENTRES = ['beam', 'reference'] as const;
const LEAST_NODES = 4;
/** Along one axis. Beyond this the numbers were meant for something else. */
const MOST_NODES = 4096;
const NUMERALS = { 2: 'two', 3: 'three' } as const;

/**
 * The grid of a kick in two or three dimensions, with what was left out.
 *
 * @param where - the kick, as messages name it
 * @throws LatticeError for what is not one of the settings, fewer than 4 or more than 4096 nodes along an axis, or an extent that
 * is not positive
 */
export function readGrid<Axes extends PerAxis>(
  settings: GridSettings<Axes>,
  dimensions: Axes['length'],
  where: string,
): KickGrid<Axes> {
  const { extent: given, gridShape, centre = 'beam', differentiateGrid = true } = settings;
  const { kind, extent } = readExtent(given ?? { sigmas: Array(dimensions).fill(3) }, dimensions, where);
  return {
    gridShape: readGridShape(gridShape, dimensions, where) as unknown as Axes,
    extentKind: kind,
    extent: extent as unknown as Axes,
    centre: requireOneOf(centre, CENTRES, `centre of ${where}`, LatticeError),
    differentiateGrid: requireBoolean(differentiateGrid, `differentiateGrid of ${where}`, LatticeError),
  };
}

/** The settings that {@link readGrid} would read a grid from. */
export function gridSettings<Axes extends PerAxis>(grid: KickGrid<Axes>): GridSettings<Axes> {
  const { gridShape, extentKind, extent, centre, differentiateGrid } = grid;
  const widths = extentKind === 'sigmas' ? { sigmas: extent } : { fixed: extent };
  return { gridShape, extent: widths, centre, differentiateGrid };
}

function readExtent(
  extent: unknown,
  dimensions: 2 | 3,
  where: string,
): { kind: 'sigmas' | 'fixed'; extent: readonly number[] } {
  requireKnownKeys(extent, ['sigmas', 'fixed'], `extent of ${where}`, LatticeError);
  const { sigmas, fixed } = extent as { sigmas?: unknown; fixed?: unknown };
  if ((sigmas === undefined) === (fixed === undefined)) {
    const list = axisList(dimensions);
    throw new LatticeError(`extent of ${where} takes exactly one of sigmas: ${list} and fixed: ${list} (m)`);
  }
  const kind = sigmas === undefined ? 'fixed' : 'sigmas';
  const what = `extent.${kind} of ${where}`;
  const widths = requireNumbers(sigmas ?? fixed, dimensions, what);
  for (const width of widths) requirePositive(width, what, LatticeError);
  return { kind, extent: widths };
}

function readGridShape(gridShape: unknown, dimensions: 2 | 3, where: string): readonly number[] {
  const shape = requireNumbers(gridShape, dimensions, `gridShape of ${where}`);
  if (shape.some((nodes) => nodes > MOST_NODES)) {
    throw new LatticeError(
      `gridShape of ${where}: ${show(gridShape)} has more than ${MOST_NODES} nodes along an axis`,
    );
  }
  if (shape.every((nodes) => Number.isInteger(nodes) && nodes >= LEAST_NODES)) return shape;
  throw new LatticeError(
    `gridShape of ${where} must be ${NUMERALS[dimensions]} integers of at least ${LEAST_NODES} nodes, not ${show(gridShape)}`,
  );
}

function requireNumbers(value: unknown, dimensions: 2 | 3, what: string): readonly number[] {
  if (Array.isArray(value) && value.length === dimensions) return [...value];
  throw new LatticeError(
    `${what} must be ${NUMERALS[dimensions]} numbers ${axisList(dimensions)}, not ${show(value)}`,
  );
}

const axisList = (dimensions: 2 | 3) => (dimensions === 2 ? '[x, y]' : '[x, y, z]');
