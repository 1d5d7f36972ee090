import { BeamError } from '../errors.js';
import { type Moments, momentsOf } from '../objective/moments.js';
import { sumOf } from '../objective/sums.js';
import { requireArray, requireKnownKeys, requirePositive } from '../options.js';
import type { BunchOptions } from './bunch.js';
import { type CoordinateArrays, type Coordinates, copyCoordinates } from './coordinates.js';
import { ellipsoidCoordinates, type UniformEllipsoidOptions } from './ellipsoid.js';
import { type GaussianOptions, gaussianCoordinates } from './gaussian.js';
import { type Kurth4dOptions, type Kurth6dOptions, kurth4dCoordinates, kurth6dCoordinates } from './kurth.js';
import { type KvOptions, kvCoordinates } from './kv.js';
import { ENERGY_KEYS, type EnergyOptions, type Reference, referenceOf, resolveEnergy } from './reference.js';
import { type SemiGaussianOptions, semiGaussianCoordinates } from './semiGaussian.js';
import { resolveSpecies, type Species, type SpeciesName } from './species.js';
import { type ThermalOptions, thermalCoordinates } from './thermal.js';
import { type WaterbagOptions, waterbagCoordinates } from './waterbag.js';

/** What `Beam.fromCoordinates` needs besides the coordinates; exactly one of `charges` and `charge`. */
export interface FromCoordinatesOptions extends EnergyOptions {
  /** Name of a species in `SPECIES`, or one of your own. */
  readonly species: SpeciesName | Species;
  /** Charge of every macroparticle in C, `[n]`, at least 0 each. */
  readonly charges?: ArrayLike<number> | undefined;
  /** Charge of the bunch in C, shared equally. */
  readonly charge?: number | undefined;
}

/**
 * A bunch of macroparticles about a reference particle: six coordinates and a charge each, at fixed s.
 *
 * Beams are made by the static methods, which copy what they are given. All of them throw {@link BeamError} on
 * bad input: coordinates that are not finite or of unequal lengths, no particle, a charge that is negative, zero in
 * all or not finite, an energy at or below rest, an unknown species or option. The arrays of a beam are its own; do
 * not write to them.
 */
export class Beam {
  readonly species: Species;
  /** Total reference energy E0 in eV. */
  readonly energy: number;
  /** x, px, y, py, tau, p: `[n]` each; units as in `COORDINATES`. */
  readonly coordinates: Coordinates;
  /** Charge of every macroparticle in C, `[n]`, at least 0. */
  readonly charges: Float64Array;
  /** Summed when first asked for. */
  #charge: number | undefined;
  /** γ0 and β0. */
  readonly #reference: Reference;

  /** Takes over arrays that are checked and nobody else holds. */
  private constructor(species: Species, energy: number, coordinates: Coordinates, charges: Float64Array) {
    this.species = species;
    this.energy = energy;
    this.coordinates = coordinates;
    this.charges = charges;
    this.#reference = referenceOf(energy, species);
  }

  /**
   * A beam of given macroparticles.
   *
   * @param coordinates - x, px, y, py, tau, p: arrays of one length; units as in `COORDINATES`
   * @throws BeamError for bad input, naming the particle (from 0) and the coordinate
   */
  static fromCoordinates(coordinates: CoordinateArrays, options: FromCoordinatesOptions): Beam {
    requireKnownKeys(options, FROM_COORDINATES_KEYS, 'Beam.fromCoordinates', BeamError);
    const species = resolveSpecies(options.species);
    const energy = resolveEnergy(options, species);
    const own = copyCoordinates(coordinates);
    return new Beam(species, energy, own, resolveCharges(options, own.x.length));
  }

  /**
   * A normal distribution in all six coordinates, by rms sizes and correlations or by Twiss parameters.
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static gaussian(options: GaussianOptions): Beam {
    return Beam.#generate(options, gaussianCoordinates(options));
  }

  /**
   * A uniformly filled ellipsoid in (x, y, tau), cold unless momentum spreads are given.
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static uniformEllipsoid(options: UniformEllipsoidOptions): Beam {
    return Beam.#generate(options, ellipsoidCoordinates(options));
  }

  /**
   * A Kapchinskij–Vladimirskij beam: uniform on the surface of an ellipsoid in (x, px, y, py).
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static kv(options: KvOptions): Beam {
    return Beam.#generate(options, kvCoordinates(options));
  }

  /**
   * A uniformly filled ellipsoid in all six coordinates.
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static waterbag(options: WaterbagOptions): Beam {
    return Beam.#generate(options, waterbagCoordinates(options));
  }

  /**
   * R. Kurth's stationary distribution in (x, px, y, py): uniform in (x, y), with tau and p as in a K-V beam.
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static kurth4d(options: Kurth4dOptions): Beam {
    return Beam.#generate(options, kurth4dCoordinates(options));
  }

  /**
   * R. Kurth's stationary distribution in all six coordinates: a uniformly filled ellipsoid in (x, y, tau).
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static kurth6d(options: Kurth6dOptions): Beam {
    return Beam.#generate(options, kurth6dCoordinates(options));
  }

  /**
   * Uniform in an elliptical cylinder of (x, y, tau), normal in the momenta.
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static semiGaussian(options: SemiGaussianOptions): Beam {
    return Beam.#generate(options, semiGaussianCoordinates(options));
  }

  /**
   * A stationary thermal bunch, with a halo of another temperature if asked for, in a linear focusing channel and its own
   * field.
   *
   * @throws BeamError for unknown, missing or impossible options
   */
  static thermal(options: ThermalOptions): Beam {
    return Beam.#generate(options, thermalCoordinates(options));
  }

  static #generate(options: BunchOptions, coordinates: Coordinates): Beam {
    const species = resolveSpecies(options.species);
    const charges = equalCharges(options.charge, coordinates.x.length);
    return new Beam(species, resolveEnergy(options, species), coordinates, charges);
  }

  /** Number of macroparticles n. */
  get particles(): number {
    return this.charges.length;
  }

  /** Charge of the bunch in C, Σq. */
  get charge(): number {
    this.#charge ??= sumOf(this.charges);
    return this.#charge;
  }

  /** γ0 = E0/(mc²). */
  get gamma0(): number {
    return this.#reference.gamma0;
  }

  /** β0 = √(1 − 1/γ0²). */
  get beta0(): number {
    return this.#reference.beta0;
  }

  /** Reference momentum p0·c = β0·γ0·mc² in eV. */
  get momentum(): number {
    return this.beta0 * this.energy;
  }

  /** Charge-weighted means and covariances; computed anew at every call. */
  moments(): Moments {
    return momentsOf(this.coordinates, this.charges);
  }
}

const FROM_COORDINATES_KEYS = ['species', ...ENERGY_KEYS, 'charges', 'charge'];

function equalCharges(charge: unknown, particles: number): Float64Array {
  return new Float64Array(particles).fill(requirePositive(charge, 'charge (C)', BeamError) / particles);
}

function resolveCharges(options: FromCoordinatesOptions, particles: number): Float64Array {
  if ((options.charges === undefined) === (options.charge === undefined)) {
    const got = options.charge === undefined ? 'neither' : 'both';
    throw new BeamError(
      `give exactly one of charges (C, one per particle) and charge (C, in all), not ${got}`,
    );
  }
  if (options.charges === undefined) return equalCharges(options.charge, particles);
  requireArray(options.charges, 'charges', BeamError);
  const charges = new Float64Array(options.charges);
  if (charges.length !== particles) {
    throw new BeamError(`charges has ${charges.length} entries for ${particles} particles`);
  }
  const particle = charges.findIndex((q) => !(q >= 0 && q < Number.POSITIVE_INFINITY));
  if (particle >= 0) {
    throw new BeamError(
      `charge of particle ${particle} is ${charges[particle]} C: charges must be finite and at least 0`,
    );
  }
  if (sumOf(charges) > 0) return charges;
  throw new BeamError('the charges add up to 0: a beam needs charge');
}
