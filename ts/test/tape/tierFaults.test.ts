import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BudgetError, type GradientOptions, SnapshotError, Tracker } from '../../src/index.js';
import { loadBackend } from '../../src/native.js';
import { wideBunch } from '../support/allKinds.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { HOOKED_OBJECTIVE, HOOKED_WRT, hookedBits, hookedLine } from '../support/hookedLine.js';
import { NO_SMALL_DISK, SmallDisk } from '../support/smallDisk.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';

const beam = wideBunch(1000);
const onDisk = (diskFolder: string): GradientOptions => ({
  wrt: HOOKED_WRT,
  strategy: { name: 'store', tier: 'disk' },
  diskFolder,
});

describe.each(FAST_BACKENDS)('snapshots on disk, on %s', (backend) => {
  let expected = '';
  beforeAll(async () => {
    using tracker = await Tracker.create(hookedLine(), { backend });
    const run = await tracker.gradient(beam, HOOKED_OBJECTIVE, { wrt: HOOKED_WRT, strategy: 'store' });
    expected = hookedBits(run);
  });

  /** The error of a run whose disk something happens to in the middle; the tracker must be as good as new afterwards. */
  async function errorOf(folder: string, hook: () => void, clean: () => void = () => {}): Promise<unknown> {
    const live = loadBackend(backend).liveHostBytes();
    using tracker = await Tracker.create(hookedLine(hook), { backend });
    const run = tracker.gradient(beam, HOOKED_OBJECTIVE, onDisk(folder));
    const error = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    clean();
    const left = readdirSync(folder);
    expect(left).toEqual([]);
    expect(hookedBits(await tracker.gradient(beam, HOOKED_OBJECTIVE, onDisk(folder)))).toBe(expected);
    expect(readdirSync(folder)).toEqual([]);
    tracker.dispose();
    expect(loadBackend(backend).liveHostBytes()).toBe(live);
    return error;
  }

  const snapshots = (folder: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.snapshot'))
      .map((name) => join(folder, name));

  it('give the bits of snapshots on the device, and leave nothing behind', async () => {
    using folder = new TemporaryFolder();
    let most = 0;
    const look = () => {
      most = snapshots(folder.path).length;
    };
    expect(await errorOf(folder.path, look)).toBeUndefined();
    expect(most).toBeGreaterThan(3);
  });

  it('that lost a part', async () => {
    using folder = new TemporaryFolder();
    const error = await errorOf(folder.path, () => {
      for (const file of snapshots(folder.path)) truncateSync(file, statSync(file).size / 2);
    });
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as Error).message).toMatch(
      /disk tier: .*\.snapshot is shorter than what was written there/,
    );
  });

  it('of which a bit has changed', async () => {
    using folder = new TemporaryFolder();
    const error = await errorOf(folder.path, () => {
      for (const file of snapshots(folder.path)) {
        const bytes = readFileSync(file);
        bytes[Math.floor(bytes.length / 3)]! ^= 16;
        writeFileSync(file, bytes);
      }
    });
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as Error).message).toMatch(/was changed: its checksum does not match/);
  });

  it('that were deleted', async () => {
    using folder = new TemporaryFolder();
    const error = await errorOf(folder.path, () => {
      for (const file of snapshots(folder.path)) rmSync(file);
    });
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as Error).message).toMatch(/disk tier: cannot open .*No such file or directory/);
  });

  it('whose folder is deleted', async () => {
    using folder = new TemporaryFolder();
    const remove = () => rmSync(folder.path, { recursive: true });
    const error = await errorOf(folder.path, remove, () => mkdirSync(folder.path));
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as Error).message).toMatch(/disk tier: cannot create .*No such file or directory/);
  });

  it.skipIf(NO_SMALL_DISK)('whose disk fills up on the way', async () => {
    using disk = new SmallDisk(2 ** 21);
    const filler = join(disk.folder, 'filler');
    const fill = () => {
      expect(() => writeFileSync(filler, Buffer.alloc(2 ** 21))).toThrow(/ENOSPC/);
    };
    const error = await errorOf(disk.folder, fill, () => {
      expect(readdirSync(disk.folder)).toEqual(['filler']);
      rmSync(filler);
    });
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as Error).message).toMatch(/disk tier: cannot write .*No space left on device/);
  });

  it.skipIf(NO_SMALL_DISK)('that the disk has no room for are refused before the run', async () => {
    using disk = new SmallDisk(2 ** 16);
    let called = false;
    using tracker = await Tracker.create(
      hookedLine(() => {
        called = true;
      }),
      { backend },
    );
    const run = tracker.gradient(beam, HOOKED_OBJECTIVE, onDisk(disk.folder));
    await expect(run).rejects.toThrow(BudgetError);
    await expect(run).rejects.toThrow(/on disk for snapshots, but 64.0 KiB are free in /);
    expect(called).toBe(false);
  });

  it('need a folder', async () => {
    using folder = new TemporaryFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, 'text');
    using tracker = await Tracker.create(hookedLine(), { backend });
    for (const [name, reason] of [
      [join(folder.path, 'missing'), 'no such file or directory'],
      [join(file, 'inside'), 'not a directory'],
    ] as const) {
      const run = tracker.gradient(beam, HOOKED_OBJECTIVE, onDisk(name));
      await expect(run).rejects.toThrow(SnapshotError);
      await expect(run).rejects.toThrow(reason);
    }
    expect(hookedBits(await tracker.gradient(beam, HOOKED_OBJECTIVE, onDisk(folder.path)))).toBe(expected);
  });

  it('of two runs in one folder stay apart', async () => {
    using folder = new TemporaryFolder();
    using one = await Tracker.create(hookedLine(), { backend });
    using two = await Tracker.create(hookedLine(), { backend });
    const runs = [one, two].map((tracker) => tracker.gradient(beam, HOOKED_OBJECTIVE, onDisk(folder.path)));
    expect((await Promise.all(runs)).map(hookedBits)).toEqual([expected, expected]);
    expect(folder.files).toEqual([]);
  });

  it('are gone after a run that was aborted, or failed in a function of the user', async () => {
    using folder = new TemporaryFolder();
    const abort = new AbortController();
    for (const [hook, message] of [
      [() => abort.abort(), 'the run was aborted'],
      [() => expect.unreachable('mine'), 'mine'],
    ] as const) {
      using tracker = await Tracker.create(hookedLine(hook), { backend });
      const options = { ...onDisk(folder.path), signal: abort.signal };
      const run = tracker.gradient(
        beam,
        HOOKED_OBJECTIVE,
        message === 'mine' ? onDisk(folder.path) : options,
      );
      await expect(run).rejects.toThrow(message);
      expect(folder.files).toEqual([]);
    }
  });
});
