import { type Coefficient, fitTerms, type LawPoint, type Residuals, residualsOf } from './linearFit.js';

/** The seconds of a sweep by its sizes: kicks·(p·N + q·cells·log2 cells + r) + u·N + v. */
export interface TimeLaw {
  /** p: seconds by macroparticle and kick: deposit, gather, maps. */
  readonly kickParticle: Coefficient;
  /** q: seconds by cell, doubling of its grid's nodes, and kick: transforms. */
  readonly kickCell: Coefficient;
  /** r: seconds by kick, whatever its size. */
  readonly kick: Coefficient;
  /** u: seconds by macroparticle, once: loading the beam. */
  readonly particle: Coefficient;
  /** v: seconds, once. */
  readonly fixed: Coefficient;
  readonly residuals: Residuals;
}

/**
 * Fits a law of time to measured seconds by least squares of relative residuals. Seconds scatter, and caches make them no sum of
 * such terms: the law is for orientation, its residuals say how far.
 *
 * @param points - cases of one strategy, `value` in s
 * @throws OptionsError if the points do not determine the law
 */
export function fitTimeLaw(points: readonly LawPoint[]): TimeLaw {
  const law = fitTerms(points, {
    kickParticle: ({ kicks, particles }) => kicks * particles,
    kickCell: ({ kicks, cells }) => kicks * cells * Math.log2(cells),
    kick: ({ kicks }) => kicks,
    particle: ({ particles }) => particles,
    fixed: () => 1,
  });
  const at = ({ kicks, particles, cells }: LawPoint) =>
    kicks *
      (law.kickParticle.value * particles + law.kickCell.value * cells * Math.log2(cells) + law.kick.value) +
    law.particle.value * particles +
    law.fixed.value;
  return { ...law, residuals: residualsOf(points, at) };
}
