import { describe, expect, it } from 'vitest';
import {
  Beam,
  CustomStep,
  Drift,
  Lattice,
  Marker,
  Quadrupole,
  Segment,
  sigma,
  Tracker,
} from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';

const qf = new Quadrupole({ name: 'qf', length: 0.2, k1: 3 });
const qd = new Quadrupole({ name: 'qd', length: 0.2, k1: -2.5 });
const d = new Drift({ name: 'd', length: 0.5 });
const repeated = new Lattice([qf, d, qd, d, qf, d, qd, d]);
/** The same line of as many elements. */
const written = new Lattice(
  [qf, d, qd, d, qf, d, qd, d].map((element, i) => element.with({ name: `${element.name}${i}` })),
);
const GRID = { maxStep: 0.3, gridShape: [8, 8, 8] as [number, number, number] };
const beam = Beam.gaussian({
  ...{ particles: 200, species: 'electron', energy: 5e6, charge: 2e-10, seed: 1 },
  ...{ sigmaX: 1e-3, sigmaY: 1e-3, sigmaTau: 1e-3, sigmaPx: 1e-4, sigmaPy: 1e-4, sigmaP: 1e-4 },
});
const of = sigma('x').squared();

describe('a repeated element', () => {
  it('has its places named by number', () => {
    const names = ['qf#1', 'd#1', 'qd#1', 'd#2', 'qf#2', 'd#3', 'qd#2', 'd#4'];
    expect(repeated.elements.map(({ name }) => name)).toEqual(names);
    expect(repeated.length).toBeCloseTo(2.8, 15);
  });

  it('lists its parameters once, and knows those of its places', () => {
    expect(repeated.parameterNames()).toEqual(['qf.length', 'qf.k1', 'd.length', 'qd.length', 'qd.k1']);
    expect(repeated.hasParameter('qf.k1')).toBe(true);
    expect(repeated.hasParameter('qf#2.k1')).toBe(true);
    expect(repeated.hasParameter('qf#3.k1')).toBe(false);
    expect(repeated.parameter('qf.k1')).toBe(3);
  });

  it('is changed everywhere, or in one place', () => {
    const all = repeated.withParameters({ 'qf.k1': 4 });
    expect([all.parameter('qf#1.k1'), all.parameter('qf#2.k1'), all.parameter('qf.k1')]).toEqual([4, 4, 4]);
    const one = all.withParameters({ 'qf#2.k1': 5 });
    expect([one.parameter('qf#1.k1'), one.parameter('qf#2.k1')]).toEqual([4, 5]);
    expect(() => one.parameter('qf.k1')).toThrow("'qf.k1' has 2 values: ask for that of 'qf#1.k1'");
    expect(one.withParameters({ 'qf.k1': 6 }).parameter('qf.k1')).toBe(6);
  });

  it('has kicks of its own in every place', () => {
    const sliced = repeated.withSpaceCharge(GRID);
    expect(sliced.hasParameter('d#3_sc2.effectLength')).toBe(true);
    expect(sliced.withParameters({ 'd.length': 0.6 }).parameter('d#3_sc2.effectLength')).toBeCloseTo(0.3, 15);
  });

  it('lies in segments, and may be misaligned in one place', () => {
    const lattice = new Lattice([qf, new Segment({ elements: [qf, d], reverse: 'store' })]);
    expect(lattice.elements.map(({ name }) => name)).toEqual(['qf#1', 'qf#2', 'd']);
    expect(lattice.segmentAround(lattice.elements[0]!)).toBeUndefined();
    expect(lattice.segmentAround(lattice.elements[1]!)?.reverse).toBe('store');
    const shifted = lattice.withParameters({ 'qf#2.dx': 1e-3 });
    expect(shifted.parameterNames()).toEqual(['qf.length', 'qf.k1', 'qf.dx', 'd.length']);
  });

  it('needs no name: its places are named by type and position then', () => {
    const drift = new Drift({ length: 1 });
    expect(new Lattice([drift, qf, drift]).elements.map(({ name }) => name)).toEqual([
      'drift1',
      'qf',
      'drift3',
    ]);
  });

  it('leaves no name to anything else', () => {
    const other = new Drift({ name: 'qf', length: 1 });
    expect(() => new Lattice([qf, qf, other])).toThrow(
      "two parts of the lattice are named 'qf': an element that comes 2 times and number 3 (drift)",
    );
    expect(() => new Lattice([qf, qf, new Marker({ name: 'qf#2' })])).toThrow("are named 'qf#2'");
    expect(() => repeated.withParameters({ 'qg.k1': 1 })).toThrow(
      "no element is named 'qg' — did you mean 'qf'",
    );
  });
});

describe.each(FAST_BACKENDS)('gradients by a repeated element on %s', (backend) => {
  async function gradientOf(lattice: Lattice, wrt?: readonly string[]) {
    using tracker = await Tracker.create(lattice, { backend, threads: 1 });
    return await tracker.gradient(beam, of, wrt ? { wrt } : {});
  }

  it('are the sums over its places', async () => {
    const sum = await gradientOf(repeated.withSpaceCharge(GRID), ['qf.k1', 'qf#2.k1', 'd.length', 'qf.dx']);
    const single = await gradientOf(written.withSpaceCharge(GRID));
    const misaligned = await gradientOf(written.withSpaceCharge(GRID), ['qf0.dx', 'qf4.dx']);
    const parts = { ...single.gradient.parameters };
    expect(sum.value).toBe(single.value);
    expect(sum.gradient.parameters).toEqual({
      'qf.k1': parts['qf0.k1']! + parts['qf4.k1']!,
      'qf#2.k1': parts['qf4.k1'],
      'd.length': ['d1', 'd3', 'd5', 'd7'].reduce((total, name) => total + parts[`${name}.length`]!, 0),
      'qf.dx': misaligned.gradient.parameters['qf0.dx']! + misaligned.gradient.parameters['qf4.dx']!,
    });
  });

  it('are taken by its shared name where nothing is asked for', async () => {
    const { gradient } = await gradientOf(repeated);
    const names = ['qf.length', 'qf.k1', 'd.length', 'qd.length', 'qd.k1', 'energy', 'charge'];
    expect(Object.keys(gradient.parameters)).toEqual(names);
  });

  it('agree with finite differences of withParameters', async () => {
    const lattice = repeated.withSpaceCharge(GRID);
    const { gradient } = await gradientOf(lattice, ['qf.k1']);
    const h = 1e-4;
    const [up, down] = await Promise.all(
      [3 + h, 3 - h].map(async (k1) => (await gradientOf(lattice.withParameters({ 'qf.k1': k1 }), [])).value),
    );
    // Measured 3.3e-9
    expect(Math.abs((up! - down!) / (2 * h) / gradient.parameters['qf.k1']! - 1)).toBeLessThan(1e-8);
  });

  it('include those of custom steps', async () => {
    const kick = new CustomStep({
      name: 'kick',
      parameters: { g: 1e-4 },
      forward: (z, { g }) => ({ ...z, px: z.px.map((px) => px + g!) }),
      adjoint: (_, bar) => ({
        coordinates: bar,
        parameters: { g: bar.px.reduce((total, pxBar) => total + pxBar, 0) },
      }),
    });
    const twice = await gradientOf(new Lattice([d, kick, d, kick, qf]), ['kick.g', 'kick#1.g', 'kick#2.g']);
    const { 'kick.g': all, 'kick#1.g': first, 'kick#2.g': second } = twice.gradient.parameters;
    expect(all).toBe(first! + second!);
  });
});
