import { LatticeError } from '../errors.js';
import type { LocalMap } from '../lattice/line.js';
import { show } from '../options.js';

/** A local map of an element, and how the map's numbers follow the element's parameters. */
export interface MapPiece {
  readonly map: LocalMap;
  /** For each gradient slot of the map: the parameter it belongs to and d(number)/d(parameter). */
  readonly slots: readonly { readonly parameter: string; readonly factor: number }[];
}

/** What may differ in a copy of an element. */
export interface ElementChanges {
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, number>>;
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

  protected constructor(
    type: string,
    name: string | undefined,
    parameters: Readonly<Record<string, number>>,
  ) {
    this.type = type;
    this.name = checkedName(name ?? '', type);
    this.parameters = parameters;
  }

  /** Arc length in m; 0 for thin elements. */
  get length(): number {
    return this.parameters.length ?? 0;
  }

  /**
   * A copy under another name or with changed parameters.
   *
   * @throws LatticeError when a value is not one the element can have
   */
  abstract with(changes: ElementChanges): Element;

  /** The local maps over a fraction of the element's length, in order; none for thin elements. */
  pieces(_fraction: number): MapPiece[] {
    return [];
  }
}

/** How messages call an element: `quadrupole 'q1'`. */
export function label(type: string, name: string | undefined): string {
  return name ? `${type} '${name}'` : `a ${type}`;
}

function checkedName(name: unknown, type: string): string {
  if (typeof name !== 'string')
    throw new LatticeError(`the name of a ${type} must be a string, not ${show(name)}`);
  if (!name.includes('.')) return name;
  throw new LatticeError(
    `${label(type, name)}: names may not contain '.', which separates element and parameter`,
  );
}
