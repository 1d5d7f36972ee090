import { label } from '../../elements/element.js';
import { LatticeError } from '../../errors.js';
import { EXTENSION, extensionOf } from '../extension.js';
import { attributesOf, type FileFields, NOWHERE } from '../fileFields.js';
import { floatText } from '../floatText.js';
import type { LatticeContent, WrittenElement } from '../latticeContent.js';
import type { LatticeReference } from '../loadLattice.js';
import { readingContext } from '../readingContext.js';
import { translateLatticeJson } from './translate.js';
import { cheetahElement } from './writeClasses.js';

/**
 * A lattice as Cheetah's LatticeJSON. What its classes have no words for stands in the `metadata` of an element, which Cheetah
 * keeps and does not look at; it tracks without it.
 *
 * @throws LatticeError for an element that Cheetah has no class for
 */
export function writeLatticeJson(
  { elements, line }: LatticeContent,
  title: string,
  { species }: LatticeReference,
): string {
  const written = [...elements.values()].map((element) => {
    return `    ${json(element.name)}: ${json(elementEntry(element, species))}`;
  });
  const root = rootName(elements);
  return `{
  "version": "cheetah-0.8",
  "title": ${json(title)},
  "info": "Written by unkick",
  "root": ${json(root)},
  "elements": {
${written.join(',\n')}
  },
  "lattices": {
    ${json(root)}: ${json(line)}
  }
}
`;
}

/** A name for the whole line that none of its elements has. */
function rootName(elements: ReadonlyMap<string, unknown>): string {
  let name = 'line';
  for (let n = 2; elements.has(name); n++) name = `line_${n}`;
  return name;
}

function elementEntry(
  { name, spec }: WrittenElement,
  species: LatticeReference['species'],
): [string, FileFields] {
  const sign = -Math.sign(species?.chargeNumber ?? -1);
  const entry = cheetahElement(spec, sign);
  if (entry === undefined) {
    throw new LatticeError(
      `${label(spec.type, name)} cannot be written as LatticeJSON: Cheetah has no class for it; PALS takes it`,
    );
  }
  const { type, parameters } = entry;
  const element = { name, type, attributes: attributesOf(parameters), at: NOWHERE };
  const extension = extensionOf(spec, translateLatticeJson(element, readingContext(species)));
  if (Object.keys(extension).length === 0) return [type, parameters];
  return [type, { ...parameters, metadata: { [EXTENSION]: extension as FileFields } }];
}

/** Parameters that count. All others must have a point: Cheetah makes tensors of what Python reads as a float, and of nothing else. */
const COUNTS = ['num_steps', 'resolution', 'grid_shape'];

/** JSON in which numbers are Python's floats, with the sign of −0 and as many digits as it takes to read the same bits. */
function json(value: unknown, isCount = false): string {
  if (typeof value === 'number') return isCount ? String(value) : floatText(value);
  if (Array.isArray(value)) return `[${value.map((item) => json(item, isCount)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}: ${json(inner, COUNTS.includes(key))}`,
  );
  return `{${fields.join(', ')}}`;
}
