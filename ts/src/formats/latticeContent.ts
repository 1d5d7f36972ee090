import { label } from '../elements/element.js';
import { LatticeError } from '../errors.js';
import type { Lattice } from '../lattice/lattice.js';
import type { ElementSpec } from './spec.js';
import { specOf } from './specOf.js';

/** An element that is to be written. */
export interface WrittenElement {
  readonly name: string;
  readonly spec: ElementSpec;
}

/** A lattice as files hold it. */
export interface LatticeContent {
  /** By name, each once. */
  readonly elements: ReadonlyMap<string, WrittenElement>;
  /** Names in the order of the beam. */
  readonly line: readonly string[];
}

/**
 * What of a lattice a file can hold.
 *
 * @throws LatticeError for a lattice with inserted kicks, custom steps or segments: they are matters of a run, or functions
 */
export function contentOf(lattice: Lattice): LatticeContent {
  const elements = new Map<string, WrittenElement>();
  const line: string[] = [];
  for (const element of lattice.elements) {
    const { name, type } = element;
    const [slice] = lattice.slicing(element) ?? [];
    if (slice) {
      throw new LatticeError(
        `${label(type, name)} has space-charge kicks in it ('${slice.kick.name}'), which no lattice file can hold: ` +
          'write the lattice as it was before withSpaceCharge',
      );
    }
    const segment = lattice.segmentAround(element);
    if (segment) {
      throw new LatticeError(
        `segment '${segment.name}' around ${label(type, name)} cannot be written: write a lattice of its elements`,
      );
    }
    const spec = specOf(element);
    if (spec === undefined)
      throw new LatticeError(`${label(type, name)} cannot be written: no lattice file can hold it`);
    elements.set(name, { name, spec });
    line.push(name);
  }
  return { elements, line };
}
