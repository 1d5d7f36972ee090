import { LatticeError } from '../errors.js';
import { requireFinite, requireOneOf } from '../options.js';
import {
  Element,
  type ElementChanges,
  type ElementOptions,
  label,
  requireElementKeys,
  type Slice,
} from './element.js';
import { driftMap, type ElementMap, exactDriftMap } from './maps.js';

/** Options of a {@link Drift}. */
export interface DriftOptions extends ElementOptions {
  /** m; a negative drift goes backward. */
  readonly length: number;
  /** `'linear'` (default): expanded about the reference; `'exact'`: straight lines at each particle's own velocity. */
  readonly model?: 'linear' | 'exact' | undefined;
}

const MODELS = ['linear', 'exact'] as const;

/** A field-free length. Its parameter is `length`. */
export class Drift extends Element {
  static readonly summary = 'Field-free space';
  static readonly rules = { length: { unit: 'm', meaning: 'Length' } };
  static readonly settings = {
    model: {
      kind: 'choice',
      words: MODELS,
      meaning: 'Linearised or exact equations of motion; default "linear"',
    },
  } as const;

  readonly model: 'linear' | 'exact';

  /** @throws LatticeError for an unknown option, model or directive, or a length that is not finite */
  constructor(options: DriftOptions) {
    requireElementKeys(options, ['length', 'model'], 'Drift');
    const where = label('drift', options.name);
    super('drift', options, {
      length: requireFinite(options.length, `the length (m) of ${where}`, LatticeError),
    });
    this.model = requireOneOf(options.model ?? 'linear', MODELS, `the model of ${where}`, LatticeError);
  }

  with(changes: ElementChanges): Drift {
    const { model, length } = this;
    return new Drift({ ...this.commonOptions(changes), model, length, ...changes.parameters });
  }

  override maps({ from, to, reference }: Slice): ElementMap[] {
    const length = this.variables().length!.times(to - from);
    return [this.model === 'exact' ? exactDriftMap(length, reference) : driftMap(length, reference)];
  }
}
