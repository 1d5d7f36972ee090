import { BeamError } from '../errors.js';
import { type Moments, momentsOf } from '../objective/moments.js';
import { sumOf } from '../objective/sums.js';
import { requireInteger, requireKnownKeys } from '../options.js';
import type { BunchOptions } from './bunch.js';
import { equalCharges, resolveCharges } from './charges.js';
import { rereference } from './conversions.js';
import {
  COORDINATES,
  type Coordinate,
  type CoordinateArrays,
  type Coordinates,
  copyCoordinates,
  perCoordinate,
} from './coordinates.js';
import { ellipsoidCoordinates, type UniformEllipsoidOptions } from './ellipsoid.js';
import { type GaussianOptions, gaussianCoordinates } from './gaussian.js';
import { type Kurth4dOptions, type Kurth6dOptions, kurth4dCoordinates, kurth6dCoordinates } from './kurth.js';
import { type KvOptions, kvCoordinates } from './kv.js';
import { ENERGY_KEYS, type EnergyOptions, type Reference, referenceOf, resolveEnergy } from './reference.js';
import { type BeamReport, describeReport, reportOf } from './report.js';
import {
  concatenated,
  type Macroparticle,
  randomSubset,
  requireSplit,
  type SplitOptions,
  splitIndices,
} from './select.js';
import { type SemiGaussianOptions, semiGaussianCoordinates } from './semiGaussian.js';
import { requireSameSpecies, resolveSpecies, type Species, type SpeciesName } from './species.js';
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

  /** Sizes, Twiss parameters, emittances, dispersion and chirp; computed anew at every call. */
  report(): BeamReport {
    return reportOf(this, this.moments());
  }

  /** {@link Beam.report} as text of several lines. */
  describe(): string {
    return describeReport(this.report());
  }

  /**
   * The same macroparticles about another reference energy, in eV in all: their energies and momenta in eV stay as they
   * are, px, py and p are scaled and shifted.
   *
   * @throws BeamError for an energy at or below rest
   */
  withReferenceEnergy(energy: number): Beam {
    const to = resolveEnergy({ energy }, this.species);
    return this.#like(rereference(this.coordinates, this.species, this.energy, to), this.charges.slice(), to);
  }

  /**
   * All macroparticles of several beams of one species, about the reference energy of the first.
   *
   * @throws BeamError without a beam, or for beams of different species
   */
  static merge(beams: readonly Beam[]): Beam {
    const [first, ...others] = beams;
    if (first === undefined) throw new BeamError('Beam.merge needs at least one beam');
    const { species, energy } = first;
    for (const other of others) requireSameSpecies(species, other.species);
    const same = beams.map((beam) => (beam.energy === energy ? beam : beam.withReferenceEnergy(energy)));
    const coordinates = perCoordinate((name) => concatenated(same.map((beam) => beam.coordinates[name])));
    return first.#like(coordinates, concatenated(same.map((beam) => beam.charges)), energy);
  }

  /**
   * A random choice of macroparticles, every subset equally likely. Their charges are scaled so that the bunch keeps its
   * charge.
   *
   * @param particles - how many, at most as many as there are
   * @throws BeamError for a number or seed that cannot be, or if the choice holds no charge
   */
  subsample(particles: number, seed = 1): Beam {
    requireInteger(particles, 'particles', 1, this.particles, BeamError);
    requireInteger(seed, 'seed', 0, 2 ** 32 - 1, BeamError);
    const chosen = this.#take(randomSubset(this.particles, particles, seed));
    const scale = this.charge / chosen.charge;
    return chosen.#like(
      chosen.coordinates,
      chosen.charges.map((q) => q * scale),
    );
  }

  /**
   * Parts that hold these fractions of the charge, to within a macroparticle: at random, or slices along a coordinate.
   * Macroparticles keep their charges.
   *
   * @param fractions - positive numbers that add up to 1
   * @throws BeamError for fractions or options that cannot be, or a part without charge
   */
  split(fractions: ArrayLike<number>, options: SplitOptions = {}): Beam[] {
    const { by, seed } = requireSplit(fractions, options);
    const column = by === 'random' ? undefined : this.coordinates[by as Coordinate];
    return splitIndices(this.charges, fractions, column, seed ?? 1).map((indices) => this.#take(indices));
  }

  /**
   * The macroparticles that a function keeps; the rest of the charge is gone.
   *
   * @param keep - is shown every macroparticle in turn; the object is used again for the next one
   * @throws BeamError when no charge remains
   */
  filter(keep: (particle: Macroparticle, index: number) => boolean): Beam {
    const particle = { x: 0, px: 0, y: 0, py: 0, tau: 0, p: 0, charge: 0 };
    const kept = new Uint32Array(this.particles);
    let count = 0;
    for (let i = 0; i < this.particles; i++) {
      for (const name of COORDINATES) particle[name] = this.coordinates[name][i]!;
      particle.charge = this.charges[i]!;
      if (keep(particle, i)) kept[count++] = i;
    }
    return this.#take(kept.subarray(0, count));
  }

  #take(indices: Uint32Array): Beam {
    const of = (column: Float64Array) => Float64Array.from(indices, (i) => column[i]!);
    const charges = of(this.charges);
    if (!(sumOf(charges) > 0))
      throw new BeamError('no macroparticle with charge remains: a beam needs charge');
    return this.#like(
      perCoordinate((name) => of(this.coordinates[name])),
      charges,
    );
  }

  /** Takes over arrays that nobody else holds. */
  #like(coordinates: Coordinates, charges: Float64Array, energy = this.energy): Beam {
    return new Beam(this.species, energy, coordinates, charges);
  }
}

const FROM_COORDINATES_KEYS = ['species', ...ENERGY_KEYS, 'charges', 'charge'];
