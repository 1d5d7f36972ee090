import { LatticeError } from '../errors.js';
import type { KickSpec } from '../lattice/line.js';
import { requireFinite } from '../options.js';
import { CollectiveKick } from './collectiveKick.js';
import { type ElementChanges, type ElementOptions, label, requireElementKeys } from './element.js';
import { GRID_KEYS, type GridSettings, gridSettings, type KickGrid, readGrid } from './kickGrid.js';

type Axes = readonly [number, number];

/** How the space charge of a long beam is computed: the settings that a kick and `Lattice.withSpaceCharge` share. */
export interface SpaceChargeSettings2D extends GridSettings<Axes> {
  /**
   * The beam's current in A, a magnitude: its line charge is current/(β0·c). Macroparticles share it in proportion to their
   * charge; those that are lost take their share away.
   */
  readonly current: number;
}

/** Names of {@link SpaceChargeSettings2D}. */
export const SETTINGS_KEYS_2D = ['current', ...GRID_KEYS] as const;

/** Options of a {@link SpaceChargeKick2D}. */
export interface SpaceChargeKick2DOptions extends SpaceChargeSettings2D, ElementOptions {
  /** Length over which the force acts, in m. */
  readonly effectLength: number;
}

/**
 * A thin kick by the own field of a beam that is long beside its width, or coasts: two-dimensional, the same along the beam, and
 * without a longitudinal part. Its parameters are `effectLength`, `current`, `extentX` and `extentY`. `Lattice.withSpaceCharge` inserts
 * such kicks with `model: '2d'`. Formulas: docs/mathematics.md, "The kick of a long beam".
 */
export class SpaceChargeKick2D extends CollectiveKick {
  readonly gridShape: Axes;
  readonly extentKind: 'sigmas' | 'fixed';
  readonly centre: 'beam' | 'reference';
  readonly differentiateGrid: boolean;
  readonly slotParameters = ['effectLength', 'extentX', 'extentY', 'current'];

  /**
   * @throws LatticeError for an unknown option or directive, an effectLength or a current that is not finite, fewer than 4 or more than 4096
   * nodes along an axis, or an extent that is not positive
   */
  constructor(options: SpaceChargeKick2DOptions) {
    requireElementKeys(options, ['effectLength', ...SETTINGS_KEYS_2D], 'SpaceChargeKick2D');
    const where = label('spaceChargeKick2D', options.name);
    const grid = readGrid<Axes>(options, 2, where);
    const [extentX, extentY] = grid.extent;
    const effectLength = requireFinite(options.effectLength, `effectLength (m) of ${where}`, LatticeError);
    const current = requireFinite(options.current, `current (A) of ${where}`, LatticeError);
    super('spaceChargeKick2D', options, { effectLength, current, extentX, extentY }, { canHaveField: true });
    this.gridShape = grid.gridShape;
    this.extentKind = grid.extentKind;
    this.centre = grid.centre;
    this.differentiateGrid = grid.differentiateGrid;
  }

  /** With one node along z, where the engine has no axis then. */
  override get kick(): KickSpec {
    const { effectLength, current } = this.parameters as KickParameters;
    const { gridShape, extent, ...grid } = this.#grid(this.parameters as KickParameters);
    return { effectLength, current, gridShape: [...gridShape, 1], extent: [...extent, 1], ...grid };
  }

  /** The same kick with other settings. @throws LatticeError for what its constructor refuses */
  with(changes: ElementChanges): SpaceChargeKick2D {
    const parameters = { ...this.parameters, ...changes.parameters } as KickParameters;
    const { effectLength, current } = parameters;
    return new SpaceChargeKick2D({
      ...{ ...this.commonOptions(changes), effectLength, current, ...gridSettings(this.#grid(parameters)) },
    });
  }

  #grid({ extentX, extentY }: KickParameters): KickGrid<Axes> {
    const { gridShape, extentKind, centre, differentiateGrid } = this;
    return { gridShape, extentKind, extent: [extentX, extentY], centre, differentiateGrid };
  }
}

type KickParameters = { effectLength: number; current: number; extentX: number; extentY: number };
