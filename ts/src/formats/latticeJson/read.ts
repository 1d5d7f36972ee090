import type { DescribedAttribute, DescribedElement, SourcePosition } from '../description.js';
import { EXTENSION } from '../extension.js';
import { fileError } from '../failure.js';
import { parseJsonTree } from '../json.js';
import type { LatticeReader } from '../reader.js';
import { chooseLine } from '../text/chooseLine.js';
import { elementsOf } from '../text/describeLine.js';
import { expandLine, type LineDefinition, type LineItem } from '../text/line.js';
import { entriesOf, itemsOf, type MapEntry, requireKeys, showNode, type TextNode, textOf } from '../tree.js';
import { Warnings } from '../warnings.js';

const KEYS = ['version', 'title', 'info', 'root', 'elements', 'lattices'];

/**
 * Reads Cheetah's LatticeJSON (`Segment.to_lattice_json`, https://cheetah-accelerator.readthedocs.io). Segments in segments become
 * one line. `line` can name any of the file's lattices; default is its `root`.
 */
export const readLatticeJson: LatticeReader = (text, { file, line: asked }) => {
  const warnings = new Warnings();
  const root = entriesOf(parseJsonTree(text.replace(/^\uFEFF/, ''), file), 'a LatticeJSON file');
  requireKeys(root, KEYS, 'LatticeJSON');
  const need = (key: string): TextNode => {
    const entry = root.get(key);
    if (entry) return entry.node;
    throw fileError({ file, line: 1, column: 1 }, `LatticeJSON has '${key}', which is missing`);
  };
  const elements = entriesOf(need('elements'), 'elements');
  const lines = readLines(entriesOf(need('lattices'), 'lattices'));
  const candidates = [...lines.values()].map((line) => ({ ...line, isOpen: false }));
  const chosen = chooseLine(candidates, { asked, used: usedBy(root.get('root')), file }, warnings);
  const line = expandLine(
    chosen.name,
    {
      line: (name) => lines.get(name),
      places: (name) => (elements.has(name) ? [{ element: name, isReversed: false }] : undefined),
      names: () => [...lines.keys(), ...elements.keys()],
    },
    chosen.at,
  );
  const found = elementsOf(line, (name) => describe(name, elements.get(name)!, warnings));
  return { name: chosen.name, elements: found, line, reference: {}, warnings: warnings.list() };
};

function usedBy(entry: MapEntry | undefined): { name: string; at: SourcePosition } | undefined {
  return entry && { name: textOf(entry.node, 'root'), at: entry.node.at };
}

function readLines(lattices: ReadonlyMap<string, MapEntry>): Map<string, LineDefinition> {
  const lines = new Map<string, LineDefinition>();
  for (const [name, { at, node }] of lattices) {
    const items = itemsOf(node, `lattice '${name}'`).map((item): LineItem => {
      const entry = { name: textOf(item, `an item of lattice '${name}'`), actual: [] };
      return { count: 1, isReflected: false, isTurned: false, entry, at: item.at };
    });
    lines.set(name, { name, formal: [], items, at });
  }
  return lines;
}

/** An element stands there as `[class, { parameter: value }]`. */
function describe(name: string, { at, node }: MapEntry, warnings: Warnings): DescribedElement {
  const [type, parameters, ...more] = itemsOf(node, `element '${name}'`);
  if (type === undefined || more.length > 0) {
    throw fileError(node.at, `element '${name}' must be [class, { parameter: value }]`);
  }
  const attributes = new Map<string, DescribedAttribute>();
  const entries = parameters ? entriesOf(parameters, `parameters of '${name}'`) : [];
  for (const [key, entry] of entries) {
    if (key === 'metadata') readMetadata(entry, attributes, warnings);
    else if (!isNothing(entry.node)) attributes.set(key, attributeOf(key, entry.node));
  }
  return { name, type: textOf(type, `the class of '${name}'`), attributes, at };
}

const isNothing = (node: TextNode) => node.kind === 'scalar' && node.value === null;

/** Metadata does not change what an element does, except what unkick keeps there of its own. */
function readMetadata(
  { at, node }: MapEntry,
  attributes: Map<string, DescribedAttribute>,
  warnings: Warnings,
): void {
  for (const [key, entry] of isNothing(node) ? [] : entriesOf(node, 'metadata')) {
    if (key === EXTENSION) addOptions(EXTENSION, entry.node, attributes);
    else warnings.add(at, 'metadata is left out');
  }
}

/** Options, which can hold groups of their own. */
function addOptions(group: string, node: TextNode, attributes: Map<string, DescribedAttribute>): void {
  for (const [name, { node: value }] of entriesOf(node, group)) {
    const path = `${group}.${name}`;
    if (value.kind === 'map') addOptions(path, value, attributes);
    else attributes.set(path, attributeOf(name, value));
  }
}

function attributeOf(name: string, node: TextNode): DescribedAttribute {
  const { at } = node;
  if (node.kind === 'scalar') return { value: node.value!, at };
  const values = node.kind === 'list' ? numbersIn(node) : undefined;
  if (values === undefined) {
    throw fileError(at, `${name} must be a value or a list of numbers, not ${showNode(node)}`);
  }
  // Cheetah wrote scalars as vectors of one for a while.
  return { value: values.length === 1 ? values[0]! : values, at };
}

/** The numbers of a list, or of a list of lists one after the other. */
function numbersIn(list: Extract<TextNode, { kind: 'list' }>): number[] | undefined {
  const found: number[] = [];
  for (const item of list.items) {
    const inner = item.kind === 'list' ? numbersIn(item) : undefined;
    if (inner) found.push(...inner);
    else if (item.kind === 'scalar' && typeof item.value === 'number') found.push(item.value);
    else return undefined;
  }
  return found;
}
