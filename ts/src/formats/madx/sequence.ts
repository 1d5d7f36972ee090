import { didYouMean } from '../../nearest.js';
import type { DescribedPlace, SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import type { ElementBook, ElementDefinition } from '../text/elementBook.js';
import { MOST_PLACES } from '../text/line.js';
import { numberIn, type Setting } from '../text/value.js';

/** An element or a sequence at its place in a sequence. */
export interface SequenceEntry {
  readonly name: string;
  /** Distance of its reference point from the beginning, or from the centre of `from`, in m. */
  readonly position: Setting;
  readonly from: string | undefined;
  readonly at: SourcePosition;
}

/** A sequence as a file defines it. */
export interface Sequence {
  readonly name: string;
  /** Which point of an element `at` is the place of: its entry (1), centre (0) or exit (-1). */
  readonly refer: -1 | 0 | 1;
  /** The entry whose centre is the point by which other sequences place this one. */
  readonly refpos: string | undefined;
  readonly length: Setting;
  readonly entries: readonly SequenceEntry[];
  readonly at: SourcePosition;
}

/** An entry that has found its place. */
interface PlacedEntry {
  readonly entry: SequenceEntry;
  /** m from the beginning of the sequence. */
  readonly centre: number;
  readonly length: number;
}

/** Elements may overlap by rounding: MAD-X, too, complains beyond this many m only. */
const OVERLAP = 1e-6;
/** A gap that is shorter is rounding, no drift; m. */
const SHORTEST_DRIFT = 1e-9;
/** Sequences in sequences, and places relative to places. */
const DEEPEST = 500;

/** Puts the elements of sequences in order and drifts between them. */
export class Sequences {
  readonly #sequences = new Map<string, Sequence>();
  readonly #drifts = new Map<string, ElementDefinition>();
  readonly #ordered = new Map<Sequence, readonly PlacedEntry[]>();
  #depth = 0;
  #work = 0;

  /** @param isArc - whether the length of an rbend is that of its arc, and not its chord's */
  constructor(
    readonly book: ElementBook,
    readonly isArc: () => boolean,
  ) {}

  add(sequence: Sequence): void {
    this.#sequences.set(sequence.name.toLowerCase(), sequence);
  }

  find(name: string): Sequence | undefined {
    return this.#sequences.get(name.toLowerCase());
  }

  all(): Sequence[] {
    return [...this.#sequences.values()];
  }

  /** A drift between two elements, by name. */
  drift(name: string): ElementDefinition | undefined {
    return this.#drifts.get(name);
  }

  /**
   * What the beam passes in a sequence.
   *
   * @throws LatticeFileError for elements that overlap or do not fit, an unknown name, or a sequence that contains itself
   */
  places(sequence: Sequence): DescribedPlace[] {
    return this.#nested(sequence.at, `sequence '${sequence.name}'`, () => {
      this.#count(1, sequence.at);
      const entries = this.#placedEntries(sequence);
      const length = this.#number(sequence.length, `the length of '${sequence.name}'`);
      const places: DescribedPlace[] = [];
      let end = 0;
      for (const { entry, centre, length: l } of entries) {
        this.#fillGap(places, centre - l / 2 - end, entry.at, `'${entry.name}' begins`);
        this.#append(places, entry);
        end = centre + l / 2;
      }
      this.#fillGap(places, length - end, sequence.at, `sequence '${sequence.name}' ends`);
      return places;
    });
  }

  #append(places: DescribedPlace[], { name, at }: SequenceEntry): void {
    const inner = this.find(name);
    const added = inner ? this.places(inner) : [{ element: this.book.find(name)!.name, isReversed: false }];
    this.#count(added.length, at);
    for (const place of added) places.push(place);
  }

  /** Counts sequences, too, and elements once per sequence around them. */
  #count(places: number, at: SourcePosition): void {
    this.#work += places;
    if (this.#work > 4 * MOST_PLACES)
      throw fileError(at, `the sequence has more than ${MOST_PLACES} elements`);
  }

  /** Entries by the place of their centres; what lies at the same place keeps its order. */
  #placedEntries(sequence: Sequence): readonly PlacedEntry[] {
    const known = this.#ordered.get(sequence);
    if (known) return known;
    const byName = new Map(sequence.entries.map((entry) => [entry.name.toLowerCase(), entry]));
    const placed = new Map<SequenceEntry, PlacedEntry>();
    for (const entry of sequence.entries) this.#place(entry, sequence, byName, placed);
    const ordered = sequence.entries.map((entry) => placed.get(entry)!).sort((a, b) => a.centre - b.centre);
    this.#ordered.set(sequence, ordered);
    return ordered;
  }

  #place(
    entry: SequenceEntry,
    sequence: Sequence,
    byName: ReadonlyMap<string, SequenceEntry>,
    placed: Map<SequenceEntry, PlacedEntry>,
  ): PlacedEntry {
    const known = placed.get(entry);
    if (known) return known;
    const { name, from, at } = entry;
    const length = this.#lengthOf(entry);
    const position = this.#number(entry.position, `the place of '${name}'`);
    let origin = 0;
    if (from !== undefined) {
      const other = byName.get(from.toLowerCase());
      if (!other)
        throw fileError(at, `sequence '${sequence.name}' has no '${from}'${didYouMean(from, byName.keys())}`);
      origin = this.#nested(
        at,
        `the place of '${name}'`,
        () => this.#place(other, sequence, byName, placed).centre,
      );
    }
    const centre = origin + position + this.#centreOffset(entry, sequence.refer, length);
    const result = { entry, centre, length };
    placed.set(entry, result);
    return result;
  }

  /** From the reference point of an entry to its centre, in m. */
  #centreOffset(entry: SequenceEntry, refer: Sequence['refer'], length: number): number {
    const inner = this.find(entry.name);
    if (inner?.refpos === undefined) return (refer * length) / 2;
    const { refpos } = inner;
    const reference = this.#nested(entry.at, `the place of '${inner.name}'`, () =>
      this.#placedEntries(inner).find((placed) => placed.entry.name.toLowerCase() === refpos.toLowerCase()),
    );
    if (reference) return length / 2 - reference.centre;
    const names = inner.entries.map(({ name }) => name);
    throw fileError(inner.at, `sequence '${inner.name}' has no '${refpos}'${didYouMean(refpos, names)}`);
  }

  #lengthOf({ name, at }: SequenceEntry): number {
    const sequence = this.find(name);
    if (sequence) return this.#number(sequence.length, `the length of '${name}'`);
    const element = this.book.find(name);
    if (!element) throw fileError(at, `no element is named '${name}'${didYouMean(name, this.book.names())}`);
    const length = this.#attribute(element, 'l');
    const half = element.type === 'rbend' && !this.isArc() ? this.#attribute(element, 'angle') / 2 : 0;
    return half === 0 ? length : (length * half) / Math.sin(half);
  }

  #attribute({ name, settings }: ElementDefinition, attribute: string): number {
    const setting = settings.get(attribute);
    return setting ? this.#number(setting, `'${attribute}' of '${name}'`) : 0;
  }

  #number(setting: Setting, what: string): number {
    return numberIn(setting, what, this.book.sheet, setting.at);
  }

  #fillGap(places: DescribedPlace[], gap: number, at: SourcePosition, what: string): void {
    if (gap < -OVERLAP) throw fileError(at, `${what} ${-gap} m before the element in front of it ends`);
    if (gap < SHORTEST_DRIFT) return;
    const name = this.#driftName();
    this.#drifts.set(name, { name, type: 'drift', settings: new Map([['l', { value: gap, at }]]), at });
    places.push({ element: name, isReversed: false });
  }

  /** A name that no element has. */
  #driftName(): string {
    for (let number = this.#drifts.size + 1; ; number++) {
      const name = `drift_${number}`;
      if (!this.book.find(name) && !this.#drifts.has(name)) return name;
    }
  }

  #nested<T>(at: SourcePosition, what: string, work: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST)
      throw fileError(at, `${what} depends on itself, or lies more than ${DEEPEST} deep`);
    const result = work();
    this.#depth -= 1;
    return result;
  }
}
