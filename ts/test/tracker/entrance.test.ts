import { describe, expect, it } from 'vitest';
import {
  covariance,
  Drift,
  emittanceGrowth,
  Lattice,
  Marker,
  type Objective,
  Quadrupole,
  type Strategy,
  sigma,
  Tracker,
  type TurnOptions,
  twiss,
} from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';
import { gradientBits } from '../support/gradientBits.js';

const beam = gaussianBunch(400);
const BARE = new Lattice([
  new Quadrupole({ name: 'q1', length: 0.1, k1: 6 }),
  new Marker({ name: 'm1' }),
  new Drift({ name: 'd1', length: 0.4 }),
]);
const KICKED = BARE.withSpaceCharge({ kicks: 3, gridShape: [8, 8, 8] });
const EVERYTHING = ['q1.k1', 'd1.length', 'energy', 'charge', 'beam', 'charges'];

async function valueAlong(objective: Objective, turns: TurnOptions = {}, lattice = KICKED): Promise<number> {
  using tracker = await Tracker.create(lattice, { backend: 'cpu' });
  return (await tracker.evaluate(beam, [objective], turns)).values[0]!;
}

describe('an objective at the entrance', () => {
  it('sees the beam as it was given', async () => {
    const { covariance: c } = beam.moments();
    // Coordinates are rounded to 2⁻⁴² of the largest on loading: measured 1e-14.
    expect((await valueAlong(sigma('x').atEntrance())) / Math.sqrt(c[0]!)).toBeCloseTo(1, 12);
    expect(twiss('y').beta.atEntrance().describe()).toBe('twiss(y).beta@(entrance)');
  });

  it.each<[string, TurnOptions]>([
    ['three turns', { turns: 3 }],
    ['turns until a condition holds', { until: ({ turn }) => turn === 3, maxTurns: 9 }],
  ])('is before the first of %s', async (_, turns) => {
    expect(await valueAlong(sigma('x').atEntrance(), turns)).toBe(await valueAlong(sigma('x').atEntrance()));
    expect(await valueAlong(sigma('x'), turns)).not.toBe(await valueAlong(sigma('x')));
  });

  it.each([1, 3])('has the derivative of a variance by its particles, after %i turns', async (turns) => {
    using tracker = await Tracker.create(KICKED, { backend: 'cpu' });
    const { gradient } = await tracker.gradient(beam, covariance('x', 'x').atEntrance(), {
      wrt: EVERYTHING,
      turns,
    });
    const { mean } = beam.moments();
    for (const [i, x] of beam.coordinates.x.entries()) {
      const exact = (2 * beam.charges[i]! * (x - mean[0]!)) / beam.charge;
      expect(Math.abs(gradient.coordinates!.x[i]! - exact)).toBeLessThan(1e-16); // of 1e-5; measured 1e-18
    }
    expect(gradient.coordinates!.px.every((bar) => bar === 0)).toBe(true);
    expect(gradient.parameters).toMatchObject({ 'q1.k1': 0, 'd1.length': 0, energy: 0 });
  });

  it.each(FAST_BACKENDS)('has the same bits whatever the way back: %s', async (backend) => {
    using tracker = await Tracker.create(KICKED, { backend });
    const objective = sigma('x').dividedBy(sigma('x').atEntrance());
    const bits = async (strategy: Strategy, turns: number) =>
      gradientBits(await tracker.gradient(beam, objective, { wrt: EVERYTHING, strategy, turns }));
    for (const turns of [1, 2]) {
      const inverted = await bits('invert', turns);
      for (const strategy of ['store', 'revolve', 'fields'] as const)
        expect(await bits(strategy, turns)).toBe(inverted);
    }
  });
});

describe('emittance growth', () => {
  it('is 1 in a linear line, whatever its strengths', async () => {
    using tracker = await Tracker.create(BARE, { backend: 'cpu' });
    const { value, gradient } = await tracker.gradient(beam, emittanceGrowth('x'), {
      wrt: ['q1.k1', 'energy', 'beam'],
    });
    expect(value).toBeCloseTo(1, 11);
    expect(Math.abs(gradient.parameters['q1.k1']!)).toBeLessThan(1e-11); // measured 1e-13
    // A larger beam has a larger emittance at both places.
    const along = gradient.coordinates!.x.reduce((sum, bar, i) => sum + bar * beam.coordinates.x[i]!, 0);
    expect(Math.abs(along)).toBeLessThan(1e-9);
  });

  it('compares with the entrance wherever it is taken', async () => {
    const objective = emittanceGrowth('x').at('m1');
    expect(objective.describe()).toBe('emittanceGrowth(x)@m1');
    expect(objective.locations().map(({ location }) => location)).toEqual([{ marker: 'm1' }, 'entrance']);
    const [there, end] = [await valueAlong(objective), await valueAlong(emittanceGrowth('x'))];
    expect(there).not.toBe(end);
    expect(await valueAlong(emittanceGrowth('x').atEntrance())).toBe(1);
    expect(() => emittanceGrowth('z' as never)).toThrow('the plane of emittanceGrowth()');
  });
});
