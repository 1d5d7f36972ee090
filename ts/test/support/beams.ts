import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import { type Coordinate, type Coordinates, perCoordinate } from '../../src/beam/coordinates.js';
import { Beam } from '../../src/index.js';

/** A source of numbers that are uniform in [−1, 1), the same on every machine. */
export function uniforms(seed: number): () => number {
  const generator = mersenne(seed);
  return () => 2 * uniformFloat64(generator) - 1;
}

/** Uniform numbers in [−1, 1) for every coordinate of n macroparticles. */
export function randomCoordinates(n: number, seed: number): Coordinates {
  const uniform = uniforms(seed);
  return perCoordinate(() => Float64Array.from({ length: n }, uniform));
}

/** An ordinary bunch: 1 nC of 25 MeV electrons, correlated in nothing, millimetres long and wide. */
export function gaussianBunch(particles: number, seed = 1): Beam {
  return Beam.gaussian({
    ...{ particles, seed, species: 'electron', energy: 25e6, charge: 1e-9 },
    ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 0.8e-3, sigmaPy: 1.2e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
  });
}

/** A beam with some coordinates, charges or its energy replaced. */
export function changed(
  beam: Beam,
  changes: { coordinates?: Partial<Coordinates>; charges?: Float64Array; energy?: number },
): Beam {
  const { species, energy, charges } = { ...beam, ...changes };
  return Beam.fromCoordinates({ ...beam.coordinates, ...changes.coordinates }, { species, energy, charges });
}

/** `beam` with its coordinates moved by `step` times `direction`. */
export function moved(beam: Beam, direction: Partial<Coordinates>, step: number): Beam {
  const along = (name: Coordinate) => {
    const by = direction[name];
    return by ? beam.coordinates[name].map((value, i) => value + step * by[i]!) : beam.coordinates[name];
  };
  return changed(beam, { coordinates: perCoordinate(along) });
}
