import { BeamError } from '../errors.js';
import { requireFinite, requireKnownKeys, requireNonNegative, requirePositive } from '../options.js';

/** Courant–Snyder parameters of one plane. */
export interface TwissOptions {
  /** β in m. */
  readonly beta: number;
  /** α, dimensionless: α > 0 converges. */
  readonly alpha: number;
  /** Geometric rms emittance in m rad. */
  readonly emittance: number;
}

/** The second moments of one plane (u, pu) in the form that samples are drawn from. */
export interface PlaneLaw {
  /** rms of u in m. */
  readonly sigmaU: number;
  /** rms of pu, dimensionless. */
  readonly sigmaPu: number;
  /** Correlation c of u and pu, −1 to 1. */
  readonly correlation: number;
  /** √(1 − c²). */
  readonly decorrelation: number;
}

/** A plane's moments as the user names them; `undefined` is "not given". */
export interface PlaneMoments {
  readonly sigmaU: number | undefined;
  readonly sigmaPu: number | undefined;
  readonly correlation: number | undefined;
  readonly covariance: number | undefined;
}

/** The options' names of one plane, for messages: X gives sigmaX, sigmaPx, correlationXPx, covXPx. */
export interface PlaneNames {
  readonly sigmaU: string;
  readonly sigmaPu: string;
  readonly correlation: string;
  readonly covariance: string;
}

/**
 * From Courant–Snyder parameters: σᵤ² = βε, σ_pu² = (1 + α²)ε/β, ⟨u pu⟩ = −αε
 * (E. D. Courant, H. S. Snyder, Ann. Phys. 3 (1958) 1).
 *
 * @throws BeamError for unknown keys, β or ε not positive, α not finite
 */
export function planeFromTwiss(twiss: TwissOptions, where: string): PlaneLaw {
  requireKnownKeys(twiss, ['beta', 'alpha', 'emittance'], where, BeamError);
  const beta = requirePositive(twiss.beta, `${where}.beta (m)`, BeamError);
  const alpha = requireFinite(twiss.alpha, `${where}.alpha`, BeamError);
  const emittance = requirePositive(twiss.emittance, `${where}.emittance (m rad)`, BeamError);
  const slope = Math.sqrt(1 + alpha * alpha);
  return {
    sigmaU: Math.sqrt(beta * emittance),
    sigmaPu: slope * Math.sqrt(emittance / beta),
    correlation: -alpha / slope,
    decorrelation: 1 / slope,
  };
}

/**
 * From rms values and either the correlation or the covariance of u and pu (both absent: uncorrelated; momentum
 * spread absent: 0).
 *
 * @throws BeamError when σᵤ is missing, a σ is negative, both or an impossible correlation or covariance is given
 */
export function planeFromMoments(moments: PlaneMoments, names: PlaneNames): PlaneLaw {
  const sigmaU = requireNonNegative(moments.sigmaU, `${names.sigmaU} (m)`, BeamError);
  const sigmaPu = requireNonNegative(moments.sigmaPu ?? 0, names.sigmaPu, BeamError);
  const correlation = resolveCorrelation(moments, sigmaU * sigmaPu, names);
  return { sigmaU, sigmaPu, correlation, decorrelation: Math.sqrt((1 - correlation) * (1 + correlation)) };
}

function resolveCorrelation(moments: PlaneMoments, sigmaProduct: number, names: PlaneNames): number {
  const { correlation, covariance } = moments;
  if (correlation !== undefined && covariance !== undefined) {
    throw new BeamError(`give ${names.correlation} or ${names.covariance}, not both`);
  }
  if (covariance !== undefined) {
    requireFinite(covariance, names.covariance, BeamError);
    if (Math.abs(covariance) <= sigmaProduct) return covariance === 0 ? 0 : covariance / sigmaProduct;
    const bound = `${names.sigmaU}·${names.sigmaPu} = ${sigmaProduct}`;
    throw new BeamError(`${names.covariance} ${covariance} is larger than ${bound}: no beam has it`);
  }
  const c = requireFinite(correlation ?? 0, names.correlation, BeamError);
  if (Math.abs(c) <= 1) return c;
  throw new BeamError(`${names.correlation} is a dimensionless correlation from -1 to 1, not ${c}`);
}

/**
 * Turns two uncorrelated columns of zero mean and unit variance into (u, pu), in place:
 * u = ū + σᵤ·a, pu = p̄u + σ_pu·(c·a + √(1 − c²)·b).
 */
export function applyPlane(
  law: PlaneLaw,
  a: Float64Array,
  b: Float64Array,
  meanU: number,
  meanPu: number,
): void {
  const { sigmaU, sigmaPu, correlation, decorrelation } = law;
  for (let i = 0; i < a.length; i++) {
    b[i] = meanPu + sigmaPu * (correlation * a[i]! + decorrelation * b[i]!);
    a[i] = meanU + sigmaU * a[i]!;
  }
}
