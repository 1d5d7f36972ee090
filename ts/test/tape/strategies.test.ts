import { beforeAll, describe, expect, it } from 'vitest';
import {
  CustomStep,
  Drift,
  Lattice,
  Quadrupole,
  type StrategyOptions,
  sigma,
  Tracker,
} from '../../src/index.js';
import { ALL_WRT, lineOfAllKinds, twoPlaces, wideBunch } from '../support/allKinds.js';
import { FAST_BACKENDS, platforms } from '../support/backends.js';
import { gradientBits } from '../support/gradientBits.js';

const STRATEGIES: StrategyOptions[] = [
  ...(
    [
      'store',
      'selective',
      'revolve',
      'mixed',
      'periodic',
      'binary',
      'multistage',
      'hierarchical',
      'auto',
    ] as const
  ).map((name) => ({ name })),
  ...[0, 1, 2, 1000].map((snapshots) => ({ name: 'revolve' as const, snapshots })),
  { name: 'selective', snapshots: 0 },
  { name: 'periodic', interval: 1 },
  { name: 'periodic', interval: 1000 },
  { name: 'multistage', snapshots: 2, slowSnapshots: 4, tier: 'disk' },
  { name: 'hierarchical', snapshots: 1, slowSnapshots: 2 },
  ...(['host', 'disk'] as const).flatMap((tier) => [
    { name: 'store' as const, tier },
    { name: 'revolve' as const, snapshots: 5, tier },
  ]),
];

const lattice = lineOfAllKinds();

// The emulated CUDA back end has its strategies and tiers tested in native/test/tier_test.cpp.
describe.each(platforms(FAST_BACKENDS))('on $backend, $precision', (platform) => {
  const { backend } = platform;
  const beam = wideBunch(2000);
  let expected = '';

  beforeAll(async () => {
    using tracker = await Tracker.create(lattice, { ...platform, threads: 1 });
    expected = gradientBits(await tracker.gradient(beam, twoPlaces(), { wrt: ALL_WRT, strategy: 'store' }));
  });

  it.each(STRATEGIES.map((strategy) => [JSON.stringify(strategy), strategy] as const))(
    '%s returns the bits of store, on 1 and 2 threads',
    async (_, strategy) => {
      for (const threads of backend === 'cpu' ? [1, 2] : [1]) {
        using tracker = await Tracker.create(lattice, { ...platform, threads });
        const run = await tracker.gradient(beam, twoPlaces(), { wrt: ALL_WRT, strategy, verify: true });
        expect(gradientBits(run)).toBe(expected);
        expect(run.memory.arenaBytes).toBe(run.memory.predictedBytes);
      }
    },
  );

  it('loses particles on the way, and says which', async () => {
    using tracker = await Tracker.create(lattice, platform);
    const { losses, coordinates } = await tracker.track(beam);
    const lost = [...losses!.keys()].filter((i) => losses![i] === 0);
    expect(lost.length).toBeGreaterThan(beam.particles / 20);
    expect(lost.length).toBeLessThan(beam.particles);
    // They stay where they were lost: outside the ellipse.
    for (const i of lost) {
      expect((coordinates.x[i]! / 2e-3) ** 2 + (coordinates.y[i]! / 1.5e-3) ** 2).toBeGreaterThan(1);
    }
  });
});

it.each(['device', 'host', 'disk'] as const)(
  'keeps potentials on %s, verified, with the bits of invert',
  async (tier) => {
    const line = new Lattice([
      new Quadrupole({ name: 'q', length: 0.2, k1: 8 }),
      new Drift({ name: 'd', length: 0.5 }),
    ]).withSpaceCharge({ kicks: 6, gridShape: [8, 9, 10] });
    const beam = wideBunch(1000);
    using tracker = await Tracker.create(line, { backend: 'cpu' });
    const run = (strategy: StrategyOptions) =>
      tracker.gradient(beam, sigma('x'), { wrt: ['q.k1', 'beam', 'charges'], strategy, verify: true });
    const kept = await run({ name: 'fields', tier });
    expect(gradientBits(kept)).toBe(gradientBits(await run({ name: 'invert' })));
    const bytes = {
      device: kept.memory.accounts.tape!,
      host: kept.memory.host.bytes,
      disk: kept.memory.disk.bytes,
    };
    expect(bytes[tier]).toBeGreaterThanOrEqual(5 * 8 * 8 * 9 * 10);
  },
);

it('differentiates a custom step and its parameter as finite differences do', async () => {
  const beam = wideBunch(2000);
  const value = async (g: number) => {
    using tracker = await Tracker.create(lattice.withParameters({ 'c.g': g }), { backend: 'cpu' });
    return await tracker.gradient(beam, twoPlaces(), { wrt: ['c.g'] });
  };
  const step = 1e-4;
  const [up, down, here] = [await value(5 + step), await value(5 - step), await value(5)];
  const difference = (up.value - down.value) / (2 * step);
  // 7e-6 was measured; particles that cross cell faces make kinks.
  expect(Math.abs(here.gradient.parameters['c.g']! / difference - 1)).toBeLessThan(5e-5);
});

it('refuses to invert what has no inverse, and says which strategy can', async () => {
  using tracker = await Tracker.create(lattice, { backend: 'cpu' });
  const run = tracker.gradient(wideBunch(100), twoPlaces(), { strategy: 'invert' });
  await expect(run).rejects.toThrow(/custom\) cannot be inverted: plan the line with 'auto'/);
});

it('notices on the way back that a custom inverse is not one', async () => {
  const wrong = new CustomStep({
    name: 'w',
    forward: (z) => ({ ...z, px: z.px.map((px) => px + 1e-5) }),
    inverse: (z) => ({ ...z, px: z.px.map((px) => px - 1.1e-5) }),
    adjoint: (_, bar) => ({ coordinates: bar }),
  });
  const line = new Lattice([new Drift({ length: 1 }), wrong, new Drift({ length: 1 })]);
  using tracker = await Tracker.create(line, { backend: 'cpu' });
  const beam = wideBunch(100);
  const run = tracker.gradient(beam, sigma('x'), { strategy: 'invert', verify: true });
  await expect(run).rejects.toThrow(/is not the one of the way forward/);
  // Without verification nobody looks; the tracker is usable after either.
  expect(
    (await tracker.gradient(beam, sigma('x'), { strategy: 'store', verify: true })).value,
  ).toBeGreaterThan(0);
});

it('says what a custom function returned that cannot be a state', async () => {
  const bad = new CustomStep({
    name: 'b',
    forward: (z) => ({ ...z, px: z.px.map((px, i) => (i === 3 ? Number.NaN : px)) }),
    adjoint: (_, bar) => ({ coordinates: bar }),
  });
  using tracker = await Tracker.create(new Lattice([bad, new Drift({ length: 1 })]), { backend: 'cpu' });
  await expect(tracker.gradient(wideBunch(10), sigma('x'))).rejects.toThrow(
    "forward of the custom step 'b': px of particle 3 is NaN",
  );
});

it('says that the disk tier has no folder to write to', async () => {
  using tracker = await Tracker.create(lattice, { backend: 'cpu' });
  const strategy = { name: 'store', tier: 'disk' } as const;
  const run = tracker.gradient(wideBunch(100), twoPlaces(), { strategy, diskFolder: '/nowhere/at/all' });
  await expect(run).rejects.toThrow(/disk tier: .* to \/nowhere\/at\/all: .*no such file or directory/);
  // Nothing is left over from the failed run.
  expect((await tracker.gradient(wideBunch(100), twoPlaces())).value).toBeGreaterThan(0);
});
