import type { DescribedAttribute, DescribedElement } from '../description.js';
import { EXTENSION } from '../extension.js';
import { fileError } from '../failure.js';
import type { LatticeReader } from '../reader.js';
import { chooseLine } from '../text/chooseLine.js';
import { elementsOf } from '../text/describeLine.js';
import { itemsOf, type MapEntry, onlyEntry, showNode, type TextNode } from '../tree.js';
import { Warnings } from '../warnings.js';
import { type Definition, type Facility, kindOf, readFacility } from './document.js';
import { Lines } from './lines.js';
import { readReference } from './reference.js';

/** Groups that say nothing about tracking, or that a program computes. */
const IGNORED_GROUPS = ['MetaP', 'FloorP', 'ParticleP', 'TwissP', 'TrackingP', 'ForkFromP', 'ReferenceP'];
/** Groups that any kind can have and that change nothing. */
const NO_ATTRIBUTES = ['name', 's_position', 'field_master'];

/**
 * Reads a lattice in the Particle Accelerator Lattice Standard (https://pals-project.readthedocs.io), written in YAML or in JSON,
 * which is a part of YAML. Attributes of the description are parameters with their group in front: `length`,
 * `MagneticMultipoleP.Kn1`. `line` can name a branch of the file's lattice or any of its lines; default is the first branch.
 */
export const readPals: LatticeReader = (text, { file, line: asked, variables }) => {
  const warnings = new Warnings();
  const facility = readFacility(text.replace(/^\uFEFF/, ''), file, warnings, variables);
  const lines = new Lines(facility);
  const branch = chooseBranch(lines, file, asked, warnings);
  const places = lines.expand(branch);
  const line = places.filter((place) => !lines.isLeftOut(place.element));
  const [first] = places;
  const beginning = first && lines.elements.get(first.element);
  return {
    name: branchName(branch),
    elements: elementsOf(line, (name) => describe(lines.elements.get(name)!, facility, warnings)),
    line,
    reference: readReference(beginning, facility.variables, warnings),
    warnings: warnings.list(),
  };
};

const branchName = (branch: TextNode) =>
  branch.kind === 'scalar' ? String(branch.value) : onlyEntry(branch, 'a branch').name;

/** The item that names the line to take. */
function chooseBranch(lines: Lines, file: string, asked: string | undefined, warnings: Warnings): TextNode {
  const { lattice, definitions } = lines.facility;
  const branches = lattice ? branchesOf(lattice) : [];
  const branch = asked === undefined ? branches[0] : branches.find((item) => branchName(item) === asked);
  if (branch) {
    for (const item of branches) {
      if (item !== branch)
        warnings.add(item.at, `branch '${branchName(item)}' is left out: 'line' chooses another`);
    }
    return branch;
  }
  const candidates = [...definitions.values()]
    .filter((definition) => kindOf(definition) === 'BeamLine')
    .map(({ name, at }) => ({ name, at, items: lines.line(name)!.items, isOpen: false }));
  const { name, at } = chooseLine(candidates, { asked, used: undefined, file }, warnings);
  return { kind: 'scalar', value: name, at };
}

/** A single branch may stand there without a list around it. */
function branchesOf({ name, at, entries }: Definition): readonly TextNode[] {
  const branches = entries.get('branches');
  if (branches === undefined) throw fileError(at, `lattice '${name}' has no 'branches'`);
  if (branches.node.kind === 'scalar' && typeof branches.node.value === 'string') return [branches.node];
  return itemsOf(branches.node, 'branches');
}

function describe(definition: Definition, facility: Facility, warnings: Warnings): DescribedElement {
  const attributes = new Map<string, DescribedAttribute>();
  const { labels } = facility;
  const add = (name: string, node: TextNode) => {
    const attribute = attributeOf(name, node, facility);
    if (attribute) attributes.set(name, attribute);
  };
  // Options of unkick can hold groups of their own.
  const addGroup = (group: string, entries: ReadonlyMap<string, MapEntry>) => {
    for (const [parameter, { node }] of entries) {
      const path = `${group}.${parameter}`;
      if (group === EXTENSION && node.kind === 'map') addGroup(path, node.entries);
      else add(path, node);
    }
  };
  for (const [key, entry] of definition.entries) {
    if (key === 'kind' || NO_ATTRIBUTES.includes(key)) continue;
    if (IGNORED_GROUPS.includes(key)) {
      warnings.add(entry.at, `${key} is left out: it does not change how particles move`);
    } else if (key !== EXTENSION && (labels.has(key) || isExtension(entry))) {
      warnings.add(entry.at, `'${key}' is an extension of PALS and is left out`);
    } else if (entry.node.kind === 'map') {
      addGroup(key, entry.node.entries);
    } else add(key, entry.node);
  }
  return { name: definition.name, type: kindOf(definition)!, attributes, at: definition.at };
}

const isExtension = ({ node }: MapEntry) => node.kind === 'map' && node.entries.has('extension');

function attributeOf(name: string, node: TextNode, { variables }: Facility): DescribedAttribute | undefined {
  const { at } = node;
  if (node.kind === 'scalar') return node.value === null ? undefined : variables.describe(node);
  if (node.kind === 'list') {
    const values = scalarsIn(node).map((item) => variables.describe(item).value);
    if (values.every((value) => typeof value === 'number')) return { value: values, at };
  }
  throw fileError(at, `${name} must be a value or a list of numbers, not ${showNode(node)}`);
}

/** The values of a list, or of a list of lists one after the other. */
function scalarsIn(node: TextNode): Extract<TextNode, { kind: 'scalar' }>[] {
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'list') return node.items.flatMap(scalarsIn);
  throw fileError(node.at, `a list of numbers cannot hold ${showNode(node)}`);
}
