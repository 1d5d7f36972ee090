/** Where a snapshot may lie: next to the particles, in (pinned) host memory, or in a file. */
export type Tier = 'device' | 'host' | 'disk';

/** The tiers from the nearest to the farthest. */
export const TIERS: readonly Tier[] = ['device', 'host', 'disk'];

/** One slot of one tier; slots of a tier are numbered from 0. */
export interface Place {
  readonly tier: Tier;
  readonly slot: number;
}

/**
 * What a schedule is made of. State `i` is the beam before step `i`, state `n` the beam at the end of the line.
 *
 * - `load`: the caller's initial beam becomes state 0.
 * - `forward`: state i → i + 1. `inverse`: state i + 1 → i.
 * - `adjoint`: the adjoint passes step i; its input state is there and stays.
 * - `reverse`: inverse and adjoint of step i fused, state i + 1 → i.
 * - `storeState`, `restoreState`: a snapshot of state `step`; it stays in its slot when it is restored.
 * - `storeField`, `restoreField`: what step `step` has just computed besides the state (a kick's potential), and back.
 * - `free`: empties a slot.
 * - `move`: the content of a slot, waited for. `prefetch`: a copy towards the device that nobody waits for before
 *   the copy is restored; until then its source is neither freed nor written.
 * - `verify`: the hash of state `step` is kept the first time and compared after that.
 */
export type TapeAction =
  | { readonly do: 'load' }
  | { readonly do: 'forward' | 'inverse' | 'adjoint' | 'reverse' | 'verify'; readonly step: number }
  | (Place & { readonly do: 'storeState' | 'storeField'; readonly step: number })
  | (Place & { readonly do: 'restoreState' | 'restoreField'; readonly step: number })
  | (Place & { readonly do: 'free' })
  | { readonly do: 'move' | 'prefetch'; readonly from: Place; readonly to: Place };

/** An action that fills a slot from what is there. */
export type StoreAction = Extract<TapeAction, { do: 'storeState' | 'storeField' }>;
/** An action that brings the content of a slot back. */
export type RestoreAction = Extract<TapeAction, { do: 'restoreState' | 'restoreField' }>;

/** Whether an action stores a state or a field. */
export function isStore(action: TapeAction): action is StoreAction {
  return action.do === 'storeState' || action.do === 'storeField';
}

/** Whether an action restores a state or a field. */
export function isRestore(action: TapeAction): action is RestoreAction {
  return action.do === 'restoreState' || action.do === 'restoreField';
}

/** Which bytes of its tier a slot takes. Two slots may share bytes if they are never full at the same time. */
export interface SlotRange {
  /** From the beginning of the tier's region, in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** A way to the end of the line and back: a stream of actions. */
export interface Schedule {
  /** Name in the field, for example `'revolve'`. */
  readonly name: string;
  readonly actions: readonly TapeAction[];
  /** How many of the actions belong to the way to the end: after them the beam is state n for the first time. */
  readonly turn: number;
  /** Where slots lie, for a schedule that lays them out itself; see {@link layoutOf}. */
  readonly slots?: Partial<Record<Tier, readonly SlotRange[]>>;
}
