import type { Line, Step } from '../lattice/line.js';
import type { CostModel } from './costs.js';
import type { StepDescriptor } from './schedules/index.js';

/** Bytes of one state in a slot. */
export function stateSlotBytes(particles: number, apertures: number): number {
  return Math.ceil((particles * (48 + (apertures > 0 ? 4 : 0))) / 8) * 8;
}

/** A line's steps as schedules and plans see them. */
export function describeSteps(line: Line, particles: number, costs: CostModel): StepDescriptor[] {
  const stateBytes = stateSlotBytes(particles, line.apertures);
  return line.steps.map((step, i) => ({
    kind: step.kind,
    invertible: step.kind !== 'custom' || step.element.invertible,
    stateBytes,
    fieldBytes: step.kind === 'kick' ? 8 * nodesOf(step) : 0,
    costs: costs(step, i),
    // A kick's adjoint asks for positions only, and it does not change them.
    ...(step.kind === 'kick' && { adjointFrom: 'either' as const }),
  }));
}

function nodesOf(step: Extract<Step, { kind: 'kick' }>): number {
  return step.kick.gridShape.reduce((product, n) => product * n, 1);
}
