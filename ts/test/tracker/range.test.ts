import { describe, expect, it } from 'vitest';
import {
  type Beam,
  CoordinateRangeError,
  Drift,
  type Element,
  Lattice,
  SpaceChargeKick,
  sigma,
  Tracker,
} from '../../src/index.js';
import { BACKENDS, type Platform, platforms } from '../support/backends.js';
import { changed, gaussianBunch } from '../support/beams.js';

/** A bunch in which one macroparticle is different. */
function withOutlier(particle: number, name: 'px' | 'p' | 'x', value: number): Beam {
  const beam = gaussianBunch(60);
  const column = beam.coordinates[name].slice();
  column[particle] = value;
  return changed(beam, { coordinates: { [name]: column } });
}

async function failure(platform: Platform, elements: readonly Element[], beam: Beam, headroom?: number) {
  using tracker = await Tracker.create(new Lattice(elements), platform);
  const error = await tracker.track(beam, { headroom }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(CoordinateRangeError);
  return error as CoordinateRangeError;
}

const kick = (options: object = {}) =>
  new SpaceChargeKick({ name: 'sc', effectLength: 1, gridShape: [6, 6, 6], ...options });
const FIXED = { extent: { fixed: [5e-3, 5e-3, 5e-3] } };

describe.each(platforms(BACKENDS))(
  'a coordinate that outgrows its range on $backend, $precision',
  (platform) => {
    it('is named, with its macroparticle, its place and a headroom that suffices', async () => {
      const beam = withOutlier(37, 'px', 0.9);
      const line = [new Drift({ length: 1 }), new Drift({ length: 99 })];
      const error = await failure(platform, line, beam, 1024);
      expect(error).toMatchObject({ coordinate: 'x', particle: 37, code: 'UNKICK_COORDINATE_RANGE' });
      // x goes 89.1 m in the second drift; its range is 1024 times the largest x of the beam, rounded up to a power of two.
      const range = 2 ** Math.ceil(Math.log2(1024 * Math.max(...beam.coordinates.x.map(Math.abs))));
      expect(error.excess).toBeGreaterThan(89 / range);
      expect(Math.log2(error.headroom) % 1).toBe(0);
      expect(error.message).toMatch(
        /^x of particle 37 outgrew the range .* before s = 100 m: ask for headroom \{ x: \d+ \} \(now 1024\)$/,
      );

      using tracker = await Tracker.create(new Lattice(line), platform);
      const { coordinates } = await tracker.track(beam, { headroom: { x: error.headroom } });
      expect(coordinates.x[37]).toBeCloseTo(
        beam.coordinates.x[37]! + 90,
        platform.precision === 'f64' ? 6 : 5,
      );
      await expect(tracker.track(beam, { headroom: { x: error.headroom / 4 } })).rejects.toThrow(
        CoordinateRangeError,
      );
    });

    it('in a kick is named by the kick', async () => {
      const beam = changed(gaussianBunch(60), { charges: new Float64Array(60).fill(1e-4) });
      const error = await failure(platform, [new Drift({ length: 0.5 }), kick(FIXED)], beam, 1024);
      expect(error.coordinate).toMatch(/^p[xy]?$/);
      expect(error.message).toMatch(/in the kick 'sc' at s = 0.5 m: ask for headroom/);
    });

    it('beyond any headroom says so', async () => {
      const error = await failure(platform, [new Drift({ length: 1e30 })], gaussianBunch(60));
      expect(error.message).toMatch(/no headroom is enough: check the units/);
    });

    it('from next to nothing is given more by default, with a warning, but never more than was asked for', async () => {
      const cold = changed(gaussianBunch(60), {
        coordinates: { px: new Float64Array(60), py: new Float64Array(60), p: new Float64Array(60) },
        charges: new Float64Array(60).fill(2e-7),
      });
      using tracker = await Tracker.create(new Lattice([kick(FIXED)]), platform);
      const { warnings, coordinates } = await tracker.track(cold);
      expect(Math.max(...coordinates.px)).toBeGreaterThan(0.0625);
      expect(warnings).toHaveLength(1);
      // Only the coordinates that need more have been given more.
      const raised = [...warnings[0]!.matchAll(/(\w+): (\d+)/g)].map(
        ([, name, n]) => [name!, Number(n)] as const,
      );
      expect(raised.map(([name]) => name)).toEqual(expect.arrayContaining(['px', 'py']));
      for (const [name, headroom] of raised) {
        expect(name).toMatch(/^p[xy]?$/);
        expect(headroom).toBeGreaterThan(1024);
      }
      const again = await tracker.track(cold, { headroom: Object.fromEntries(raised) });
      expect(again.warnings).toEqual([]);
      expect(again.coordinates).toEqual(coordinates);
      await expect(tracker.track(cold, { headroom: 1024 })).rejects.toThrow(CoordinateRangeError);
    });

    it('leaves a tracker that works', async () => {
      const beam = gaussianBunch(60);
      using tracker = await Tracker.create(new Lattice([new Drift({ length: 1 }), kick(FIXED)]), platform);
      const before = await tracker.gradient(beam, sigma('x'), { wrt: ['beam'] });
      await expect(
        tracker.gradient(withOutlier(3, 'px', 0.9), sigma('x'), { headroom: 1 }),
      ).rejects.toThrow();
      expect((await tracker.gradient(beam, sigma('x'), { wrt: ['beam'] })).gradient).toEqual(before.gradient);
    });
  },
);

describe.each(platforms(BACKENDS))('a momentum beyond the light cone on $backend, $precision', (platform) => {
  const impossible = withOutlier(41, 'px', 3); // px = 3·p0 at nearly the reference's energy
  const exact = new Drift({ length: 1, model: 'exact' });

  it('has no exact drift: the macroparticle is named', async () => {
    const error = await failure(platform, [exact], impossible);
    expect(error).toMatchObject({ coordinate: 'x', particle: 41, excess: Number.NaN });
    expect(error.message).toMatch(
      /x of particle 41 is no longer a number before s = 1 m.*is its momentum possible/,
    );
  });

  it.each([
    ['fixed', FIXED],
    ['sigmas', {}],
  ])('is named also when a kick follows whose extents are %s', async (_, extent) => {
    const error = await failure(platform, [exact, kick(extent), exact], impossible);
    expect(error).toMatchObject({ coordinate: 'x', particle: 41 });
  });

  it('is nothing to a linear drift', async () => {
    using tracker = await Tracker.create(new Lattice([new Drift({ length: 1 })]), platform);
    const { coordinates } = await tracker.track(impossible, { headroom: 4096 });
    expect(coordinates.x[41]).toBeCloseTo(3, 2);
  });
});
