import { BeamError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { type Coordinates, perCoordinate } from './coordinates.js';
import { applyPlane, type PlaneLaw, planeFromMoments, planeFromTwiss, type TwissOptions } from './plane.js';

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
  /** Courant–Snyder parameters of a plane, instead of its sigmas. */
  readonly twiss?:
    | { readonly x?: TwissOptions | undefined; readonly y?: TwissOptions | undefined }
    | undefined;
}

/** Longitudinal second moments. */
export interface LongitudinalOptions {
  /** rms of tau in m. */
  readonly sigmaTau: number;
  /** rms of p, dimensionless (default 0). */
  readonly sigmaP?: number | undefined;
  /** Correlation of tau and p, −1 to 1 (default 0); or give `covTauP`. */
  readonly correlationTauP?: number | undefined;
  /** ⟨tau p⟩ in m; or give `correlationTauP`. */
  readonly covTauP?: number | undefined;
}

/** Names of {@link TransverseOptions}. */
export const TRANSVERSE_KEYS = [
  'sigmaX',
  'sigmaPx',
  'correlationXPx',
  'covXPx',
  'sigmaY',
  'sigmaPy',
  'correlationYPy',
  'covYPy',
  'twiss',
];
/** Names of {@link LongitudinalOptions}. */
export const LONGITUDINAL_KEYS = ['sigmaTau', 'sigmaP', 'correlationTauP', 'covTauP'];

/** The second moments of the three planes. */
export interface BeamLaw {
  readonly x: PlaneLaw;
  readonly y: PlaneLaw;
  readonly tau: PlaneLaw;
}

/**
 * Reads the second moments of all planes.
 *
 * @throws BeamError when a plane is missing, given twice, or impossible
 */
export function beamLaw(options: TransverseOptions & LongitudinalOptions): BeamLaw {
  const { twiss = {}, ...o } = options;
  requireKnownKeys(twiss, ['x', 'y'], 'twiss', BeamError);
  return {
    x: transversePlane('X', twiss.x, o.sigmaX, o.sigmaPx, o.correlationXPx, o.covXPx),
    y: transversePlane('Y', twiss.y, o.sigmaY, o.sigmaPy, o.correlationYPy, o.covYPy),
    tau: planeFromMoments(
      { sigmaU: o.sigmaTau, sigmaPu: o.sigmaP, correlation: o.correlationTauP, covariance: o.covTauP },
      { sigmaU: 'sigmaTau', sigmaPu: 'sigmaP', correlation: 'correlationTauP', covariance: 'covTauP' },
    ),
  };
}

function transversePlane(
  plane: 'X' | 'Y',
  twiss: TwissOptions | undefined,
  sigmaU: number | undefined,
  sigmaPu: number | undefined,
  correlation: number | undefined,
  covariance: number | undefined,
): PlaneLaw {
  const where = `twiss.${plane.toLowerCase()}`;
  const names = {
    sigmaU: `sigma${plane}`,
    sigmaPu: `sigmaP${plane.toLowerCase()}`,
    correlation: `correlation${plane}P${plane.toLowerCase()}`,
    covariance: `cov${plane}P${plane.toLowerCase()}`,
  };
  const moments = { sigmaU, sigmaPu, correlation, covariance };
  const given = (Object.keys(names) as (keyof typeof names)[]).filter((key) => moments[key] !== undefined);
  if (twiss === undefined && sigmaU === undefined)
    throw new BeamError(`give ${names.sigmaU} (m) or ${where}`);
  if (twiss === undefined) return planeFromMoments(moments, names);
  if (given.length === 0) return planeFromTwiss(twiss, where);
  throw new BeamError(`give ${where} or ${given.map((key) => names[key]).join(', ')}, not both`);
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
  return perCoordinate((_, index) => columns[index]!);
}
