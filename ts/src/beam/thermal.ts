import { BeamError } from '../errors.js';
import { requireKnownKeys, requireNonNegative, requirePositive } from '../options.js';
import { BUNCH_KEYS, type BunchOptions, bunchCentre } from './bunch.js';
import { type Coordinates, perCoordinate } from './coordinates.js';
import { cbrt, cosTurn, sinTurn } from './elementary.js';
import { type RadialTable, thermalEquilibrium } from './equilibrium.js';
import { toNormal } from './normal.js';
import { unitCubePoints } from './points.js';
import { referenceOf, resolveEnergy } from './reference.js';
import { resolveSpecies } from './species.js';

/** Options of `Beam.thermal`. The sizes follow from focusing, temperature and charge. */
export interface ThermalOptions extends BunchOptions {
  /** Wave number k of the external focusing in 1/m, the same in all three directions of the bunch's own frame. */
  readonly focusing: number;
  /** Temperature ⟨px²⟩ = ⟨py²⟩ of the core, dimensionless. */
  readonly temperature: number;
  /** Temperature of the halo (default: that of the core). */
  readonly haloTemperature?: number | undefined;
  /** Share of the macroparticles in the halo, 0 to less than 1 (default 0). */
  readonly haloFraction?: number | undefined;
}

const KEYS = [...BUNCH_KEYS, 'focusing', 'temperature', 'haloTemperature', 'haloFraction'];

type Three = [Float64Array, Float64Array, Float64Array];
type SixOrSeven = [...Three, ...Three, Float64Array?];

/** Vacuum permittivity, CODATA 2022, F/m. */
const EPSILON_0 = 8.8541878188e-12;

/**
 * A bunch at rest in an isotropic linear focusing channel, its own field included: {@link thermalEquilibrium} in its own
 * frame, where z′ = γ0·z, hence tau = −z′/(β0γ0) and p = β0γ0·pz′. The mapping from seed to sample: six numbers of the unit
 * cube are the share within the radius, polar cosine, azimuth and three momenta; with a halo a seventh chooses
 * the population.
 *
 * @throws BeamError for unknown, missing or impossible options, or a bunch colder than double precision can tell from a
 * uniform ball
 */
export function thermalCoordinates(options: ThermalOptions): Coordinates {
  requireKnownKeys(options, KEYS, 'Beam.thermal', BeamError);
  const centre = bunchCentre(options);
  const { betaGamma, tables, temperatures, haloFraction } = equilibriumOf(options);
  const columns = unitCubePoints(options, haloFraction === 0 ? 6 : 7);
  const [radii, cosines, turns, px, py, pz, populations] = columns as SixOrSeven;
  for (const column of [px, py, pz]) toNormal(column);
  const n = radii.length;
  const out = perCoordinate(() => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const population = populations !== undefined && populations[i]! < haloFraction ? 1 : 0;
    const r = radiusAt(tables[population], radii[i]!);
    const heat = Math.sqrt(temperatures[population]);
    const cosine = 1 - 2 * cosines[i]!;
    const across = r * Math.sqrt((1 - cosine) * (1 + cosine));
    out.x[i] = centre[0]! + across * cosTurn(turns[i]!);
    out.px[i] = centre[1]! + heat * px[i]!;
    out.y[i] = centre[2]! + across * sinTurn(turns[i]!);
    out.py[i] = centre[3]! + heat * py[i]!;
    out.tau[i] = centre[4]! - (r * cosine) / betaGamma;
    out.p[i] = centre[5]! + betaGamma * heat * pz[i]!;
  }
  return out;
}

function equilibriumOf(options: ThermalOptions) {
  const species = resolveSpecies(options.species);
  const { gamma0, beta0 } = referenceOf(resolveEnergy(options, species), species);
  const betaGamma = beta0 * gamma0;
  const focusing = requirePositive(options.focusing, 'focusing (1/m)', BeamError);
  const core = requirePositive(options.temperature, 'temperature', BeamError);
  const halo = requirePositive(options.haloTemperature ?? core, 'haloTemperature', BeamError);
  const haloFraction = requireNonNegative(options.haloFraction ?? 0, 'haloFraction', BeamError);
  if (haloFraction >= 1) throw new BeamError(`haloFraction is a share below 1, not ${haloFraction}`);
  const charge = requirePositive(options.charge, 'charge (C)', BeamError);
  const volts = betaGamma * betaGamma * species.restEnergy;
  const intensity = (Math.abs(species.chargeNumber) * charge) / (EPSILON_0 * volts);
  const temperatures = [core, halo] as const;
  const tables = thermalEquilibrium({ focusing, intensity, temperatures, haloFraction });
  if (tables !== undefined) return { betaGamma, tables, temperatures, haloFraction };
  throw new BeamError(
    `temperature ${core} is too low to tell this bunch from a uniform ball: use Beam.uniformEllipsoid`,
  );
}

/** The distance within which a share of the population lies: r³ is interpolated, which the share follows at the centre. */
function radiusAt({ step, share }: RadialTable, wanted: number): number {
  let [low, high] = [0, share.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (share[middle]! <= wanted) low = middle;
    else high = middle;
  }
  const part = (wanted - share[low]!) / (share[high]! - share[low]!);
  const last = share.length - 1;
  const cube = low * low * low + part * (high * high * high - low * low * low);
  return step * last * cbrt(cube / (last * last * last));
}
