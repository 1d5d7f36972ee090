import { label } from '../../elements/element.js';
import { LatticeError } from '../../errors.js';
import { EXTENSION, remainderOf } from '../extension.js';
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
 * @throws LatticeError for an element that Cheetah has no class for, or that has a number which its class has not
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
  const { extension, understood } = remainderOf(spec, translateLatticeJson(element, readingContext(species)));
  requireExpressed(
    extension,
    understood,
    (option) => `${label(spec.type, name)}: Cheetah's ${type} has no ${option}`,
  );
  if (Object.keys(extension).length === 0) return [type, parameters];
  return [type, { ...parameters, metadata: { [EXTENSION]: extension as FileFields } }];
}

/** Options that say how to compute, not what stands there. */
const MATTERS_OF_COMPUTING = ['type', 'model', 'steps', 'order', 'reverse', 'tier', 'differentiateGrid'];
/** What a bend that Cheetah takes by its arc must not have. */
const MATTERS_OF_PLACE = ['dx', 'dy', 'k2'];
/** What conversions of units and of chords to arcs can do to a number, relative. */
const ROUNDING = 1e-12;

/**
 * Metadata may keep the last bits of a number, and what is said about computing; Cheetah does not look at it. A number that would be
 * missing there is an error.
 */
function requireExpressed(
  extension: Readonly<Record<string, unknown>>,
  understood: Readonly<Record<string, unknown>> | undefined,
  complain: (option: string) => string,
): void {
  for (const [option, value] of Object.entries(extension)) {
    if (MATTERS_OF_COMPUTING.includes(option)) continue;
    if (understood === undefined && !MATTERS_OF_PLACE.includes(option)) continue;
    if (!isClose(value, understood?.[option] ?? 0))
      throw new LatticeError(`${complain(option)}; PALS takes it`);
  }
}

function isClose(value: unknown, found: unknown): boolean {
  if (Array.isArray(value) && Array.isArray(found) && value.length === found.length) {
    return value.every((item, i) => isClose(item, found[i]));
  }
  if (typeof value !== 'number' || typeof found !== 'number') return false;
  return Math.abs(value - found) <= ROUNDING * Math.abs(value);
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
