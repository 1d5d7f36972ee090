import type { ElementChanges } from './element.js';
import { LENGTH } from './magnet.js';
import { THICK_MULTIPOLE_SETTINGS, ThickMultipole, type ThickMultipoleOptions } from './thickMultipole.js';

/** Options of a {@link Sextupole}. */
export interface SextupoleOptions extends ThickMultipoleOptions {
  /** (∂²By/∂x²)/(Bρ) in 1/m³. */
  readonly k2: number;
}

/** A sextupole, as drifts and kicks. Its parameters are `length`, `k2` and the misalignment `dx`, `dy`, `tilt`. */
export class Sextupole extends ThickMultipole<'k2'> {
  static readonly summary = 'Sextupole magnet, as drifts and kicks';
  static readonly rules = { length: LENGTH, k2: { unit: '1/m³', meaning: 'Sextupole strength' } };
  static readonly settings = THICK_MULTIPOLE_SETTINGS;

  /** @throws LatticeError for an unknown option or directive, a negative length, or a value that an option cannot have */
  constructor(options: SextupoleOptions) {
    super('Sextupole', options, Sextupole.rules, { order: 2, strength: 'k2' });
  }

  with(changes: ElementChanges): Sextupole {
    return new Sextupole(this.changed(changes));
  }
}
