import { LatticeError } from '../errors.js';
import type { KickSpec } from '../lattice/line.js';
import {
  requireBoolean,
  requireFinite,
  requireKnownKeys,
  requireOneOf,
  requirePositive,
  show,
} from '../options.js';
import { Element, type ElementChanges, type ElementOptions, label, requireElementKeys } from './element.js';

/** Half widths of the grid along x, y and z = −β0·tau: in standard deviations of the beam, or fixed in m. */
export type GridExtent =
  | { readonly sigmas: readonly [number, number, number] }
  | { readonly fixed: readonly [number, number, number] };

/** How space charge is computed: the settings that a kick and `Lattice.withSpaceCharge` share. */
export interface SpaceChargeSettings {
  /** Numbers of nodes along x, y and z, integers from 4 to 4096. Powers of two are fastest. */
  readonly gridShape: readonly [number, number, number];
  /** Half widths of the grid (default `{ sigmas: [3, 3, 3] }`). Particles outside are not kicked. */
  readonly extent?: GridExtent | undefined;
  /** Centre of the grid: the mean of the `'beam'` (default) or the `'reference'` particle. */
  readonly centre?: 'beam' | 'reference' | undefined;
  /** Whether gradients follow the grid as it follows the beam (default true: the exact derivative). */
  readonly differentiateGrid?: boolean | undefined;
}

/** Names of {@link SpaceChargeSettings}. */
export const SPACE_CHARGE_KEYS = ['gridShape', 'extent', 'centre', 'differentiateGrid'] as const;

/** Options of a {@link SpaceChargeKick}. */
export interface SpaceChargeKickOptions extends SpaceChargeSettings, ElementOptions {
  /** Length over which the force acts, in m. */
  readonly effectLength: number;
}

const CENTRES = ['beam', 'reference'] as const;
const LEAST_NODES = 4;
/** Along one axis. Beyond this the numbers were meant for something else. */
const MOST_NODES = 4096;

/**
 * A thin kick by the beam's own field. Its parameters are `effectLength` and `extentX`, `extentY`, `extentZ`.
 * `Lattice.withSpaceCharge` inserts such kicks by itself.
 */
export class SpaceChargeKick extends Element {
  readonly gridShape: readonly [number, number, number];
  readonly extentKind: 'sigmas' | 'fixed';
  readonly centre: 'beam' | 'reference';
  readonly differentiateGrid: boolean;

  /**
   * @throws LatticeError for an unknown option or directive, an effectLength that is not finite, fewer than 4 or more than 4096 nodes along an
   * axis, or an extent that is not positive
   */
  constructor(options: SpaceChargeKickOptions) {
    requireElementKeys(options, ['effectLength', ...SPACE_CHARGE_KEYS], 'SpaceChargeKick');
    const where = label('spaceChargeKick', options.name);
    const { kind, extent } = readExtent(options.extent ?? { sigmas: [3, 3, 3] }, where);
    const parameters = {
      effectLength: requireFinite(options.effectLength, `effectLength (m) of ${where}`, LatticeError),
      extentX: extent[0],
      extentY: extent[1],
      extentZ: extent[2],
    };
    super('spaceChargeKick', options, parameters, { canHaveField: true });
    this.gridShape = readGridShape(options.gridShape, where);
    this.extentKind = kind;
    this.centre = requireOneOf(options.centre ?? 'beam', CENTRES, `centre of ${where}`, LatticeError);
    this.differentiateGrid = requireBoolean(
      options.differentiateGrid ?? true,
      `differentiateGrid of ${where}`,
      LatticeError,
    );
  }

  /** The kick as the engine runs it. */
  get kick(): KickSpec {
    const { gridShape, extentKind, centre, differentiateGrid } = this;
    const { effectLength, extentX, extentY, extentZ } = this.parameters as KickParameters;
    const extent = [extentX, extentY, extentZ] as const;
    return { effectLength, gridShape, extentKind, extent, centre, differentiateGrid };
  }

  with(changes: ElementChanges): SpaceChargeKick {
    const common = this.commonOptions(changes);
    const { gridShape, extentKind, centre, differentiateGrid } = this;
    const { effectLength, extentX, extentY, extentZ } = {
      ...this.parameters,
      ...changes.parameters,
    } as KickParameters;
    const widths = [extentX, extentY, extentZ] as const;
    const extent = extentKind === 'sigmas' ? { sigmas: widths } : { fixed: widths };
    return new SpaceChargeKick({ ...common, effectLength, gridShape, extent, centre, differentiateGrid });
  }
}

type KickParameters = { effectLength: number; extentX: number; extentY: number; extentZ: number };

function readExtent(
  extent: GridExtent,
  where: string,
): { kind: 'sigmas' | 'fixed'; extent: readonly [number, number, number] } {
  requireKnownKeys(extent, ['sigmas', 'fixed'], `extent of ${where}`, LatticeError);
  const { sigmas, fixed } = extent as { sigmas?: unknown; fixed?: unknown };
  if ((sigmas === undefined) === (fixed === undefined)) {
    throw new LatticeError(
      `extent of ${where} takes exactly one of sigmas: [x, y, z] and fixed: [x, y, z] (m)`,
    );
  }
  const kind = sigmas === undefined ? 'fixed' : 'sigmas';
  const what = `extent.${kind} of ${where}`;
  const widths = requireTriple(sigmas ?? fixed, what);
  for (const width of widths) requirePositive(width, what, LatticeError);
  return { kind, extent: widths };
}

function readGridShape(gridShape: unknown, where: string): readonly [number, number, number] {
  const shape = requireTriple(gridShape, `gridShape of ${where}`);
  if (shape.some((nodes) => nodes > MOST_NODES)) {
    throw new LatticeError(
      `gridShape of ${where}: ${show(gridShape)} has more than ${MOST_NODES} nodes along an axis`,
    );
  }
  if (shape.every((nodes) => Number.isInteger(nodes) && nodes >= LEAST_NODES)) return shape;
  throw new LatticeError(
    `gridShape of ${where} must be three integers of at least ${LEAST_NODES} nodes, not ${show(gridShape)}`,
  );
}

function requireTriple(value: unknown, what: string): readonly [number, number, number] {
  if (Array.isArray(value) && value.length === 3) return [value[0], value[1], value[2]];
  throw new LatticeError(`${what} must be three numbers [x, y, z], not ${show(value)}`);
}
