import { didYouMean } from '../../nearest.js';
import type {
  DescribedAttribute,
  DescribedElement,
  DescribedPlace,
  LatticeDescription,
} from '../description.js';
import { fileError } from '../failure.js';
import { itemsOf, type MapEntry, onlyEntry, showNode, type TextNode } from '../tree.js';
import { Warnings } from '../warnings.js';
import { type Definition, type Facility, kindOf, readFacility } from './document.js';
import { Lines } from './lines.js';
import { readReference } from './reference.js';

/** Options of {@link readPals}. */
export interface PalsOptions {
  /** The branch of the file's lattice, or any of its lines; default the first branch. */
  readonly line?: string | undefined;
}

/** The parameter group that unkick adds to the standard: what its elements have and PALS' kinds have not. */
export const EXTENSION = 'unkick';

/** Groups that say nothing about tracking, or that a program computes. */
const IGNORED_GROUPS = ['MetaP', 'FloorP', 'ParticleP', 'TwissP', 'TrackingP', 'ForkFromP', 'ReferenceP'];
/** Groups that any kind can have and that change nothing. */
const NO_ATTRIBUTES = ['name', 's_position', 'field_master'];

/**
 * Reads a lattice in the Particle Accelerator Lattice Standard, written in YAML (or JSON, which is a part of it). Attributes of
 * the description are parameters with their group in front: `length`, `MagneticMultipoleP.Kn1`.
 *
 * @param file - the name that errors show
 * @throws LatticeFileError with file, line and column for what is no PALS file or is not understood
 */
export function readPals(text: string, file: string, options: PalsOptions = {}): LatticeDescription {
  const warnings = new Warnings();
  const facility = readFacility(text.replace(/^\uFEFF/, ''), file, warnings);
  const lines = new Lines(facility);
  const branch = chooseBranch(facility, file, options.line, warnings);
  const places = lines.expand(branch);
  const line = places.filter((place) => !lines.isLeftOut(place.element));
  return {
    name: branchName(branch),
    elements: describeElements(lines, line, facility, warnings),
    line,
    reference: readReference(beginningOf(lines, places), facility.variables, warnings),
    warnings: warnings.list(),
  };
}

const branchName = (branch: TextNode) =>
  branch.kind === 'scalar' ? String(branch.value) : onlyEntry(branch, 'a branch').name;

/** The item that names the line to take. */
function chooseBranch(
  { lattice, definitions }: Facility,
  file: string,
  wanted: string | undefined,
  warnings: Warnings,
): TextNode {
  const branches = lattice ? branchesOf(lattice) : [];
  const lines = [...definitions.values()].filter((definition) => kindOf(definition) === 'BeamLine');
  if (wanted !== undefined) {
    const branch = branches.find((item) => branchName(item) === wanted);
    if (branch) return branch;
    const line = lines.find(({ name }) => name === wanted);
    if (line) return { kind: 'scalar', value: wanted, at: line.at };
    const known = [...branches.map(branchName), ...lines.map(({ name }) => name)];
    const at = { file, line: 1, column: 1 };
    throw fileError(at, `no branch or line is named '${wanted}'${didYouMean(wanted, known)}`);
  }
  const [first, ...others] = branches;
  if (first) {
    for (const item of others) warnings.add(item.at, 'this branch is left out: choose it by its name');
    return first;
  }
  const [only, second] = lines;
  if (only && !second) return { kind: 'scalar', value: only.name, at: only.at };
  const hint = didYouMean(
    '',
    lines.map(({ name }) => name),
  );
  throw fileError(
    lattice?.at ?? { file, line: 1, column: 1 },
    `there is no lattice with a branch: name the line to take${hint}`,
  );
}

/** A single branch may stand there without a list around it. */
function branchesOf({ name, at, entries }: Definition): readonly TextNode[] {
  const branches = entries.get('branches');
  if (branches === undefined) throw fileError(at, `lattice '${name}' has no 'branches'`);
  if (branches.node.kind === 'scalar' && typeof branches.node.value === 'string') return [branches.node];
  return itemsOf(branches.node, 'branches');
}

/** The first element, where it holds initial values. Those of sublines do not count. */
function beginningOf(lines: Lines, [first]: readonly DescribedPlace[]): Definition | undefined {
  return first && lines.elements.get(first.element);
}

function describeElements(
  lines: Lines,
  line: readonly DescribedPlace[],
  facility: Facility,
  warnings: Warnings,
): Map<string, DescribedElement> {
  const elements = new Map<string, DescribedElement>();
  for (const { element } of line) {
    if (!elements.has(element)) {
      elements.set(element, describe(lines.elements.get(element)!, facility, warnings));
    }
  }
  return elements;
}

function describe(definition: Definition, facility: Facility, warnings: Warnings): DescribedElement {
  const attributes = new Map<string, DescribedAttribute>();
  const { labels } = facility;
  const add = (name: string, node: TextNode) => {
    const attribute = attributeOf(name, node, facility);
    if (attribute) attributes.set(name, attribute);
  };
  for (const [key, entry] of definition.entries) {
    if (key === 'kind' || NO_ATTRIBUTES.includes(key)) continue;
    if (IGNORED_GROUPS.includes(key)) {
      warnings.add(entry.at, `${key} is left out: it does not change how particles move`);
    } else if (key !== EXTENSION && (labels.has(key) || isExtension(entry))) {
      warnings.add(entry.at, `'${key}' is an extension of PALS and is left out`);
    } else if (entry.node.kind === 'map') {
      for (const [parameter, { node }] of entry.node.entries) add(`${key}.${parameter}`, node);
    } else add(key, entry.node);
  }
  return { name: definition.name, type: kindOf(definition)!, attributes, at: definition.at };
}

const isExtension = ({ node }: MapEntry) => node.kind === 'map' && node.entries.has('extension');

function attributeOf(name: string, node: TextNode, { variables }: Facility): DescribedAttribute | undefined {
  const { at } = node;
  if (node.kind === 'scalar') return node.value === null ? undefined : variables.describe(node);
  if (node.kind === 'list') {
    const values = node.items.map((item) => (item.kind === 'scalar' ? variables.describe(item).value : null));
    if (values.every((value) => typeof value === 'number')) return { value: values, at };
  }
  throw fileError(at, `${name} must be a value or a list of numbers, not ${showNode(node)}`);
}
