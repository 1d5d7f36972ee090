import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  type BudgetError,
  Drift,
  Lattice,
  planGradient,
  Segment,
} from '../../src/index.js';

const STATE = 1000 * 48;

/** Twenty drifts whose states are to be kept, ten of them on disk if the line says so. */
function line(tier?: 'disk'): Lattice {
  const drifts = (name: string) =>
    Array.from({ length: 10 }, (_, i) => new Drift({ name: `${name}${i}`, length: 0.1 }));
  return new Lattice([
    new Segment({ name: 'anywhere', reverse: 'store', elements: drifts('a') }),
    new Segment({ name: 'far', reverse: 'store', ...(tier && { tier }), elements: drifts('f') }),
  ]).withSpaceCharge({ maxStep: 0.1, gridShape: [4, 4, 4] });
}

/** Bytes by tier of the plan that `'auto'` makes under budgets. Planned only: no GPU is needed. */
function planned(lattice: Lattice, backend: BackendName, host: number, disk: number) {
  const beam = { particles: 1000 };
  const { smallestBytes } = planGradient(lattice, beam, { backend, memory: { host: 1e9, disk: 1e9 } });
  const device = smallestBytes + 3 * STATE;
  return planGradient(lattice, beam, { backend, memory: { device, host, disk } }).memory;
}

describe("'auto' and what goes to disk", () => {
  it('leaves room in host memory for it to pass through, on a GPU', () => {
    for (let host = STATE; host <= 6 * STATE; host += STATE / 2) {
      const { host: taken, disk } = planned(line('disk'), 'cuda', host, 1e9);
      expect(disk).toBeGreaterThanOrEqual(10 * STATE);
      expect(taken).toBeLessThanOrEqual(host);
      expect(taken).toBeGreaterThanOrEqual(STATE);
    }
    // A CPU writes from where it computes.
    expect(planned(line('disk'), 'cpu', 0, 1e9).host).toBe(0);
  });

  it('does without the disk where it cannot get there, unless it is told to go', () => {
    const near = planGradient(line(), { particles: 1000 }, { backend: 'cuda', memory: { host: 0 } });
    const errorOf = (lattice: Lattice, device: number) => {
      try {
        const memory = { device, host: STATE - 1, disk: 1e9 };
        planGradient(lattice, { particles: 1000 }, { backend: 'cuda', memory });
      } catch (error) {
        return error as BudgetError;
      }
    };
    expect(errorOf(line(), near.smallestBytes)).toBeUndefined();
    expect(errorOf(line(), near.smallestBytes - 1)).toMatchObject({ name: 'BudgetError', tier: 'device' });
    expect(errorOf(line('disk'), 1e9)).toMatchObject({
      name: 'BudgetError',
      tier: 'host',
      smallestBytes: STATE,
    });
  });
});
