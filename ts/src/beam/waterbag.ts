import { BeamError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import type { Coordinates } from './coordinates.js';
import { cbrt, cosTurn, sinTurn } from './elementary.js';
import { beamLaw, imprint, LAW_KEYS, type LawOptions } from './law.js';
import { unitCubePoints } from './points.js';
import { type MatchOptions, matchIfAsked } from './whiten.js';

/** Options of `Beam.waterbag`. The edges of the ellipsoid are √8 times the rms values. */
export interface WaterbagOptions extends BunchOptions, LawOptions, MatchOptions {}

const KEYS = [...BUNCH_KEYS, ...LAW_KEYS, 'matchMoments'];

/**
 * A uniformly filled ellipsoid in all six coordinates. The mapping from seed to sample: of six numbers of the unit
 * cube, three share the squared radius between the planes, three are the phases in them.
 *
 * @throws BeamError for unknown, missing or impossible options
 */
export function waterbagCoordinates(options: WaterbagOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.waterbag', BeamError);
  const law = beamLaw(options);
  const centre = bunchCentre(options);
  const columns = unitCubePoints(options, 6);
  toBall(columns);
  matchIfAsked(options, columns);
  return imprint(columns, law, centre);
}

/**
 * Points of the unit cube to the uniform six-dimensional ball of radius √8, whose variance is 1 along each axis; in
 * place. In each plane d²r = d(r²)·dθ/2, so that the three squared radii are uniform in the simplex
 * s₁ + s₂ + s₃ ≤ 1: their sum has the distribution t³, and given it, (s₁, s₂, s₃) is uniform in a triangle.
 */
function toBall(columns: readonly Float64Array[]): void {
  const [a, b, c, d, e, f] = columns as [
    ...[Float64Array, Float64Array, Float64Array],
    ...[Float64Array, Float64Array, Float64Array],
  ];
  for (let i = 0; i < a.length; i++) {
    const sum = 8 * cbrt(a[i]!);
    const root = Math.sqrt(b[i]!);
    const [turnX, turnY, turnTau] = [d[i]!, e[i]!, f[i]!];
    const radiusX = Math.sqrt(sum * (1 - root));
    const radiusY = Math.sqrt(sum * root * (1 - c[i]!));
    const radiusTau = Math.sqrt(sum * root * c[i]!);
    a[i] = radiusX * cosTurn(turnX);
    b[i] = radiusX * sinTurn(turnX);
    c[i] = radiusY * cosTurn(turnY);
    d[i] = radiusY * sinTurn(turnY);
    e[i] = radiusTau * cosTurn(turnTau);
    f[i] = radiusTau * sinTurn(turnTau);
  }
}
