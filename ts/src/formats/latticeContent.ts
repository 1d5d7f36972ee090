import { isDeepStrictEqual } from 'node:util';
import { type Element, label } from '../elements/element.js';
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
 * What of a lattice a file can hold. The places of a repeated element (`qf#1`, `qf#2`) are one element, `qf`; a place that was given
 * parameters of its own is an element of its own, `qf_2`.
 *
 * @throws LatticeError for a lattice with inserted kicks, custom steps or segments: they are matters of a run, or functions
 */
export function contentOf(lattice: Lattice): LatticeContent {
  const elements = new Map<string, WrittenElement>();
  const taken = new Set(lattice.elements.map(({ name }) => groupOf(name)));
  const line = lattice.elements.map((element) => {
    requireWritable(element, lattice);
    const spec = specOf(element)!;
    const group = groupOf(element.name);
    const first = elements.get(group);
    if (first && isDeepStrictEqual(first.spec, spec)) return group;
    const name = first ? freeName(element.name.replace('#', '_'), taken) : group;
    elements.set(name, { name, spec });
    return name;
  });
  return { elements, line };
}

/** The element that a place is one of. */
const groupOf = (name: string) => name.split('#')[0]!;

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
  taken.add(name);
  return name;
}

function requireWritable(element: Element, lattice: Lattice): void {
  const called = label(element.type, element.name);
  const [slice] = lattice.slicing(element) ?? [];
  if (slice) {
    throw new LatticeError(
      `${called} has space-charge kicks in it ('${slice.kick.name}'), which no lattice file can hold: ` +
        'write the lattice as it was before withSpaceCharge',
    );
  }
  const segment = lattice.segmentAround(element);
  if (segment) {
    throw new LatticeError(
      `segment '${segment.name}' around ${called} cannot be written: write a lattice of its elements`,
    );
  }
  if (specOf(element) === undefined) {
    throw new LatticeError(`${called} cannot be written: no lattice file can hold it`);
  }
}
