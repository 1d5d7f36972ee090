import { LatticeError } from '../errors.js';
import type { ReferenceParticle } from '../lattice/reference.js';
import type { Dual } from './dual.js';
import { type Element, label } from './element.js';

/** m/s. */
const SPEED_OF_LIGHT = 299_792_458;

/** Rules of the parameters that cavities have. */
export const CAVITY = {
  voltage: { unit: 'V', meaning: 'Largest energy gain over the charge' },
  frequency: { unit: 'Hz', meaning: 'Frequency', nonNegative: true },
  phase: { unit: 'rad', meaning: 'Phase at the reference particle, 0 on crest', fallback: 0 },
} as const;

/** 2π·frequency/c, 1/m. */
export function waveNumber(frequency: Dual): Dual {
  return frequency.times((2 * Math.PI) / SPEED_OF_LIGHT);
}

/** Largest energy gain, in units of the entrance's p0·c. */
export function kickAmplitude(voltage: Dual, reference: ReferenceParticle): Dual {
  return voltage
    .times(Math.abs(reference.chargeNumber))
    .over(reference.entranceBetaGamma.times(reference.restEnergy));
}

/** By how much a cavity raises the reference particle's γ. */
export function energyGain(
  voltage: Dual,
  phase: Dual,
  { chargeNumber, restEnergy }: ReferenceParticle,
): Dual {
  return voltage.times(phase.cosine()).times(Math.abs(chargeNumber) / restEnergy);
}

/**
 * The reference particle after a fraction of a cavity along which its energy rises evenly.
 *
 * @param gain - of the whole cavity, in γ
 * @throws LatticeError where it comes to rest
 */
export function acceleratedBy(
  gain: Dual,
  fraction: number,
  entrance: ReferenceParticle,
  { type, name }: Element,
): ReferenceParticle {
  const gamma = entrance.gamma.plus(gain.times(fraction));
  if (gamma.value > 1) return entrance.at(gamma);
  const inVolts = (gammas: number) => Number((gammas * entrance.restEnergy).toPrecision(6));
  throw new LatticeError(
    `${label(type, name)} takes ${inVolts(-gain.value)} eV from a reference particle of ${inVolts(entrance.gamma.value - 1)} eV kinetic energy: lower its voltage`,
  );
}
