import { Aperture } from '../elements/aperture.js';
import { CATALOGUE } from '../elements/catalogue.js';
import type { Element } from '../elements/element.js';
import { Marker } from '../elements/marker.js';
import { Monitor } from '../elements/monitor.js';
import { Screen } from '../elements/screen.js';
import { SpaceChargeKick } from '../elements/spaceChargeKick.js';
import { SpaceChargeKick2D } from '../elements/spaceChargeKick2D.js';
import { LatticeError } from '../errors.js';
import type { ElementSpec } from './spec.js';

/** Options are checked by the constructors themselves. */
type ElementConstructor = new (options: never) => Element;

const CLASSES = new Map<string, ElementConstructor>(
  [...CATALOGUE, Aperture, Marker, Monitor, Screen, SpaceChargeKick, SpaceChargeKick2D].map((of) => [
    of.name,
    of,
  ]),
);

/**
 * The element that a specification stands for.
 *
 * @throws LatticeError for options that the element cannot have
 */
export function makeElement({ type, options }: ElementSpec, name: string): Element {
  const Class = CLASSES.get(type);
  if (!Class) throw new LatticeError(`there is no element ${type}`);
  return new Class({ ...options, name } as never);
}
