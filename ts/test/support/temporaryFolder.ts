import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone, with what is in it, when it is disposed of. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'unkick-test-'));

  /** Names of what is in it. */
  get files(): string[] {
    return readdirSync(this.path);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
