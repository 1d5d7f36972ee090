import { LatticeError } from '../errors.js';
import { requireFinite } from '../options.js';
import { MODEL_SETTING, type Model, modelDrift, readModel } from './driftModel.js';
import {
  Element,
  type ElementChanges,
  type ElementOptions,
  label,
  requireElementKeys,
  type Slice,
} from './element.js';
import type { ElementMap } from './maps.js';

/** Options of a {@link Drift}. */
export interface DriftOptions extends ElementOptions {
  /** m; a negative drift goes backward. */
  readonly length: number;
  /**
   * `'linear'` (default): expanded about the reference; `'chromatic'`: to second order in the transverse momenta, exact in the
   * energy; `'exact'`: straight lines at each particle's own velocity.
   */
  readonly model?: Model | undefined;
}

/** A field-free length. Its parameter is `length`. */
export class Drift extends Element {
  static readonly summary = 'Field-free space';
  static readonly rules = { length: { unit: 'm', meaning: 'Length' } };
  static readonly settings = { model: MODEL_SETTING } as const;

  readonly model: Model;

  /** @throws LatticeError for an unknown option, model or directive, or a length that is not finite */
  constructor(options: DriftOptions) {
    requireElementKeys(options, ['length', 'model'], 'Drift');
    const where = label('drift', options.name);
    super('drift', options, {
      length: requireFinite(options.length, `the length (m) of ${where}`, LatticeError),
    });
    this.model = readModel(options.model, where);
  }

  with(changes: ElementChanges): Drift {
    const { model, length } = this;
    return new Drift({ ...this.commonOptions(changes), model, length, ...changes.parameters });
  }

  override maps({ from, to, reference }: Slice): ElementMap[] {
    const length = this.variables().length!.times(to - from);
    return [modelDrift(this.model, length, reference)];
  }
}
