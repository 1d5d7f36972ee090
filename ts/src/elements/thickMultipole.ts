import {
  DRIFT_KICK_SETTINGS,
  type DriftKickOptions,
  type DriftKickSettings,
  driftKick,
  readDriftKick,
} from './driftKick.js';
import { MODEL_SETTING, type Model, modelDrift, readModel } from './driftModel.js';
import { Dual } from './dual.js';
import { type ElementChanges, label, type Slice } from './element.js';
import { Magnet, type MagnetOptions, type ParameterRule } from './magnet.js';
import { type ElementMap, multipoleKickMap } from './maps.js';

/** Options that sextupoles and octupoles share. */
export interface ThickMultipoleOptions extends MagnetOptions, DriftKickOptions {
  /** m, at least 0. */
  readonly length: number;
  /** Of the drifts between kicks: `'linear'` (default), `'chromatic'` or `'exact'`. */
  readonly model?: Model | undefined;
}

/** The options that are no parameters, as problem files know them. */
export const THICK_MULTIPOLE_SETTINGS = { model: MODEL_SETTING, ...DRIFT_KICK_SETTINGS } as const;

const DEFAULTS: DriftKickSettings = { steps: 1, order: 2 };

/** A magnet with a field of one order, as drifts and kicks: symmetric steps of order 2 or 4. */
export abstract class ThickMultipole<Strength extends string> extends Magnet<'length' | Strength> {
  readonly model: Model;
  readonly #settings: DriftKickSettings;
  readonly #strength: Strength;
  readonly #order: number;

  /**
   * @param order - of the field: 2 is a sextupole
   * @param strength - name of its strength
   * @throws LatticeError for an unknown option or directive, a negative length, or a value that an option cannot have
   */
  protected constructor(
    className: string,
    options: ThickMultipoleOptions,
    rules: Readonly<Record<'length' | Strength, ParameterRule>>,
    { order, strength }: { readonly order: number; readonly strength: Strength },
  ) {
    super(className, options, rules, Object.keys(THICK_MULTIPOLE_SETTINGS));
    const where = label(this.type, options.name);
    this.model = readModel(options.model, where);
    this.#settings = readDriftKick(options, DEFAULTS, where);
    this.#strength = strength;
    this.#order = order;
  }

  /** Steps over the whole length. */
  get steps(): number {
    return this.#settings.steps;
  }

  /** Order of the integrator. */
  get order(): 2 | 4 {
    return this.#settings.order;
  }

  protected override changed(changes: ElementChanges) {
    return { ...super.changed(changes), model: this.model, ...this.#settings };
  }

  protected override body({ from, to, reference }: Slice): ElementMap[] {
    const variables = this.variables();
    const strength = variables[this.#strength]!;
    return driftKick(
      variables.length!.times(to - from),
      to - from,
      this.#settings,
      (length) => modelDrift(this.model, length, reference),
      (length) => [multipoleKickMap(this.#order, strength.times(length), Dual.constant(0), reference)],
    );
  }
}
