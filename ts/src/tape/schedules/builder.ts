import type { Place, Schedule, TapeAction, Tier } from './actions.js';

/** Where a state can be had again: a snapshot of it, or the caller's initial beam. */
export type Source = Place | 'initial';

/** Hands out the slots of one tier. */
export interface SlotSource {
  /** How many slots are full. */
  readonly full: number;
  take(bytes: number): number;
  giveBack(slot: number): void;
}

/** Writes a schedule down, knows which state is there, and hands out slots. */
export class ScheduleBuilder {
  readonly #actions: TapeAction[] = [];
  readonly #steps: number;
  readonly #slots: Readonly<Record<Tier, SlotSource>>;
  #state = -1;
  #turn = 0;

  /**
   * @param steps - steps of the line
   * @param slots - default slots that are numbered from 0, the one given back last taken first
   */
  constructor(steps: number, slots?: Readonly<Record<Tier, SlotSource>>) {
    this.#steps = steps;
    this.#slots = slots ?? { device: new SlotStack(), host: new SlotStack(), disk: new SlotStack() };
  }

  /** Index of the state that is there now; −1 before the beam is loaded. */
  get state(): number {
    return this.#state;
  }

  /** How many slots of a tier are full. */
  used(tier: Tier): number {
    return this.#slots[tier].full;
  }

  load(): void {
    this.#add({ do: 'load' }, 0);
  }

  /** Steps forward until `state` is there. */
  forwardTo(state: number): void {
    while (this.#state < state) this.#add({ do: 'forward', step: this.#state }, this.#state + 1);
  }

  adjoint(step: number): void {
    this.#add({ do: 'adjoint', step });
  }

  reverse(step: number): void {
    this.#add({ do: 'reverse', step }, step);
  }

  /** Keeps the state that is there now; its bytes matter to slots that are laid out by size. */
  storeState(tier: Tier, bytes = 0): Place {
    const place = { tier, slot: this.#slots[tier].take(bytes) };
    this.#add({ do: 'storeState', step: this.#state, ...place });
    return place;
  }

  /** Brings a state back, if it is not there anyway. */
  reach(state: number, source: Source): void {
    if (this.#state === state) return;
    if (source === 'initial') this.load();
    else this.#add({ do: 'restoreState', step: state, ...source }, state);
  }

  storeField(step: number, tier: Tier, bytes = 0): Place {
    const place = { tier, slot: this.#slots[tier].take(bytes) };
    this.#add({ do: 'storeField', step, ...place });
    return place;
  }

  restoreField(step: number, place: Place): void {
    this.#add({ do: 'restoreField', step, ...place });
  }

  /** Empties a slot; the initial beam has none. */
  free(source: Source): void {
    if (source === 'initial') return;
    this.#slots[source.tier].giveBack(source.slot);
    this.#add({ do: 'free', ...source });
  }

  /** The actions since the last call of this method. */
  drain(): TapeAction[] {
    return this.#actions.splice(0);
  }

  finish(name: string): Schedule {
    return { name, actions: this.#actions, turn: this.#turn };
  }

  #add(action: TapeAction, state = this.#state): void {
    this.#actions.push(action);
    this.#state = state;
    if (state === this.#steps && this.#turn === 0) this.#turn = this.#actions.length;
  }
}

class SlotStack implements SlotSource {
  readonly #free: number[] = [];
  #made = 0;

  get full(): number {
    return this.#made - this.#free.length;
  }

  take(): number {
    return this.#free.pop() ?? this.#made++;
  }

  giveBack(slot: number): void {
    this.#free.push(slot);
  }
}
