import type { Beam, Lattice, Objective } from '../../src/index.js';
import { Tracker } from '../../src/index.js';
import type { BackendName } from '../../src/native.js';
import { derivative } from './differences.js';
import { SMOOTH_HEADROOM } from './smoothLine.js';

/** What a gradient is taken of. */
export interface Subject {
  readonly backend: BackendName;
  readonly line: Lattice;
  readonly beam: Beam;
  readonly objective: Objective;
  /** Default {@link SMOOTH_HEADROOM}. */
  readonly headroom?: number;
}

/** The gradient that the library computes. */
export async function gradientOf(subject: Subject, wrt: readonly string[]) {
  const { backend, line, beam, objective, headroom = SMOOTH_HEADROOM } = subject;
  using tracker = await Tracker.create(line, { backend });
  return (await tracker.gradient(beam, objective, { wrt, headroom })).gradient;
}

/** The derivative of the objective's value as the line or the beam is changed `by` so much, from four values. */
export async function differenceOf(
  subject: Subject,
  change: (by: number) => Partial<Subject>,
  step: number,
): Promise<number> {
  const value = async (by: number) => {
    const { backend, line, beam, objective, headroom = SMOOTH_HEADROOM } = { ...subject, ...change(by) };
    using tracker = await Tracker.create(line, { backend });
    return (await tracker.gradient(beam, objective, { wrt: [], headroom })).value;
  };
  return await derivative(value, step);
}

/** The difference quotient by a parameter of the line. */
export async function differenceBy(subject: Subject, name: string): Promise<number> {
  const value = subject.line.parameter(name);
  const change = (by: number) => ({ line: subject.line.withParameters({ [name]: value + by }) });
  // Extents move by a hundredth of a cell; lengths are in m, k1 in 1/m².
  const step = name.includes('extent') ? 1e-3 * value : name.endsWith('k1') ? 0.02 : 2e-3;
  return await differenceOf(subject, change, step);
}
