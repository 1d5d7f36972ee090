import { Aperture } from '../elements/aperture.js';
import { CATALOGUE, typeOf } from '../elements/catalogue.js';
import type { Element } from '../elements/element.js';
import { Marker } from '../elements/marker.js';
import { Monitor } from '../elements/monitor.js';
import { Screen } from '../elements/screen.js';
import { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { SpaceChargeKick2D } from '../elements/spaceChargeKick2D.js';
import { type LatticeEntry, Segment } from '../lattice/segment.js';
import type { ElementFields, EntryFields, SegmentFields } from './schema/lattice.js';
import { at, type NamedDocument } from './validate.js';

/**
 * The elements and segments of a list in a problem file.
 *
 * @param path - of the list
 * @throws ProblemError for the first one that cannot be made, at its place in the file
 */
export function buildEntries(
  entries: readonly EntryFields[],
  document: NamedDocument,
  path: readonly PropertyKey[],
): LatticeEntry[] {
  return entries.map((fields, index) => {
    const here = [...path, index];
    if (!isSegment(fields)) return at(document, here, () => buildElement(fields));
    const { type, elements: inner, ...options } = fields;
    const elements = buildEntries(inner, document, [...here, 'elements']);
    return at(document, here, () => new Segment({ ...options, elements }));
  });
}

const isSegment = (fields: EntryFields): fields is SegmentFields => fields.type === 'segment';

/** Classes by the word in `type`; the schema knows their options, and they check them. */
const CLASSES: ReadonlyMap<string, ElementConstructor> = new Map(
  [...CATALOGUE, Marker, Monitor, Screen, Aperture, SpaceChargeKick, SpaceChargeKick2D].map((of) => [
    typeOf(of),
    of as ElementConstructor,
  ]),
);

type ElementConstructor = new (options: object) => Element;

function buildElement({ type, ...options }: ElementFields): Element {
  return new (CLASSES.get(type)!)(options);
}
