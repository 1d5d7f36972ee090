import { describe, expect, it } from 'vitest';
import {
  BackendError,
  Beam,
  BeamError,
  Drift,
  Lattice,
  LatticeError,
  linear,
  Marker,
  ObjectiveError,
  OptionsError,
  ofParticles,
  Quadrupole,
  SpaceChargeKick,
  sigma,
  Tracker,
  UnkickError,
} from '../../src/index.js';
import { FAST_BACKENDS, LEFT_OUT } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';

const electron = { species: 'electron', energy: 25e6 } as const;
const five = () => [1, 2, 3, 4, 5].map((i) => i * 1e-4);
const coordinates = (changes: object = {}) => ({
  ...{ x: five(), px: five(), y: five(), py: five(), tau: five(), p: five() },
  ...changes,
});

/** Throws away types: what JavaScript, or a typing error, may pass. */
// biome-ignore lint/suspicious/noExplicitAny: wrong input is the point
const any = (value: unknown): any => value;

type Refusal = [string, () => unknown, typeof UnkickError | typeof BeamError, RegExp];

/** Refused before there is a tracker. */
const MAKING: Refusal[] = [
  [
    'a NaN coordinate, by particle and name',
    () => Beam.fromCoordinates(coordinates({ py: [0, 0, 0, Number.NaN, 0] }), { ...electron, charge: 1e-9 }),
    BeamError,
    /py of particle 3 is NaN/,
  ],
  [
    'an infinite coordinate',
    () => Beam.fromCoordinates(coordinates({ tau: [0, -1 / 0, 0, 0, 0] }), { ...electron, charge: 1e-9 }),
    BeamError,
    /tau of particle 1 is -Infinity/,
  ],
  [
    'arrays of unequal length',
    () => Beam.fromCoordinates(coordinates({ x: [1, 2] }), { ...electron, charge: 1e-9 }),
    BeamError,
    /equal lengths, not x 2, px 5/,
  ],
  [
    'no particles',
    () =>
      Beam.fromCoordinates({ x: [], px: [], y: [], py: [], tau: [], p: [] }, { ...electron, charge: 1e-9 }),
    BeamError,
    /at least one particle/,
  ],
  [
    'a negative charge',
    () => Beam.fromCoordinates(coordinates(), { ...electron, charge: -1e-9 }),
    BeamError,
    /charge \(C\) must be a positive number, not -1e-9/,
  ],
  [
    'a negative macroparticle charge',
    () => Beam.fromCoordinates(coordinates(), { ...electron, charges: [1, 1, -1, 1, 1] }),
    BeamError,
    /charge of particle 2 is -1 C/,
  ],
  [
    'charges of 0 in all',
    () => Beam.fromCoordinates(coordinates(), { ...electron, charges: [0, 0, 0, 0, 0] }),
    BeamError,
    /add up to 0/,
  ],
  [
    'an energy at rest',
    () => Beam.fromCoordinates(coordinates(), { species: 'electron', energy: 510998.95069, charge: 1e-9 }),
    BeamError,
    /energy/,
  ],
  [
    'an unknown species',
    () => Beam.fromCoordinates(coordinates(), { species: any('electorn'), energy: 1e9, charge: 1e-9 }),
    BeamError,
    /did you mean 'electron'/,
  ],
  [
    'fewer than 4 nodes',
    () => new SpaceChargeKick({ effectLength: 1, gridShape: [8, 3, 8] }),
    LatticeError,
    /at least 4 nodes, not \[8, 3, 8\]/,
  ],
  [
    'more nodes than any grid has',
    () => new SpaceChargeKick({ effectLength: 1, gridShape: [8, 8, 1e6] }),
    LatticeError,
    /more than 4096 nodes/,
  ],
  [
    'an unknown option of an element',
    () => new Drift(any({ lenght: 1 })),
    LatticeError,
    /'lenght' is unknown — did you mean 'length'/,
  ],
  [
    'two elements of one name',
    () => new Lattice([new Drift({ name: 'd', length: 1 }), new Marker({ name: 'd' })]),
    LatticeError,
    /two parts of the lattice are named 'd': number 1 \(drift\) and number 2 \(marker\)/,
  ],
  ['an empty lattice', () => new Lattice([]), LatticeError, /at least one element/],
];

describe('making a beam or a lattice refuses', () => {
  it.each(MAKING)('%s', (_, make, ErrorType, message) => {
    expect(make).toThrow(ErrorType);
    expect(make).toThrow(message);
  });
});

const beam = gaussianBunch(100);
const line = new Lattice([
  new Quadrupole({ name: 'q1', length: 0.1, k1: 6 }),
  new Marker({ name: 'm1' }),
  new Drift({ name: 'd1', length: 0.4 }),
]).withSpaceCharge({ kicks: 2, gridShape: [8, 8, 8] });
const flat = Beam.fromCoordinates(coordinates({ y: [0, 0, 0, 0, 0], py: [0, 0, 0, 0, 0] }), {
  ...electron,
  charge: 1e-9,
});
const single = Beam.fromCoordinates(
  { x: [1], px: [0], y: [1], py: [0], tau: [1], p: [0] },
  { ...electron, charge: 1e-9 },
);

type RunRefusal = [
  string,
  (tracker: Tracker) => Promise<unknown>,
  typeof UnkickError | typeof BeamError,
  RegExp,
];

/** Refused by a tracker. */
const RUNNING: RunRefusal[] = [
  ['what is not a beam', (t) => t.track(any({ particles: 3 })), BeamError, /takes a Beam first/],
  [
    'what is not an objective',
    (t) => t.gradient(beam, any('sigma(x)')),
    OptionsError,
    /gradient takes an objective/,
  ],
  [
    'an unknown option',
    (t) => t.track(beam, any({ onprogress: 1 })),
    OptionsError,
    /did you mean 'onProgress'/,
  ],
  [
    'a misspelt budget',
    (t) => t.track(beam, any({ memory: { devise: 1 } })),
    OptionsError,
    /did you mean 'device'/,
  ],
  [
    'a budget as text',
    (t) => t.track(beam, any({ memory: '8 GiB' })),
    OptionsError,
    /memory: expected an object/,
  ],
  [
    'a budget without unit',
    (t) => t.track(beam, { memory: { device: '8' } }),
    OptionsError,
    /'8' is not an amount/,
  ],
  [
    'a signal of its own',
    (t) => t.track(beam, any({ signal: {} })),
    OptionsError,
    /signal must be an AbortSignal/,
  ],
  [
    'progress to no function',
    (t) => t.track(beam, any({ onProgress: 1 })),
    OptionsError,
    /must be a function, not 1/,
  ],
  [
    'a headroom below 1',
    (t) => t.track(beam, { headroom: 0.5 }),
    OptionsError,
    /headroom must be a number from 1/,
  ],
  [
    'a headroom beyond use',
    (t) => t.track(beam, { headroom: 2 ** 41 }),
    OptionsError,
    /to 2\^40, not 2199023255552/,
  ],
  [
    'a headroom for no coordinate',
    (t) => t.track(beam, any({ headroom: { pz: 64 } })),
    OptionsError,
    /headroom: 'pz' is unknown/,
  ],
  [
    'a headroom that is no number',
    (t) => t.track(beam, any({ headroom: { p: '64' } })),
    OptionsError,
    /headroom must be a number from 1 to 2\^40, not '64'/,
  ],
  [
    'an unknown marker to observe',
    (t) => t.track(beam, { observe: ['m2'] }),
    LatticeError,
    /did you mean 'm1'/,
  ],
  [
    'an element for a marker',
    (t) => t.track(beam, { observe: ['q1'] }),
    LatticeError,
    /'q1' is a quadrupole, not a marker/,
  ],
  [
    'markers that are no list',
    (t) => t.track(beam, any({ observe: 'm1' })),
    OptionsError,
    /observe must be a list/,
  ],
  [
    'an objective at no marker',
    (t) => t.gradient(beam, sigma('x').at('m')),
    LatticeError,
    /did you mean 'm1'/,
  ],
  [
    'an unknown strategy',
    (t) => t.gradient(beam, sigma('x'), any({ strategy: 'inverse' })),
    OptionsError,
    /strategy cannot be 'inverse' — did you mean 'invert'/,
  ],
  [
    'an unknown element in wrt',
    (t) => t.gradient(beam, sigma('x'), { wrt: ['q2.k1'] }),
    LatticeError,
    /there is no 'q2.k1' — did you mean 'q1.k1'/,
  ],
  [
    'an unknown parameter in wrt',
    (t) => t.gradient(beam, sigma('x'), { wrt: ['d1.k1'] }),
    LatticeError,
    /there is no 'd1.k1'/,
  ],
  [
    'wrt that is no list',
    (t) => t.gradient(beam, sigma('x'), any({ wrt: 'q1.k1' })),
    LatticeError,
    /must be a list/,
  ],
  [
    'a beam with no extent under sigmas',
    (t) => t.track(flat),
    BeamError,
    /no extent along y in the kick 'q1_sc1' at s = 0.05 m/,
  ],
  [
    'one particle under sigmas',
    (t) => t.track(single),
    BeamError,
    /no extent along x .*give it fixed extents/,
  ],
  [
    'a cotangent of another length',
    (t) => t.gradient(beam, linear({ x: [1, 2] })),
    ObjectiveError,
    /x of linear\(\) has 2 entries, but the beam has 100 particles/,
  ],
  [
    'an objective that is not a number',
    (t) =>
      t.gradient(
        beam,
        ofParticles(() => ({ value: Number.NaN })),
      ),
    ObjectiveError,
    /is NaN: an objective must be a finite number/,
  ],
  [
    'an infinite derivative',
    (t) => t.gradient(beam, sigma('x').minus(sigma('x')).sqrt()),
    ObjectiveError,
    /infinite/,
  ],
];

describe.each(FAST_BACKENDS)('a tracker on %s', (backend) => {
  it.each(RUNNING)('refuses %s', async (_, run, ErrorType, message) => {
    using tracker = await Tracker.create(line, { backend });
    const failure = run(tracker);
    await expect(failure).rejects.toThrow(ErrorType);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toHaveProperty('message', expect.not.stringContaining('\n'));
    // Nothing lost: the next run works.
    await expect(tracker.track(beam)).resolves.toBeDefined();
  });
});

describe('Tracker.create refuses', () => {
  it.each<[string, () => Promise<Tracker>, RegExp]>([
    ['what is not a lattice', () => Tracker.create(any([new Drift({ length: 1 })])), /takes a Lattice first/],
    ['an unknown option', () => Tracker.create(line, any({ backends: 'cpu' })), /did you mean 'backend'/],
    [
      'an unknown precision',
      () => Tracker.create(line, { precision: any('f34') }),
      /precision cannot be 'f34'.*did you mean 'f64'|precision cannot be 'f34'.*did you mean 'f32'/,
    ],
    [
      '0 threads',
      () => Tracker.create(line, { threads: 0 }),
      /threads must be an integer from 1 to 1024, not 0/,
    ],
    [
      'an unknown back end',
      () => Tracker.create(line, { backend: any('gpu') }),
      /there is no back end 'gpu'/,
    ],
  ])('%s', async (_, create, message) => {
    await expect(create()).rejects.toThrow(UnkickError);
    await expect(create()).rejects.toThrow(message);
  });

  it('a back end that this machine does not have, with the reason', async () => {
    for (const { name, reason } of LEFT_OUT) {
      const creation = Tracker.create(line, { backend: name });
      await expect(creation).rejects.toThrow(BackendError);
      await expect(creation).rejects.toMatchObject({ backend: name, reason });
    }
    await expect(Tracker.create(line, { backend: 'auto' })).resolves.toBeDefined();
  });
});
