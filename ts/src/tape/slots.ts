import { type Action, action, Op } from './actions.js';
import {
  isRestore,
  isStore,
  type Layout,
  type Place,
  type RestoreAction,
  regionBytes,
  type SlotRange,
  type StoreAction,
  type TapeAction,
  type Tier,
} from './schedules/index.js';

/** Snapshot slots as the engine takes them. */
export interface NativeSlots {
  readonly deviceSlots: readonly SlotRange[];
  readonly hostSlots: readonly SlotRange[];
  /** Bytes of each. */
  readonly diskSlots: readonly number[];
}

/** What is done with slots, as far as it takes more of them. */
export interface SlotUse {
  /** Whether anything is stored on another tier than the device, and restored from there without a prefetch. */
  readonly storesElsewhere: boolean;
  readonly restoresElsewhere: boolean;
  /** Whether what comes back is compared with what it was. */
  readonly verifies: boolean;
}

/** What a schedule does with slots. */
export function slotUseOf(actions: readonly TapeAction[]): SlotUse {
  return {
    storesElsewhere: actions.some((action) => isStore(action) && action.tier !== 'device'),
    restoresElsewhere: actions.some((action) => isRestore(action) && action.tier !== 'device'),
    verifies: actions.some((action) => action.do === 'verify'),
  };
}

const KINDS: Readonly<Record<Tier, number>> = { device: 0, host: 1, disk: 2 };
const KIND_SHIFT = 24; // SlotRef::kKindShift in native/engine/slots.h

/**
 * The engine stores and restores in device memory only. What a schedule puts on another tier goes through a slot on the device
 * behind the schedule's own, and is moved from there in the background. What comes back without a prefetch goes through another.
 */
export class SlotPlan {
  readonly native: NativeSlots;
  readonly #out: number;
  readonly #back: number;
  readonly #verifies: boolean;

  /**
   * @param layout - where the slots of the schedule lie
   * @param use - what is done with them
   */
  constructor(layout: Layout, { storesElsewhere, restoresElsewhere, verifies }: SlotUse) {
    const bytes = [...layout.host, ...layout.disk].reduce((most, range) => Math.max(most, range.bytes), 0);
    const deviceSlots = [...layout.device];
    const through = (isUsed: boolean) => {
      if (isUsed) deviceSlots.push({ offset: regionBytes(deviceSlots), bytes });
      return deviceSlots.length - 1;
    };
    this.#out = through(storesElsewhere);
    this.#back = through(restoresElsewhere);
    this.#verifies = verifies;
    this.native = {
      deviceSlots,
      hostSlots: layout.host,
      diskSlots: layout.disk.map((range) => range.bytes),
    };
  }

  /** Native actions for one that concerns slots. */
  lower(tapeAction: Extract<TapeAction, Place> | Extract<TapeAction, { from: Place }>): Action[] {
    switch (tapeAction.do) {
      case 'storeState':
      case 'storeField':
        return this.#store(tapeAction);
      case 'restoreState':
      case 'restoreField':
        return this.#restore(tapeAction);
      case 'free':
        return this.#free(tapeAction);
      case 'move':
        return [this.#move(tapeAction.from, tapeAction.to), ...this.#free(tapeAction.from)];
      case 'prefetch':
        return [this.#move(tapeAction.from, tapeAction.to)];
    }
  }

  #store(tapeAction: StoreAction): Action[] {
    const { do: what, step, tier, slot } = tapeAction;
    const on = tier === 'device' ? slot : this.#out;
    const store = action(what === 'storeState' ? Op.storeState : Op.storeField, step, on);
    // States are verified wherever they come back; a changed potential need not show in one.
    const record = this.#verifies && what === 'storeField' ? [action(Op.recordField, step, on)] : [];
    const move = tier === 'device' ? [] : [this.#move({ tier: 'device', slot: on }, tapeAction)];
    return [store, ...record, ...move];
  }

  #restore(tapeAction: RestoreAction): Action[] {
    const { do: what, step, tier, slot } = tapeAction;
    const on = tier === 'device' ? slot : this.#back;
    const move = tier === 'device' ? [] : [this.#move(tapeAction, { tier: 'device', slot: on })];
    const verify = this.#verifies && what === 'restoreField' ? [action(Op.verifyField, step, on)] : [];
    const restore = action(what === 'restoreState' ? Op.restoreState : Op.restoreField, step, on);
    return [...move, ...verify, restore];
  }

  #free(place: Place): Action[] {
    return place.tier === 'disk' ? [action(Op.free, 0, reference(place))] : [];
  }

  #move(from: Place, to: Place): Action {
    return action(Op.move, reference(from), reference(to));
  }
}

function reference({ tier, slot }: Place): number {
  return KINDS[tier] * 2 ** KIND_SHIFT + slot;
}
