import type { KickSpec } from '../lattice/line.js';
import { Element, type ElementChanges } from './element.js';

/** A thin kick by the beam's own field, however that is computed. */
export abstract class CollectiveKick extends Element {
  /** The parameters behind the engine's gradient slots, in their order. */
  abstract readonly slotParameters: readonly string[];

  /** The kick as the engine runs it. */
  abstract get kick(): KickSpec;

  abstract override with(changes: ElementChanges): CollectiveKick;
}
