import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  Aperture,
  Beam,
  covariance,
  Drift,
  JournalError,
  Lattice,
  LatticeError,
  LinearBeam,
  Marker,
  type MatchResult,
  type MatchTarget,
  type MinimizeOptions,
  mean,
  minimize,
  OptionsError,
  Quadrupole,
  sigma,
  Tracker,
} from '../../src/index.js';
import { gaussianBunch } from '../support/beams.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';

const [SIGMA_X, SIGMA_PX, SIGMA_Y, SIGMA_PY] = [1e-3, 2e-4, 0.7e-3, 3e-4];
/** Uncorrelated, with these rms sizes exactly. */
const BEAM = Beam.gaussian({
  ...{ particles: 400, seed: 1, species: 'electron', energy: 50e6, charge: 1e-10, matchMoments: true },
  ...{ sigmaX: SIGMA_X, sigmaPx: SIGMA_PX, sigmaY: SIGMA_Y, sigmaPy: SIGMA_PY, sigmaTau: 1e-3, sigmaP: 1e-3 },
});
const DOUBLET = new Lattice([
  new Quadrupole({ name: 'q1', length: 0.1, k1: 5 }),
  new Drift({ name: 'd1', length: 0.3 }),
  new Quadrupole({ name: 'q2', length: 0.1, k1: -5 }),
  new Drift({ name: 'd2', length: 0.5 }),
]);
const KICKED = DOUBLET.withSpaceCharge({ kicks: 4, gridShape: [8, 8, 8] });
const FREE = { 'q1.k1': {}, 'q2.k1': {} };

type Matrix = readonly [number, number, number, number];

/** Transfer matrices of one plane: of a quadrupole with focusing k, and of a drift. */
function quadrupole(k: number, length: number): Matrix {
  const w = Math.sqrt(Math.abs(k));
  return k > 0
    ? [Math.cos(w * length), Math.sin(w * length) / w, -w * Math.sin(w * length), Math.cos(w * length)]
    : [Math.cosh(w * length), Math.sinh(w * length) / w, w * Math.sinh(w * length), Math.cosh(w * length)];
}
const drift = (length: number): Matrix => [1, length, 0, 1];
const times = ([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix => [
  a * e + b * g,
  a * f + b * h,
  c * e + d * g,
  c * f + d * h,
];

/** rms sizes behind the doublet with strengths k and l, from its matrices. */
function sizesBehind(k: number, l: number): { x: number; y: number } {
  const line = (sign: number) =>
    [drift(0.5), quadrupole(sign * l, 0.1), drift(0.3), quadrupole(sign * k, 0.1)].reduce(times);
  const size = ([a, b]: Matrix, u: number, pu: number) => Math.hypot(a * u, b * pu);
  return { x: size(line(1), SIGMA_X, SIGMA_PX), y: size(line(-1), SIGMA_Y, SIGMA_PY) };
}

const TRUE = { 'q1.k1': 7.3, 'q2.k1': -8.1 };
const { x, y } = sizesBehind(7.3, -8.1);
const SIZES: readonly MatchTarget[] = [
  { quantity: sigma('x'), value: x },
  { quantity: sigma('y'), value: y },
];

describe('minimize with targets', () => {
  it('finds the strengths that the transfer matrices say', async () => {
    const options = { parameters: FREE, tolerance: 1e-10 };
    const found = await minimize({ lattice: DOUBLET, beam: BEAM, backend: 'cpu' }, SIZES, options);
    expect(found.reason).toBe('targets');
    // Targets within 1e-10 of their size, coordinates rounded to 2^-42 of theirs: measured 1e-10.
    for (const [name, k1] of Object.entries(TRUE)) expect(found.parameters[name]! / k1).toBeCloseTo(1, 8);
    expect(found.targets.map(({ isMet }) => isMet)).toEqual([true, true]);
    expect(found.targets[0]).toMatchObject({ quantity: 'sigma(x)', wanted: x });
    expect(found.targets[0]!.found / x).toBeCloseTo(1, 9);
    expect(found.lattice.parameter('q1.k1')).toBe(found.parameters['q1.k1']);
    expect(found.evaluations.gradients).toBeLessThanOrEqual(12);
    expect(found.history.at(-1)).toMatchObject({ value: found.value, parameters: found.parameters });
    for (const [i, { value }] of found.history.slice(1).entries())
      expect(value).toBeLessThan(found.history[i]!.value);
  });

  it('ends as near as the bounds allow, and says so', async () => {
    const parameters = { 'q1.k1': { max: 6 }, 'q2.k1': { start: -6 } };
    const found = await minimize({ lattice: DOUBLET, beam: BEAM, backend: 'cpu' }, SIZES, { parameters });
    expect(found.reason).toBe('stationary');
    expect(found.parameters['q1.k1']).toBe(6);
    // The best q2 beside q1 = 6, from the matrices by golden section.
    const misfit = (l: number) => (sizesBehind(6, l).x / x - 1) ** 2 + (sizesBehind(6, l).y / y - 1) ** 2;
    expect(found.parameters['q2.k1']).toBeCloseTo(minimumOf(misfit, -12, -3), 4);
    expect(found.value).toBeCloseTo(misfit(found.parameters['q2.k1']!), 8);
    expect(found.targets.some(({ isMet }) => !isMet)).toBe(true);
  });

  it('varies all places of a repeated element together', async () => {
    const q = new Quadrupole({ name: 'q', length: 0.1, k1: 5 });
    const d = new Drift({ name: 'd', length: 0.3 });
    const lattice = new Lattice([q, d, q, d]);
    const size = (k: number) => {
      const [a, b] = [drift(0.3), quadrupole(k, 0.1), drift(0.3), quadrupole(k, 0.1)].reduce(times);
      return Math.hypot(a * SIGMA_X, b * SIGMA_PX);
    };
    const options = { parameters: { 'q.k1': {} }, tolerance: 1e-10 };
    const found = await minimize(
      { lattice, beam: BEAM, backend: 'cpu' },
      [{ quantity: sigma('x'), value: size(6) }],
      options,
    );
    expect(found.reason).toBe('targets');
    expect(found.parameters['q.k1']! / 6).toBeCloseTo(1, 8);
    expect(found.lattice.parameter('q#2.k1')).toBe(found.parameters['q.k1']);
  });

  it('finds misalignments that begin at 0, of all places of an element', async () => {
    const q = new Quadrupole({ name: 'q', length: 0.1, k1: 5 });
    const lattice = new Lattice([q, new Drift({ name: 'd', length: 0.3 }), q]);
    using tracker = await Tracker.create(lattice, { backend: 'cpu' });
    const { values } = await tracker.evaluate(BEAM, [mean('x')], { parameters: { 'q.dx': 2e-4 } });
    const target = { quantity: mean('x'), value: values[0]! };
    const found = await minimize({ tracker, beam: BEAM }, [target], {
      parameters: { 'q.dx': { scale: 1e-4 } },
    });
    expect(found.reason).toBe('targets');
    expect(found.parameters['q.dx']! / 2e-4).toBeCloseTo(1, 5);
  });

  it('weighs targets against each other', async () => {
    const parameters = { 'q2.k1': { start: -6 } };
    const weighted = [{ ...SIZES[0]!, weight: 100 }, SIZES[1]!];
    const found = await minimize({ lattice: DOUBLET, beam: BEAM, backend: 'cpu' }, weighted, { parameters });
    const [ofX, ofY] = found.targets.map(({ deviation }) => Math.abs(deviation)) as [number, number];
    expect(ofX).toBeLessThan(ofY / 100);
    expect(found.value).toBeCloseTo((100 * ofX) ** 2 + ofY ** 2, 10);
  });

  it('aims at 0 in units of where it began, or of the scale that it is told', async () => {
    const beam = Beam.fromCoordinates(
      { ...BEAM.coordinates, x: BEAM.coordinates.x.map((u) => u + 2e-3) },
      { species: 'electron', energy: BEAM.energy, charges: BEAM.charges },
    );
    const of = async (scale?: number) => {
      const target = { quantity: mean('x'), value: 0, ...(scale && { scale }) };
      return await minimize({ lattice: DOUBLET, beam, backend: 'cpu' }, [target], {
        parameters: { 'q1.k1': {} },
        tolerance: 1e-4,
      });
    };
    const plain = await of();
    expect(plain.reason).toBe('targets');
    const start = Math.abs(plain.history[0]!.value);
    expect(start).toBeCloseTo(1, 12);
    expect(Math.abs((await of(1e-9)).targets[0]!.found)).toBeLessThan(1e-13);
  });

  it('varies charge and energy of the beam, too', async () => {
    using tracker = await Tracker.create(KICKED, { backend: 'cpu' });
    const bunch = gaussianBunch(400);
    const made = Beam.fromCoordinates(bunch.coordinates, { species: 'electron', energy: 26e6, charge: 3e-9 });
    const quantities = [sigma('x'), sigma('px'), sigma('y')];
    const { values } = await tracker.evaluate(made, quantities);
    const targets = quantities.map((quantity, i) => ({ quantity, value: values[i]! }));
    const found = await minimize({ tracker, beam: bunch }, targets, {
      tolerance: 1e-11,
      parameters: { charge: { min: 0 }, energy: {} },
    });
    expect(found.reason).toBe('targets');
    expect(found.parameters.charge! / 3e-9).toBeCloseTo(1, 4);
    expect(found.parameters.energy! / 26e6).toBeCloseTo(1, 4);
    expect(found.beam.charge).toBeCloseTo(found.parameters.charge!, 20);
  });
});

describe('minimize with an objective', () => {
  /** Converging: σ²(L) = σ² + 2L⟨x px⟩ + L²σ_px² is least at L = −⟨x px⟩/σ_px² = 0.8 · 1e-3 / 2e-4 = 4. */
  const converging = Beam.gaussian({
    ...{ particles: 400, seed: 1, species: 'electron', energy: 50e6, charge: 1e-10, matchMoments: true },
    ...{
      sigmaX: 1e-3,
      sigmaPx: 2e-4,
      correlationXPx: -0.8,
      sigmaY: 1e-3,
      sigmaPy: 1e-4,
      sigmaTau: 1e-3,
      sigmaP: 1e-3,
    },
  });
  const waist = new Lattice([new Drift({ name: 'd1', length: 1 })]);

  it('finds the waist', async () => {
    const options = { parameters: { 'd1.length': { min: 0 } }, tolerance: 1e-9 };
    const found = await minimize(
      { lattice: waist, beam: converging, backend: 'cpu' },
      covariance('x', 'x'),
      options,
    );
    expect(found.reason).toBe('stationary');
    expect(found.parameters['d1.length']).toBeCloseTo(4, 6);
    expect(found.value).toBeCloseTo(1e-6 * (1 - 0.64), 15);
    expect(found.targets).toEqual([]);
  });

  it('ends on a bound before it', async () => {
    const options = { parameters: { 'd1.length': { max: 2.5 } } };
    const found = await minimize({ lattice: waist, beam: converging, backend: 'cpu' }, sigma('x'), options);
    expect(found).toMatchObject({ reason: 'stationary', parameters: { 'd1.length': 2.5 }, gradientNorm: 0 });
  });

  it('steps back from values that an element cannot have', async () => {
    // The thinnest beam asks for a longer and longer second quadrupole of the wrong sign: its length cannot pass 0.
    const parameters = { 'q2.length': { scale: 10 } };
    const found = await minimize({ lattice: DOUBLET, beam: BEAM, backend: 'cpu' }, sigma('x'), {
      parameters,
    });
    expect(found.parameters['q2.length']).toBeGreaterThanOrEqual(0);
    expect(found.parameters['q2.length']).toBeLessThan(0.1);
    expect(found.value).toBeLessThan(found.history[0]!.value);
  });

  it('steps back from where all is lost', async () => {
    const scraped = new Lattice([
      ...DOUBLET.elements,
      new Aperture({ name: 'a1', halfX: 5e-3, halfY: 5e-3 }),
    ]);
    const parameters = { 'q1.k1': { scale: 5000 } };
    const found = await minimize({ lattice: scraped, beam: BEAM, backend: 'cpu' }, sigma('px'), {
      parameters,
    });
    expect(found.value).toBeLessThan(found.history[0]!.value);
  });
});

describe('a match', () => {
  const wanted: readonly MatchTarget[] = [
    { quantity: sigma('x'), value: 0.9e-3 },
    { quantity: sigma('y'), value: 0.8e-3 },
  ];
  const options = { parameters: FREE, tolerance: 1e-8 };
  const withoutTimes = ({ beam, lattice, ...rest }: MatchResult) => rest;

  it('takes the same way on any number of threads', async () => {
    const on = (threads: number) =>
      minimize({ lattice: KICKED, beam: BEAM, backend: 'cpu', threads }, wanted, options);
    const [one, two] = [await on(1), await on(2)];
    expect(one.reason).toBe('targets');
    expect(withoutTimes(two)).toEqual(withoutTimes(one));
  });

  it.each<[string, typeof wanted | ReturnType<typeof sigma>]>([
    ['targets', wanted],
    ['an objective', sigma('x').times(sigma('y'))],
  ])('that was aborted and is resumed ends with the same bits: %s', async (_, goal) => {
    using folder = new TemporaryFolder();
    using tracker = await Tracker.create(KICKED, { backend: 'cpu' });
    const whole = await minimize({ tracker, beam: BEAM }, goal, options);
    expect(whole.history.length).toBeGreaterThan(3);
    const file = join(folder.path, 'match.json');
    for (const stopAt of [1, 3]) {
      const controller = new AbortController();
      const onProgress = ({ iteration }: { iteration: number }) => iteration === stopAt && controller.abort();
      const interrupted = {
        ...options,
        onProgress,
        signal: controller.signal,
        journal: { file, resume: stopAt > 1 },
      };
      await expect(minimize({ tracker, beam: BEAM }, goal, interrupted)).rejects.toMatchObject({
        name: 'AbortError',
      });
    }
    const before = runsIn(file);
    const resumed = await minimize({ tracker, beam: BEAM }, goal, {
      ...options,
      journal: { file, resume: true },
    });
    expect(withoutTimes(resumed)).toEqual(withoutTimes(whole));
    expect(runsIn(file)).toBeGreaterThan(before);
    // A finished one is not computed again.
    const again = await minimize({ tracker, beam: BEAM }, goal, {
      ...options,
      journal: { file, resume: true },
    });
    expect(withoutTimes(again)).toEqual(withoutTimes(whole));
  });

  const runsIn = (file: string): number => JSON.parse(readFileSync(file, 'utf8')).runs.length;

  it('does not resume what is another match’s, damaged or missing', async () => {
    using folder = new TemporaryFolder();
    using tracker = await Tracker.create(KICKED, { backend: 'cpu' });
    const file = join(folder.path, 'match.json');
    const match = (goal: readonly MatchTarget[], resume: boolean, more: Partial<MinimizeOptions> = {}) =>
      minimize({ tracker, beam: BEAM }, goal, { ...options, ...more, journal: { file, resume } });
    await expect(match(wanted, true)).rejects.toThrow('there is no match to resume');
    await match(wanted, false);
    await expect(match([wanted[0]!], true)).rejects.toThrow('belongs to another beam, lattice');
    await expect(match(wanted, true, { parameters: { 'q1.k1': {} } })).rejects.toThrow('belongs to another');
    await expect(match(wanted, true, { run: { headroom: 64 } })).rejects.toThrow('belongs to another');
    await expect(match(wanted, true, { tolerance: 1e-9 })).resolves.toBeDefined();
    const text = readFileSync(file, 'utf8');
    for (const damaged of [
      text.slice(0, 100),
      '{}',
      '[]',
      text.replace('unkick match 1', 'unkick match 0'),
    ]) {
      writeFileSync(file, damaged);
      await expect(match(wanted, true)).rejects.toThrow(JournalError);
    }
    await expect(match(wanted, false)).resolves.toBeDefined();
    const unwritable = { ...options, journal: { file: join(folder.path, 'none', 'match.json') } };
    await expect(minimize({ tracker, beam: BEAM }, wanted, unwritable)).rejects.toThrow('cannot be written');
  });

  it('stops after so many runs with the best that it has', async () => {
    const of = (maxEvaluations: number) =>
      minimize({ lattice: KICKED, beam: BEAM, backend: 'cpu' }, wanted, { ...options, maxEvaluations });
    const found = await of(5);
    expect(found.reason).toBe('evaluations');
    const { tracks, gradients } = found.evaluations;
    expect(tracks + gradients).toBe(5);
    expect(found.parameters).toEqual(found.history.at(-1)!.parameters);
    await expect(of(1)).rejects.toThrow('maxEvaluations, 1, is too few');
  });

  it('fails with what the start fails with', async () => {
    const broken = KICKED.withParameters({ 'q1.k1': -4e4 });
    const problem = { lattice: broken, beam: BEAM, backend: 'cpu' } as const;
    const fails = { name: 'CoordinateRangeError', code: 'UNKICK_COORDINATE_RANGE' };
    await expect(minimize(problem, wanted, { ...options, run: { headroom: 64 } })).rejects.toMatchObject(
      fails,
    );
    await expect(minimize(problem, sigma('x'), { ...options, run: { headroom: 64 } })).rejects.toMatchObject(
      fails,
    );
  });

  it('ends with what onProgress throws, and leaves the tracker to others', async () => {
    using tracker = await Tracker.create(KICKED, { backend: 'cpu' });
    const onProgress = () => {
      throw new Error('enough');
    };
    await expect(minimize({ tracker, beam: BEAM }, wanted, { ...options, onProgress })).rejects.toThrow(
      'enough',
    );
    await expect(tracker.track(BEAM)).resolves.toBeDefined();
  });

  it.each<[string, () => Promise<unknown>, new (...args: never[]) => Error, string]>([
    [
      'a misspelt parameter',
      () => onCpu(wanted, { parameters: { 'q1.k': {} } }),
      OptionsError,
      "did you mean 'q1.k1'",
    ],
    ['no parameters', () => onCpu(wanted, { parameters: {} }), OptionsError, 'needs parameters to vary'],
    [
      'a misspelt option',
      () => onCpu(wanted, { ...options, tolerence: 1 } as never),
      OptionsError,
      "did you mean 'tolerance'",
    ],
    [
      'a misspelt option of runs',
      () => onCpu(wanted, { ...options, run: { turn: 1 } as never }),
      OptionsError,
      "did you mean 'turns'",
    ],
    ['no options', () => onCpu(wanted, undefined as never), OptionsError, 'minimize: expected an object'],
    [
      'an unknown marker',
      () => onCpu([{ quantity: sigma('x').at('m2'), value: 1 }], options),
      LatticeError,
      'no marker',
    ],
    ['no target', () => onCpu([], options), OptionsError, 'the list is empty'],
    [
      'neither objective nor targets',
      () => onCpu(3 as never, options),
      OptionsError,
      'an objective or a list of targets',
    ],
    [
      'a target without a value',
      () => onCpu([{ quantity: sigma('x') } as never], options),
      OptionsError,
      'the value of target 1',
    ],
    [
      'a quantity that is none',
      () => onCpu([{ quantity: 'x', value: 1 } as never], options),
      OptionsError,
      'the quantity of target 1',
    ],
    [
      'a misspelt field',
      () => onCpu([{ ...wanted[0]!, wieght: 1 } as never], options),
      OptionsError,
      "did you mean 'weight'",
    ],
    [
      'a scale of 0',
      () => onCpu([{ ...wanted[0]!, scale: 0 }], options),
      OptionsError,
      'the scale of target 1',
    ],
    [
      'a tolerance of 0',
      () => onCpu(wanted, { ...options, tolerance: 0 }),
      OptionsError,
      'tolerance must be a positive',
    ],
    [
      'no evaluations',
      () => onCpu(wanted, { ...options, maxEvaluations: 0 }),
      OptionsError,
      'maxEvaluations must be',
    ],
    [
      'no lattice',
      () => minimize({ beam: BEAM } as never, wanted, options),
      OptionsError,
      'takes { tracker, beam } or',
    ],
    [
      'no beam',
      () => minimize({ lattice: KICKED, backend: 'cpu' } as never, wanted, options),
      Error,
      'a match takes a Beam',
    ],
    [
      'a tracker that is none',
      () => minimize({ tracker: {}, beam: BEAM } as never, wanted, options),
      OptionsError,
      'must be a Tracker',
    ],
    [
      'a journal without a file',
      () => onCpu(wanted, { ...options, journal: {} as never }),
      OptionsError,
      'journal.file',
    ],
  ])('refuses %s', async (_, call, kind, message) => {
    await expect(call()).rejects.toThrow(kind);
    await expect(call()).rejects.toThrow(message);
  });

  const onCpu = (goal: readonly MatchTarget[], given: MinimizeOptions) =>
    minimize({ lattice: KICKED, beam: BEAM, backend: 'cpu' }, goal, given);

  it('varies a beam through the derivative by its coordinates', async () => {
    const lattice = new Lattice([...KICKED.elements, new Marker({ name: 'end' })]).withSpaceCharge({
      kicks: 4,
      gridShape: [8, 8, 8],
    });
    using tracker = await Tracker.create(lattice, { backend: 'cpu' });
    const model = new LinearBeam(BEAM, { coordinates: ['x', 'y'] });
    const found = await minimize({ tracker, beam: model }, wanted, {
      parameters: { 'beam.x_x': {}, 'beam.y_y': {} },
    });
    expect(found.reason).toBe('targets');
    const { moments } = await tracker.track(found.beam);
    expect(Math.sqrt(moments.covariance[0]!) / 0.9e-3).toBeCloseTo(1, 5);
    expect(Math.sqrt(moments.covariance[14]!) / 0.8e-3).toBeCloseTo(1, 5);
  });
});

/** Golden section, to 1e-9. */
function minimumOf(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  while (b - a > 1e-9) {
    const [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
    if (f(c) < f(d)) b = d;
    else a = c;
  }
  return (a + b) / 2;
}
