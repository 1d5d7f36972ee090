import { LatticeError } from '../errors.js';
import { requireKnownKeys } from '../options.js';
import { Element, type ElementChanges, label } from './element.js';

/** Options of a {@link Marker}. */
export interface MarkerOptions {
  /** How objectives refer to the place: `sigma('x').at('m1')`. */
  readonly name: string;
}

/** A place to look at the beam. It has no parameters, takes no directive and does nothing. */
export class Marker extends Element {
  /** @throws LatticeError without a name, or for an unknown option */
  constructor(options: MarkerOptions);
  /** @internal Of an element that is a marker and more, and has checked its options. */
  constructor(options: MarkerOptions, type: string);
  constructor(options: MarkerOptions, type = 'marker') {
    if (type === 'marker') requireKnownKeys(options, ['name'], 'Marker', LatticeError);
    super(type, { name: options.name }, {});
    if (this.name === '') throw new LatticeError(`${label(type, '')} needs a name`);
  }

  with(changes: ElementChanges): Marker {
    return new Marker(this.commonOptions(changes));
  }
}
