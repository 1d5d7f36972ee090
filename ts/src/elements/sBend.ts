import { BEND_RULES, BEND_SETTINGS, Bend, type BendOptions } from './bend.js';
import type { Dual } from './dual.js';
import type { ElementChanges } from './element.js';

/** Options of an {@link SBend}; `length` is that of the arc, faces are turned against the plane across the orbit. */
export interface SBendOptions extends BendOptions {}

/**
 * A sector bend. Its parameters are `length`, `angle`, `k1`, `k2`, `e1`, `e2`, `fringeIntegral`, `fringeIntegralExit`, `gap` and the
 * misalignment `dx`, `dy`, `tilt`.
 */
export class SBend extends Bend {
  static readonly summary = 'Sector bend, linear map with dispersion';
  static readonly rules = { ...BEND_RULES, length: { ...BEND_RULES.length, meaning: 'Length of the arc' } };
  static readonly settings = BEND_SETTINGS;

  /** @throws LatticeError for an unknown option or directive, a length that is not positive, or a value that is not finite */
  constructor(options: SBendOptions) {
    super('SBend', options, SBend.rules);
  }

  with(changes: ElementChanges): SBend {
    return new SBend(this.changed(changes));
  }

  protected override faceRotations({ e1, e2 }: Readonly<Record<string, Dual>>): readonly [Dual, Dual] {
    return [e1!, e2!];
  }
}
