import { describe, expect, it } from 'vitest';
import {
  BudgetError,
  Drift,
  Lattice,
  OptionsError,
  type StrategyOptions,
  sigma,
  Tracker,
} from '../../src/index.js';
import { loadBackend } from '../../src/native.js';
import { wideBunch } from '../support/allKinds.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { HOOKED_OBJECTIVE, hookedLine } from '../support/hookedLine.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';

const beam = wideBunch(1000);
const STATE = 48 * 1000;
const NAMES = ['store', 'selective', 'revolve', 'mixed', 'periodic', 'binary', 'multistage'] as const;
const STRATEGIES: readonly StrategyOptions[] = [
  ...(['host', 'disk'] as const).flatMap((tier) => NAMES.map((name) => ({ name, tier }))),
  { name: 'hierarchical' },
  { name: 'hierarchical', snapshots: 0, slowSnapshots: 0 },
  { name: 'revolve', snapshots: 1, tier: 'disk' },
  { name: 'multistage', snapshots: 1, slowSnapshots: 3, tier: 'disk' },
];

describe.each(FAST_BACKENDS)('memory off the device, on %s', (backend) => {
  it.each(STRATEGIES.map((strategy) => [JSON.stringify(strategy), strategy] as const))(
    'is what was predicted: %s',
    async (_, strategy) => {
      using folder = new TemporaryFolder();
      const live = loadBackend(backend).liveHostBytes();
      using tracker = await Tracker.create(hookedLine(), { backend });
      const options = { strategy, diskFolder: folder.path };
      const { memory } = await tracker.gradient(beam, HOOKED_OBJECTIVE, options);
      const { host, disk } = memory;
      expect(memory.arenaBytes).toBe(memory.predictedBytes);
      expect(host.bytes).toBe(host.predictedBytes);
      expect(disk.bytes).toBe(disk.predictedBytes);
      expect(host.accounts.snapshots! + host.accounts.staging!).toBe(host.bytes);
      expect(disk.accounts).toEqual({ snapshots: disk.bytes });
      expect(host.accounts.staging).toBe(backend === 'cpu' || disk.bytes === 0 ? 0 : STATE);
      if (strategy.tier === 'host') expect(host.bytes).toBeGreaterThan(0);
      if (strategy.tier === 'disk') expect(disk.bytes).toBeGreaterThan(0);
      expect(loadBackend(backend).liveHostBytes() - live).toBe(host.bytes);
      expect(folder.files).toEqual([]);
      tracker.dispose();
      expect(loadBackend(backend).liveHostBytes()).toBe(live);
    },
  );

  it('is nothing where everything stays on it', async () => {
    using tracker = await Tracker.create(hookedLine(), { backend });
    const { memory } = await tracker.gradient(beam, HOOKED_OBJECTIVE, { strategy: 'revolve' });
    expect([memory.host.bytes, memory.disk.bytes]).toEqual([0, 0]);
  });

  it.each(['host', 'disk'] as const)('is bounded by a budget: %s', async (tier) => {
    using tracker = await Tracker.create(hookedLine(), { backend });
    const run = (bytes?: number) =>
      tracker.gradient(beam, HOOKED_OBJECTIVE, {
        strategy: { name: 'revolve', snapshots: 3, tier },
        memory: { [tier]: bytes },
      });
    const { memory } = await run();
    expect(memory[tier].bytes).toBe(3 * STATE);
    await run(3 * STATE);
    tracker.dispose();
    using fresh = await Tracker.create(hookedLine(), { backend });
    const live = loadBackend(backend).liveBytes();
    const refused = fresh.gradient(beam, HOOKED_OBJECTIVE, {
      strategy: { name: 'revolve', snapshots: 3, tier },
      memory: { device: '1 GiB', [tier]: 3 * STATE - 1 },
    });
    const error = (await refused.catch((reason: unknown) => reason)) as BudgetError;
    expect(error).toBeInstanceOf(BudgetError);
    expect(error).toMatchObject({ tier, smallestBytes: 3 * STATE });
    expect(error.message).toMatch(
      tier === 'host' ? /144000 bytes\) in host memory/ : /144000 bytes\) on disk/,
    );
    expect(loadBackend(backend).liveBytes()).toBe(live);
  });

  it('that this machine does not have is refused before anything is allocated', async () => {
    // 10,000 potentials of 128 MiB; the arena itself has 1.2 GiB.
    const line = new Lattice([new Drift({ length: 1 })]).withSpaceCharge({
      kicks: 10_000,
      gridShape: [256, 256, 256],
    });
    using tracker = await Tracker.create(line, { backend });
    const live = loadBackend(backend).liveBytes();
    const run = tracker.gradient(beam, sigma('x'), { strategy: { name: 'fields', tier: 'host' } });
    const error = (await run.catch((reason: unknown) => reason)) as BudgetError;
    expect(error).toBeInstanceOf(BudgetError);
    expect(error.message).toMatch(
      /1.22 TiB .* in host memory for snapshots, but .* available on this machine/,
    );
    expect(error).toMatchObject({ tier: 'host', smallestBytes: 9999 * 8 * 256 ** 3 });
    expect(loadBackend(backend).liveBytes()).toBe(live);
  });

  it('has tiers that are spelt right', async () => {
    using tracker = await Tracker.create(hookedLine(), { backend });
    const wrong = { hots: 1 } as never;
    const run = tracker.gradient(beam, HOOKED_OBJECTIVE, { memory: wrong });
    await expect(run).rejects.toThrow(OptionsError);
    await expect(run).rejects.toThrow("memory: 'hots' is unknown — did you mean 'host'?");
    await expect(tracker.gradient(beam, HOOKED_OBJECTIVE, { memory: { disk: 'lots' } })).rejects.toThrow(
      "'lots' is not an amount of memory",
    );
  });
});
