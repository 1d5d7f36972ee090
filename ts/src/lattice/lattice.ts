import { CollectiveKick } from '../elements/collectiveKick.js';
import type { Element } from '../elements/element.js';
import { listedParameters } from '../elements/magnet.js';
import { LatticeError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { requireFinite } from '../options.js';
import { requireInvertible } from './directives.js';
import { flatten, outward, type PlacedSegment } from './nesting.js';
import { type Groups, memberPaths } from './occurrences.js';
import { type LatticeEntry, requireEntries } from './segment.js';
import { changeSlicing, type Slicing, sliceElements, type WithSpaceChargeOptions } from './slicing.js';

/** What a changed copy of a lattice keeps, by element name. */
interface LatticeParts {
  readonly slicings: ReadonlyMap<string, Slicing>;
  readonly segments: ReadonlyMap<string, PlacedSegment>;
  readonly groups: Groups;
}

/**
 * A beam line: named elements in order, optionally in segments and with space-charge kicks inserted into them. Immutable; the
 * `with…` methods return changed copies.
 */
export class Lattice {
  /** The elements as given, segments taken apart, without inserted kicks; those without a name have one now. */
  readonly elements: readonly Element[];
  /** Everything that has a name, inserted kicks included. */
  readonly #named: ReadonlyMap<string, Element>;
  readonly #slicings: ReadonlyMap<string, Slicing>;
  readonly #segments: ReadonlyMap<string, PlacedSegment>;
  readonly #groups: Groups;

  /**
   * Elements without a name are named by type and position, from 1: `drift1`, `quadrupole2`; segments as `segment1`, `segment2`.
   * The same object may come several times, as the magnets of a ring do: its places are `qf#1`, `qf#2`, …, and `qf` stands for all of
   * them: `'qf.k1'` sets them all, and the gradient by it is the sum of theirs.
   *
   * @throws LatticeError for an empty list, an entry that is neither an element nor a segment, two parts of one name, or a
   * segment that asks to invert what has no inverse
   */
  constructor(elements: readonly LatticeEntry[]);
  /** @internal */
  constructor(elements: readonly Element[], parts: LatticeParts);
  constructor(entries: readonly LatticeEntry[], parts?: LatticeParts) {
    requireEntries(entries, 'a lattice');
    const { elements, segments, groups } = flatten(entries);
    this.elements = elements;
    this.#slicings = parts?.slicings ?? new Map();
    this.#segments = parts?.segments ?? segments;
    this.#groups = parts?.groups ?? groups;
    this.#named = indexByName(elements, this.#slicings, this.#segments, this.#groups);
    for (const element of elements) requireInvertible(element, this.segmentAround(element));
  }

  /** Arc length in m. */
  get length(): number {
    return this.elements.reduce((sum, element) => sum + element.length, 0);
  }

  /**
   * The same line with space charge: every element longer than 0 is cut into equal slices, each half a map, a kick of
   * the slice's length, and the other half (the symmetric splitting of G. Strang, SIAM J. Numer. Anal. 5 (1968) 506: error of
   * second order in the step). The elements stay what they are: a gradient by an element's length follows its kicks, too.
   * Kicks are named after their element, `d1_sc1`, `d1_sc2`, …. With `model: '2d'` they are those of a long beam
   * ({@link SpaceChargeKick2D}), else those of a bunch.
   *
   * @throws LatticeError for bad options, or a lattice that has space-charge kicks already
   */
  withSpaceCharge(options: WithSpaceChargeOptions): Lattice {
    const kick = [...this.#named.values()].find((element) => element instanceof CollectiveKick);
    if (kick) {
      throw new LatticeError(`withSpaceCharge: the lattice has a space-charge kick already, '${kick.name}'`);
    }
    const slicings = sliceElements(this.elements, options);
    return new Lattice(this.elements, { slicings, segments: this.#segments, groups: this.#groups });
  }

  /**
   * The same line without space charge: inserted kicks and kicks of its own are left out.
   *
   * @throws LatticeError if nothing else is left
   */
  withoutSpaceCharge(): Lattice {
    const elements = this.elements.filter((element) => !(element instanceof CollectiveKick));
    if (elements.length === 0) throw new LatticeError('the lattice has nothing but space-charge kicks');
    return new Lattice(elements, { slicings: new Map(), segments: this.#segments, groups: this.#groups });
  }

  /**
   * A copy with changed parameters, for example `{ 'q1.k1': 5.9 }`. The number of slices of an element stays what it
   * is, so that finite differences compare like with like.
   *
   * @throws LatticeError for an unknown element or parameter (with the nearest names), or a value it cannot have
   */
  withParameters(values: Readonly<Record<string, number>>): Lattice {
    const changes = new Map<string, Record<string, number>>();
    for (const [path, value] of Object.entries(values)) {
      const { elements, parameter } = this.#resolve(path);
      requireFinite(value, path, LatticeError);
      for (const { name } of elements) changes.set(name, { ...changes.get(name), [parameter]: value });
    }
    const elements = this.elements.map((element) => {
      const parameters = changes.get(element.name);
      return parameters ? element.with({ parameters }) : element;
    });
    const slicings = new Map<string, Slicing>();
    for (const element of elements) {
      const slicing = this.#slicings.get(element.name);
      if (slicing) slicings.set(element.name, changeSlicing(slicing, element, changes));
    }
    return new Lattice(elements, { slicings, segments: this.#segments, groups: this.#groups });
  }

  /**
   * The value of a parameter, for example `'q1.k1'`.
   *
   * @throws LatticeError for an unknown element or parameter, with the nearest names, or a repeated element whose places differ
   */
  parameter(path: string): number {
    const { elements, parameter } = this.#resolve(path);
    const values = new Set(elements.map(({ parameters }) => parameters[parameter]!));
    const [value] = values;
    if (values.size === 1) return value!;
    throw new LatticeError(
      `'${path}' has ${values.size} values: ask for that of '${elements[0]!.name}.${parameter}'`,
    );
  }

  /**
   * The names of the parameters in line order, `'d1.length'`, `'d1_sc1.effectLength'`, …. Misalignments of 0, and the single places
   * of repeated elements, are left out, but can be named all the same.
   */
  parameterNames(): string[] {
    return this.#listed(this.#named.values());
  }

  /** @internal {@link parameterNames} without those of inserted kicks. */
  elementParameterNames(): string[] {
    return this.#listed(this.elements);
  }

  /** @internal The paths of the parameters that a path stands for: those of all places of a repeated element. */
  memberPaths(path: string): readonly string[] {
    return memberPaths(path, this.#groups);
  }

  /** Whether there is a parameter of this name, such as `'q1.k1'`. */
  hasParameter(path: string): boolean {
    const [name = '', parameter = '', ...rest] = path.split('.');
    const [element] = this.#elementsOf(name);
    return rest.length === 0 && element !== undefined && Object.hasOwn(element.parameters, parameter);
  }

  /** @internal The kicks inserted into an element. */
  slicing(element: Element): Slicing | undefined {
    return this.#slicings.get(element.name);
  }

  /** @internal The innermost segment that an element is in. */
  segmentAround(element: Element): PlacedSegment | undefined {
    return this.#segments.get(element.name);
  }

  /** The element of that name, all places of a repeated one, or none. */
  #elementsOf(name: string): Element[] {
    const names = this.#groups.get(name) ?? [name];
    return names.flatMap((one) => this.#named.get(one) ?? []);
  }

  /** Parameters by their full names, those of repeated elements once, under the name that the places share. */
  #listed(elements: Iterable<Element>): string[] {
    const groupOf = new Map(
      [...this.#groups].flatMap(([group, names]) => names.map((name) => [name, group])),
    );
    const paths = new Set<string>();
    for (const element of elements) {
      const group = groupOf.get(element.name);
      for (const path of listedParameters(element)) {
        paths.add(group === undefined ? path : `${group}${path.slice(element.name.length)}`);
      }
    }
    return [...paths];
  }

  #resolve(path: string): { elements: readonly Element[]; parameter: string } {
    const [name = '', parameter, ...rest] = path.split('.');
    if (parameter === undefined || rest.length > 0) {
      const hint = didYouMean(path, this.parameterNames());
      throw new LatticeError(`'${path}' is not the name of a parameter, 'element.parameter'${hint}`);
    }
    const elements = this.#elementsOf(name);
    const [element] = elements;
    if (!element) {
      const known = [...this.#groups.keys(), ...this.#named.keys()];
      throw new LatticeError(`'${path}': no element is named '${name}'${didYouMean(name, known)}`);
    }
    if (Object.hasOwn(element.parameters, parameter)) return { elements, parameter };
    const hint = didYouMean(parameter, Object.keys(element.parameters));
    throw new LatticeError(`'${path}': ${element.type} '${name}' has no parameter '${parameter}'${hint}`);
  }
}

/** Elements and their kicks by name, in line order; no two of them, nor a segment or a group, may share a name. */
function indexByName(
  elements: readonly Element[],
  slicings: ReadonlyMap<string, Slicing>,
  segments: ReadonlyMap<string, PlacedSegment>,
  groups: Groups,
): ReadonlyMap<string, Element> {
  const named = new Map<string, Element>();
  const places = new Map<string, string>();
  const claim = (name: string, place: string) => {
    const before = places.get(name);
    if (before)
      throw new LatticeError(`two parts of the lattice are named '${name}': ${before} and ${place}`);
    places.set(name, place);
  };
  for (const [name, { length }] of groups) claim(name, `an element that comes ${length} times`);
  const claimed = new Set<PlacedSegment>();
  for (const [i, element] of elements.entries()) {
    const place = `number ${i + 1} (${element.type})`;
    for (const segment of outward(segments.get(element.name)).reverse()) {
      if (!claimed.has(segment)) claim(segment.name, `the segment that begins at ${place}`);
      claimed.add(segment);
    }
    claim(element.name, place);
    named.set(element.name, element);
    for (const { kick } of slicings.get(element.name) ?? []) {
      claim(kick.name, `a kick inserted into ${place}`);
      named.set(kick.name, kick);
    }
  }
  return named;
}
