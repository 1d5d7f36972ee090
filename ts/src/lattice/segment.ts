import { DIRECTIVE_KEYS, type DirectiveOptions, readDirectives } from '../elements/directives.js';
import { checkedName, Element, label } from '../elements/element.js';
import { LatticeError } from '../errors.js';
import { requireKnownKeys, requireOneOf, show } from '../options.js';
import type { Reverse, Segment as StepRange } from '../tape/plan/index.js';
import type { Tier } from '../tape/schedules/actions.js';

/** How the way back treats a segment as a whole, as Tapenade treats a call (docs/memory.md, "Directives"). */
export type SegmentMode = StepRange['mode'];

/** What a lattice and a segment consist of. */
export type LatticeEntry = Element | Segment;

/** Options of a {@link Segment}. */
export interface SegmentOptions extends DirectiveOptions {
  /** Unique among elements, kicks and segments, and free of dots; made from its position when absent. */
  readonly name?: string | undefined;
  /** At least one. */
  readonly elements: readonly LatticeEntry[];
  /**
   * `'joint'`: nothing in it is kept at first; on the way back it is run again from its input and reversed. `'split'`: what it
   * needs is kept, and nothing in it is run again for its own sake. Default: neither, the plan is free.
   */
  readonly mode?: SegmentMode | undefined;
}

const KEYS = ['name', 'elements', ...DIRECTIVE_KEYS, 'mode'];
/** What `mode` can be. */
export const MODES = ['joint', 'split'] as const satisfies readonly SegmentMode[];

/**
 * Consecutive elements, and segments in them, that share what is said about the way back. What is said further in wins: an
 * element's own directive over its segment's, an inner segment's over an outer one's. Segments change time and memory, never a
 * result.
 */
export class Segment {
  /** `''` until a lattice names it. */
  readonly name: string;
  readonly elements: readonly LatticeEntry[];
  readonly reverse: Reverse | undefined;
  readonly tier: Tier | undefined;
  readonly mode: SegmentMode | undefined;

  /**
   * @throws LatticeError for an unknown option or word, an empty list, or an entry that is neither an element nor a segment
   */
  constructor(options: SegmentOptions) {
    requireKnownKeys(options, KEYS, 'Segment', LatticeError);
    this.name = checkedName(options.name ?? '', 'segment');
    const where = label('segment', this.name);
    const { reverse, tier } = readDirectives(options, where);
    this.reverse = reverse;
    this.tier = tier;
    const { mode } = options;
    this.mode = mode === undefined ? undefined : requireOneOf(mode, MODES, `mode of ${where}`, LatticeError);
    requireEntries(options.elements, where);
    this.elements = [...options.elements];
  }
}

/** Refuses what is no list of at least one element or segment, or an error naming `where`. */
export function requireEntries(entries: unknown, where: string): asserts entries is readonly LatticeEntry[] {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new LatticeError(`${where} takes a list of at least one element, not ${show(entries)}`);
  }
  for (const [index, entry] of entries.entries()) {
    if (entry instanceof Element || entry instanceof Segment) continue;
    throw new LatticeError(`entry ${index + 1} of ${where} is ${show(entry)}, not an element or a segment`);
  }
}
