import { type Place, type SlotRange, TIERS, type Tier } from './actions.js';
import type { TierSpecs } from './steps.js';

/** What lies in a slot. */
export interface Content {
  readonly what: 'state' | 'field';
  readonly step: number;
  readonly bytes: number;
}

/** What a tier was used for. */
export interface TierUse {
  peakBytes: number;
  peakSlots: number;
  /** Snapshots and fields written, those of moves and prefetches included. */
  writes: number;
  reads: number;
  bytesWritten: number;
  bytesRead: number;
}

/** Symbolic memory: which slot holds what. Its methods say what is wrong by throwing a `string`. */
export class Storage {
  readonly use: Record<Tier, TierUse> = { device: noUse(), host: noUse(), disk: noUse() };
  readonly #limits: TierSpecs;
  readonly #ranges: Partial<Record<Tier, readonly SlotRange[]>>;
  readonly #slots: Record<Tier, Map<number, Content>> = {
    device: new Map(),
    host: new Map(),
    disk: new Map(),
  };
  readonly #bytes: Record<Tier, number> = { device: 0, host: 0, disk: 0 };
  /** Copies under way: destination → source, by `nameOf`. */
  readonly #underWay = new Map<string, string>();

  constructor(limits: TierSpecs, ranges: Partial<Record<Tier, readonly SlotRange[]>>) {
    this.#limits = limits;
    this.#ranges = ranges;
  }

  write(place: Place, content: Content): void {
    const { tier, slot } = place;
    const slots = this.#slots[tier];
    const there = slots.get(slot);
    if (there) throw `${nameOf(place)} still holds ${describe(there)}: free it first`;
    if (!Number.isInteger(slot) || slot < 0) throw `there is no ${nameOf(place)}`;
    this.#checkRange(place, content);
    slots.set(slot, content);
    this.#bytes[tier] += content.bytes;
    const use = this.use[tier];
    use.writes += 1;
    use.bytesWritten += content.bytes;
    use.peakSlots = Math.max(use.peakSlots, slots.size);
    use.peakBytes = Math.max(use.peakBytes, this.#bytes[tier]);
    const { bytes = Number.POSITIVE_INFINITY, slots: most = Number.POSITIVE_INFINITY } =
      this.#limits[tier] ?? {};
    if (slots.size > most) throw `${slots.size} slots of ${tier} are full, ${most} are declared`;
    if (this.#bytes[tier] > bytes) throw `${tier} holds ${this.#bytes[tier]} bytes, ${bytes} are declared`;
  }

  /** Reads what must be there. */
  read(place: Place, what: Content['what'], step: number): Content {
    const content = this.#at(place);
    if (content.what !== what || content.step !== step) {
      throw `${nameOf(place)} holds ${describe(content)}, not ${describe({ what, step })}`;
    }
    this.#count(place, content);
    this.#underWay.delete(nameOf(place));
    return content;
  }

  free(place: Place): void {
    this.#take(place);
    this.#underWay.delete(nameOf(place));
  }

  move(from: Place, to: Place): Content {
    const content = this.#take(from);
    this.#count(from, content);
    this.write(to, content);
    return content;
  }

  prefetch(from: Place, to: Place): void {
    if (TIERS.indexOf(to.tier) >= TIERS.indexOf(from.tier)) {
      throw `a prefetch goes towards the device, not from ${from.tier} to ${to.tier}`;
    }
    const content = this.#at(from);
    if (this.#underWay.has(nameOf(from))) throw `${nameOf(from)} has not arrived yet`;
    this.#count(from, content);
    this.write(to, content);
    this.#underWay.set(nameOf(to), nameOf(from));
  }

  /** What was never freed. */
  left(): string[] {
    return TIERS.flatMap((tier) =>
      [...this.#slots[tier]].map(([slot, content]) => `${describe(content)} in ${nameOf({ tier, slot })}`),
    );
  }

  #at(place: Place): Content {
    const content = this.#slots[place.tier].get(place.slot);
    if (!content) throw `${nameOf(place)} is empty`;
    return content;
  }

  #take(place: Place): Content {
    const content = this.#at(place);
    for (const [to, from] of this.#underWay) {
      if (from === nameOf(place)) throw `${from} is still being copied to ${to}`;
    }
    this.#slots[place.tier].delete(place.slot);
    this.#bytes[place.tier] -= content.bytes;
    return content;
  }

  #count({ tier }: Place, { bytes }: Content): void {
    this.use[tier].reads += 1;
    this.use[tier].bytesRead += bytes;
  }

  /** A slot must be large enough, and share its bytes with no other full slot. */
  #checkRange(place: Place, content: Content): void {
    const ranges = this.#ranges[place.tier];
    if (!ranges) return;
    const range = ranges[place.slot];
    if (!range) throw `the layout has no ${nameOf(place)}`;
    if (range.bytes < content.bytes) {
      throw `${nameOf(place)} has ${range.bytes} bytes, ${describe(content)} needs ${content.bytes}`;
    }
    for (const other of this.#slots[place.tier].keys()) {
      const { offset, bytes } = ranges[other]!;
      if (offset < range.offset + range.bytes && range.offset < offset + bytes) {
        throw `${nameOf(place)} lies over ${nameOf({ tier: place.tier, slot: other })}, which is full`;
      }
    }
  }
}

function noUse(): TierUse {
  return { peakBytes: 0, peakSlots: 0, writes: 0, reads: 0, bytesWritten: 0, bytesRead: 0 };
}

function nameOf({ tier, slot }: Place): string {
  return `${tier} slot ${slot}`;
}

function describe({ what, step }: Pick<Content, 'what' | 'step'>): string {
  return what === 'state' ? `state ${step}` : `the field of step ${step}`;
}
