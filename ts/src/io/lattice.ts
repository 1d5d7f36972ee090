import { Aperture } from '../elements/aperture.js';
import { Drift } from '../elements/drift.js';
import type { Element } from '../elements/element.js';
import { Marker } from '../elements/marker.js';
import { Quadrupole } from '../elements/quadrupole.js';
import { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { type LatticeEntry, Segment } from '../lattice/segment.js';
import type { ElementFields, EntryFields } from './schema/lattice.js';
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
    if (fields.type !== 'segment') return at(document, here, () => buildElement(fields));
    const { type, elements: inner, ...options } = fields;
    const elements = buildEntries(inner, document, [...here, 'elements']);
    return at(document, here, () => new Segment({ ...options, elements }));
  });
}

function buildElement(fields: ElementFields): Element {
  switch (fields.type) {
    case 'drift': {
      const { type, ...options } = fields;
      return new Drift(options);
    }
    case 'quadrupole': {
      const { type, ...options } = fields;
      return new Quadrupole(options);
    }
    case 'marker': {
      const { type, ...options } = fields;
      return new Marker(options);
    }
    case 'aperture': {
      const { type, ...options } = fields;
      return new Aperture(options);
    }
    case 'spaceChargeKick': {
      const { type, ...options } = fields;
      return new SpaceChargeKick(options);
    }
  }
}
