import { Dual } from '../elements/dual.js';

/** The reference particle at a place of the line, with the derivatives of its energy by what accelerated it. */
export class ReferenceParticle {
  /** Local Lorentz factor. */
  readonly gamma: Dual;
  /** Local p0 over that at the line's entrance, in whose units momenta are kept. */
  readonly ratio: Dual;
  /** Rest energy in eV. */
  readonly restEnergy: number;
  /** Z of the species, signed. */
  readonly chargeNumber: number;
  readonly #entranceGamma: Dual;

  private constructor(gamma: Dual, entranceGamma: Dual, species: SpeciesNumbers) {
    this.gamma = gamma;
    this.#entranceGamma = entranceGamma;
    this.ratio =
      gamma === entranceGamma ? Dual.constant(1) : betaGammaOf(gamma).over(betaGammaOf(entranceGamma));
    this.restEnergy = species.restEnergy;
    this.chargeNumber = species.chargeNumber;
  }

  /**
   * At the entrance of a line.
   *
   * @param energy - total, eV
   */
  static atEntrance(energy: number, species: SpeciesNumbers): ReferenceParticle {
    const gamma = Dual.variable(referenceKey(0), energy / species.restEnergy);
    return new ReferenceParticle(gamma, gamma, species);
  }

  /** At another energy. */
  at(gamma: Dual): ReferenceParticle {
    return new ReferenceParticle(gamma, this.#entranceGamma, this);
  }

  /** β0·γ0, here. */
  get betaGamma(): Dual {
    return betaGammaOf(this.gamma);
  }

  /** β0, here. */
  get beta(): Dual {
    return this.betaGamma.over(this.gamma);
  }

  /** 1/(β0·γ0)², here. */
  get slip(): Dual {
    const { value } = this.gamma;
    const slip = 1 / ((value - 1) * (value + 1));
    return this.gamma.chain(slip, -2 * value * slip * slip);
  }

  /** β0·γ0 at the entrance of the line. */
  get entranceBetaGamma(): Dual {
    return betaGammaOf(this.#entranceGamma);
  }

  /** p0·c at the entrance, eV. */
  get entranceMomentum(): number {
    return betaGammaOf(this.#entranceGamma).value * this.restEnergy;
  }

  /** γ/(βγ)² at the entrance: d(ln p0)/dγ. */
  get entranceMomentumByGamma(): number {
    const { value } = this.#entranceGamma;
    return value / ((value - 1) * (value + 1));
  }
}

/** What the reference particle needs to know of its species. */
export interface SpeciesNumbers {
  readonly restEnergy: number;
  readonly chargeNumber: number;
}

/** How derivatives name γ behind so many accelerating elements. No element's parameter begins so. */
export const referenceKey = (index: number) => `${REFERENCE_PREFIX}${index}`;
export const REFERENCE_PREFIX = '@gamma';

/** (γ − 1)(γ + 1) keeps its digits where γ² − 1 cancels, near rest. */
function betaGammaOf(gamma: Dual): Dual {
  const { value } = gamma;
  const betaGamma = Math.sqrt((value - 1) * (value + 1));
  return gamma.chain(betaGamma, value / betaGamma);
}
