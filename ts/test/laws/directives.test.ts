import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  COORDINATES,
  emittance,
  type GradientResult,
  type Lattice,
  type Strategy,
  sigma,
  Tracker,
  type TrackResult,
} from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { wideBunch } from '../support/allKinds.js';
import { BACKENDS, FAST_BACKENDS } from '../support/backends.js';
import { hashOf } from '../support/bits.js';
import { directedLine, plainLine } from '../support/directedLine.js';
import { segmentsOf, stepsOf } from '../support/shape.js';

function bitsOfTrack({ coordinates, moments, markers, losses }: TrackResult): string {
  const seen = [moments, markers.m!].flatMap(({ mean, covariance }) => [mean, covariance]);
  return hashOf(...COORDINATES.map((name) => coordinates[name]), ...seen, Float64Array.from(losses!));
}

function bitsOfGradient({ value, gradient: { parameters, coordinates, charges } }: GradientResult): string {
  const arrays = COORDINATES.map((name) => coordinates![name]);
  return hashOf(value, ...Object.values(parameters), ...arrays, charges!);
}

it('the line of these tests is cut in every way', () => {
  const line = compileLine(directedLine(true), ['m']);
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
  expect(line.steps.length).toBeGreaterThan(compileLine(plainLine(true), ['m']).steps.length);
});

const objective = sigma('x').squared().plus(emittance('y').at('m'));

/** Hashes of the gradients by everything of some lines, by some strategies. */
async function gradientBits(
  backend: BackendName,
  lines: readonly Lattice[],
  strategies: readonly (Strategy | 'auto')[],
  particles: number,
): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const line of lines) {
    using tracker = await Tracker.create(line, { backend });
    const wrt = [...line.parameterNames(), 'energy', 'charge', 'beam', 'charges'];
    for (const strategy of strategies) {
      const options = { wrt, strategy, verify: true };
      seen.add(bitsOfGradient(await tracker.gradient(wideBunch(particles), objective, options)));
    }
  }
  return seen;
}

describe.each(BACKENDS)('directives and segments change no bit on %s', (backend) => {
  const particles = backend === 'cuda-emulated' ? 120 : 1500;

  it('of a tracked beam', async () => {
    const seen = new Set<string>();
    for (const line of [plainLine(true), directedLine(true), directedLine(false)]) {
      using tracker = await Tracker.create(line, { backend });
      const result = await tracker.track(wideBunch(particles), { observe: ['m'] });
      expect(result.losses!.filter((aperture) => aperture === 0).length).toBeGreaterThan(particles / 30);
      seen.add(bitsOfTrack(result));
    }
    expect(seen.size).toBe(1);
  }, 600_000);

  it.each(['invert', 'store'] as const)(
    'of a gradient by everything, strategy %s',
    async (strategy) => {
      const lines = [plainLine(true), directedLine(true)];
      expect((await gradientBits(backend, lines, [strategy], particles)).size).toBe(1);
    },
    600_000,
  );
});

// The emulation has its tiers tested in native/test/tape_test.cpp.
describe.each(FAST_BACKENDS)('whatever follows the directives on %s', (backend) => {
  it('finds the same gradient as what does not', async () => {
    const lines = [plainLine(true), directedLine(true)];
    expect((await gradientBits(backend, lines, ['invert', 'fields', 'auto'], 1500)).size).toBe(1);
  });

  it('finds the same gradient through a step without an inverse', async () => {
    const lines = [plainLine(false), directedLine(false)];
    expect((await gradientBits(backend, lines, ['store', 'selective', 'auto'], 1500)).size).toBe(1);
  });
});
