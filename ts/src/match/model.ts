import { Beam } from '../beam/beam.js';
import { BeamError } from '../errors.js';
import type { Lattice } from '../lattice/lattice.js';
import { show } from '../options.js';
import type { Gradient } from '../tape/wrt.js';
import type { BeamModel } from './beamModel.js';

/** Values of parameters by name. */
export type Values = Readonly<Record<string, number>>;

/** What may vary in a match: a lattice, and a beam or a model of one; and where its parameters' derivatives come from. */
export class MatchModel {
  readonly #lattice: Lattice;
  readonly #model: BeamModel;
  /** Start values of what is the beam's. */
  readonly #beamValues: Values;

  /** @throws BeamError for a beam that is neither a Beam nor a BeamModel */
  constructor(lattice: Lattice, beam: Beam | BeamModel) {
    this.#lattice = lattice;
    this.#model = beam instanceof Beam ? fixedBeam(beam) : requireModel(beam);
    const { parameters } = this.#model;
    const { energy, charge } = this.#model.beam(parameters);
    this.#beamValues = { energy, charge, ...parameters };
  }

  /** The value of a parameter at the start; undefined where there is none of that name. */
  value(name: string): number | undefined {
    if (this.#isOfBeam(name)) return this.#beamValues[name];
    return this.#lattice.hasParameter(name) ? this.#lattice.parameter(name) : undefined;
  }

  /** Names of parameters, those of the beam first. */
  names(): string[] {
    return [...Object.keys(this.#beamValues), ...this.#lattice.parameterNames()];
  }

  /** The beam for values of some parameters; the others are as at the start. */
  beam(values: Values): Beam {
    const beam = this.#model.beam(this.#ofModel(values));
    const { energy = beam.energy, charge = beam.charge } = values;
    if (energy === beam.energy && charge === beam.charge) return beam;
    const charges = beam.charges.map((q) => (q * charge) / beam.charge);
    return Beam.fromCoordinates(beam.coordinates, { species: beam.species, energy, charges });
  }

  /** Those values that are the lattice's. */
  latticeValues(values: Values): Record<string, number> {
    const own = Object.entries(values).filter(([name]) => !this.#isOfBeam(name));
    return Object.fromEntries(own);
  }

  lattice(values: Values): Lattice {
    return this.#lattice.withParameters(this.latticeValues(values));
  }

  /** What a tracker has to differentiate by. */
  wrt(names: readonly string[]): string[] {
    const direct = names.filter((name) => !this.#isOfModel(name));
    return direct.length < names.length ? [...direct, 'beam'] : direct;
  }

  /** The derivative by every parameter, given what a tracker found. */
  gradient(values: Values, { parameters, coordinates }: Gradient): Record<string, number> {
    return { ...parameters, ...(coordinates && this.#model.pullBack(this.#ofModel(values), coordinates)) };
  }

  #ofModel(values: Values): Values {
    const own = Object.entries(values).filter(([name]) => this.#isOfModel(name));
    return { ...this.#model.parameters, ...Object.fromEntries(own) };
  }

  #isOfModel(name: string): boolean {
    return Object.hasOwn(this.#model.parameters, name);
  }

  #isOfBeam(name: string): boolean {
    return Object.hasOwn(this.#beamValues, name);
  }
}

const fixedBeam = (beam: Beam): BeamModel => ({ parameters: {}, beam: () => beam, pullBack: () => ({}) });

function requireModel(model: BeamModel): BeamModel {
  const { parameters, beam, pullBack } = Object(model) as Partial<BeamModel>;
  if (parameters && typeof beam === 'function' && typeof pullBack === 'function') return model;
  throw new BeamError(`a match takes a Beam, or a BeamModel such as a LinearBeam, not ${show(model)}`);
}
