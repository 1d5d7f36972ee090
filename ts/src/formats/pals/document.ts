import { didYouMean } from '../../nearest.js';
import type { SourcePosition } from '../description.js';
import { fileError } from '../failure.js';
import { entriesOf, itemsOf, type MapEntry, onlyEntry, requireKeys, type TextNode, textOf } from '../tree.js';
import type { Warnings } from '../warnings.js';
import { parseYaml } from '../yaml.js';
import { Variables } from './variables.js';

/** Something with a name: an element, a line, a lattice, a group of parameters. */
export interface Definition {
  readonly name: string;
  readonly at: SourcePosition;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** What the `facility` of a PALS file defines. */
export interface Facility {
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The lattice that `use` names, or else the last one; absent where there is none. */
  readonly lattice: Definition | undefined;
  readonly labels: ExtensionLabels;
  /** What expressions may name. */
  readonly variables: Variables;
}

/** Names that `extension_labels` takes out of the standard. */
export class ExtensionLabels {
  constructor(
    readonly names: ReadonlySet<string>,
    readonly prefixes: readonly string[],
    readonly suffixes: readonly string[],
  ) {}

  has(name: string): boolean {
    if (this.names.has(name)) return true;
    return (
      this.prefixes.some((prefix) => name.startsWith(prefix)) ||
      this.suffixes.some((suffix) => name.endsWith(suffix))
    );
  }
}

/** Keys of the root of a file, https://pals-project.readthedocs.io ("PALS Root Object"). */
const ROOT_KEYS = [
  'version',
  'authors',
  'notes',
  'reminders',
  'extension_labels',
  'phase_space_coordinates',
  'facility',
];

/** Commands of a facility that change what was defined before; without them the numbers would be wrong. */
const UNSUPPORTED = ['set', 'sets', 'superimpose'];

/**
 * Reads the definitions of a PALS file. What stands outside of its root `PALS` does not count.
 *
 * @param warnings - gets what is left out
 * @param given - variables that the file does not define itself
 * @throws LatticeFileError for what is no PALS file, two definitions of one name, or a command that is not understood
 */
export function readFacility(
  text: string,
  file: string,
  warnings: Warnings,
  given: Readonly<Record<string, number>> = {},
): Facility {
  const tree = parseYaml(text, file);
  const root = entriesOf(tree, 'a PALS file').get('PALS');
  if (root === undefined) throw fileError(tree.at, "a PALS file has the root 'PALS:', which is missing");
  const entries = entriesOf(root.node, 'PALS');
  refuseFiles(entries);
  const labels = readLabels(entries.get('extension_labels')?.node);
  const own = new Map([...entries].filter(([key]) => !labels.has(key)));
  requireKeys(own, ROOT_KEYS, 'PALS');
  const { node: reminders } = entries.get('reminders') ?? {};
  if (reminders?.kind === 'list') {
    for (const item of reminders.items) warnings.add(item.at, `reminder of the file: ${wordsOf(item)}`);
  }
  const facility = entries.get('facility');
  if (facility === undefined) throw fileError(root.at, "PALS has no 'facility', the list of its elements");
  return readItems(itemsOf(facility.node, 'facility'), labels, new Variables(given), warnings);
}

function refuseFiles(entries: ReadonlyMap<string, MapEntry>): void {
  for (const key of ['include', 'load']) {
    const entry = entries.get(key);
    if (entry) throw fileError(entry.at, `'${key}' is not supported: put the files together into one`);
  }
}

const wordsOf = (node: TextNode) => (node.kind === 'scalar' ? String(node.value) : 'see there');

function readLabels(node: TextNode | undefined): ExtensionLabels {
  const groups = node ? entriesOf(node, 'extension_labels') : new Map<string, MapEntry>();
  const keys = (group: string) => {
    const entry = groups.get(group);
    return entry ? [...entriesOf(entry.node, group).keys()].filter((key) => key !== '') : [];
  };
  // Older files list names without the group around them.
  const loose = [...groups].filter(([, { node: entry }]) => entry.kind === 'scalar').map(([key]) => key);
  return new ExtensionLabels(new Set([...keys('names'), ...loose]), keys('prefixes'), keys('suffixes'));
}

function readItems(
  items: readonly TextNode[],
  labels: ExtensionLabels,
  variables: Variables,
  warnings: Warnings,
): Facility {
  const definitions = new Map<string, Definition>();
  let last: Definition | undefined;
  let used: { readonly name: string; readonly at: SourcePosition } | undefined;
  for (const item of items) {
    if (item.kind === 'scalar' && item.value === 'expand_lattice') continue;
    const { name, at, node } = onlyEntry(item, 'an item of facility');
    if (name === 'use') {
      used = { name: textOf(node, 'use'), at: node.at };
      continue;
    }
    if (name === 'constants' || name === 'variables') {
      variables.addAll(node);
      continue;
    }
    if (name === 'include') refuseFiles(entriesOf(item, name));
    if (UNSUPPORTED.includes(name)) throw fileError(at, `'${name}' is not supported: write the values out`);
    const entries = entriesOf(node, `'${name}'`);
    if (isExtension(name, entries, labels)) {
      warnings.add(at, `'${name}' is an extension of PALS and is left out`);
      continue;
    }
    const before = definitions.get(name);
    if (before) throw fileError(at, `'${name}' is defined already in line ${before.at.line}`);
    const definition = { name, at, entries };
    definitions.set(name, definition);
    const kind = kindOf(definition);
    if (kind === 'Controller') {
      throw fileError(at, `'${name}' controls other elements, which is not supported: write the values out`);
    }
    if (kind === 'Lattice') last = definition;
    if (kind === 'constant' || kind === 'variable') variables.add(definition);
  }
  return { definitions, lattice: used ? latticeNamed(used, definitions) : last, labels, variables };
}

/** An item of which nothing is left once extensions are taken away. */
function isExtension(name: string, entries: ReadonlyMap<string, MapEntry>, labels: ExtensionLabels): boolean {
  if (labels.has(name) || entries.has('extension')) return true;
  return entries.size > 0 && [...entries.keys()].every((key) => labels.has(key));
}

/** The kind that a definition states itself; `undefined` where it inherits it. */
export function kindOf({ entries }: Definition): string | undefined {
  const entry = entries.get('kind');
  return entry && textOf(entry.node, 'kind');
}

function latticeNamed(
  { name, at }: { readonly name: string; readonly at: SourcePosition },
  definitions: ReadonlyMap<string, Definition>,
): Definition {
  const found = definitions.get(name);
  if (found && kindOf(found) === 'Lattice') return found;
  const lattices = [...definitions.values()].filter((definition) => kindOf(definition) === 'Lattice');
  throw fileError(
    at,
    `no lattice is named '${name}'${didYouMean(
      name,
      lattices.map((l) => l.name),
    )}`,
  );
}
