import type { ElementChanges } from './element.js';
import { LENGTH } from './magnet.js';
import { THICK_MULTIPOLE_SETTINGS, ThickMultipole, type ThickMultipoleOptions } from './thickMultipole.js';

/** Options of an {@link Octupole}. */
export interface OctupoleOptions extends ThickMultipoleOptions {
  /** (∂³By/∂x³)/(Bρ) in 1/m⁴. */
  readonly k3: number;
}

/** An octupole, as drifts and kicks. Its parameters are `length`, `k3` and the misalignment `dx`, `dy`, `tilt`. */
export class Octupole extends ThickMultipole<'k3'> {
  static readonly summary = 'Octupole magnet, as drifts and kicks';
  static readonly rules = { length: LENGTH, k3: { unit: '1/m⁴', meaning: 'Octupole strength' } };
  static readonly settings = THICK_MULTIPOLE_SETTINGS;

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that an option cannot have */
  constructor(options: OctupoleOptions) {
    super('Octupole', options, Octupole.rules, { order: 3, strength: 'k3' });
  }

  with(changes: ElementChanges): Octupole {
    return new Octupole(this.changed(changes));
  }
}
