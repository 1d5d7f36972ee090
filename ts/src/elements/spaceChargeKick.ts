import { LatticeError } from '../errors.js';
import type { KickSpec } from '../lattice/line.js';
import { requireFinite } from '../options.js';
import { CollectiveKick } from './collectiveKick.js';
import { type ElementChanges, type ElementOptions, label, requireElementKeys } from './element.js';
import {
  type ExtentAlong,
  GRID_KEYS,
  type GridSettings,
  gridSettings,
  type KickGrid,
  readGrid,
} from './kickGrid.js';

type Axes = readonly [number, number, number];

/** Half widths of the grid along x, y and z = −β0·tau: in standard deviations of the beam, or fixed in m. */
export type GridExtent = ExtentAlong<Axes>;

/** How space charge is computed: the settings that a kick and `Lattice.withSpaceCharge` share. */
export interface SpaceChargeSettings extends GridSettings<Axes> {}

/** Options of a {@link SpaceChargeKick}. */
export interface SpaceChargeKickOptions extends SpaceChargeSettings, ElementOptions {
  /** Length over which the force acts, in m. */
  readonly effectLength: number;
}

/**
 * A thin kick by the beam's own field. Its parameters are `effectLength` and `extentX`, `extentY`, `extentZ`.
 * `Lattice.withSpaceCharge` inserts such kicks by itself.
 */
export class SpaceChargeKick extends CollectiveKick {
  readonly gridShape: Axes;
  readonly extentKind: 'sigmas' | 'fixed';
  readonly centre: 'beam' | 'reference';
  readonly differentiateGrid: boolean;
  readonly slotParameters = ['effectLength', 'extentX', 'extentY', 'extentZ'];

  /**
   * @throws LatticeError for an unknown option or directive, an effectLength that is not finite, fewer than 4 or more than 4096 nodes along an
   * axis, or an extent that is not positive
   */
  constructor(options: SpaceChargeKickOptions) {
    requireElementKeys(options, ['effectLength', ...GRID_KEYS], 'SpaceChargeKick');
    const where = label('spaceChargeKick', options.name);
    const grid = readGrid<Axes>(options, 3, where);
    const [extentX, extentY, extentZ] = grid.extent;
    const effectLength = requireFinite(options.effectLength, `effectLength (m) of ${where}`, LatticeError);
    super('spaceChargeKick', options, { effectLength, extentX, extentY, extentZ }, { canHaveField: true });
    this.gridShape = grid.gridShape;
    this.extentKind = grid.extentKind;
    this.centre = grid.centre;
    this.differentiateGrid = grid.differentiateGrid;
  }

  override get kick(): KickSpec {
    return { effectLength: this.parameters.effectLength!, ...this.#grid(this.parameters as KickParameters) };
  }

  /** The same kick with other settings. @throws LatticeError for what its constructor refuses */
  with(changes: ElementChanges): SpaceChargeKick {
    const parameters = { ...this.parameters, ...changes.parameters } as KickParameters;
    const { effectLength } = parameters;
    return new SpaceChargeKick({
      ...{ ...this.commonOptions(changes), effectLength, ...gridSettings(this.#grid(parameters)) },
    });
  }

  #grid({ extentX, extentY, extentZ }: KickParameters): KickGrid<Axes> {
    const { gridShape, extentKind, centre, differentiateGrid } = this;
    return { gridShape, extentKind, extent: [extentX, extentY, extentZ], centre, differentiateGrid };
  }
}

type KickParameters = { effectLength: number; extentX: number; extentY: number; extentZ: number };
