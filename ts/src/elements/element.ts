import { LatticeError } from '../errors.js';
import type { ReferenceParticle } from '../lattice/reference.js';
import { requireKnownKeys, show } from '../options.js';
import type { Reverse } from '../tape/plan/index.js';
import type { Tier } from '../tape/schedules/actions.js';
import { DIRECTIVE_KEYS, type DirectiveOptions, readDirectives } from './directives.js';
import { Dual } from './dual.js';
import type { ElementMap } from './maps.js';

/** A part of an element, and what its maps follow from. */
export interface Slice {
  /** Where it begins and ends, as fractions of the element's length; a thin element is passed from 0 to 1. */
  readonly from: number;
  readonly to: number;
  /** The reference particle at the element's entrance. */
  readonly reference: ReferenceParticle;
  /** Whether a parameter of the element is differentiated by; where it is 0 and is not, its maps can be left out. */
  readonly isWanted: (parameter: string) => boolean;
}

/** The options that every element takes, but a marker, which takes a name only. */
export interface ElementOptions extends DirectiveOptions {
  readonly name?: string | undefined;
}

/** What may differ in a copy of an element. A directive that is given as `undefined` is taken back. */
export interface ElementChanges extends ElementOptions {
  readonly parameters?: Readonly<Record<string, number>>;
}

/** What the way back can do with an element. */
export interface ElementTraits {
  /** Default true. */
  readonly isInvertible?: boolean;
  /** Whether it is a kick or can get some, whose fields can be kept; default whether it has a length. */
  readonly canHaveField?: boolean;
}

/**
 * A piece of the beam line. Elements are immutable; `with` makes changed copies. An element without a name gets one when it
 * is put into a lattice.
 */
export abstract class Element {
  /** Kind of element, for example `'quadrupole'`. */
  readonly type: string;
  /** Unique in a lattice and free of dots; `''` until a lattice names it. */
  readonly name: string;
  /** The numbers that gradients can be taken by, under the names used in `wrt`. */
  readonly parameters: Readonly<Record<string, number>>;
  /** How the way back is to get at what its adjoint needs; `undefined` leaves it to the segments around it. */
  readonly reverse: Reverse | undefined;
  /** Where what is kept of it is to lie; `undefined` leaves it to the segments around it. */
  readonly tier: Tier | undefined;
  /** Whether it can be undone. */
  readonly invertible: boolean;

  /** @throws LatticeError for a bad name, or a directive that it cannot follow */
  protected constructor(
    type: string,
    options: ElementOptions,
    parameters: Readonly<Record<string, number>>,
    traits: ElementTraits = {},
  ) {
    const { isInvertible = true, canHaveField = Object.hasOwn(parameters, 'length') } = traits;
    this.type = type;
    this.name = checkedName(options.name ?? '', type);
    this.parameters = parameters;
    this.invertible = isInvertible;
    const where = label(type, this.name);
    const { reverse, tier } = readDirectives(options, where);
    if (reverse === 'invert' && !isInvertible) {
      throw new LatticeError(
        `reverse of ${where} cannot be 'invert': it has no inverse; use 'store', 'recompute' or 'auto'`,
      );
    }
    if (reverse === 'field' && !canHaveField) {
      throw new LatticeError(
        `reverse of ${where} cannot be 'field': it has no kick whose field could be kept`,
      );
    }
    this.reverse = reverse;
    this.tier = tier;
  }

  /** Arc length in m, as it follows from the parameters; 0 for thin elements. */
  get arc(): Dual {
    const { length } = this.parameters;
    return length === undefined ? Dual.constant(0) : Dual.variable('length', length);
  }

  /** Arc length in m; 0 for thin elements. */
  get length(): number {
    return this.arc.value;
  }

  /**
   * A copy under another name, with changed parameters or directives.
   *
   * @throws LatticeError when a value is not one the element can have
   */
  abstract with(changes: ElementChanges): Element;

  /** The local maps of a part of the element, in order. */
  maps(_slice: Slice): ElementMap[] {
    return [];
  }

  /** The reference particle after a fraction of the element: the entrance's own where nothing accelerates it. */
  referenceAt(_fraction: number, entrance: ReferenceParticle): ReferenceParticle {
    return entrance;
  }

  /** Whether its maps inside depend on nothing but the length of the part: not where each place has its own energy. */
  get isUniform(): boolean {
    return true;
  }

  /** Its parameters as numbers that can be differentiated by them. */
  protected variables(): Readonly<Record<string, Dual>> {
    return Object.fromEntries(
      Object.entries(this.parameters).map(([name, value]) => [name, Dual.variable(name, value)]),
    );
  }

  /** The options of {@link ElementOptions} for a changed copy; only those that are set. */
  protected commonOptions(changes: ElementChanges): ElementOptions & { readonly name: string } {
    const { name = this.name } = changes;
    const { reverse, tier } = { reverse: this.reverse, tier: this.tier, ...changes };
    return { name, ...(reverse !== undefined && { reverse }), ...(tier !== undefined && { tier }) };
  }
}

/** Refuses options that are neither everybody's nor among the element's `own`. */
export function requireElementKeys(options: unknown, own: readonly string[], where: string): void {
  requireKnownKeys(options, ['name', ...own, ...DIRECTIVE_KEYS], where, LatticeError);
}

/** How messages call an element: `quadrupole 'q1'`. */
export function label(type: string, name: string | undefined): string {
  return name ? `${nounFor(type)} '${name}'` : `a ${nounFor(type)}`;
}

const nounFor = (type: string) => (type === 'custom' ? 'custom step' : type);

/** A string without dots, or an error about it. */
export function checkedName(name: unknown, type: string): string {
  if (typeof name !== 'string')
    throw new LatticeError(`the name of a ${nounFor(type)} must be a string, not ${show(name)}`);
  if (!name.includes('.')) return name;
  throw new LatticeError(
    `${label(type, name)}: names may not contain '.', which separates element and parameter`,
  );
}
