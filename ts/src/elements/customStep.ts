import type { Coordinates } from '../beam/coordinates.js';
import { LatticeError } from '../errors.js';
import { requireFinite, show } from '../options.js';
import { Element, type ElementChanges, type ElementOptions, label, requireElementKeys } from './element.js';

/** Parameters of a custom step by name. */
export type CustomParameters = Readonly<Record<string, number>>;

/** What the adjoint of a custom step returns. */
export interface CustomCotangents {
  /** By the coordinates at its input, `[n]` each. */
  readonly coordinates: Coordinates;
  /** By its parameters; absent ones are zero. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Options of a {@link CustomStep}. Functions may be asynchronous; arrays are only theirs to read. */
export interface CustomStepOptions extends ElementOptions {
  /** Coordinates behind the step from those before it, `[n]` each, in fresh arrays. */
  readonly forward: (input: Coordinates, parameters: CustomParameters) => Coordinates | Promise<Coordinates>;
  /**
   * The transpose of the step's derivative: from its input and the cotangent of its output to the cotangent of its input.
   */
  readonly adjoint: (
    input: Coordinates,
    outputBar: Coordinates,
    parameters: CustomParameters,
  ) => CustomCotangents | Promise<CustomCotangents>;
  /**
   * Coordinates before the step from those behind it. It must return the input to the bit once both are rounded to the beam's
   * quanta; run with `verify: true` to be sure. Subtracting what `forward` added is not enough: where the sum lies right between
   * two quanta, rounding may go the other way back. It is exact if what is added is first rounded to multiples of a power of two
   * that are whole quanta, 2⁻⁴⁰ for a beam of millimetres. Without an inverse the step's input is kept or computed again.
   */
  readonly inverse?:
    | ((output: Coordinates, parameters: CustomParameters) => Coordinates | Promise<Coordinates>)
    | undefined;
  /** Numbers that gradients can be taken by; m, rad or whatever the functions take. */
  readonly parameters?: CustomParameters | undefined;
}

const KEYS = ['forward', 'adjoint', 'inverse', 'parameters'];

/**
 * A thin step of your own, computed in JavaScript from all coordinates at once. What it returns is rounded to the beam's quanta
 * like everything else.
 */
export class CustomStep extends Element {
  readonly options: CustomStepOptions;

  /**
   * @throws LatticeError for an unknown option, a missing function, a parameter that is not finite, or a directive that it cannot
   * follow
   */
  constructor(options: CustomStepOptions) {
    requireElementKeys(options, KEYS, 'CustomStep');
    const where = label('custom', options.name);
    for (const key of ['forward', 'adjoint'] as const) {
      if (typeof options[key] === 'function') continue;
      throw new LatticeError(`${key} of ${where} must be a function, not ${show(options[key])}`);
    }
    if (options.inverse !== undefined && typeof options.inverse !== 'function') {
      throw new LatticeError(`inverse of ${where} must be a function, not ${show(options.inverse)}`);
    }
    for (const [key, value] of Object.entries(options.parameters ?? {})) {
      requireFinite(value, `${key} of ${where}`, LatticeError);
    }
    const isInvertible = options.inverse !== undefined;
    super('custom', options, { ...options.parameters }, { isInvertible, canHaveField: false });
    this.options = options;
  }

  /** It is thin, even if one of its parameters is called `length`. */
  override get length(): number {
    return 0;
  }

  with(changes: ElementChanges): CustomStep {
    const { forward, adjoint, inverse } = this.options;
    const parameters = { ...this.parameters, ...changes.parameters };
    return new CustomStep({ ...this.commonOptions(changes), forward, adjoint, inverse, parameters });
  }
}
