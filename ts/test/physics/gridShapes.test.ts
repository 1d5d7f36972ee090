import { describe, expect, it } from 'vitest';
import { COORDINATES, Lattice, linear, SpaceChargeKick, Tracker } from '../../src/index.js';
import { BACKENDS, FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch, moved, randomCoordinates } from '../support/beams.js';
import { derivative } from '../support/differences.js';
import { directKick } from '../support/directKick.js';
import { innerProduct, relativeError } from '../support/norms.js';
import { SMOOTH_COTANGENT, SMOOTH_PARTICLES, smoothKick } from '../support/smoothLine.js';

/** The least shape, odd and prime numbers, and very unequal ones. */
const SHAPES: [number, number, number][] = [
  [4, 4, 4],
  [5, 4, 7],
  [11, 13, 5],
  [7, 5, 11],
  [4, 4, 64],
  [64, 4, 4],
  [4, 33, 5],
];

describe.each(BACKENDS)('a kick on %s', (backend) => {
  const shapes = backend === 'cuda-emulated' ? SHAPES.slice(0, 3) : SHAPES;

  it.each(shapes)(
    'is that of direct sums: %i x %i x %i nodes',
    async (...gridShape) => {
      const beam = gaussianBunch(backend === 'cuda-emulated' ? 60 : 300);
      const halfWidths = [2e-3, 1.7e-3, 2.2e-3] as const;
      const expected = directKick(beam, { effectLength: 0.3, gridShape, halfWidths });
      const extent = { fixed: halfWidths };
      const kick = new SpaceChargeKick({ effectLength: 0.3, gridShape, extent, centre: 'reference' });
      using tracker = await Tracker.create(new Lattice([kick]), { backend });
      const { coordinates, kicks } = await tracker.track(beam);
      expect(kicks[0]!.outsideCharge).toBeGreaterThan(0.02 * beam.charge); // some are outside and feel nothing
      for (const name of ['px', 'py', 'p'] as const) {
        const received = coordinates[name].map((value, i) => value - beam.coordinates[name][i]!);
        expect(relativeError(received, expected[name]), name).toBeLessThan(5e-11); // measured 1.4e-11
      }
    },
    600_000,
  );
});

describe.each(FAST_BACKENDS)('the adjoint of a kick on %s', (backend) => {
  it.each(SHAPES)('is the transpose of its derivative: %i x %i x %i nodes', async (...gridShape) => {
    const { line, beam } = smoothKick(gridShape);
    const cell = Math.min(...gridShape.map((n) => 2e-3 / (n - 1)));
    const direction = randomCoordinates(SMOOTH_PARTICLES, 13);
    for (const name of COORDINATES) direction[name] = direction[name].map((a) => 0.02 * cell * a);
    const objective = linear(SMOOTH_COTANGENT);
    using tracker = await Tracker.create(line, { backend });
    const at = (by: number, wrt: string[] = []) =>
      tracker.gradient(moved(beam, direction, by), objective, { wrt, headroom: 128 });
    const { gradient } = await at(0, ['beam']);
    const difference = await derivative(async (by) => (await at(by)).value, 0.2);
    const slope = innerProduct(gradient.coordinates!, direction);
    expect(Math.abs(slope / difference - 1)).toBeLessThan(1e-9); // measured 1.2e-10
  });
});
