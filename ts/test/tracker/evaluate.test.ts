import { describe, expect, it } from 'vitest';
import {
  Drift,
  emittance,
  Lattice,
  Marker,
  ofParticles,
  Quadrupole,
  sigma,
  Tracker,
  twiss,
} from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';
import { differingCoordinates } from '../support/bits.js';
import { gradientBits } from '../support/gradientBits.js';

const beam = gaussianBunch(300);
const LINE = new Lattice([
  new Quadrupole({ name: 'q1', length: 0.1, k1: 6 }),
  new Marker({ name: 'm1' }),
  new Drift({ name: 'd1', length: 0.4 }),
]).withSpaceCharge({ kicks: 3, gridShape: [8, 8, 8] });
const furthest = ofParticles(({ x }) => ({ value: x.reduce((most, u) => Math.max(most, u), 0) }));
const OBJECTIVES = [
  sigma('x'),
  sigma('x').at('m1'),
  emittance('y').times(twiss('x').beta.at('m1')),
  furthest,
  furthest.at('m1'),
];

describe.each(FAST_BACKENDS)('a tracker on %s', (backend) => {
  it('evaluates many objectives in one run, with the bits of each alone', async () => {
    using tracker = await Tracker.create(LINE, { backend });
    const { values, kicks, timing } = await tracker.evaluate(beam, OBJECTIVES);
    expect(kicks).toHaveLength(3);
    expect(timing.reverse).toBeUndefined();
    for (const [i, objective] of OBJECTIVES.entries()) {
      expect(values[i]).toBe((await tracker.gradient(beam, objective, { wrt: [] })).value);
    }
    expect((await tracker.evaluate(beam, [])).values).toEqual([]);
  });

  it('sets parameters for one run, with the bits of a lattice that has them', async () => {
    using tracker = await Tracker.create(LINE, { backend });
    const parameters = { 'q1.k1': 40, 'd1.length': 0.3 };
    using other = await Tracker.create(LINE.withParameters(parameters), { backend });
    const wrt = ['q1.k1', 'd1.length', 'beam', 'charge', 'charges'];
    const before = await tracker.track(beam);
    const set = await tracker.track(beam, { parameters });
    expect(differingCoordinates(set.coordinates, (await other.track(beam)).coordinates)).toBe(0);
    const gradient = await tracker.gradient(beam, sigma('x'), { parameters, wrt });
    expect(gradientBits(gradient)).toBe(gradientBits(await other.gradient(beam, sigma('x'), { wrt })));
    // And the lattice is what it was.
    expect(differingCoordinates((await tracker.track(beam)).coordinates, before.coordinates)).toBe(0);
  });
});

describe('a tracker', () => {
  it.each<[string, (tracker: Tracker) => Promise<unknown>, string]>([
    ['a misspelt parameter', (t) => t.track(beam, { parameters: { 'q1.k2': 1 } }), "did you mean 'k1'"],
    [
      'a value that is NaN',
      (t) => t.gradient(beam, sigma('x'), { parameters: { 'q1.k1': Number.NaN } }),
      'q1.k1 must be a finite number',
    ],
    ['objectives that are none', (t) => t.evaluate(beam, [3 as never]), 'evaluate takes an objective'],
    ['one objective without a list', (t) => t.evaluate(beam, sigma('x') as never), 'a list of objectives'],
    [
      'a misspelt option',
      (t) => t.evaluate(beam, [], { parameter: {} } as never),
      "did you mean 'parameters'",
    ],
    ['an unknown marker', (t) => t.evaluate(beam, [sigma('x').at('m2')]), "did you mean 'm1'"],
  ])('refuses %s', async (_, call, message) => {
    using tracker = await Tracker.create(LINE, { backend: 'cpu' });
    await expect(call(tracker)).rejects.toThrow(message);
    await expect(tracker.track(beam)).resolves.toBeDefined();
  });
});
