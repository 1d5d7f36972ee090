import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Runs the problem of `journalProcess.mjs` against the built package; `kill` ends it with SIGKILL in the reverse sweep. */
function run(mode: 'plain' | 'kill' | 'resume', folder: string, strategy = 'auto', particles = 1000) {
  const script = fileURLToPath(new URL('../support/journalProcess.mjs', import.meta.url));
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    [script, mode, folder, strategy, String(particles)],
    { encoding: 'utf8' },
  );
  return { bits: stdout.trim(), stderr, signal };
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unkick-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const journal = () => join(folder, 'unkick.journal');

describe('a reverse sweep that is killed', () => {
  it.each(['auto', 'store', 'revolve'])('resumes with the same bits: %s', (strategy) => {
    const { bits } = run('plain', folder);
    expect(run('kill', folder, strategy).signal).toBe('SIGKILL');
    expect(existsSync(journal())).toBe(true);
    expect(run('resume', folder, strategy).bits).toBe(bits);
    expect(existsSync(journal())).toBe(false);
  });

  it('does not resume for another beam', () => {
    run('kill', folder);
    expect(run('resume', folder, 'auto', 1001).stderr).toContain(
      'belongs to another beam, line or objective',
    );
  });

  it('does not resume from a damaged journal', () => {
    run('kill', folder);
    const bytes = readFileSync(journal());
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(journal(), bytes);
    expect(run('resume', folder).stderr).toContain('is damaged: its checksum does not match');
  });

  it('says that there is nothing to resume', () => {
    expect(run('resume', folder).stderr).toContain('there is no journal to resume');
  });
});
