import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BeamError, LatticeError, ProblemError } from '../../src/errors.js';
import { loadProblem, parseProblem } from '../../src/io/problem.js';

const BEAM = {
  distribution: 'gaussian',
  species: 'electron',
  energy: 25e6,
  charge: 1e-9,
  particles: 50,
  sigmaX: 1e-3,
  sigmaY: 2e-3,
  sigmaTau: 3e-3,
};
const LATTICE = [
  { type: 'quadrupole', name: 'q1', length: 0.1, k1: 6 },
  { type: 'marker', name: 'm1' },
  { type: 'drift', name: 'd1', length: 0.4, model: 'exact' },
];
const GOOD = { beam: BEAM, lattice: LATTICE };

const parse = (fields: unknown) => parseProblem(JSON.stringify(fields), 'f.json');

function errorOf(fields: unknown): ProblemError {
  try {
    parse(fields);
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return error as ProblemError;
  }
  throw new Error('accepted a bad problem');
}

describe('a problem file', () => {
  it('becomes a beam and a lattice', () => {
    const { beam, lattice, ...rest } = parse(GOOD);
    expect(beam.particles).toBe(50);
    expect(beam.energy).toBe(25e6);
    expect(beam.charge).toBeCloseTo(1e-9, 20);
    expect(lattice.elements.map((element) => element.type)).toEqual(['quadrupole', 'marker', 'drift']);
    expect(lattice.parameter('q1.k1')).toBe(6);
    expect(rest).toEqual({ file: 'f.json', particles: 50, warnings: [] });
  });

  it('passes on wrt, strategy, turns and headroom', () => {
    const settings = { wrt: ['q1.k1', 'beam'], strategy: 'store', turns: 7, headroom: 4096 };
    expect(parse({ ...GOOD, ...settings })).toMatchObject(settings);
  });

  it('passes on precision, and headroom by coordinate', () => {
    const settings = { precision: 'f32', headroom: { p: 4096, tau: 2 } };
    expect(parse({ ...GOOD, ...settings })).toMatchObject(settings);
    expect(() => parse({ ...GOOD, precision: 'f16' })).toThrow(
      /precision: must be one of f64, f32, not 'f16'/,
    );
    expect(() => parse({ ...GOOD, headroom: { pz: 2 } })).toThrow(/headroom.pz: unknown field 'pz'/);
  });

  it('gets space charge over the whole lattice', () => {
    const spaceCharge = { maxStep: 0.1, gridShape: [8, 8, 16], extent: { fixed: [0.01, 0.02, 0.03] } };
    const { lattice } = parse({ ...GOOD, spaceCharge });
    expect(lattice.parameterNames().filter((name) => name.endsWith('.effectLength'))).toHaveLength(5);
    expect(lattice.parameter('d1_sc4.extentZ')).toBe(0.03);
  });

  it('gets the space charge of a long beam, over the lattice or in one kick', () => {
    const spaceCharge = {
      model: '2d',
      current: 0.5,
      kicks: 5,
      gridShape: [8, 16],
      extent: { sigmas: [2, 3] },
    };
    const { lattice, gridShape } = parse({ ...GOOD, spaceCharge });
    expect(lattice.parameter('d1_sc4.current')).toBe(0.5);
    expect(lattice.parameter('d1_sc4.extentY')).toBe(3);
    expect(gridShape).toEqual([8, 16, 1]);
    const finer = parseProblem(JSON.stringify({ ...GOOD, spaceCharge }), 'f.json', {
      gridShape: [32, 48, 64],
      kicks: 9,
    });
    expect(finer.gridShape).toEqual([32, 48, 1]);
    expect(finer.lattice.parameterNames().filter((name) => name.endsWith('.current'))).toHaveLength(9);
    const kick = { type: 'spaceChargeKick2D', name: 'k', effectLength: 0.1, current: 2, gridShape: [8, 8] };
    expect(parse({ ...GOOD, lattice: [...LATTICE, kick] }).lattice.parameter('k.current')).toBe(2);
  });

  it('may list its macroparticles', () => {
    const columns = { x: [1e-3, 2e-3], px: [0, 0], y: [0, 0], py: [0, 0], tau: [0, 1e-4], p: [0, 0] };
    const reference = { species: { name: 'ion', restEnergy: 1e9, chargeNumber: 3 }, kineticEnergy: 1e6 };
    const listed = { distribution: 'coordinates', ...reference, charges: [1e-12, 3e-12], ...columns };
    const { beam } = parse({ ...GOOD, beam: listed });
    expect(Array.from(beam.coordinates.tau)).toEqual([0, 1e-4]);
    expect(Array.from(beam.charges)).toEqual([1e-12, 3e-12]);
    expect(beam.energy).toBe(1.001e9);
    const text = JSON.stringify({ ...GOOD, beam: listed });
    expect(() => parseProblem(text, 'f.json', { particles: 5 })).toThrow('lists its macroparticles');
  });

  it('fills an ellipsoid', () => {
    const { x, y, tau } = parse({ ...GOOD, beam: { ...BEAM, distribution: 'uniformEllipsoid' } }).beam
      .coordinates;
    // Semi-axes are √5 times the rms sizes.
    const radii = x.map((_, i) => Math.hypot(x[i]! / 1e-3, y[i]! / 2e-3, tau[i]! / 3e-3) / Math.sqrt(5));
    expect(Math.max(...radii)).toBeLessThanOrEqual(1);
    expect(Math.max(...radii)).toBeGreaterThan(0.9); // 50 points leave that shell empty with probability 1e-7
  });

  it('covers a KV shell', () => {
    const twiss = { x: { beta: 2, alpha: 0, emittance: 1e-6 }, y: { beta: 3, alpha: 0, emittance: 2e-6 } };
    const { sigmaX, sigmaY, ...bunch } = BEAM;
    const beam = { ...bunch, distribution: 'kv', longitudinal: 'gaussian', twiss };
    const { x, px, y, py } = parse({ ...GOOD, beam }).beam.coordinates;
    // In units of the rms emittances every macroparticle has the amplitude Ax/εx + Ay/εy = 4.
    const amplitude = (i: number) =>
      (x[i]! ** 2 / 2 + px[i]! ** 2 * 2) / 1e-6 + (y[i]! ** 2 / 3 + py[i]! ** 2 * 3) / 2e-6;
    for (let i = 0; i < 50; i++) expect(amplitude(i)).toBeCloseTo(4, 12);
  });

  it('takes another number of macroparticles from outside', () => {
    expect(parseProblem(JSON.stringify(GOOD), 'f.json', { particles: 7 }).beam.particles).toBe(7);
  });

  it('may start with a byte order mark', () => {
    expect(parseProblem(`\uFEFF${JSON.stringify(GOOD)}`, 'f.json').beam.particles).toBe(50);
  });
});

describe('a bad problem file', () => {
  const beam = (change: object) => ({ ...GOOD, beam: { ...BEAM, ...change } });
  const first = (element: object) => ({ ...GOOD, lattice: [element] });
  const objective = (expression: unknown) => ({ ...GOOD, objective: expression });
  const spaceCharge = (settings: object) => ({ ...GOOD, spaceCharge: settings });

  it.each<[path: string, message: string, fields: unknown]>([
    ['', 'must be an object, not a list of 0', []],
    ['beam', 'is missing', { lattice: LATTICE }],
    ['latice', "unknown field 'latice' — did you mean 'lattice'?", { ...GOOD, latice: 1 }],
    ['beam.distribution', "did you mean 'gaussian'?", beam({ distribution: 'gausian' })],
    ['beam.species', "did you mean 'electron'?", beam({ species: 'electorn' })],
    ['beam.species', 'must have a name, a restEnergy', beam({ species: { name: 'ion' } })],
    ['beam.sigmax', "did you mean 'sigmaX'?", beam({ sigmax: 1 })],
    ['beam.charge', "must be a number in C, not '1 nC'", beam({ charge: '1 nC' })],
    ['beam', 'charge (C) must be a positive number', beam({ charge: -1e-9 })],
    ['beam.particles', 'must be at least 1, not 0', beam({ particles: 0 })],
    ['beam.particles', 'must be a whole number, not 1.5', beam({ particles: 1.5 })],
    ['beam', 'is not above the rest energy', beam({ energy: 1e5 })],
    ['lattice', 'needs at least one element', { ...GOOD, lattice: [] }],
    ['lattice[0].type', "did you mean 'quadrupole'?", first({ type: 'qaudrupole' })],
    ['lattice[0].type', 'is missing: it must be one of drift, quadrupole', first({ length: 1 })],
    ['lattice[0].length', "must be a number in m, not 'long'", first({ type: 'drift', length: 'long' })],
    ['lattice[0].lenght', "did you mean 'length'? (and 1 more)", first({ type: 'drift', lenght: 1 })],
    ['lattice', 'q1', { ...GOOD, lattice: [...LATTICE, ...LATTICE] }],
    ['spaceCharge', 'exactly one of maxStep and kicks', spaceCharge({ gridShape: [8, 8, 8] })],
    ['spaceCharge.gridShape', 'must be a list of three', spaceCharge({ kicks: 9, gridShape: [8, 8] })],
    ['spaceCharge.gridShape[2]', 'at least 4, not 3', spaceCharge({ kicks: 9, gridShape: [8, 8, 3] })],
    ['spaceCharge', '1', spaceCharge({ kicks: 1, gridShape: [8, 8, 8] })],
    [
      'spaceCharge.model',
      "'2D' — did you mean '2d'?",
      spaceCharge({ model: '2D', kicks: 9, gridShape: [8, 8] }),
    ],
    ['spaceCharge.current', 'is missing', spaceCharge({ model: '2d', kicks: 9, gridShape: [8, 8] })],
    ['spaceCharge.current', 'unknown field', spaceCharge({ current: 1, kicks: 9, gridShape: [8, 8, 8] })],
    [
      'spaceCharge.gridShape',
      'a list of two',
      spaceCharge({ model: '2d', current: 1, kicks: 9, gridShape: [8, 8, 8] }),
    ],
    ['spaceCharge', 'exactly one of', spaceCharge({ model: '2d', current: 1, gridShape: [8, 8] })],
    [
      'objective',
      "knows no quantity or operation 'sgima' — did you mean 'sigma'?",
      objective({ sgima: 'x' }),
    ],
    ['objective', 'is empty', objective({})],
    ['objective', 'names sigma and mean at once', objective({ sigma: 'x', mean: 'x' })],
    ['objective.sigma', "must be one of x, px, y, py, tau, p, not 'z'", objective({ sigma: 'z' })],
    ['objective.sum[1].sqrt.mean', 'must be one of', objective({ sum: [1, { sqrt: { mean: 'q' } }] })],
    ['objective.sum[1]', 'must be an objective such as', objective({ sum: [{ sigma: 'x' }, 'y'] })],
    ['objective', 'is a plain number', objective({ sum: [1, 2] })],
    ['objective.function', "did you mean 'beta'?", objective({ twiss: 'x', function: 'bta' })],
    ['objective.target', 'a list of two: an objective and a number', objective({ target: [{ sigma: 'x' }] })],
    ['wrt', 'must be a list of names', { ...GOOD, wrt: 'q1.k1' }],
    ['strategy', "did you mean 'store'?", { ...GOOD, strategy: 'strore' }],
  ])('is refused at %j: %s', (path, message, fields) => {
    const error = errorOf(fields);
    expect(error.path).toBe(path);
    expect(error.message).toMatch(/^f\.json:\d+:\d+: /);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
  });

  it('keeps the model’s own error as the cause', () => {
    expect(errorOf(beam({ energy: 1e5 })).cause).toBeInstanceOf(BeamError);
    expect(errorOf({ ...GOOD, lattice: [...LATTICE, ...LATTICE] }).cause).toBeInstanceOf(LatticeError);
  });

  it('points at line and column', () => {
    const text = JSON.stringify(first({ type: 'drift', length: null }), null, 2);
    const line = text.split('\n').findIndex((row) => row.includes('null')) + 1;
    expect(() => parseProblem(text, 'f.json')).toThrow(`f.json:${line}:17: lattice[0].length: `);
  });
});

describe('loadProblem', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unkick-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads a file', async () => {
    const file = join(folder, 'good.json');
    writeFileSync(file, JSON.stringify(GOOD));
    expect((await loadProblem(file)).file).toBe(file);
  });

  it.each([
    ['absent.json', 'no such file'],
    ['', 'is a folder, not a file'],
  ])('refuses %j', async (name, message) => {
    const file = join(folder, name);
    await expect(loadProblem(file)).rejects.toThrow(`${file}: ${message}`);
    await expect(loadProblem(file)).rejects.toMatchObject({ name: 'ProblemError', file, path: '' });
  });
});

describe('the published problems', () => {
  const example = (name: string) => new URL(`../../../examples/${name}.json`, import.meta.url).pathname;

  it('fodo.json', async () => {
    const { beam, lattice, objective, wrt } = await loadProblem(example('fodo'));
    const { covariance } = beam.moments();
    expect(beam.energy).toBeCloseTo(100e6 + 510998.95069, 3);
    expect(Math.sqrt(covariance[0]!)).toBeCloseTo(7.5121e-5, 12);
    expect(covariance[1]).toBeCloseTo(3.1809e-9, 16);
    expect(lattice.length).toBe(3);
    expect(objective?.describe()).toBe('sigma(x)^2 + sigma(y)^2');
    expect(wrt).toEqual(['qf.k1', 'qd.k1', 'charge', 'energy']);
  });

  it('kv-fodo.json', async () => {
    const { beam, lattice } = await loadProblem(example('kv-fodo'));
    const { covariance } = beam.moments();
    expect(Math.sqrt(covariance[0]!) / 8.5855393e-4).toBeCloseTo(1, 4);
    expect(beam.energy).toBeCloseTo(938272089.43 + 6.7e6, 3);
    expect(lattice.length).toBeCloseTo(0.4196, 12);
    expect(lattice.parameterNames().filter((name) => name.endsWith('.current'))).toHaveLength(40);
  });

  it('cold-ball.json', async () => {
    const { beam, lattice } = await loadProblem(example('cold-ball'));
    const { covariance } = beam.moments();
    // A ball in its rest frame: σ_τ = σx/(β0 γ0), to the 2e-6 that the published numbers leave.
    expect(4.472135955e-4 / (beam.beta0 * beam.gamma0) / 9.12241869e-7).toBeCloseTo(1, 5);
    expect(Math.sqrt(covariance[28]!) / 9.12241869e-7).toBeCloseTo(1, 3);
    expect(lattice.length).toBe(6);
    expect(lattice.parameterNames().filter((name) => name.endsWith('.effectLength'))).toHaveLength(40);
  });
});
