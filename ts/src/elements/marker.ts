import { LatticeError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { Element, type ElementChanges } from './element.js';

/** Options of a {@link Marker}. */
export interface MarkerOptions {
  /** How objectives refer to the place: `sigma('x').at('m1')`. */
  readonly name: string;
}

/** A place to look at the beam. It has no parameters, takes no directive and does nothing. */
export class Marker extends Element {
  /** @throws LatticeError without a name, or for an unknown option */
  constructor(options: MarkerOptions) {
    requireKnownKeys(options, ['name'], 'Marker', LatticeError);
    super('marker', options, {});
    if (this.name === '') throw new LatticeError('a marker needs a name');
  }

  with(changes: ElementChanges): Marker {
    return new Marker(this.commonOptions(changes));
  }
}
