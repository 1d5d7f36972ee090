import { LatticeError } from '../errors.js';
import { requireFinite, requireKnownKeys, requireOneOf } from '../options.js';
import { Element, type ElementChanges, label, type MapPiece } from './element.js';

/** Options of a {@link Drift}. */
export interface DriftOptions {
  readonly name?: string | undefined;
  /** m; a negative drift goes backward. */
  readonly length: number;
  /** `'linear'` (default): expanded about the reference; `'exact'`: straight lines at each particle's own velocity. */
  readonly model?: 'linear' | 'exact' | undefined;
}

const MODELS = ['linear', 'exact'] as const;

/** A field-free length. Its parameter is `length`. */
export class Drift extends Element {
  readonly model: 'linear' | 'exact';

  /** @throws LatticeError for an unknown option or model, or a length that is not finite */
  constructor(options: DriftOptions) {
    requireKnownKeys(options, ['name', 'length', 'model'], 'Drift', LatticeError);
    const where = label('drift', options.name);
    super('drift', options.name, {
      length: requireFinite(options.length, `the length (m) of ${where}`, LatticeError),
    });
    this.model = requireOneOf(options.model ?? 'linear', MODELS, `the model of ${where}`, LatticeError);
  }

  with({ name = this.name, parameters = {} }: ElementChanges): Drift {
    return new Drift({ name, model: this.model, length: this.length, ...parameters });
  }

  override pieces(fraction: number): MapPiece[] {
    const kind = this.model === 'exact' ? 'exactDrift' : 'drift';
    return [
      {
        map: { kind, length: this.length * fraction },
        slots: [{ parameter: 'length', factor: fraction }],
      },
    ];
  }
}
