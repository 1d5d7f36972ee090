import { BeamError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import { cbrt, cosTurn, sinTurn } from './elementary.js';
import { beamLaw, imprint, LAW_KEYS, type LawOptions } from './law.js';
import { type CoastingOptions, toLongitudinal } from './longitudinal.js';
import { unitCubePoints } from './points.js';
import { type MatchOptions, matchIfAsked } from './whiten.js';

/** Options of `Beam.kurth4d`. The transverse edges are twice the rms values. */
export interface Kurth4dOptions extends BunchOptions, LawOptions, CoastingOptions {}

/** Options of `Beam.kurth6d`. The edges are √5 times the rms values. */
export interface Kurth6dOptions extends BunchOptions, LawOptions, MatchOptions {}

const KEYS_4D = [...BUNCH_KEYS, ...LAW_KEYS, 'longitudinal'];
const KEYS_6D = [...BUNCH_KEYS, ...LAW_KEYS, 'matchMoments'];

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

/**
 * The stationary distributions of R. Kurth, Quarterly of Applied Mathematics 36 (1978) 325, which fill a disc or a ball
 * of space uniformly, so that their own field is linear, but are no shells. In units of the radius, with the
 * distance r, the momentum's radial part p_r and its tangential one p_t, the density is proportional to
 * ((1 − r²)(1 − p_t²) − p_r²)^(−1/2) wherever that is real. So p_r = √((1 − r²)(1 − p_t²))·cos πα with α uniform. In
 * four dimensions r² and the signed p_t are uniform; in six r³ and p_t² are, and p_t has a uniform direction. That is
 * the sampling of C. Mitchell, K. Hwang and R. D. Ryne, IPAC 2021, WEPAB248.
 *
 * This one is in (x, px, y, py), with tau and p as in a K-V beam. The mapping from seed to sample: of six numbers of the
 * unit cube four are r², azimuth, p_t and α, two give tau and p.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function kurth4dCoordinates(options: Kurth4dOptions): Coordinates {
  requireKnownKeys(options, KEYS_4D, 'Beam.kurth4d', BeamError);
  const law = beamLaw(options);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, 6) as Columns;
  toDisc(columns);
  toLongitudinal(options, columns[4], columns[5]);
  return imprint(columns, law, centre);
}

/** Four columns of the unit cube to the distribution with disc radius 2, of unit variance along each axis; in place. */
function toDisc([a, b, c, d]: Columns): void {
  for (let i = 0; i < a.length; i++) {
    const r = Math.sqrt(a[i]!);
    const [cosine, sine] = [cosTurn(b[i]!), sinTurn(b[i]!)];
    const tangential = 2 * c[i]! - 1;
    const radial = Math.sqrt((1 - a[i]!) * (1 - tangential) * (1 + tangential)) * cosTurn(d[i]! / 2);
    a[i] = 2 * r * cosine;
    b[i] = 2 * (radial * cosine - tangential * sine);
    c[i] = 2 * r * sine;
    d[i] = 2 * (radial * sine + tangential * cosine);
  }
}

/**
 * The distribution in all six coordinates: see {@link kurth4dCoordinates}. The mapping from seed to sample: six numbers
 * of the unit cube are r³, polar cosine, azimuth, p_t², its direction, and α.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function kurth6dCoordinates(options: Kurth6dOptions): Coordinates {
  requireKnownKeys(options, KEYS_6D, 'Beam.kurth6d', BeamError);
  const law = beamLaw(options);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, 6) as Columns;
  toBall(columns);
  matchIfAsked(options, columns);
  return imprint(columns, law, centre);
}

/** Six columns of the unit cube to the distribution with ball radius √5, of unit variance along each axis; in place. */
function toBall([a, b, c, d, e, f]: Columns): void {
  const radius = Math.sqrt(5);
  for (let i = 0; i < a.length; i++) {
    const r = cbrt(a[i]!);
    const cosine = 1 - 2 * b[i]!;
    const sine = Math.sqrt((1 - cosine) * (1 + cosine));
    const [cosAzimuth, sinAzimuth] = [cosTurn(c[i]!), sinTurn(c[i]!)];
    const tangential = Math.sqrt(d[i]!);
    const radial = Math.sqrt((1 - r * r) * (1 - d[i]!)) * cosTurn(f[i]! / 2);
    const [polar, around] = [tangential * cosTurn(e[i]!), tangential * sinTurn(e[i]!)];
    const outward = radial * sine + polar * cosine; // the part of the momentum along the projected radius
    a[i] = radius * r * sine * cosAzimuth;
    b[i] = radius * (outward * cosAzimuth - around * sinAzimuth);
    c[i] = radius * r * sine * sinAzimuth;
    d[i] = radius * (outward * sinAzimuth + around * cosAzimuth);
    e[i] = radius * r * cosine;
    f[i] = radius * (radial * cosine - polar * sine);
  }
}
