import type { ReferenceParticle } from '../lattice/reference.js';
import { Dual } from './dual.js';
import type { ElementChanges, Slice } from './element.js';
import { Magnet, type MagnetOptions } from './magnet.js';
import { type ElementMap, rfKickMap } from './maps.js';
import { acceleratedBy, CAVITY, energyGain, kickAmplitude, waveNumber } from './rf.js';

/** Options of a {@link ShortRF}. */
export interface ShortRFOptions extends MagnetOptions {
  /** Largest energy gain over the charge, the transit-time factor included, V. */
  readonly voltage: number;
  /** Hz. */
  readonly frequency: number;
  /** Of the field when the reference particle passes, rad: 0 is on crest, −π/2 bunches; default 0. */
  readonly phase?: number | undefined;
}

/**
 * A thin cavity: a particle that arrives late by tau gains |Z|·voltage·cos(2π·frequency·tau/c + phase), the reference particle
 * |Z|·voltage·cos(phase), whatever the sign of the charge. Its parameters are `voltage`, `frequency`, `phase` and the
 * misalignment `dx`, `dy`, `tilt`, which do nothing to it.
 */
export class ShortRF extends Magnet<keyof typeof ShortRF.rules> {
  static readonly summary = 'Thin accelerating cavity';
  static readonly rules = CAVITY;

  /** @throws LatticeError for an unknown option or directive, a negative frequency, or a value that is not finite */
  constructor(options: ShortRFOptions) {
    super('ShortRF', options, ShortRF.rules);
  }

  with(changes: ElementChanges): ShortRF {
    return new ShortRF(this.changed(changes));
  }

  override referenceAt(fraction: number, entrance: ReferenceParticle): ReferenceParticle {
    const { voltage, phase } = this.variables();
    return acceleratedBy(energyGain(voltage!, phase!, entrance), fraction, entrance, this);
  }

  protected override body({ reference }: Slice): ElementMap[] {
    const { voltage, frequency, phase } = this.variables();
    return [rfKickMap(kickAmplitude(voltage!, reference), phase!, waveNumber(frequency!))];
  }
}

/** Options of a {@link Buncher}. */
export interface BuncherOptions extends MagnetOptions {
  /** Largest energy gain over the charge, the transit-time factor included, V. */
  readonly voltage: number;
  /** Hz. */
  readonly frequency: number;
}

/**
 * A thin cavity at its zero crossing: late particles gain energy, |Z|·voltage·sin(2π·frequency·tau/c), the reference particle none.
 * Its parameters are `voltage`, `frequency` and the misalignment `dx`, `dy`, `tilt`, which do nothing to it.
 */
export class Buncher extends Magnet<keyof typeof Buncher.rules> {
  static readonly summary = 'Thin cavity at its zero crossing, which does not accelerate the reference';
  static readonly rules = { voltage: CAVITY.voltage, frequency: CAVITY.frequency };

  /** @throws LatticeError for an unknown option or directive, a negative frequency, or a value that is not finite */
  constructor(options: BuncherOptions) {
    super('Buncher', options, Buncher.rules);
  }

  with(changes: ElementChanges): Buncher {
    return new Buncher(this.changed(changes));
  }

  protected override body({ reference }: Slice): ElementMap[] {
    const { voltage, frequency } = this.variables();
    const amplitude = kickAmplitude(voltage!, reference);
    return [rfKickMap(amplitude, Dual.constant(-Math.PI / 2), waveNumber(frequency!))];
  }
}
