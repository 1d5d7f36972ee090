import { beforeAll, describe, expect, it } from 'vitest';
import { COORDINATES, type Coordinates, linear, Tracker } from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { moved, randomCoordinates } from '../support/beams.js';
import { slopes } from '../support/differences.js';
import { innerProduct } from '../support/norms.js';
import {
  CLEARANCE,
  clearance,
  measuredHalfWidths,
  SMOOTH_COTANGENT,
  SMOOTH_HEADROOM,
  SMOOTH_PARTICLES,
  type SmoothLineOptions,
  smoothBeam,
  smoothLine,
} from '../support/smoothLine.js';

const beam = smoothBeam();
/** 1e-5 m is a twentieth of a cell. */
const direction = scaled(randomCoordinates(SMOOTH_PARTICLES, 11), 1e-5);
const GRIDS = ['sigmas', 'fixed'] as const;
let lines: Record<(typeof GRIDS)[number], SmoothLineOptions>;

beforeAll(async () => {
  lines = { sigmas: {}, fixed: { halfWidths: await measuredHalfWidths(smoothLine(), beam) } };
  for (const options of Object.values(lines)) {
    expect(await clearance(smoothLine(options), beam), 'nobody near a cell face').toBeGreaterThan(CLEARANCE);
  }
});

function scaled(coordinates: Coordinates, factor: number): Coordinates {
  for (const name of COORDINATES) coordinates[name] = coordinates[name].map((value) => factor * value);
  return coordinates;
}

const flat = (coordinates: Coordinates) => COORDINATES.flatMap((name) => [...coordinates[name]]);

describe.each(FAST_BACKENDS)('the reverse sweep on %s', (backend) => {
  it.each(GRIDS)('is the transpose of the derivative: ⟨Jv, w⟩ = ⟨v, Jᵀw⟩, extents in %s', async (grid) => {
    using tracker = await Tracker.create(smoothLine(lines[grid]), { backend });
    const options = { headroom: SMOOTH_HEADROOM };
    const final = async (by: number) =>
      flat((await tracker.track(moved(beam, direction, by), options)).coordinates);
    const jv = await slopes(final, 0.1);
    const w = flat(SMOOTH_COTANGENT);
    const forward = jv.reduce((sum, a, i) => sum + a * w[i]!, 0);

    const { gradient } = await tracker.gradient(beam, linear(SMOOTH_COTANGENT), {
      ...options,
      wrt: ['beam'],
    });
    const backward = innerProduct(direction, gradient.coordinates!);
    // Measured 7.7e-11; the difference quotient itself is right to about that.
    expect(Math.abs(backward / forward - 1)).toBeLessThan(5e-10);
  });

  it.each(GRIDS)('leaves a Taylor remainder of second order, extents in %s', async (grid) => {
    using tracker = await Tracker.create(smoothLine(lines[grid]), { backend });
    const at = (by: number, wrt: string[] = []) =>
      tracker.gradient(moved(beam, direction, by), linear(SMOOTH_COTANGENT), {
        wrt,
        headroom: SMOOTH_HEADROOM,
      });
    const { value, gradient } = await at(0, ['beam']);
    const slope = innerProduct(direction, gradient.coordinates!);

    const steps = Array.from({ length: 9 }, (_, i) => 2 ** -i);
    const remainders: number[] = [];
    for (const step of steps) remainders.push(Math.abs((await at(step)).value - value - step * slope));
    const orders = remainders.slice(1).map((r, i) => Math.log2(remainders[i]! / r));
    // Towards 2 from 1.98 as the steps shrink: 1.97971, ..., 1.99964 at 2^-8. A wrong gradient gives 1.
    for (const [i, order] of orders.entries()) expect(Math.abs(order - 2)).toBeLessThan(0.03 / 2 ** i + 1e-3);
  });
});
