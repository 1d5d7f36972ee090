import type { SlotRange } from './actions.js';

/** Disjoint byte ranges. Adding and removing the last one, as a stack does, takes no time to speak of. */
export class DisjointRanges {
  /** Sorted by offset. */
  readonly #ranges: SlotRange[] = [];

  /** Whether the range shares no byte with the others; if so it is added. */
  add(range: SlotRange): boolean {
    if (range.bytes === 0) return true;
    const at = this.#firstFrom(range.offset);
    const before = this.#ranges[at - 1];
    const after = this.#ranges[at];
    if (before && before.offset + before.bytes > range.offset) return false;
    if (after && range.offset + range.bytes > after.offset) return false;
    this.#ranges.splice(at, 0, range);
    return true;
  }

  remove(range: SlotRange): void {
    if (range.bytes > 0) this.#ranges.splice(this.#firstFrom(range.offset), 1);
  }

  /** Index of the first range whose offset is at least `offset`. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
