import { compileLine } from '../lattice/compile.js';
import type { Lattice } from '../lattice/lattice.js';

/** An element at its place. */
export interface PlacedElement {
  readonly name: string;
  readonly type: string;
  /** Arc length at its beginning and its end, in m. */
  readonly from: number;
  readonly to: number;
  readonly parameters: Readonly<Record<string, number>>;
}

/** A beam line as it is drawn. */
export interface BeamLine {
  /** m */
  readonly length: number;
  readonly elements: readonly PlacedElement[];
  /** Space-charge kicks, inserted ones included, and their arc lengths in m. */
  readonly kicks: readonly { readonly name: string; readonly s: number }[];
}

/** Where everything in a lattice is. */
export function beamLineOf(lattice: Lattice): BeamLine {
  let from = 0;
  const elements = lattice.elements.map(({ name, type, length, parameters }) => {
    const placed = { name, type, from, to: from + length, parameters };
    from = placed.to;
    return placed;
  });
  const { steps, s } = compileLine(lattice, []);
  const kicks = steps.flatMap((step, i) => (step.kind === 'kick' ? [{ name: step.name, s: s[i]! }] : []));
  return { length: lattice.length, elements, kicks };
}
