import { LatticeError } from '../errors.js';
import {
  DRIFT_KICK_SETTINGS,
  type DriftKickOptions,
  type DriftKickSettings,
  driftKick,
  readDriftKick,
} from './driftKick.js';
import { MODEL_SETTING, type Model, readModel } from './driftModel.js';
import { Dual } from './dual.js';
import { type ElementChanges, label, type Slice } from './element.js';
import { LENGTH, Magnet, type MagnetOptions } from './magnet.js';
import {
  chromaticFocusingMap,
  type ElementMap,
  exactDriftMap,
  focusingMap,
  multipoleKickMap,
} from './maps.js';

/** Options of a {@link Quadrupole}. */
export interface QuadrupoleOptions extends MagnetOptions, DriftKickOptions {
  /** m, at least 0. */
  readonly length: number;
  /** Focusing strength (∂By/∂x)/(Bρ) in 1/m²; k1 > 0 focuses x. */
  readonly k1: number;
  /**
   * `'linear'` (default): the thick lens; `'chromatic'`: the thick lens of each particle's own momentum; `'exact'`: exact drifts
   * and kicks, of which `steps` (default 4) and `order` (default 4) say how many.
   */
  readonly model?: Model | undefined;
}

/** More maps than this in one slice is a slip of units, not a magnet. */
const MOST_MAPS = 10_000;
const DEFAULTS: DriftKickSettings = { steps: 4, order: 4 };
const ZERO = Dual.constant(0);

/** A quadrupole. Its parameters are `length`, `k1` and the misalignment `dx`, `dy`, `tilt`. */
export class Quadrupole extends Magnet<'length' | 'k1'> {
  static readonly summary = 'Quadrupole magnet';
  static readonly rules = {
    length: LENGTH,
    k1: { unit: '1/m²', meaning: 'Focusing strength, positive focuses in x' },
  };
  static readonly settings = { model: MODEL_SETTING, ...DRIFT_KICK_SETTINGS } as const;

  readonly model: Model;
  readonly #driftKick: DriftKickSettings | undefined;

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that an option cannot have */
  constructor(options: QuadrupoleOptions) {
    super('Quadrupole', options, Quadrupole.rules, Object.keys(Quadrupole.settings));
    const where = label(this.type, options.name);
    this.model = readModel(options.model, where);
    if (this.model === 'exact') {
      this.#driftKick = readDriftKick(options, DEFAULTS, where);
    } else if (options.steps !== undefined || options.order !== undefined) {
      throw new LatticeError(`${where}: steps and order are for model 'exact'; the others take whole lenses`);
    }
  }

  with(changes: ElementChanges): Quadrupole {
    return new Quadrupole({ ...this.changed(changes), model: this.model, ...this.#driftKick });
  }

  protected override body(slice: Slice): ElementMap[] {
    const { from, to, reference } = slice;
    const { length, k1 } = this.variables();
    if (!this.#driftKick) return this.#lenses(slice, length!, k1!);
    return driftKick(
      length!.times(to - from),
      to - from,
      this.#driftKick,
      (part) => exactDriftMap(part, reference),
      (part) => [multipoleKickMap(1, k1!.times(part), ZERO, reference)],
    );
  }

  /**
   * Equal maps with |k1|·l² ≤ 1: the lifts of a quadrupole map have a pole (that of the tangent) at √|k1|·l = π.
   *
   * @throws LatticeError when that takes more than 10 000 maps
   */
  #lenses({ from, to, reference }: Slice, length: Dual, k1: Dual): ElementMap[] {
    const phase = Math.sqrt(Math.abs(k1.value)) * this.length * (to - from);
    const count = Math.max(1, Math.ceil(phase));
    if (count > MOST_MAPS) {
      throw new LatticeError(
        `${label(this.type, this.name)}: √|k1|·length = ${phase} is too large; check k1 (1/m²)`,
      );
    }
    const part = length.times((to - from) / count);
    const map =
      this.model === 'linear'
        ? focusingMap(part, k1, k1.negated(), reference)
        : chromaticFocusingMap(part, k1, k1.negated(), ZERO, reference);
    return Array<ElementMap>(count).fill(map);
  }
}
