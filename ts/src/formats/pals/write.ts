import { EXTENSION, KIND_PREFIX, remainderOf } from '../extension.js';
import { attributesOf, type FileFields, NOWHERE } from '../fileFields.js';
import type { LatticeContent, WrittenElement } from '../latticeContent.js';
import type { LatticeReference } from '../loadLattice.js';
import { printYaml } from '../printYaml.js';
import { readingContext } from '../readingContext.js';
import { translatePals } from './translate.js';
import { palsFields } from './writeKinds.js';

/**
 * A lattice as a PALS file. What the standard has no words for stands in the group `unkick`, which the file announces as an
 * extension: other programs pass over it.
 */
export function writePals(content: LatticeContent, title: string, reference: LatticeReference): string {
  const names = new Names();
  const written = new Map<string, string>();
  const elements = [...content.elements.values()].map((element) => {
    const name = names.take(element.name);
    written.set(element.name, name);
    const fields = elementFields(element, reference);
    return { [name]: name === element.name ? fields : withName(fields, element.name) };
  });
  const [beginning, line, lattice] = [names.take('begin'), names.take('line'), names.take('lattice')];
  const items = [beginning, ...content.line.map((name) => written.get(name)!)];
  return printYaml({
    PALS: {
      version: null,
      notes: [title],
      ...(elements.some(isExtended) && { extension_labels: LABELS }),
      facility: [
        ...elements,
        { [beginning]: { kind: 'BeginningEle', ...referenceFields(reference) } },
        { [line]: { kind: 'BeamLine', line: items } },
        { [lattice]: { kind: 'Lattice', branches: [line] } },
        { use: lattice },
      ],
    },
  });
}

const LABELS = {
  names: { [EXTENSION]: 'options of unkick that the standard has no words for' },
  prefixes: { [KIND_PREFIX]: 'elements of unkick that the standard has no kinds for' },
};

const isExtended = (element: Readonly<Record<string, FileFields>>) =>
  Object.values(element).some((fields) => EXTENSION in fields || String(fields.kind).startsWith(KIND_PREFIX));

/** The words of the standard, and in the extension what a reader would not find out from them. */
function elementFields({ name, spec }: WrittenElement, reference: LatticeReference): FileFields {
  const { species } = reference;
  const fields = palsFields(spec, Math.abs(species?.chargeNumber ?? 1));
  const { kind, ...parameters } = fields;
  const element = { name, type: String(kind), attributes: attributesOf(parameters), at: NOWHERE };
  const read = translatePals(element, readingContext(species));
  const extension = remainderOf(spec, read).extension as FileFields;
  return Object.keys(extension).length === 0 ? fields : { ...fields, [EXTENSION]: extension };
}

/** Fields with the name that the element has in unkick. */
function withName(fields: FileFields, name: string): FileFields {
  const extension = (fields[EXTENSION] ?? {}) as FileFields;
  return { ...fields, [EXTENSION]: { name, ...extension } };
}

function referenceFields({ species, energy }: LatticeReference): FileFields {
  const name = species?.name;
  const fields = {
    ...(name !== undefined && { species_ref: name }),
    ...(energy !== undefined && { E_tot_ref: energy }),
  };
  return Object.keys(fields).length === 0 ? {} : { ReferenceP: fields };
}

/** Names that PALS allows: letters, digits and underscores, not beginning with a digit, and each once. */
class Names {
  readonly #taken = new Set([
    'use',
    'include',
    'load',
    'set',
    'sets',
    'superimpose',
    'constants',
    'variables',
  ]);

  /** The nearest name to this one that is still free. */
  take(name: string): string {
    const plain = name.replace(/\W/g, '_').replace(/^(?=\d|$)/, '_');
    let free = plain;
    for (let n = 2; this.#taken.has(free); n++) free = `${plain}_${n}`;
    this.#taken.add(free);
    return free;
  }
}
