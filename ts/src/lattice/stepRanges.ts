import type { Segment } from '../tape/plan/index.js';
import { outward, type PlacedSegment } from './nesting.js';
import type { SegmentMode } from './segment.js';

/** A segment that has a mode, as a range of steps; `to` is set when it ends. */
interface StepRange {
  readonly segment: PlacedSegment;
  readonly from: number;
  to: number;
  readonly mode: SegmentMode;
}

/** Follows the segments that have a mode along a growing list of steps. */
export class StepRanges {
  readonly #ranges: StepRange[] = [];
  /** Those that have not ended, outer ones first. */
  #open: readonly StepRange[] = [];

  /** Whether a step in this segment is in the same ones as the step before it. */
  continues(segment: PlacedSegment | undefined): boolean {
    const around = withMode(segment);
    return around.length === this.#open.length && this.#shared(around) === around.length;
  }

  /** Ends and begins segments before the next step, `step`, which is in this segment. */
  enter(segment: PlacedSegment | undefined, step: number): void {
    const around = withMode(segment);
    const shared = this.#shared(around);
    this.#close(shared, step);
    const begun = around
      .slice(shared)
      .map((inner) => ({ segment: inner, from: step, to: step, mode: inner.mode! }));
    this.#ranges.push(...begun);
    this.#open = [...this.#open, ...begun];
  }

  /** Outer ones first, of a list of so many steps. */
  finish(steps: number): Segment[] {
    this.#close(0, steps);
    return this.#ranges.map(({ from, to, mode }) => ({ from, to, mode }));
  }

  /** How many of the open ones go on, counted from the outermost. */
  #shared(around: readonly PlacedSegment[]): number {
    return this.#open.filter(({ segment }, depth) => segment === around[depth]).length;
  }

  #close(kept: number, step: number): void {
    for (const range of this.#open.slice(kept)) range.to = step;
    this.#open = this.#open.slice(0, kept);
  }
}

/** Outer ones first. */
function withMode(segment: PlacedSegment | undefined): PlacedSegment[] {
  return outward(segment)
    .filter(({ mode }) => mode !== undefined)
    .reverse();
}
