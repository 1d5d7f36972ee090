import { type ElementChanges, label, type Slice } from './element.js';
import { mapCount } from './focusing.js';
import { LENGTH, Magnet, type MagnetOptions } from './magnet.js';
import { type ElementMap, focusingMap, rotationMap } from './maps.js';

/** Options of a {@link Solenoid}. */
export interface SolenoidOptions extends MagnetOptions {
  /** m, at least 0. */
  readonly length: number;
  /** Strength Bs/(Bρ) in 1/m; for ks > 0 the beam's own species turns from y towards x. */
  readonly ks: number;
}

/**
 * A solenoid with hard edges, linear: focusing with (ks/2)² in both planes of the Larmor frame, which turns by ks/2 per metre.
 * Momenta inside are canonical ones. Its parameters are `length`, `ks` and the misalignment `dx`, `dy`, `tilt`.
 */
export class Solenoid extends Magnet<keyof typeof Solenoid.rules> {
  static readonly summary = 'Solenoid with hard edges, linear map';
  static readonly rules = { length: LENGTH, ks: { unit: '1/m', meaning: 'Strength Bs/(Bρ)' } };

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that is not finite */
  constructor(options: SolenoidOptions) {
    super('Solenoid', options, Solenoid.rules);
  }

  with(changes: ElementChanges): Solenoid {
    return new Solenoid(this.changed(changes));
  }

  /** The frame turns as far as the phase advances, so that parts short enough for the one are for the other. */
  protected override body({ from, to, reference }: Slice): ElementMap[] {
    const { length, ks } = this.variables();
    const larmor = ks!.times(0.5);
    const k = larmor.squared();
    const part = length!.times(to - from);
    const count = mapCount(part.value, [k.value], label(this.type, this.name));
    const l = part.over(count);
    const maps = [focusingMap(l, k, k, reference), rotationMap(larmor.times(l))];
    return Array<ElementMap[]>(count).fill(maps).flat();
  }
}
