import type { Element } from '../../src/elements/element.js';
import type { ElementMap } from '../../src/elements/maps.js';
import { ReferenceParticle } from '../../src/lattice/reference.js';

/** Electrons of 25 MeV. */
export const REFERENCE = ReferenceParticle.atEntrance(25e6, {
  restEnergy: 510998.95069,
  chargeNumber: -1,
});

/** The maps of a part of an element, differentiated by everything. */
export function mapsOf(element: Element, from = 0, to = 1, reference = REFERENCE): ElementMap[] {
  return element.maps({ from, to, reference, isWanted: () => true });
}

/** The same where nothing but what is not 0 has maps. */
export function plainMapsOf(element: Element, from = 0, to = 1, reference = REFERENCE): ElementMap[] {
  return element.maps({ from, to, reference, isWanted: () => false });
}
