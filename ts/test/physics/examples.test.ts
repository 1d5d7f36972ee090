import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadProblem, Tracker } from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';

/** Final rms sizes in x, y and tau of a shipped problem, in m, and the warnings of the run. */
async function finalSizes(backend: (typeof FAST_BACKENDS)[number], name: string) {
  const file = fileURLToPath(new URL(`../../../examples/${name}.json`, import.meta.url));
  const { lattice, beam, headroom } = await loadProblem(file);
  using tracker = await Tracker.create(lattice, { backend });
  const { moments, warnings } = await tracker.track(beam, { headroom });
  return { sizes: [0, 14, 28].map((i) => Math.sqrt(moments.covariance[i]!)), warnings };
}

describe.each(FAST_BACKENDS)('the published problems in examples/ on %s', (backend) => {
  it('FODO cell with a Gaussian bunch: final sizes within the 3 % of the publication', async () => {
    const { sizes, warnings } = await finalSizes(backend, 'fodo');
    expect(warnings).toEqual([]);
    // Measured -1.2 %, +0.2 %, +0.4 %; without space charge the first two are 18 % and 12 % smaller.
    for (const [i, published] of [9.21e-5, 8.54e-5, 9.96e-4].entries()) {
      expect(Math.abs(sizes[i]! / published - 1)).toBeLessThan(0.03);
    }
  });

  it('matched KV beam of 0.5 A: the same sizes behind a cell', async () => {
    const { sizes, warnings } = await finalSizes(backend, 'kv-fodo');
    expect(warnings).toEqual([]);
    // Measured -4.4e-4 and -6.5e-4: the grid of 64 nodes along an axis smears the edge of the beam.
    for (const size of sizes.slice(0, 2)) expect(Math.abs(size / 8.5855393e-4 - 1)).toBeLessThan(2e-3);
  });

  it('cold uniform ball: twice its size after 40 kicks', async () => {
    const { sizes, warnings } = await finalSizes(backend, 'cold-ball');
    expect(warnings).toEqual([]);
    // Measured -1.65e-3 and less: the grid of 64 nodes along an axis smears the edge of the ball.
    expect(Math.abs(sizes[0]! / 8.944824e-4 - 1)).toBeLessThan(2e-3);
    expect(Math.abs(sizes[1]! / 8.944824e-4 - 1)).toBeLessThan(2e-3);
  });
});
