import { describe, expect, it } from 'vitest';
import {
  type Beam,
  COORDINATES,
  covariance,
  Drift,
  emittance,
  type GradientResult,
  Lattice,
  Marker,
  type Objective,
  ofParticles,
  Quadrupole,
  SpaceChargeKick,
  type Strategy,
  Tracker,
} from '../../src/index.js';
import { BACKENDS, FAST_BACKENDS, platforms } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';
import { hashOf } from '../support/bits.js';
import { builtLibrary, runProgram } from '../support/builtLibrary.js';

const STRATEGIES: readonly Strategy[] = ['invert', 'store', 'fields'];

/** Kicks first and last, two in a row, of different grids; markers everywhere a strategy might stumble. */
function line(grid: readonly [number, number, number]): Lattice {
  const kick = (name: string, gridShape = grid) =>
    new SpaceChargeKick({ name, effectLength: 0.1, gridShape, extent: { sigmas: [3, 3.5, 4] } });
  return new Lattice([
    new Marker({ name: 'first' }),
    kick('sc1'),
    new Quadrupole({ name: 'q1', length: 0.1, k1: 6 }),
    new Drift({ name: 'd1', length: 0.2, model: 'exact' }),
    kick('sc2', [grid[2], grid[0], grid[1]]),
    new Marker({ name: 'between' }),
    kick('sc3'),
    new Drift({ name: 'd2', length: 0.3 }),
    new Marker({ name: 'middle' }),
    new Quadrupole({ name: 'q2', length: 0.1, k1: -6 }),
    new SpaceChargeKick({ name: 'sc4', effectLength: 0.2, gridShape: grid, differentiateGrid: false }),
    new Drift({ name: 'd3', length: 0.1 }),
    kick('sc5'),
  ]);
}

/** Σ q·x³, which needs the particles themselves. */
const third = ofParticles(({ x }, charges) => ({
  value: charges.reduce((sum, q, i) => sum + q * x[i]! ** 3, 0),
  coordinates: { x: x.map((a, i) => 3 * charges[i]! * a ** 2) },
  charges: x.map((a) => a ** 3),
}));

/** Looks at the beam at the end and at every marker, by moments and by particles. */
const objective = emittance('x')
  .plus(covariance('y', 'py').at('first'))
  .plus(covariance('x', 'p').at('between'))
  .plus(third.at('between'))
  .plus(third.at('middle').times(10))
  .plus(emittance('y').at('middle'));

/** A hash of the value and of every gradient. */
async function bits(tracker: Tracker, beam: Beam, of: Objective, strategy: Strategy): Promise<string> {
  const wrt = [...tracker.lattice.parameterNames(), 'energy', 'charge', 'beam', 'charges'];
  return hashOf(...numbersOf(await tracker.gradient(beam, of, { wrt, strategy })));
}

function numbersOf({ value, gradient }: GradientResult): (number | Float64Array)[] {
  const coordinates = COORDINATES.map((name) => gradient.coordinates![name]);
  return [value, ...Object.values(gradient.parameters), ...coordinates, gradient.charges!];
}

describe.each(platforms(BACKENDS))('every gradient on $backend, $precision has the same bits', (platform) => {
  const { backend } = platform;
  const threads = backend === 'cpu' ? [1, 2, 3] : [1];
  /** Many macroparticles on few nodes, the opposite, and an odd grid: the CPU's threads then scatter in different ways. */
  const settings: [number, [number, number, number]][] =
    backend === 'cuda-emulated'
      ? [[60, [5, 4, 6]]]
      : [
          [3001, [16, 12, 20]],
          [300, [32, 32, 32]],
          [1024, [11, 13, 7]],
        ];

  it.each(settings)(
    'by invert, store and fields, on 1, 2 and 3 threads: %i on %j',
    async (particles, grid) => {
      const beam = gaussianBunch(particles);
      const seen = new Set<string>();
      for (const count of threads) {
        using tracker = await Tracker.create(line(grid), { ...platform, threads: count });
        for (const strategy of STRATEGIES) seen.add(await bits(tracker, beam, objective, strategy));
      }
      expect(seen.size).toBe(1);
    },
    600_000,
  );

  it('run after run, and after other runs on the same tracker', async () => {
    const [particles, grid] = settings[0]!;
    const beam = gaussianBunch(particles);
    using tracker = await Tracker.create(line(grid), platform);
    const first = await bits(tracker, beam, objective, 'invert');
    await tracker.track(gaussianBunch(particles, 2));
    await bits(tracker, gaussianBunch(particles + 1, 3), objective, 'store');
    expect(await bits(tracker, beam, objective, 'invert')).toBe(first);
    expect(await bits(tracker, beam, objective, 'invert')).toBe(first);
  }, 600_000);
});

/** Prints the value and gradient of a run with the built package. */
const PROGRAM = (backend: string) => `
  import { Beam, Drift, Lattice, Quadrupole, sigma, Tracker } from '${builtLibrary()}';
  const beam = Beam.gaussian({ particles: 2000, species: 'electron', energy: 25e6, charge: 1e-9, sigmaX: 1e-3, sigmaPx: 1e-4,
    sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3, seed: 3 });
  const line = new Lattice([new Quadrupole({ name: 'q', length: 0.1, k1: 6 }), new Drift({ name: 'd', length: 0.4 })]);
  const tracker = await Tracker.create(line.withSpaceCharge({ kicks: 5, gridShape: [15, 16, 18] }), { backend: '${backend}' });
  const { value, gradient } = await tracker.gradient(beam, sigma('x'), { wrt: ['q.k1', 'energy', 'charge', 'beam', 'charges'] });
  const arrays = [...Object.values(gradient.coordinates), gradient.charges, Float64Array.of(value, ...Object.values(gradient.parameters))];
  process.stdout.write(arrays.map((a) => Buffer.from(a.buffer).toString('base64')).join());
`;

describe.each(FAST_BACKENDS)('separate processes on %s', (backend) => {
  it('get the same bits', async () => {
    const [one, other] = [await runProgram(PROGRAM(backend)), await runProgram(PROGRAM(backend))];
    expect(one.code).toBe(0);
    expect(one.output.length).toBeGreaterThan(7 * 2000 * 8);
    expect(other).toEqual(one);
  });
});
