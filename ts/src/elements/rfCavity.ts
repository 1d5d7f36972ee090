import { LatticeError } from '../errors.js';
import type { ReferenceParticle } from '../lattice/reference.js';
import { requireInteger } from '../options.js';
import { cavityBodyMap } from './cavityBody.js';
import { type ElementChanges, label, type Slice } from './element.js';
import { Magnet, type MagnetOptions } from './magnet.js';
import { type ElementMap, quadraticLift, rfKickMap } from './maps.js';
import { acceleratedBy, CAVITY, energyGain, kickAmplitude, waveNumber } from './rf.js';

/** Options of a {@link RFCavity}. */
export interface RFCavityOptions extends MagnetOptions {
  /** m, greater than 0. */
  readonly length: number;
  /** Largest energy gain over the charge, V. */
  readonly voltage: number;
  /** Hz. */
  readonly frequency: number;
  /** Of the field when the reference particle passes, rad: 0 is on crest, −π/2 bunches; default 0. */
  readonly phase?: number | undefined;
  /** Longitudinal kicks over the whole length, at least one in every part between space-charge kicks; default 1. */
  readonly steps?: number | undefined;
}

const MOST_STEPS = 10_000;
/** A part that is a hair longer than whole steps has no more of them. */
const ROUNDING = 1e-9;

/**
 * A standing-wave cavity in π mode, with the transverse map of J. Rosenzweig and L. Serafini, Phys. Rev. E 49 (1994) 1599 (docs/elements/rf-cavity.md).
 * The reference particle gains |Z|·voltage·cos(phase) evenly along the length, a particle late by tau |Z|·voltage·cos(2π·frequency·tau/c + phase).
 * Its parameters are `length`, `voltage`, `frequency`, `phase` and the misalignment `dx`, `dy`, `tilt`.
 */
export class RFCavity extends Magnet<keyof typeof RFCavity.rules> {
  static readonly summary = 'Standing-wave accelerating cavity';
  static readonly rules = { length: { unit: 'm', meaning: 'Length', positive: true }, ...CAVITY };
  static readonly settings = {
    steps: { kind: 'count', least: 1, meaning: 'Longitudinal kicks over the whole length; default 1' },
  } as const;

  /** Longitudinal kicks over the whole length. */
  readonly steps: number;

  /** @throws LatticeError for an unknown option or directive, a length that is not positive, or a value that an option cannot have */
  constructor(options: RFCavityOptions) {
    super('RFCavity', options, RFCavity.rules, Object.keys(RFCavity.settings));
    const where = label(this.type, options.name);
    this.steps = requireInteger(options.steps ?? 1, `steps of ${where}`, 1, MOST_STEPS, LatticeError);
  }

  with(changes: ElementChanges): RFCavity {
    return new RFCavity({ ...this.changed(changes), steps: this.steps });
  }

  override get isUniform(): boolean {
    return false;
  }

  override referenceAt(fraction: number, entrance: ReferenceParticle): ReferenceParticle {
    const { voltage, phase } = this.variables();
    return acceleratedBy(energyGain(voltage!, phase!, entrance), fraction, entrance, this);
  }

  protected override body({ from, to, reference }: Slice): ElementMap[] {
    const { voltage, frequency, phase } = this.variables();
    const amplitude = kickAmplitude(voltage!, reference);
    const count = Math.max(1, Math.ceil(this.steps * (to - from) * (1 - ROUNDING)));
    const share = (to - from) / count;
    const kick = rfKickMap(amplitude.times(share), phase!, waveNumber(frequency!));
    const maps: ElementMap[] = from === 0 ? [this.#edge(reference, -1)] : [];
    for (let i = 0; i < count; i++) {
      const begin = from + i * share;
      const middle = begin + share / 2;
      maps.push(this.#inside(begin, middle, reference), kick);
      maps.push(this.#inside(middle, i + 1 === count ? to : begin + share, reference));
    }
    if (to === 1) maps.push(this.#edge(reference, 1));
    return maps;
  }

  /** A lens at an end: px −= ±(γ′/2)·x·mc, γ′ the reference's gain over the length; it focuses at the entrance of an accelerating cavity. */
  #edge(reference: ReferenceParticle, sign: number): ElementMap {
    const { voltage, phase, length } = this.variables();
    const strength = energyGain(voltage!, phase!, reference)
      .over(length!)
      .over(reference.entranceBetaGamma)
      .times(-sign / 2);
    return quadraticLift('positionLift', { xx: strength, yy: strength });
  }

  #inside(from: number, to: number, entrance: ReferenceParticle): ElementMap {
    const { length, voltage } = this.variables();
    return cavityBodyMap({
      length: length!.times(to - from),
      gradient: kickAmplitude(voltage!, entrance).over(length!),
      entrance: this.referenceAt(from, entrance),
      exit: this.referenceAt(to, entrance),
    });
  }
}
