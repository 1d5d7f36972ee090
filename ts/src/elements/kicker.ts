import type { Dual } from './dual.js';
import type { ElementChanges, Slice } from './element.js';
import { LENGTH, Magnet, type MagnetOptions, type ParameterRule } from './magnet.js';
import { driftMap, type ElementMap, quadraticLift } from './maps.js';

/** What every kicker takes. */
export interface KickerLength extends MagnetOptions {
  /** m, at least 0; default 0, a thin kicker. */
  readonly length?: number | undefined;
}

/** Options of an {@link HKicker} and of a {@link VKicker}. */
export interface SingleKickerOptions extends KickerLength {
  /** Change of px, or of py, rad. */
  readonly kick: number;
}

/** Options of a {@link Kicker}. */
export interface KickerOptions extends KickerLength {
  /** Change of px, rad; default 0. */
  readonly hkick?: number | undefined;
  /** Change of py, rad; default 0. */
  readonly vkick?: number | undefined;
}

const OPTIONAL_LENGTH: ParameterRule = { ...LENGTH, fallback: 0 };

/** A kick that is spread over the length, as drifts know it: half a drift, the kick, half a drift. */
function kickedDrift(
  length: Dual,
  kick: { readonly x?: Dual; readonly y?: Dual },
  { from, to, reference, isWanted }: Slice,
): ElementMap[] {
  const share = to - from;
  const inUnits = (angle: Dual) => angle.times(-share).times(reference.ratio);
  const lift = quadraticLift('positionLift', {
    ...(kick.x && { x: inUnits(kick.x) }),
    ...(kick.y && { y: inUnits(kick.y) }),
  });
  if (length.value === 0 && !isWanted('length')) return [lift];
  const half = driftMap(length.times(share / 2), reference);
  return [half, lift, half];
}

/** A horizontal steering magnet: px += kick. Its parameters are `length`, `kick` and the misalignment. */
export class HKicker extends Magnet<keyof typeof HKicker.rules> {
  static readonly summary = 'Horizontal steering magnet';
  static readonly rules = {
    length: OPTIONAL_LENGTH,
    kick: { unit: 'rad', meaning: 'Change of px' },
  };

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that is not finite */
  constructor(options: SingleKickerOptions) {
    super('HKicker', options, HKicker.rules);
  }

  with(changes: ElementChanges): HKicker {
    return new HKicker(this.changed(changes));
  }

  protected override body(slice: Slice): ElementMap[] {
    const { length, kick } = this.variables();
    return kickedDrift(length!, { x: kick! }, slice);
  }
}

/** A vertical steering magnet: py += kick. Its parameters are `length`, `kick` and the misalignment. */
export class VKicker extends Magnet<keyof typeof VKicker.rules> {
  static readonly summary = 'Vertical steering magnet';
  static readonly rules = {
    length: OPTIONAL_LENGTH,
    kick: { unit: 'rad', meaning: 'Change of py' },
  };

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that is not finite */
  constructor(options: SingleKickerOptions) {
    super('VKicker', options, VKicker.rules);
  }

  with(changes: ElementChanges): VKicker {
    return new VKicker(this.changed(changes));
  }

  protected override body(slice: Slice): ElementMap[] {
    const { length, kick } = this.variables();
    return kickedDrift(length!, { y: kick! }, slice);
  }
}

/** A steering magnet for both planes. Its parameters are `length`, `hkick`, `vkick` and the misalignment. */
export class Kicker extends Magnet<keyof typeof Kicker.rules> {
  static readonly summary = 'Steering magnet for both planes';
  static readonly rules = {
    length: OPTIONAL_LENGTH,
    hkick: { unit: 'rad', meaning: 'Change of px', fallback: 0 },
    vkick: { unit: 'rad', meaning: 'Change of py', fallback: 0 },
  };

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that is not finite */
  constructor(options: KickerOptions = {}) {
    super('Kicker', options, Kicker.rules);
  }

  with(changes: ElementChanges): Kicker {
    return new Kicker(this.changed(changes));
  }

  protected override body(slice: Slice): ElementMap[] {
    const { length, hkick, vkick } = this.variables();
    return kickedDrift(length!, { x: hkick!, y: vkick! }, slice);
  }
}
