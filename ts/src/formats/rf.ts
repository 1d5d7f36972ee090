import type { PlacedSpec } from './spec.js';
import { one } from './translation.js';

/** A cavity as all formats come to describe it. */
export interface Cavity {
  /** m; a thin one for 0. */
  readonly length: number;
  /** V. */
  readonly voltage: number;
  /** Hz. */
  readonly frequency: number;
  /** rad before the crest, from −π to π: the gain is voltage·cos(phase + 2π·frequency·t). */
  readonly phase: number;
}

/** The element for a cavity: thin, thick, or without a voltage none. */
export function cavityOf({ length, voltage, frequency, phase }: Cavity): PlacedSpec[] {
  if (voltage === 0) return length === 0 ? one('Marker', {}) : one('Drift', { length });
  const options = { voltage, frequency, phase: withinTurn(phase) };
  return length === 0 ? one('ShortRF', options) : one('RFCavity', { length, ...options });
}

/** The same angle from −π to π. */
const withinTurn = (angle: number) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
