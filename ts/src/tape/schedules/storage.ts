import { type Place, type SlotRange, TIERS, type Tier } from './actions.js';
import { Illegal } from './error.js';
import { DisjointRanges } from './ranges.js';
import type { Machine } from './steps.js';

/** What lies in a slot. */
interface Content {
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

/** The symbolic memory of a replay: which slot holds what. Its methods throw `Illegal`. */
export class Storage {
  readonly #tiers: Record<Tier, TierStorage>;
  /** Copies under way, destination → source, by name. */
  readonly #underWay = new Map<string, string>();

  constructor(limits: Machine, ranges: Partial<Record<Tier, readonly SlotRange[]>>) {
    const tier = (name: Tier) =>
      new TierStorage(name, limits[name]?.bytes, limits[name]?.slots, ranges[name]);
    this.#tiers = { device: tier('device'), host: tier('host'), disk: tier('disk') };
  }

  write(place: Place, content: Content): void {
    this.#tiers[place.tier].write(place.slot, content);
  }

  /** Reads what must be there. */
  read(place: Place, what: Content['what'], step: number): Content {
    const content = this.#tiers[place.tier].read(place.slot);
    if (content.what !== what || content.step !== step) {
      throw new Illegal(`${nameOf(place)} holds ${describe(content)}, not ${describe({ what, step })}`);
    }
    this.#underWay.delete(nameOf(place));
    return content;
  }

  free(place: Place): Content {
    for (const [to, from] of this.#underWay) {
      if (from === nameOf(place)) throw new Illegal(`${from} is still being copied to ${to}`);
    }
    this.#underWay.delete(nameOf(place));
    return this.#tiers[place.tier].free(place.slot);
  }

  move(from: Place, to: Place): Content {
    this.#tiers[from.tier].read(from.slot);
    const content = this.free(from);
    this.write(to, content);
    return content;
  }

  prefetch(from: Place, to: Place): void {
    if (TIERS.indexOf(to.tier) >= TIERS.indexOf(from.tier)) {
      throw new Illegal(`a prefetch goes towards the device, not from ${from.tier} to ${to.tier}`);
    }
    if (this.#underWay.has(nameOf(from))) throw new Illegal(`${nameOf(from)} has not arrived yet`);
    this.write(to, this.#tiers[from.tier].read(from.slot));
    this.#underWay.set(nameOf(to), nameOf(from));
  }

  use(tier: Tier): TierUse {
    return this.#tiers[tier].use;
  }

  /** Bytes that lie on a tier now. */
  held(tier: Tier): number {
    return this.#tiers[tier].held;
  }

  /** What was never freed. */
  left(): string[] {
    return TIERS.flatMap((tier) => this.#tiers[tier].left());
  }
}

/** The slots of one tier. */
class TierStorage {
  readonly use: TierUse = {
    peakBytes: 0,
    peakSlots: 0,
    writes: 0,
    reads: 0,
    bytesWritten: 0,
    bytesRead: 0,
  };
  readonly #slots = new Map<number, Content>();
  readonly #full = new DisjointRanges();
  #bytes = 0;

  constructor(
    readonly tier: Tier,
    readonly mostBytes = Number.POSITIVE_INFINITY,
    readonly mostSlots = Number.POSITIVE_INFINITY,
    readonly ranges?: readonly SlotRange[],
  ) {}

  write(slot: number, content: Content): void {
    const there = this.#slots.get(slot);
    if (there) throw new Illegal(`${this.#name(slot)} still holds ${describe(there)}: free it first`);
    if (!Number.isInteger(slot) || slot < 0) throw new Illegal(`there is no ${this.#name(slot)}`);
    if (this.ranges) this.#occupy(slot, content, this.ranges[slot]);
    this.#slots.set(slot, content);
    this.#bytes += content.bytes;
    this.use.writes += 1;
    this.use.bytesWritten += content.bytes;
    this.use.peakSlots = Math.max(this.use.peakSlots, this.#slots.size);
    this.use.peakBytes = Math.max(this.use.peakBytes, this.#bytes);
    if (this.#slots.size > this.mostSlots) {
      throw new Illegal(`${this.#slots.size} slots of ${this.tier} are full, ${this.mostSlots} are declared`);
    }
    if (this.#bytes > this.mostBytes) {
      throw new Illegal(`${this.tier} holds ${this.#bytes} bytes, ${this.mostBytes} are declared`);
    }
  }

  read(slot: number): Content {
    const content = this.#at(slot);
    this.use.reads += 1;
    this.use.bytesRead += content.bytes;
    return content;
  }

  free(slot: number): Content {
    const content = this.#at(slot);
    this.#slots.delete(slot);
    this.#bytes -= content.bytes;
    if (this.ranges) this.#full.remove(this.ranges[slot]!);
    return content;
  }

  get held(): number {
    return this.#bytes;
  }

  left(): string[] {
    return [...this.#slots].map(([slot, content]) => `${describe(content)} in ${this.#name(slot)}`);
  }

  #at(slot: number): Content {
    const content = this.#slots.get(slot);
    if (!content) throw new Illegal(`${this.#name(slot)} is empty`);
    return content;
  }

  #occupy(slot: number, content: Content, range: SlotRange | undefined): void {
    if (!range) throw new Illegal(`the layout has no ${this.#name(slot)}`);
    if (range.bytes < content.bytes) {
      throw new Illegal(
        `${this.#name(slot)} has ${range.bytes} bytes, ${describe(content)} needs ${content.bytes}`,
      );
    }
    if (!this.#full.add(range)) throw new Illegal(`${this.#name(slot)} shares bytes with a full slot`);
  }

  #name(slot: number): string {
    return nameOf({ tier: this.tier, slot });
  }
}

function nameOf({ tier, slot }: Place): string {
  return `${tier} slot ${slot}`;
}

function describe({ what, step }: Pick<Content, 'what' | 'step'>): string {
  return what === 'state' ? `state ${step}` : `the field of step ${step}`;
}
