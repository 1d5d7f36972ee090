import type { Element } from '../elements/element.js';
import type { Reverse } from '../tape/plan/index.js';
import type { Tier } from '../tape/schedules/actions.js';
import { type Groups, Occurrences } from './occurrences.js';
import { type LatticeEntry, Segment, type SegmentMode } from './segment.js';

/** A segment at its place in a lattice, where it has a name. */
export interface PlacedSegment {
  readonly name: string;
  readonly reverse: Reverse | undefined;
  readonly tier: Tier | undefined;
  readonly mode: SegmentMode | undefined;
  /** The segment that it is part of. */
  readonly around: PlacedSegment | undefined;
}

/** Elements in line order, and by element name the innermost segment around each that is in one. */
export interface FlatLattice {
  readonly elements: readonly Element[];
  readonly segments: ReadonlyMap<string, PlacedSegment>;
  readonly groups: Groups;
}

/**
 * Elements and segments in line order. Those without a name are named by type and position, `drift1`, `segment2`, and repeated elements
 * by occurrence, `qf#1`.
 */
export function flatten(entries: readonly LatticeEntry[]): FlatLattice {
  const occurrences = new Occurrences(elementsIn(entries));
  const elements: Element[] = [];
  const segments = new Map<string, PlacedSegment>();
  let placed = 0;
  const add = (entry: LatticeEntry, around: PlacedSegment | undefined) => {
    if (entry instanceof Segment) {
      placed += 1;
      const { reverse, tier, mode } = entry;
      const segment = { name: entry.name || `segment${placed}`, reverse, tier, mode, around };
      for (const inner of entry.elements) add(inner, segment);
      return;
    }
    const element = occurrences.place(entry);
    elements.push(element);
    if (around) segments.set(element.name, around);
  };
  for (const entry of entries) add(entry, undefined);
  return { elements, segments, groups: occurrences.groups };
}

function* elementsIn(entries: readonly LatticeEntry[]): Generator<Element> {
  for (const entry of entries) {
    if (entry instanceof Segment) yield* elementsIn(entry.elements);
    else yield entry;
  }
}

/** A segment and those around it, from the innermost out. */
export function outward(segment: PlacedSegment | undefined): PlacedSegment[] {
  const found: PlacedSegment[] = [];
  for (let next = segment; next; next = next.around) found.push(next);
  return found;
}
