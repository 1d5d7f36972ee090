import type { SourcePosition } from './description.js';
import { placeText } from './failure.js';

/** What a reader ignored. The same remark about several places is one warning, which names the first and counts the others. */
export class Warnings {
  readonly #found = new Map<string, { readonly first: string; readonly places: Set<string> }>();

  /** @param remark - a sentence without its full stop, which is true of every place that it is made about */
  add(at: SourcePosition, remark: string): void {
    const place = placeText(at);
    const before = this.#found.get(remark);
    if (before) before.places.add(place);
    else this.#found.set(remark, { first: place, places: new Set([place]) });
  }

  /** One line each, `file:line:column: ` in front, in the order in which they first came up. */
  list(): string[] {
    return [...this.#found].map(([remark, { first, places }]) => {
      const others = places.size - 1;
      const more = others === 0 ? '' : ` (and so at ${others} other place${others === 1 ? '' : 's'})`;
      return `${first}: ${remark}${more}`;
    });
  }
}
