import type { Kick, Line } from '../lattice/line.js';
import { type Precision, STORAGE } from '../precision.js';
import type { CostModel } from './costs.js';
import type { StepDescriptor } from './schedules/index.js';

/** Bytes of one state in a slot. */
export function stateSlotBytes(particles: number, apertures: number, precision: Precision): number {
  const perParticle = 6 * STORAGE[precision].coordinateBytes + (apertures > 0 ? 4 : 0);
  return wholeWords(particles * perParticle);
}

/** Bytes of a kick's potential in a slot. */
export function fieldSlotBytes({ gridShape }: Kick, precision: Precision): number {
  const nodes = gridShape.reduce((product, n) => product * n, 1);
  return wholeWords(STORAGE[precision].realBytes * nodes);
}

/** A line's steps as schedules and plans see them. */
export function describeSteps(
  line: Line,
  particles: number,
  precision: Precision,
  costs: CostModel,
): StepDescriptor[] {
  const stateBytes = stateSlotBytes(particles, line.apertures, precision);
  return line.steps.map((step, i) => ({
    kind: step.kind,
    invertible: step.kind !== 'custom' || step.element.invertible,
    stateBytes,
    fieldBytes: step.kind === 'kick' ? fieldSlotBytes(step.kick, precision) : 0,
    costs: costs(step, i),
    // A kick's adjoint asks for positions only, and it does not change them.
    ...(step.kind === 'kick' && { adjointFrom: 'either' as const }),
  }));
}

/** Slots are multiples of 8 B: wholeWords in native/engine/memory_plan.cpp. */
function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
