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
  /** ⟨u pu⟩/⟨u²⟩ in 1/m. */
  readonly slope?: number | undefined;
}

/** The options' names of one plane, for messages: X gives sigmaX, sigmaPx, correlationXPx, covXPx. */
export interface PlaneNames {
  readonly sigmaU: string;
  readonly sigmaPu: string;
  readonly correlation: string;
  readonly covariance: string;
  readonly slope?: string;
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
 * From rms values and one of the correlation, the covariance and the slope ⟨u pu⟩/⟨u²⟩ (all absent: uncorrelated;
 * momentum spread absent: 0).
 *
 * @throws BeamError when σᵤ is missing, a σ is negative, or more than one of the three or an impossible one is given
 */
export function planeFromMoments(moments: PlaneMoments, names: PlaneNames): PlaneLaw {
  const sigmaU = requireNonNegative(moments.sigmaU, `${names.sigmaU} (m)`, BeamError);
  const sigmaPu = requireNonNegative(moments.sigmaPu ?? 0, names.sigmaPu, BeamError);
  const correlation = resolveCorrelation(moments, sigmaU, sigmaPu, names);
  return { sigmaU, sigmaPu, correlation, decorrelation: Math.sqrt((1 - correlation) * (1 + correlation)) };
}

function resolveCorrelation(
  moments: PlaneMoments,
  sigmaU: number,
  sigmaPu: number,
  names: PlaneNames,
): number {
  const { covariance, slope } = moments;
  const given = (['correlation', 'covariance', 'slope'] as const).filter((key) => moments[key] !== undefined);
  if (given.length > 1) {
    throw new BeamError(`give ${given.map((key) => names[key]).join(' or ')}, not both`);
  }
  if (covariance !== undefined) {
    const bound = `${names.sigmaU}·${names.sigmaPu} = ${sigmaU * sigmaPu}`;
    return ratioWithin(covariance, names.covariance, sigmaU * sigmaPu, bound);
  }
  if (slope !== undefined) {
    // |slope| ≤ σ_pu/σᵤ; a point in u has no slope but 0.
    const largest = sigmaU === 0 ? 0 : sigmaPu / sigmaU;
    const bound = `${names.sigmaPu}/${names.sigmaU} = ${largest}`;
    return ratioWithin(slope, names.slope ?? '', largest, bound);
  }
  const c = requireFinite(moments.correlation ?? 0, names.correlation, BeamError);
  if (Math.abs(c) <= 1) return c;
  throw new BeamError(`${names.correlation} is a dimensionless correlation from -1 to 1, not ${c}`);
}

/** value/largest, of a value that the Schwarz inequality bounds. */
function ratioWithin(value: number, name: string, largest: number, bound: string): number {
  requireFinite(value, name, BeamError);
  if (Math.abs(value) <= largest) return value === 0 ? 0 : value / largest;
  throw new BeamError(`${name} ${value} is larger than ${bound}: no beam has it`);
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
