import type { SlotRange } from '../schedules/actions.js';
import type { SlotSource } from '../schedules/builder.js';

/**
 * Slots that lie on a stack: what is kept last is freed first, so that a tier never needs more bytes than are full at once.
 * The same range always has the same slot number.
 */
export class ByteStack implements SlotSource {
  /** The ranges of all slots that were ever handed out. */
  readonly ranges: SlotRange[] = [];
  readonly #slotOf = new Map<string, number>();
  readonly #stack: number[] = [];
  #height = 0;

  get full(): number {
    return this.#stack.length;
  }

  take(bytes: number): number {
    const key = `${this.#height} ${bytes}`;
    let slot = this.#slotOf.get(key);
    if (slot === undefined) {
      slot = this.ranges.push({ offset: this.#height, bytes }) - 1;
      this.#slotOf.set(key, slot);
    }
    this.#stack.push(slot);
    this.#height += bytes;
    return slot;
  }

  giveBack(slot: number): void {
    if (this.#stack.pop() !== slot) throw new Error(`slot ${slot} is not the one that was filled last`);
    this.#height = this.ranges[slot]!.offset;
  }
}
