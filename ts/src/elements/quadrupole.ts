import { LatticeError } from '../errors.js';
import { requireFinite, requireNonNegative } from '../options.js';
import {
  Element,
  type ElementChanges,
  type ElementOptions,
  label,
  type MapPiece,
  requireElementKeys,
} from './element.js';

/** Options of a {@link Quadrupole}. */
export interface QuadrupoleOptions extends ElementOptions {
  /** m, at least 0. */
  readonly length: number;
  /** Focusing strength (∂By/∂x)/(Bρ) in 1/m²; k1 > 0 focuses x. */
  readonly k1: number;
}

/** More maps than this in one slice is a slip of units, not a magnet. */
const MOST_MAPS = 10_000;

/** A linear quadrupole. Its parameters are `length` and `k1`. */
export class Quadrupole extends Element {
  readonly k1: number;

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that is not finite */
  constructor(options: QuadrupoleOptions) {
    requireElementKeys(options, ['length', 'k1'], 'Quadrupole');
    const where = label('quadrupole', options.name);
    const length = requireNonNegative(options.length, `the length (m) of ${where}`, LatticeError);
    const k1 = requireFinite(options.k1, `k1 (1/m²) of ${where}`, LatticeError);
    super('quadrupole', options, { length, k1 });
    this.k1 = k1;
  }

  with(changes: ElementChanges): Quadrupole {
    const { length, k1 } = this;
    return new Quadrupole({ ...this.commonOptions(changes), length, k1, ...changes.parameters });
  }

  /**
   * Equal maps with |k1|·l² ≤ 1: the lifts of a quadrupole map have a pole (that of the tangent) at √|k1|·l = π.
   *
   * @throws LatticeError when that takes more than 10 000 maps
   */
  override pieces(fraction: number): MapPiece[] {
    const phase = Math.sqrt(Math.abs(this.k1)) * this.length * fraction;
    const count = Math.max(1, Math.ceil(phase));
    if (count > MOST_MAPS) {
      throw new LatticeError(
        `${label(this.type, this.name)}: √|k1|·length = ${phase} is too large; check k1 (1/m²)`,
      );
    }
    const part = fraction / count;
    const piece: MapPiece = {
      map: { kind: 'quadrupole', length: this.length * part, k1: this.k1 },
      slots: [
        { parameter: 'length', factor: part },
        { parameter: 'k1', factor: 1 },
      ],
    };
    return Array.from({ length: count }, () => piece);
  }
}
