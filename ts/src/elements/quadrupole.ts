import { LatticeError } from '../errors.js';
import { type ElementChanges, label, type Slice } from './element.js';
import { LENGTH, Magnet, type MagnetOptions } from './magnet.js';
import { type ElementMap, focusingMap } from './maps.js';

/** Options of a {@link Quadrupole}. */
export interface QuadrupoleOptions extends MagnetOptions {
  /** m, at least 0. */
  readonly length: number;
  /** Focusing strength (∂By/∂x)/(Bρ) in 1/m²; k1 > 0 focuses x. */
  readonly k1: number;
}

/** More maps than this in one slice is a slip of units, not a magnet. */
const MOST_MAPS = 10_000;

/** A linear quadrupole. Its parameters are `length`, `k1` and the misalignment `dx`, `dy`, `tilt`. */
export class Quadrupole extends Magnet<'length' | 'k1'> {
  static readonly summary = 'Quadrupole magnet, linear map';
  static readonly rules = {
    length: LENGTH,
    k1: { unit: '1/m²', meaning: 'Focusing strength, positive focuses in x' },
  };

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that is not finite */
  constructor(options: QuadrupoleOptions) {
    super('Quadrupole', options, Quadrupole.rules);
  }

  with(changes: ElementChanges): Quadrupole {
    return new Quadrupole(this.changed(changes));
  }

  /**
   * Equal maps with |k1|·l² ≤ 1: the lifts of a quadrupole map have a pole (that of the tangent) at √|k1|·l = π.
   *
   * @throws LatticeError when that takes more than 10 000 maps
   */
  protected override body({ from, to, reference }: Slice): ElementMap[] {
    const phase = Math.sqrt(Math.abs(this.parameters.k1)) * this.length * (to - from);
    const count = Math.max(1, Math.ceil(phase));
    if (count > MOST_MAPS) {
      throw new LatticeError(
        `${label(this.type, this.name)}: √|k1|·length = ${phase} is too large; check k1 (1/m²)`,
      );
    }
    const { length, k1 } = this.variables();
    const map = focusingMap(length!.times((to - from) / count), k1!, k1!.negated(), reference);
    return Array<ElementMap>(count).fill(map);
  }
}
