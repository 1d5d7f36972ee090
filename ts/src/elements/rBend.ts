import { BEND_RULES, BEND_SETTINGS, Bend, type BendOptions } from './bend.js';
import type { Dual } from './dual.js';
import type { ElementChanges } from './element.js';
import { cardinalSine } from './focusing.js';

/** Options of an {@link RBend}; `length` is that of the chord, and faces that are not turned are parallel. */
export interface RBendOptions extends BendOptions {}

/**
 * A rectangular bend: a sector bend with the arc length·(angle/2)/sin(angle/2) and faces turned by angle/2 more. Its parameters are those
 * of an {@link SBend}.
 */
export class RBend extends Bend {
  static readonly summary = 'Rectangular bend, linear map with dispersion';
  static readonly rules = { ...BEND_RULES, length: { ...BEND_RULES.length, meaning: 'Length of the chord' } };
  static readonly settings = BEND_SETTINGS;

  /** @throws LatticeError for an unknown option or directive, a length that is not positive, or a value that is not finite */
  constructor(options: RBendOptions) {
    super('RBend', options, RBend.rules);
  }

  override get arc(): Dual {
    const { length, angle } = this.variables();
    return length!.over(cardinalSine(angle!.times(0.5)));
  }

  with(changes: ElementChanges): RBend {
    return new RBend(this.changed(changes));
  }

  protected override faceRotations({ angle, e1, e2 }: Readonly<Record<string, Dual>>): readonly [Dual, Dual] {
    const half = angle!.times(0.5);
    return [e1!.plus(half), e2!.plus(half)];
  }
}
