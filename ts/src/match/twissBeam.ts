import { Beam } from '../beam/beam.js';
import { COORDINATES, type Coordinates, PLANE_INDICES } from '../beam/coordinates.js';
import { BeamError } from '../errors.js';
import { requirePositive } from '../options.js';
import type { BeamModel } from './beamModel.js';
import { LinearSample, type Triangle } from './linearSample.js';

/** Courant–Snyder parameters of a plane. */
interface Twiss {
  /** m */
  readonly beta: number;
  readonly alpha: number;
  /** Geometric, m. */
  readonly emittance: number;
}

const PLANES = [
  { plane: 'x', suffix: 'X' },
  { plane: 'y', suffix: 'Y' },
] as const;

/**
 * A beam of given Courant–Snyder parameters: the macroparticles of a given beam, sheared and stretched in x, px and in y, py. Its
 * parameters are `beam.betaX` [m], `beam.alphaX`, `beam.emittanceX` [m, geometric rms], and the same for Y; the start is the
 * beam as it is given. What is between the planes is stretched along.
 */
export class TwissBeam implements BeamModel {
  readonly parameters: Readonly<Record<string, number>>;
  readonly #beam: Beam;
  readonly #planes: readonly { readonly suffix: string; readonly sample: LinearSample }[];

  /** @throws BeamError for a beam with too few macroparticles or without emittance in x or y */
  constructor(beam: Beam) {
    if (!(beam instanceof Beam)) throw new BeamError('a TwissBeam is made from a Beam');
    this.#beam = beam;
    this.#planes = PLANES.map(({ plane, suffix }) => {
      const names = PLANE_INDICES[plane].map((index) => COORDINATES[index]!);
      return { suffix, sample: new LinearSample(beam, names) };
    });
    this.parameters = this.#named(({ factor }) => twissOf(factor));
  }

  /**
   * The beam with these parameters, every one of them.
   *
   * @throws BeamError if a β or an emittance is not positive
   */
  beam(values: Readonly<Record<string, number>>): Beam {
    const { species, energy, charges, coordinates } = this.#beam;
    const parts = this.#planes.map(({ suffix, sample }) =>
      sample.coordinates(factorOf(twissFrom(values, suffix))),
    );
    return Beam.fromCoordinates(Object.assign({}, coordinates, ...parts), { species, energy, charges });
  }

  /** Derivative by every parameter, given that by the coordinates `[n]`. */
  pullBack(values: Readonly<Record<string, number>>, coordinatesBar: Coordinates): Record<string, number> {
    return this.#named((sample, suffix) =>
      twissBar(twissFrom(values, suffix), sample.factorBar(coordinatesBar)),
    );
  }

  #named(twiss: (sample: LinearSample, suffix: string) => Twiss): Record<string, number> {
    const entries = this.#planes.flatMap(({ suffix, sample }) =>
      Object.entries(twiss(sample, suffix)).map(([name, value]) => [`beam.${name}${suffix}`, value]),
    );
    return Object.fromEntries(entries);
  }
}

function twissFrom(values: Readonly<Record<string, number>>, suffix: string): Twiss {
  const of = (name: string) => values[`beam.${name}${suffix}`]!;
  return {
    beta: requirePositive(of('beta'), `beam.beta${suffix} (m)`, BeamError),
    alpha: of('alpha'),
    emittance: requirePositive(of('emittance'), `beam.emittance${suffix} (m)`, BeamError),
  };
}

/** The Cholesky factor of ε·(β, −α; −α, (1 + α²)/β): √(εβ), then −α√(ε/β) and √(ε/β). */
function factorOf({ beta, alpha, emittance }: Twiss): Triangle {
  const divergence = Math.sqrt(emittance / beta);
  return [[Math.sqrt(emittance * beta)], [-alpha * divergence, divergence]];
}

function twissOf(factor: Triangle): Twiss {
  const [[size = 0] = [], [shear = 0, divergence = 0] = []] = factor;
  return { beta: size / divergence, alpha: -shear / divergence, emittance: size * divergence };
}

function twissBar(twiss: Twiss, factorBar: Triangle): Twiss {
  const [[size = 0] = [], [shear = 0, divergence = 0] = []] = factorOf(twiss);
  const [[sizeBar = 0] = [], [shearBar = 0, divergenceBar = 0] = []] = factorBar;
  const momentum = shearBar * shear + divergenceBar * divergence;
  return {
    beta: (sizeBar * size - momentum) / (2 * twiss.beta),
    alpha: -shearBar * divergence,
    emittance: (sizeBar * size + momentum) / (2 * twiss.emittance),
  };
}
