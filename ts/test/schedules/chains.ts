import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { StepDescriptor } from '../../src/tape/schedules/index.js';

/** Overrides of a step's descriptor, costs one by one. */
export type StepOptions = Partial<Omit<StepDescriptor, 'costs'>> & {
  costs?: Partial<StepDescriptor['costs']>;
};

/** A step that only counts forward launches: a state of one byte, no field, not invertible. */
export function step(options: StepOptions = {}): StepDescriptor {
  const { costs, ...rest } = options;
  return {
    kind: 'step',
    invertible: false,
    stateBytes: 1,
    fieldBytes: 0,
    ...rest,
    costs: { forward: 1, inverse: 0, adjoint: 0, reverse: 0, savedByField: 0, ...costs },
  };
}

/** `n` steps alike. */
export function chain(n: number, options: StepOptions = {}): StepDescriptor[] {
  return Array.from({ length: n }, () => step(options));
}

/** A line of runs and kicks as the library makes them: all invertible, every kick with a field. */
export function beamLine(kicks: number): StepDescriptor[] {
  const run = step({ kind: 'run', invertible: true, stateBytes: 48, costs: COSTS.run });
  const kick = step({ kind: 'kick', invertible: true, stateBytes: 48, fieldBytes: 20, costs: COSTS.kick });
  return Array.from({ length: 2 * kicks + 1 }, (_, i) => (i % 2 === 0 ? run : kick));
}

const COSTS = {
  run: { forward: 1, inverse: 1, adjoint: 2, reverse: 2.5, savedByField: 0 },
  kick: { forward: 10, inverse: 10, adjoint: 20, reverse: 21, savedByField: 7 },
};

/** Numbers in [0, 1), the same in every run. */
export function seeded(seed: number): () => number {
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}
