import type { Dual } from './dual.js';
import { type ElementChanges, label, type Slice } from './element.js';
import { focusingLifts, mapCount } from './focusing.js';
import { LENGTH, Magnet, type MagnetOptions } from './magnet.js';
import { type ElementMap, quadraticLift } from './maps.js';

/** Options of a {@link ConstantFocusing}. */
export interface ConstantFocusingOptions extends MagnetOptions {
  /** m, at least 0. */
  readonly length: number;
  /** Wave number in x, 1/m: x″ = −kx² x; a negative one defocuses. */
  readonly kx: number;
  /** Wave number in y, 1/m. */
  readonly ky: number;
  /** Wave number of the oscillation of tau and p, 1/m, at least 0; default 0, a drift. */
  readonly kt?: number | undefined;
}

/**
 * A channel that focuses all three planes alike everywhere: x″ = −kx² x, y″ = −ky² y, tau″ = −kt² tau (ImpactX's ConstF). Its
 * parameters are `length`, `kx`, `ky`, `kt` and the misalignment `dx`, `dy`, `tilt`.
 */
export class ConstantFocusing extends Magnet<keyof typeof ConstantFocusing.rules> {
  static readonly summary = 'Constant linear focusing in all three planes';
  static readonly rules = {
    length: LENGTH,
    kx: { unit: '1/m', meaning: 'Wave number in x, negative where it defocuses' },
    ky: { unit: '1/m', meaning: 'Wave number in y, negative where it defocuses' },
    kt: { unit: '1/m', meaning: 'Wave number of tau', fallback: 0, nonNegative: true },
  };

  /** @throws LatticeError for an unknown option or directive, a negative length or kt, or a value that is not finite */
  constructor(options: ConstantFocusingOptions) {
    super('ConstantFocusing', options, ConstantFocusing.rules);
  }

  with(changes: ElementChanges): ConstantFocusing {
    return new ConstantFocusing(this.changed(changes));
  }

  /** As tau′ = −p/(β0γ0)², p′ = (β0γ0)² kt² tau: the lifts of a transverse plane, with the drift's slip as unit of 1/p. */
  protected override body({ from, to, reference }: Slice): ElementMap[] {
    const { ratio, slip } = reference;
    const { length, kx, ky, kt } = this.variables();
    const part = length!.times(to - from);
    const strengths = [signedSquare(kx!), signedSquare(ky!), kt!.squared()];
    const values = strengths.map(({ value }) => value);
    const count = mapCount(part.value, values, label(this.type, this.name));
    const l = part.over(count);
    const [x, y, t] = strengths.map((k) => focusingLifts(l, k));
    const drift = quadraticLift('momentumLift', {
      ...{ xx: x!.a.over(ratio), yy: y!.a.over(ratio) },
      tt: t!.a.times(slip).over(ratio),
    });
    const lens = quadraticLift(
      'positionLift',
      { xx: x!.b.times(ratio), yy: y!.b.times(ratio), tt: t!.b.over(slip).times(ratio) },
      l.value,
    );
    return Array<ElementMap[]>(count).fill([drift, lens, drift]).flat();
  }
}

/** k·|k| */
function signedSquare(k: Dual): Dual {
  const size = Math.abs(k.value);
  return k.chain(k.value * size, 2 * size);
}
