import type { Keeping, Shelf } from './items.js';
import type { Label, Limits } from './pareto.js';

/** Where the state before a block can be had again. */
export type StateSource = 'initial' | Shelf;

/**
 * How the adjoint passes units i … l − 1, the state before unit i being there:
 * - `alone`: the one unit, from that state; `inner` is the way through a segment or a group.
 * - `store`: the state is kept first.
 * - `split`: run on to unit `at`, keeping things of the run before it; do what lies behind; go back over the run; then the
 *   units before `at`, from the state had again.
 * - `inline`: as `split` at the next unit, where this one is a group of which states are kept on the way.
 * - `even`: an even group, from its first state.
 */
export type BlockChoice =
  | { readonly what: 'alone'; readonly inner?: BlockLabel }
  | { readonly what: 'store'; readonly shelf: Shelf; readonly block: BlockLabel }
  | { readonly what: 'split'; readonly at: number; readonly ahead: AheadLabel; readonly left: BlockLabel }
  | { readonly what: 'inline'; readonly ahead: AheadLabel; readonly inline: InlineLabel }
  | { readonly what: 'even'; readonly way: EvenWay };
export type BlockLabel = Label<BlockChoice>;

/** What is kept of the run before a unit, and how the units from there on are done. */
export type AheadLabel = Label<{ readonly kept: Keeping; readonly behind: BlockLabel }>;

/** How many snapshots go through an even group, where they lie, and what is kept of its runs. */
export interface EvenWay {
  readonly shelf: Shelf;
  readonly snapshots: number;
  readonly kept: Keeping;
}

/**
 * A group of which states are kept before the first way to its end: binomially in an even one; in others all, with what of
 * every run between its units, and the same of the groups inside.
 */
export type InlineLabel = Label<
  | ({ readonly what: 'even' } & EvenWay)
  | {
      readonly what: 'all';
      readonly shelf: Shelf;
      readonly kept: readonly Keeping[];
      readonly inner: readonly (InlineLabel | undefined)[];
    }
>;

/** What a line can be asked for. */
export interface Solver {
  /** All ways worth having through the whole line from its first state, which can be had again from a source if there is one. */
  whole(source: StateSource | undefined): readonly BlockLabel[];
  /**
   * The ways to go through a group and come back later. Its way on does not count; `read` seconds bring its first state back.
   */
  inline(read: number): readonly InlineLabel[];
}

/** What all lines of a problem share. */
export interface SolverContext {
  readonly shelves: readonly Shelf[];
  readonly limits: Limits;
  /** Seconds to load the initial beam again. */
  readonly loadSeconds: number;
  /** Seconds to read that many bytes from a shelf's tier. */
  readonly read: (shelf: Shelf, bytes: number) => number;
  readonly solvers: Map<string, Solver>;
}
