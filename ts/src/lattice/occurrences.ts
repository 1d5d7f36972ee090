import type { Element } from '../elements/element.js';

/** The occurrences of repeated elements by the name that they share: `qf` → `qf#1`, `qf#2`. */
export type Groups = ReadonlyMap<string, readonly string[]>;

/**
 * Names the elements of a line. An object that comes once keeps its name; of one that comes again, every place gets a copy,
 * `qf#1`, `qf#2`, …, so that each can have kicks, a segment and parameters of its own.
 */
export class Occurrences {
  readonly #counts = new Map<Element, number>();
  readonly #groups = new Map<string, string[]>();
  #placed = 0;

  /** @param elements - all of the line, in order */
  constructor(elements: Iterable<Element>) {
    for (const element of elements) this.#counts.set(element, (this.#counts.get(element) ?? 0) + 1);
  }

  get groups(): Groups {
    return this.#groups;
  }

  /** The element of the next place; one without a name is named by type and position. */
  place(element: Element): Element {
    this.#placed += 1;
    const { name, type } = element;
    if (name === '') return element.with({ name: `${type}${this.#placed}` });
    if (this.#counts.get(element) === 1) return element;
    const members = this.#groups.get(name) ?? [];
    this.#groups.set(name, members);
    members.push(`${name}#${members.length + 1}`);
    return element.with({ name: members.at(-1)! });
  }
}

/** The paths of a parameter's own elements: `qf.k1` → `qf#1.k1`, `qf#2.k1`; any other path stands for itself. */
export function memberPaths(path: string, groups: Groups): readonly string[] {
  const dot = path.indexOf('.');
  const members = groups.get(path.slice(0, Math.max(dot, 0)));
  return members ? members.map((member) => `${member}${path.slice(dot)}`) : [path];
}
