import { BeamError } from '../errors.js';
import { requireFinite, requireKnownKeys } from '../options.js';
import { type Coordinates, type Plane, perCoordinate } from './coordinates.js';
import {
  applyPlane,
  type PlaneLaw,
  type PlaneMoments,
  type PlaneNames,
  planeFromMoments,
  planeFromTwiss,
  type TwissOptions,
} from './plane.js';

/** Transverse second moments: for each plane either `sigma…` and a correlation or covariance, or `twiss`. */
export interface TransverseOptions {
  /** rms of x in m. */
  readonly sigmaX?: number | undefined;
  /** rms of px, dimensionless (default 0). */
  readonly sigmaPx?: number | undefined;
  /** Correlation of x and px, −1 to 1 (default 0); or give `covXPx`. */
  readonly correlationXPx?: number | undefined;
  /** ⟨x px⟩ in m; or give `correlationXPx`. */
  readonly covXPx?: number | undefined;
  /** rms of y in m. */
  readonly sigmaY?: number | undefined;
  /** rms of py, dimensionless (default 0). */
  readonly sigmaPy?: number | undefined;
  /** Correlation of y and py, −1 to 1 (default 0); or give `covYPy`. */
  readonly correlationYPy?: number | undefined;
  /** ⟨y py⟩ in m; or give `correlationYPy`. */
  readonly covYPy?: number | undefined;
  /** Courant–Snyder parameters of a plane, instead of its sigmas; `tau` is the longitudinal one. */
  readonly twiss?:
    | {
        readonly x?: TwissOptions | undefined;
        readonly y?: TwissOptions | undefined;
        readonly tau?: TwissOptions | undefined;
      }
    | undefined;
}

/** Longitudinal second moments: either `sigmaTau` and what goes with it, or `twiss.tau`. */
export interface LongitudinalOptions {
  /** rms of tau in m. */
  readonly sigmaTau?: number | undefined;
  /** rms of p, dimensionless (default 0). */
  readonly sigmaP?: number | undefined;
  /** Correlation of tau and p, −1 to 1 (default 0); or give `covTauP` or `chirp`. */
  readonly correlationTauP?: number | undefined;
  /** ⟨tau p⟩ in m; or give `correlationTauP` or `chirp`. */
  readonly covTauP?: number | undefined;
  /** ⟨tau p⟩/⟨tau²⟩ in 1/m: the slope of p along the bunch, contained in `sigmaP`. */
  readonly chirp?: number | undefined;
}

/**
 * Dispersion: every macroparticle is moved by D·(p − p̄). The transverse moments that are asked for are those of the
 * betatron part; with dispersion ⟨x²⟩ = σ_x² + dispersionX²·σ_p², and so on.
 */
export interface DispersionOptions {
  /** dx/dp in m (default 0, like all dispersions). */
  readonly dispersionX?: number | undefined;
  /** dpx/dp. */
  readonly dispersionPx?: number | undefined;
  /** dy/dp in m. */
  readonly dispersionY?: number | undefined;
  /** dpy/dp. */
  readonly dispersionPy?: number | undefined;
}

/** Second moments of all coordinates. */
export interface LawOptions extends TransverseOptions, LongitudinalOptions, DispersionOptions {}

const DISPERSION_KEYS = ['dispersionX', 'dispersionPx', 'dispersionY', 'dispersionPy'] as const;

/** Names of {@link LawOptions}. */
export const LAW_KEYS = [
  ...['sigmaX', 'sigmaPx', 'correlationXPx', 'covXPx'],
  ...['sigmaY', 'sigmaPy', 'correlationYPy', 'covYPy'],
  ...['sigmaTau', 'sigmaP', 'correlationTauP', 'covTauP', 'chirp'],
  'twiss',
  ...DISPERSION_KEYS,
];

/** The second moments of the three planes, and how x, px, y and py follow p. */
export interface BeamLaw {
  readonly x: PlaneLaw;
  readonly y: PlaneLaw;
  readonly tau: PlaneLaw;
  /** Of x, px, y, py: `[4]`. */
  readonly dispersion: readonly number[];
}

/**
 * Reads the second moments of all planes.
 *
 * @throws BeamError when a plane is missing, given twice, or impossible
 */
export function beamLaw(options: LawOptions): BeamLaw {
  const { twiss = {}, ...o } = options;
  requireKnownKeys(twiss, ['x', 'y', 'tau'], 'twiss', BeamError);
  const [x, y, tau] = [o.sigmaX, o.sigmaY, o.sigmaTau];
  return {
    x: planeOf('x', twiss.x, moments(x, o.sigmaPx, o.correlationXPx, o.covXPx), PLANE_NAMES.x),
    y: planeOf('y', twiss.y, moments(y, o.sigmaPy, o.correlationYPy, o.covYPy), PLANE_NAMES.y),
    tau: planeOf(
      'tau',
      twiss.tau,
      { ...moments(tau, o.sigmaP, o.correlationTauP, o.covTauP), slope: o.chirp },
      PLANE_NAMES.tau,
    ),
    dispersion: DISPERSION_KEYS.map((key) => requireFinite(o[key] ?? 0, key, BeamError)),
  };
}

const PLANE_NAMES: Readonly<Record<Plane, PlaneNames>> = {
  x: { sigmaU: 'sigmaX', sigmaPu: 'sigmaPx', correlation: 'correlationXPx', covariance: 'covXPx' },
  y: { sigmaU: 'sigmaY', sigmaPu: 'sigmaPy', correlation: 'correlationYPy', covariance: 'covYPy' },
  tau: {
    ...{ sigmaU: 'sigmaTau', sigmaPu: 'sigmaP', correlation: 'correlationTauP', covariance: 'covTauP' },
    slope: 'chirp',
  },
};

function moments(
  sigmaU: number | undefined,
  sigmaPu: number | undefined,
  correlation: number | undefined,
  covariance: number | undefined,
): PlaneMoments {
  return { sigmaU, sigmaPu, correlation, covariance };
}

function planeOf(
  plane: Plane,
  twiss: TwissOptions | undefined,
  given: PlaneMoments,
  names: PlaneNames,
): PlaneLaw {
  const where = `twiss.${plane}`;
  if (twiss === undefined && given.sigmaU === undefined) {
    throw new BeamError(`give ${names.sigmaU} (m) or ${where}`);
  }
  if (twiss === undefined) return planeFromMoments(given, names);
  const twice = (Object.keys(names) as (keyof PlaneNames)[]).filter((key) => given[key] !== undefined);
  if (twice.length === 0) return planeFromTwiss(twiss, where);
  throw new BeamError(`give ${where} or ${twice.map((key) => names[key]).join(', ')}, not both`);
}

/**
 * Turns six uncorrelated columns of zero mean and unit variance into coordinates of the given law and centre,
 * in place: the columns become the coordinates.
 */
export function imprint(
  columns: readonly Float64Array[],
  law: BeamLaw,
  centre: readonly number[],
): Coordinates {
  const planes = [law.x, law.y, law.tau];
  for (const [k, plane] of planes.entries()) {
    applyPlane(plane, columns[2 * k]!, columns[2 * k + 1]!, centre[2 * k]!, centre[2 * k + 1]!);
  }
  for (const [k, slope] of law.dispersion.entries()) disperse(columns[k]!, slope, columns[5]!, centre[5]!);
  return perCoordinate((_, index) => columns[index]!);
}

/** u += D·(p − p̄), in place. */
function disperse(u: Float64Array, slope: number, p: Float64Array, meanP: number): void {
  if (slope === 0) return; // adding 0·p would turn −0 into 0
  for (let i = 0; i < u.length; i++) u[i] = u[i]! + slope * (p[i]! - meanP);
}
