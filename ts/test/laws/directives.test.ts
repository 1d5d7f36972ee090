import { describe, expect, it } from 'vitest';
import {
  Aperture,
  COORDINATES,
  CustomStep,
  Drift,
  type ElementOptions,
  emittance,
  type GradientResult,
  Lattice,
  type LatticeEntry,
  Marker,
  Quadrupole,
  Segment,
  type SegmentOptions,
  sigma,
  Tracker,
  type TrackResult,
} from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { wideBunch } from '../support/allKinds.js';
import { BACKENDS } from '../support/backends.js';
import { hashOf } from '../support/bits.js';
import { segmentsOf, stepsOf } from '../support/shape.js';

/** px += g·y, with its inverse or without. */
function skew(name: string, isInvertible: boolean, options: ElementOptions): CustomStep {
  const shifted = (sign: 1 | -1) => (z: Parameters<CustomStep['options']['forward']>[0], g: number) => ({
    ...z,
    px: z.px.map((px, i) => px + sign * g * z.y[i]!),
  });
  return new CustomStep({
    name,
    parameters: { g: 0.3 },
    forward: (z, { g }) => shifted(1)(z, g!),
    ...(isInvertible && { inverse: (z, { g }) => shifted(-1)(z, g!) }),
    adjoint: (z, bar, { g }) => ({
      coordinates: { ...bar, y: bar.y.map((yBar, i) => yBar + g! * bar.px[i]!) },
      parameters: { g: bar.px.reduce((sum, pxBar, i) => sum + pxBar * z.y[i]!, 0) },
    }),
    ...options,
  });
}

type Wrap = (options: Omit<SegmentOptions, 'elements'>, elements: LatticeEntry[]) => LatticeEntry[];

/** Elements of every kind; `wrap` says what becomes of segments, and `say` of what an element asks for. */
function lattice(
  wrap: Wrap,
  say: (options: ElementOptions) => ElementOptions,
  isInvertible: boolean,
): Lattice {
  return new Lattice([
    new Drift({ name: 'd1', length: 0.2, ...say({ reverse: 'store' }) }),
    new Quadrupole({ name: 'q1', length: 0.1, k1: 8 }),
    ...wrap({ mode: 'joint', tier: 'host' }, [
      new Drift({ name: 'd2', length: 0.2, model: 'exact', ...say({ reverse: 'field' }) }),
      new Quadrupole({ name: 'q2', length: 0.1, k1: -8 }),
      ...wrap({ mode: 'split', reverse: 'recompute' }, [
        new Aperture({ name: 'a', halfX: 2e-3, halfY: 1.5e-3 }),
        new Drift({ name: 'd3', length: 0.1 }),
        new Marker({ name: 'm' }),
      ]),
    ]),
    ...wrap({ reverse: 'store' }, [
      new Quadrupole({ name: 'q3', length: 0.1, k1: 8, ...say({ tier: 'disk' }) }),
    ]),
    skew('u', isInvertible, say({ reverse: 'recompute' })),
    new Drift({ name: 'd4', length: 0.2, ...say({ reverse: 'invert' }) }),
  ]).withSpaceCharge({ maxStep: 0.1, gridShape: [8, 10, 12], extent: { sigmas: [4, 4, 4] } });
}

const plain = (isInvertible: boolean) =>
  lattice(
    (_, elements) => elements,
    () => ({}),
    isInvertible,
  );
const directed = (isInvertible: boolean) =>
  lattice(
    (options, elements) => [new Segment({ ...options, elements })],
    (options) => options,
    isInvertible,
  );

function bitsOfTrack({ coordinates, moments, markers, losses }: TrackResult): string {
  const seen = [moments, markers.m!].flatMap(({ mean, covariance }) => [mean, covariance]);
  return hashOf(...COORDINATES.map((name) => coordinates[name]), ...seen, Float64Array.from(losses!));
}

function bitsOfGradient({ value, gradient: { parameters, coordinates, charges } }: GradientResult): string {
  const arrays = COORDINATES.map((name) => coordinates![name]);
  return hashOf(value, ...Object.values(parameters), ...arrays, charges!);
}

it('the line of these tests is cut in every way', () => {
  const line = compileLine(directed(true), ['m']);
  expect(stepsOf(line)).toEqual([
    ...[
      ['d1', 1, 'store'],
      ['d1_sc1', 'kick', 'store'],
      ['d1', 1, 'store'],
      ['d1_sc2', 'kick', 'store'],
    ],
    ...[
      ['d1', 1, 'store'],
      ['q1', 1, 'auto'],
      ['q1_sc1', 'kick', 'auto'],
      ['q1', 1, 'auto'],
    ],
    ...[
      ['d2', 1, 'invert'],
      ['d2_sc1', 'kick', 'field@host'],
      ['d2', 1, 'invert'],
    ],
    ...[
      ['d2_sc2', 'kick', 'field@host'],
      ['d2', 1, 'invert'],
    ],
    ...[
      ['q2', 1, 'auto@host'],
      ['q2_sc1', 'kick', 'auto@host'],
      ['q2', 1, 'auto@host'],
    ],
    ...[
      ['a…d3', 2, 'recompute@host'],
      ['d3_sc1', 'kick', 'recompute@host'],
      ['d3', 1, 'recompute@host'],
    ],
    ...[
      ['q3', 1, 'store@disk'],
      ['q3_sc1', 'kick', 'store@disk'],
      ['q3', 1, 'store@disk'],
    ],
    ['u', 'custom', 'recompute'],
    ...[
      ['d4', 1, 'invert'],
      ['d4_sc1', 'kick', 'invert'],
      ['d4', 1, 'invert'],
      ['d4_sc2', 'kick', 'invert'],
    ],
    ['d4', 1, 'invert'],
  ]);
  expect(segmentsOf(line)).toEqual(['joint [8, 19)', 'split [16, 19)']);
  expect(line.steps.length).toBeGreaterThan(compileLine(plain(true), ['m']).steps.length);
});

describe.each(BACKENDS)('directives and segments change no bit on %s', (backend) => {
  const isEmulated = backend === 'cuda-emulated';
  const beam = wideBunch(isEmulated ? 120 : 1500);
  const objective = sigma('x').squared().plus(emittance('y').at('m'));

  it('of a tracked beam', async () => {
    const seen = new Set<string>();
    for (const line of [plain(true), directed(true), directed(false)]) {
      using tracker = await Tracker.create(line, { backend });
      const result = await tracker.track(beam, { observe: ['m'] });
      expect(result.losses!.filter((aperture) => aperture === 0).length).toBeGreaterThan(beam.particles / 30);
      seen.add(bitsOfTrack(result));
    }
    expect(seen.size).toBe(1);
  }, 600_000);

  // The emulation has its tiers tested in native/test/tape_test.cpp.
  const strategies = isEmulated
    ? (['invert', 'store'] as const)
    : (['invert', 'store', 'fields', 'auto'] as const);
  it.each(strategies)(
    'of a gradient by everything, strategy %s',
    async (strategy) => {
      const seen = new Set<string>();
      for (const line of [plain(true), directed(true)]) {
        using tracker = await Tracker.create(line, { backend });
        const wrt = [...line.parameterNames(), 'energy', 'charge', 'beam', 'charges'];
        seen.add(bitsOfGradient(await tracker.gradient(beam, objective, { wrt, strategy, verify: true })));
      }
      expect(seen.size).toBe(1);
    },
    600_000,
  );

  it.skipIf(isEmulated)('of a gradient through a step without an inverse', async () => {
    const seen = new Set<string>();
    for (const line of [plain(false), directed(false)]) {
      using tracker = await Tracker.create(line, { backend });
      const wrt = [...line.parameterNames(), 'energy', 'charge', 'beam', 'charges'];
      for (const strategy of ['store', 'selective', 'auto'] as const) {
        seen.add(bitsOfGradient(await tracker.gradient(beam, objective, { wrt, strategy, verify: true })));
      }
    }
    expect(seen.size).toBe(1);
  });
});
