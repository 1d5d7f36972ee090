import type { Tier } from './actions.js';

/** What a step costs, in seconds. */
export interface StepCosts {
  readonly forward: number;
  readonly inverse: number;
  /** Adjoint from the input state. */
  readonly adjoint: number;
  /** Inverse and adjoint fused. */
  readonly reverse: number;
  /** What inverse, adjoint and reverse cost less where the step's field is at hand. */
  readonly savedByField: number;
}

/** What a schedule or a plan knows about a step. */
export interface StepDescriptor {
  /** For people, for example `'kick'`. */
  readonly kind: string;
  readonly invertible: boolean;
  /** Bytes of a snapshot of the state before this step. */
  readonly stateBytes: number;
  /** Bytes of its field; 0 for a step without one. */
  readonly fieldBytes: number;
  readonly costs: StepCosts;
  /**
   * What the adjoint asks for, `'input'` if absent: the state before the step; `'either'` the state before or after it (a
   * kick, which needs positions only and leaves them alone); `'record'` no state at all, but what the step's last forward
   * left, as in the classical literature where a step is recorded immediately before it is reversed.
   */
  readonly adjointFrom?: 'input' | 'either' | 'record';
}

/** What a tier can hold and how fast it is; absent is without limit. */
export interface TierSpec {
  /** Capacity in bytes. */
  readonly bytes?: number;
  /** Capacity in slots. */
  readonly slots?: number;
  /** Towards the tier, in bytes per second. */
  readonly writeBandwidth?: number;
  /** From the tier to the working state, in bytes per second. */
  readonly readBandwidth?: number;
}

/** Tiers by name; an absent one is not there for a planner, and without limits for the checker. */
export interface Machine extends Partial<Record<Tier, TierSpec>> {
  /** Seconds to load the initial beam; 0 if absent. */
  readonly loadSeconds?: number;
}

/** Seconds that a sweep waits for `bytes` to be written to a tier. */
export function writeSeconds(spec: TierSpec | undefined, bytes: number): number {
  return bytes / (spec?.writeBandwidth ?? Number.POSITIVE_INFINITY);
}

/** Seconds that a sweep waits for `bytes` to be read from a tier. */
export function readSeconds(spec: TierSpec | undefined, bytes: number): number {
  return bytes / (spec?.readBandwidth ?? Number.POSITIVE_INFINITY);
}

/** Bytes of a snapshot of state `i`; the state after the last step is as large as the one before it. */
export function stateBytes(steps: readonly StepDescriptor[], i: number): number {
  return (steps[i] ?? steps.at(-1))?.stateBytes ?? 0;
}
