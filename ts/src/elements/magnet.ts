import { LatticeError } from '../errors.js';
import { requireFinite, requireNonNegative, requirePositive } from '../options.js';
import type { Dual } from './dual.js';
import {
  Element,
  type ElementChanges,
  type ElementOptions,
  type ElementTraits,
  label,
  requireElementKeys,
  type Slice,
} from './element.js';
import { type ElementMap, rotationMap, shiftMap } from './maps.js';

/** The options that every magnet and cavity takes. */
export interface MagnetOptions extends ElementOptions {
  /** Offset of the element in x, m; default 0. */
  readonly dx?: number | undefined;
  /** Offset of the element in y, m; default 0. */
  readonly dy?: number | undefined;
  /** Rotation of the element about the direction of motion, from x towards y, rad; default 0. */
  readonly tilt?: number | undefined;
}

/** Parameters that an element has because it can stand in the wrong place. */
export const MISALIGNMENTS = ['dx', 'dy', 'tilt'] as const;
type Misalignment = (typeof MISALIGNMENTS)[number];

/** The rules of {@link MISALIGNMENTS}. */
export const MISALIGNMENT_RULES: Readonly<Record<Misalignment, ParameterRule>> = {
  dx: { unit: 'm', meaning: 'Offset of the element in x', fallback: 0 },
  dy: { unit: 'm', meaning: 'Offset of the element in y', fallback: 0 },
  tilt: { unit: 'rad', meaning: 'Rotation of the element from x towards y', fallback: 0 },
};

/** The parameters of an element by their full names, without misalignments that are 0. */
export function listedParameters({ name, parameters }: Element): string[] {
  return Object.entries(parameters)
    .filter(([key, value]) => value !== 0 || !(MISALIGNMENTS as readonly string[]).includes(key))
    .map(([key]) => `${name}.${key}`);
}

/** What a parameter of an element may be. */
export interface ParameterRule {
  readonly unit: string;
  /** For problem files and their documentation; no full stop. */
  readonly meaning: string;
  /** Where it is not given, or whose value it takes then; without it, it has to be given. */
  readonly fallback?: number | string;
  /** Whether it must not be negative. */
  readonly nonNegative?: boolean;
  /** Whether it must be above 0. */
  readonly positive?: boolean;
}

/** What an option may be that is no parameter: it chooses between maps, and nothing is differentiated by it. */
export type SettingRule = { readonly meaning: string; readonly required?: boolean } & (
  | { readonly kind: 'choice'; readonly words: readonly [string, ...string[]] }
  | { readonly kind: 'count'; readonly least: number }
  | { readonly kind: 'numbers'; readonly unit: string }
  | { readonly kind: 'matrix'; readonly rows: number; readonly columns: number }
);

/** A class of elements as problem files, readers and tables know it. */
export interface ElementClass {
  readonly name: string;
  /** What it is, in a few words. */
  readonly summary: string;
  readonly rules: Readonly<Record<string, ParameterRule>>;
  readonly settings?: Readonly<Record<string, SettingRule>>;
  readonly prototype: Element;
  new (options: never): Element;
}

/** The rule of a magnet's length. */
export const LENGTH: ParameterRule = { unit: 'm', meaning: 'Length', nonNegative: true };

/**
 * An element with an axis of its own: its maps are those of its {@link body} in a frame that is shifted and turned.
 */
export abstract class Magnet<Parameter extends string> extends Element {
  declare readonly parameters: Readonly<Record<Parameter | Misalignment, number>>;

  /**
   * @param className - its class; the type is that in camelCase
   * @param rules - of its parameters, in the order in which they are listed
   * @param settings - names of its other options
   * @throws LatticeError for an unknown option or directive, or a value that a parameter cannot have
   */
  protected constructor(
    className: string,
    options: MagnetOptions,
    rules: Readonly<Record<Parameter, ParameterRule>>,
    settings: readonly string[] = [],
    traits: ElementTraits = {},
  ) {
    const names = Object.keys(rules) as Parameter[];
    requireElementKeys(options, [...names, ...settings, ...MISALIGNMENTS], className);
    const type = camelCase(className);
    const where = label(type, options.name);
    super(type, options, readParameters(options, { ...rules, ...MISALIGNMENT_RULES }, where), traits);
  }

  override maps(slice: Slice): ElementMap[] {
    const body = this.body(slice);
    const { dx, dy, tilt } = this.variables();
    const isOff = (name: Misalignment) => this.parameters[name] !== 0 || slice.isWanted(name);
    const turned = isOff('tilt') ? this.#turned(body, tilt!) : body;
    if (!isOff('dx') && !isOff('dy')) return turned;
    return [shiftMap(dx!, dy!), ...turned, shiftMap(dx!.negated(), dy!.negated())];
  }

  /** The maps of a part of the element where it stands. */
  protected abstract body(slice: Slice): ElementMap[];

  /** The options of a changed copy, without its settings. */
  protected changed(
    changes: ElementChanges,
  ): ElementOptions & Readonly<Record<Parameter | Misalignment, number>> {
    return { ...this.commonOptions(changes), ...this.parameters, ...changes.parameters };
  }

  /** Turned in so many equal parts that each stays below half a right angle. */
  #turned(body: readonly ElementMap[], tilt: Dual): ElementMap[] {
    const parts = Math.max(1, Math.ceil(Math.abs(tilt.value) / (Math.PI / 2)));
    const turn = rotationMap(tilt.over(parts));
    const back = rotationMap(tilt.over(-parts));
    return [...Array(parts).fill(turn), ...body, ...Array(parts).fill(back)];
  }
}

/** `SBend` as `sBend`, `RFCavity` as `rfCavity`. */
export function camelCase(className: string): string {
  return className.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

/** @throws LatticeError for a value that a parameter cannot have */
function readParameters(
  options: object,
  rules: Readonly<Record<string, ParameterRule>>,
  where: string,
): Record<string, number> {
  const given = options as Readonly<Record<string, unknown>>;
  const resolve = (name: string): unknown => {
    const { fallback } = rules[name]!;
    return given[name] !== undefined
      ? given[name]
      : typeof fallback === 'string'
        ? resolve(fallback)
        : fallback;
  };
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => {
      const what = `${name === 'length' ? 'the length' : name} (${rule.unit}) of ${where}`;
      const require = rule.positive ? requirePositive : rule.nonNegative ? requireNonNegative : requireFinite;
      return [name, require(resolve(name), what, LatticeError)];
    }),
  );
}
