import { OptionsError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { requireFinite, requireKnownKeys, requirePositive } from '../options.js';
import type { Bounds } from './bounds.js';

/** A parameter that an optimiser may change. Numbers are in the parameter's own unit. */
export interface MatchParameter {
  /** Least value; default none. */
  readonly min?: number | undefined;
  /** Largest value; default none. */
  readonly max?: number | undefined;
  /** Where to begin; default the parameter's value in the lattice or beam. */
  readonly start?: number | undefined;
  /**
   * A change that matters, by which all of them are compared; default the size of the start, where that is 0 the width of the
   * bounds, and 1 without.
   */
  readonly scale?: number | undefined;
}

/** Everything that may be a parameter. */
export interface KnownParameters {
  /** Value at the start; undefined where there is none of that name. */
  readonly value: (name: string) => number | undefined;
  /** Names to suggest. */
  readonly names: () => string[];
}

const KEYS = ['min', 'max', 'start', 'scale'];

/** The parameters of a match as an optimiser sees them: numbers `[n]`, each divided by its scale. */
export class Variables {
  readonly names: readonly string[];
  readonly start: Float64Array;
  readonly bounds: Bounds;
  readonly #scales: Float64Array;
  /** In the parameters' own units. */
  readonly #limits: Bounds;

  /**
   * @param known - what may be a parameter
   * @throws OptionsError for no parameter or an unknown one, with the nearest names, for impossible bounds, or a start outside them
   */
  constructor(parameters: Readonly<Record<string, MatchParameter>>, known: KnownParameters) {
    this.names = Object.keys(requireParameters(parameters));
    const checked = this.names.map((name) => checkedParameter(name, parameters[name]!, known));
    this.#scales = Float64Array.from(checked, ({ scale }) => scale);
    this.#limits = {
      lower: Float64Array.from(checked, ({ min }) => min),
      upper: Float64Array.from(checked, ({ max }) => max),
    };
    const scaled = (values: Float64Array) => values.map((value, i) => value / this.#scales[i]!);
    this.start = scaled(Float64Array.from(checked, ({ start }) => start));
    this.bounds = { lower: scaled(this.#limits.lower), upper: scaled(this.#limits.upper) };
  }

  /** Values by name, within the bounds to the last bit. */
  valuesAt(point: ArrayLike<number>): Record<string, number> {
    const { lower, upper } = this.#limits;
    const value = (i: number) => Math.min(upper[i]!, Math.max(lower[i]!, point[i]! * this.#scales[i]!));
    return Object.fromEntries(this.names.map((name, i) => [name, value(i)]));
  }

  /** A derivative by the parameters as one by the scaled variables, `[n]`. */
  scaledGradient(gradient: Readonly<Record<string, number>>): Float64Array {
    return Float64Array.from(this.names, (name, i) => gradient[name]! * this.#scales[i]!);
  }
}

function requireParameters(parameters: unknown): Readonly<Record<string, MatchParameter>> {
  const names = typeof parameters === 'object' && parameters !== null ? Object.keys(parameters) : [];
  if (names.length > 0 && !Array.isArray(parameters)) return parameters as Record<string, MatchParameter>;
  throw new OptionsError("a match needs parameters to vary, for example { 'q1.k1': { min: 0, max: 10 } }");
}

function checkedParameter(
  name: string,
  options: MatchParameter,
  known: KnownParameters,
): Required<{ [key in keyof MatchParameter]: number }> {
  const value = known.value(name);
  if (value === undefined)
    throw new OptionsError(`there is no parameter '${name}' to vary${didYouMean(name, known.names())}`);
  requireKnownKeys(options, KEYS, `parameter '${name}'`, OptionsError);
  const of = (key: string) => `${key} of '${name}'`;
  const min = bound(options.min, of('min'), Number.NEGATIVE_INFINITY);
  const max = bound(options.max, of('max'), Number.POSITIVE_INFINITY);
  if (min > max) throw new OptionsError(`${of('min')}, ${min}, is above its max, ${max}`);
  const start = requireFinite(options.start ?? value, of('start'), OptionsError);
  if (start < min || start > max) {
    throw new OptionsError(
      `'${name}' starts at ${start}, outside its bounds ${min} … ${max}: give it another start`,
    );
  }
  const width = Number.isFinite(max - min) && max > min ? max - min : 1;
  return {
    min,
    max,
    start,
    scale: requirePositive(options.scale ?? (Math.abs(start) || width), of('scale'), OptionsError),
  };
}

function bound(value: number | undefined, what: string, none: number): number {
  return value === undefined || value === none ? none : requireFinite(value, what, OptionsError);
}
