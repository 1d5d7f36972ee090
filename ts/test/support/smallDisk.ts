import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own with room for so many bytes (whole pages), until it is disposed of. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'unkick-disk-'));

  constructor(bytes: number) {
    const { status, stderr, error } = mount('-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', this.folder);
    if (status === 0) return;
    rmSync(this.folder, { recursive: true });
    throw new Error(error?.message ?? stderr.trim());
  }

  [Symbol.dispose](): void {
    spawnSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Why this process can make no {@link SmallDisk}; undefined where it can. */
export const NO_SMALL_DISK: string | undefined = (() => {
  try {
    using _ = new SmallDisk(4096);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
})();
if (NO_SMALL_DISK !== undefined)
  console.warn(`tests with a full disk are left out: no tmpfs: ${NO_SMALL_DISK}`);

function mount(...args: string[]) {
  return spawnSync('mount', args, { encoding: 'utf8' });
}
