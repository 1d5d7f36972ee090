import { BeamError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import { cosTurn, sinTurn } from './elementary.js';
import { beamLaw, imprint, LAW_KEYS, type LawOptions } from './law.js';
import { type CoastingOptions, toLongitudinal } from './longitudinal.js';
import { unitCubePoints } from './points.js';

/** Options of `Beam.kv`. Emittances are rms ones: the shell's own are four times as large. */
export interface KvOptions extends BunchOptions, LawOptions, CoastingOptions {}

const KEYS = [...BUNCH_KEYS, ...LAW_KEYS, 'longitudinal'];

type FiveColumns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

/**
 * The distribution of I. M. Kapchinskij and V. V. Vladimirskij (Proc. Int. Conf. on High Energy Accelerators, CERN,
 * 1959, p. 274): uniform on the surface of an ellipsoid in (x, px, y, py), so that every projection onto two of the
 * coordinates is a uniformly filled ellipse. The mapping from seed to sample: of five numbers of the unit cube, the first
 * shares the shell's squared radius between the planes, two are the phases in x and y, two give tau and p.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function kvCoordinates(options: KvOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.kv', BeamError);
  const law = beamLaw(options);
  const centre = bunchCentre(options);
  const [share, phaseX, phaseY, tau, p] = unitCubePoints(options, 5) as FiveColumns;
  const py = new Float64Array(tau.length);
  toShell(share, phaseX, phaseY, py);
  toLongitudinal(options, tau, p);
  return imprint([share, phaseX, phaseY, py, tau, p], law, centre);
}

/**
 * Points of the unit cube to the 3-sphere of radius 2, whose variance is 1 along each axis; the first three columns in
 * place. With squared radii u and 1 − u in the two planes, the area of the sphere is du·dθ·dϕ/2: the map is uniform.
 */
function toShell(a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array): void {
  for (let i = 0; i < a.length; i++) {
    const radiusX = 2 * Math.sqrt(a[i]!);
    const radiusY = 2 * Math.sqrt(1 - a[i]!);
    const turnX = b[i]!;
    const turnY = c[i]!;
    a[i] = radiusX * cosTurn(turnX);
    b[i] = radiusX * sinTurn(turnX);
    c[i] = radiusY * cosTurn(turnY);
    d[i] = radiusY * sinTurn(turnY);
  }
}
