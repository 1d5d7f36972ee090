import { didYouMean } from '../../nearest.js';
import type { DescribedPlace, SourcePosition } from '../description.js';
import { EXTENSION } from '../extension.js';
import { fileError } from '../failure.js';
import { expandLine, type LineDefinition, type LineItem, type LineParts } from '../text/line.js';
import {
  entriesOf,
  itemsOf,
  type MapEntry,
  onlyEntry,
  requireKeys,
  showNode,
  type TextNode,
  textOf,
} from '../tree.js';
import { type Definition, type Facility, kindOf } from './document.js';
import { Inheritance } from './inheritance.js';

/** What a line item says about its place, not about what stands there. */
const ITEM_KEYS = ['repeat', 'direction', 'placement'];
const LINE_KEYS = ['kind', 'line', 'periodic', 'multipass', 'length', 'zero_point'];
/** Elements that are no part of the machine: the first holds initial values, the second nothing. */
const LEFT_OUT = ['BeginningEle', 'Placeholder'];

/** What a name in a line stands for. */
type Member =
  | { readonly kind: 'line'; readonly line: LineDefinition }
  | { readonly kind: 'element'; readonly name: string };

/** Expands lines, and collects the elements in them. */
export class Lines implements LineParts {
  /** Elements by the name that the description gives them, everything inherited. */
  readonly elements = new Map<string, Definition>();
  readonly #inheritance: Inheritance;
  /** What lines refer to: definitions of the facility by name, those that stand in a line by name and place. */
  readonly #definitions: Map<string, Definition>;
  readonly #members = new Map<Definition, Member>();

  constructor(readonly facility: Facility) {
    this.#inheritance = new Inheritance(facility.definitions);
    this.#definitions = new Map(facility.definitions);
    this.#addDefinitionsInLines();
  }

  /**
   * The places of the line that an item of a list names or defines, in the order of the beam.
   *
   * @throws LatticeFileError for an unknown name, a line that contains itself, or more than a million places
   */
  expand(item: TextNode): DescribedPlace[] {
    const { entry, at } = this.#item(item);
    const { name } = entry as { name: string };
    return expandLine(name, this, at);
  }

  /** Whether an element of {@link elements} is no part of the machine. */
  isLeftOut(name: string): boolean {
    return LEFT_OUT.includes(kindOf(this.elements.get(name)!)!);
  }

  line(key: string): LineDefinition | undefined {
    const member = this.#member(key);
    return member?.kind === 'line' ? member.line : undefined;
  }

  places(key: string): readonly DescribedPlace[] | undefined {
    const member = this.#member(key);
    return member?.kind === 'element' ? [{ element: member.name, isReversed: false }] : undefined;
  }

  names(): Iterable<string> {
    return this.#definitions.keys();
  }

  /** An element that is defined in one line can be named in others. */
  #addDefinitionsInLines(): void {
    for (const { entries } of this.facility.definitions.values()) {
      const list = entries.get('line')?.node;
      for (const item of list?.kind === 'list' ? list.items : []) {
        const [first] = item.kind === 'map' ? item.entries : [];
        const [name, entry] = first ?? [];
        if (name === undefined || entry?.node.kind !== 'map' || this.#definitions.has(name)) continue;
        if (!entry.node.entries.has('kind') && !entry.node.entries.has('inherit')) continue;
        this.#define(name, name, entry.at, entry.node.entries);
      }
    }
  }

  /** Adds a definition that stands in a line. */
  #define(key: string, name: string, at: SourcePosition, entries: Definition['entries']): void {
    const own = new Map([...entries].filter(([entry]) => !ITEM_KEYS.includes(entry)));
    this.#definitions.set(key, { name, at, entries: own });
  }

  #member(key: string): Member | undefined {
    const definition = this.#definitions.get(key);
    if (definition === undefined) return undefined;
    const known = this.#members.get(definition);
    if (known) return known;
    const whole = this.#inheritance.resolve(definition);
    const member: Member =
      kindOf(whole) === 'BeamLine'
        ? { kind: 'line', line: this.#line(key, whole) }
        : { kind: 'element', name: this.#addElement(whole) };
    this.#members.set(definition, member);
    return member;
  }

  /** Adds an element under a name that no other has. */
  #addElement(element: Definition): string {
    const kind = kindOf(element);
    if (kind === undefined) throw fileError(element.at, `'${element.name}' has no kind`);
    if (kind === 'Lattice') throw fileError(element.at, `lattice '${element.name}' cannot stand in a line`);
    const original = originalName(element);
    let name = original;
    for (let n = 2; this.elements.has(name); n++) name = `${original}_${n}`;
    this.elements.set(name, { ...element, name });
    return name;
  }

  #line(key: string, { name, at, entries }: Definition): LineDefinition {
    const own = new Map([...entries].filter(([entry]) => !this.facility.labels.has(entry)));
    requireKeys(own, LINE_KEYS, `line '${name}'`);
    const list = entries.get('line');
    if (list === undefined) throw fileError(at, `line '${name}' has no 'line', the list of its elements`);
    const items = itemsOf(list.node, `line of '${name}'`).map((item) => this.#item(item));
    return { name: key, formal: [], items, at };
  }

  #item(item: TextNode): LineItem {
    if (item.kind === 'scalar') return reference(textOf(item, 'an item of a line'), item.at);
    const { name, at, node } = onlyEntry(item, 'an item of a line');
    if (name === 'include')
      throw fileError(at, "'include' is not supported: put the files together into one");
    if (node.kind === 'scalar' && node.value === null) return reference(name, at);
    const entries = entriesOf(node, `'${name}'`);
    const placement = entries.get('placement');
    if (placement) {
      throw fileError(placement.at, "'placement' is not supported: write the drifts between the elements");
    }
    const turn = turnOf(entries.get('direction'));
    const repeat = repeatOf(entries.get('repeat'));
    const key = this.#keyOf(name, at, entries);
    return {
      ...reference(key, at),
      count: Math.abs(repeat),
      isReflected: repeat < 0 !== turn < 0,
      isTurned: turn < 0,
    };
  }

  /** The key of what an item stands for: a definition of its own where it has a kind, inherits, or changes what it names. */
  #keyOf(name: string, at: SourcePosition, entries: ReadonlyMap<string, MapEntry>): string {
    const isReference = [...entries.keys()].every((key) => ITEM_KEYS.includes(key));
    if (isReference || this.#definitions.get(name)?.at === at) return name;
    const key = `${name} (${at.line}:${at.column})`;
    // What is changed where it stands inherits the rest from the definition of its name.
    const whole = new Map(entries);
    if (!entries.has('kind') && !entries.has('inherit')) {
      this.#requireDefined(name, at);
      whole.set('inherit', { at, node: { kind: 'scalar', value: name, at } });
    }
    this.#define(key, name, at, whole);
    return key;
  }

  #requireDefined(name: string, at: SourcePosition): void {
    if (this.facility.definitions.has(name)) return;
    const hint = didYouMean(name, this.facility.definitions.keys());
    throw fileError(at, `'${name}' has no kind, and nothing of that name is defined${hint}`);
  }
}

/** The name that an element has in unkick, where PALS does not allow it. */
function originalName({ name, entries }: Definition): string {
  const extension = entries.get(EXTENSION)?.node;
  const own = extension?.kind === 'map' ? extension.entries.get('name') : undefined;
  return own ? textOf(own.node, 'name') : name;
}

function reference(name: string, at: SourcePosition): LineItem {
  return { count: 1, isReflected: false, isTurned: false, entry: { name, actual: [] }, at };
}

function repeatOf(entry: MapEntry | undefined): number {
  if (entry === undefined) return 1;
  const { node } = entry;
  if (node.kind === 'scalar' && Number.isSafeInteger(node.value)) return node.value as number;
  throw fileError(node.at, `repeat must be a whole number, not ${showNode(node)}`);
}

function turnOf(entry: MapEntry | undefined): 1 | -1 {
  if (entry === undefined) return 1;
  const { node } = entry;
  if (node.kind === 'scalar' && (node.value === 1 || node.value === -1)) return node.value;
  throw fileError(node.at, `direction must be +1 or -1, not ${showNode(node)}`);
}
