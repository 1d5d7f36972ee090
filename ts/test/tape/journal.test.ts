import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalError, Tracker } from '../../src/index.js';
import type { Precision } from '../../src/precision.js';
import { type JournalEntry, readJournal, writeJournal } from '../../src/tape/journal.js';
import { wideBunch } from '../support/allKinds.js';
import { HOOKED_OBJECTIVE, HOOKED_WRT, hookedBits, hookedLine } from '../support/hookedLine.js';
import { NO_SMALL_DISK, SmallDisk } from '../support/smallDisk.js';

/** Runs the problem of `journalProcess.mjs` against the built package; `kill` ends it with SIGKILL in the reverse sweep. */
function run(
  mode: 'plain' | 'write' | 'kill' | 'resume',
  folder: string,
  strategy = 'auto',
  particles = 1000,
  precision: Precision = 'f64',
) {
  const script = fileURLToPath(new URL('../support/journalProcess.mjs', import.meta.url));
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    [script, mode, folder, strategy, String(particles), precision],
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

  it('resumes with the same bits in f32, and not in another precision', () => {
    const { bits } = run('plain', folder, 'auto', 1000, 'f32');
    expect(bits).not.toBe(run('plain', folder).bits);
    run('kill', folder, 'auto', 1000, 'f32');
    expect(run('resume', folder).stderr).toContain('belongs to another beam, line, objective or back end');
    expect(run('resume', folder, 'auto', 1000, 'f32').bits).toBe(bits);
  });

  it('does not resume for another beam', () => {
    run('kill', folder);
    expect(run('resume', folder, 'auto', 1001).stderr).toContain(
      'belongs to another beam, line, objective or back end',
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

describe('a disk that is full', () => {
  // An entry of 1000 macroparticles has 67 KB: there is room for one, but not for another beside it.
  it.skipIf(NO_SMALL_DISK)('loses nothing that was written down before', () => {
    const { bits } = run('plain', folder);
    using disk = new SmallDisk(100_000);
    expect(run('write', disk.folder).stderr).toMatch(
      /JournalError: the journal in .* cannot be written: ENOSPC/,
    );
    expect(readdirSync(disk.folder)).toEqual(['unkick.journal']);
    copyFileSync(join(disk.folder, 'unkick.journal'), journal());
    expect(run('resume', folder).bits).toBe(bits);
  });
});

const entry: JournalEntry = {
  ...{
    key: 'k',
    turns: 1,
    position: 3,
    value: 1 / 3,
    referenceBar: [['@gamma0', -2e-9]],
    custom: [['c.g', 0.1]],
  },
  cotangents: [undefined, { charges: Float64Array.of(1, 2) }],
  sums: Float64Array.of(1, Number.MIN_VALUE, -0),
  reports: new Float64Array(7),
  adjoint: Object.fromEntries(
    ['x', 'px', 'y', 'py', 'tau', 'p'].map((name, i) => [name, Float64Array.of(i, Math.PI)]),
  ) as never,
  charges: Float64Array.of(0, 5),
};

describe('a journal', () => {
  const refused = async (reason: RegExp) => {
    await expect(readJournal(folder)).rejects.toThrow(JournalError);
    await expect(readJournal(folder)).rejects.toThrow(reason);
  };

  it('is read as it was written, to the bit', async () => {
    await writeJournal(folder, entry);
    const read = await readJournal(folder);
    // An absent cotangent becomes null in JSON.
    expect(read).toMatchObject({ ...entry, cotangents: [null, entry.cotangents[1]] });
    expect(Object.is(read.sums[2], -0)).toBe(true);
  });

  it('is refused wherever a bit has changed, and whatever was cut off', async () => {
    await writeJournal(folder, entry);
    const bytes = readFileSync(journal());
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i]! ^= 1 << (i % 8);
      writeFileSync(journal(), changed);
      await refused(/is not a journal|format of another version|is damaged/);
    }
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(journal(), bytes);
      truncateSync(journal(), length);
      await refused(/is not a journal|format of another version|is damaged/);
    }
    writeFileSync(journal(), bytes);
    expect((await readJournal(folder)).position).toBe(3);
  });

  it('is refused if it is something else, or of another version', async () => {
    writeFileSync(journal(), 'Dear diary,\n');
    await refused(/unkick.journal is not a journal$/);
    await writeJournal(folder, entry);
    const text = readFileSync(journal(), 'latin1');
    writeFileSync(journal(), text.replace('unkick journal 3', 'unkick journal 7'), 'latin1');
    await refused(/has the format of another version of unkick: unkick journal 7/);
    const [magic, , header = '', ...body] = text.split('\n');
    const other = header.replace(/"unkick":"[^"]*"/, '"unkick":"99.1.0"');
    const rest = body.join('\n');
    const digest = createHash('sha256').update(other).update(Buffer.from(rest, 'latin1')).digest('hex');
    writeFileSync(journal(), [magic, digest, other, rest].join('\n'), 'latin1');
    await refused(/is of unkick 99.1.0, this is .*: resume it with that version/);
  });

  it('that cannot be written leaves the one before it, and nothing else', async () => {
    await writeJournal(folder, entry);
    mkdirSync(`${journal()}.part`);
    await expect(writeJournal(folder, { ...entry, position: 2 })).rejects.toThrow(JournalError);
    rmSync(`${journal()}.part`, { recursive: true });
    expect((await readJournal(folder)).position).toBe(3);
  });
});

describe("a journal's folder", () => {
  const beam = wideBunch(300);
  const gradient = (tracker: Tracker, journalFolder: string, resume = false) =>
    tracker.gradient(beam, HOOKED_OBJECTIVE, {
      wrt: HOOKED_WRT,
      journal: { folder: journalFolder, everySeconds: 0, resume },
    });

  it('belongs to one run at a time, of this process or another', async () => {
    let others = '';
    let second: Promise<unknown> | undefined;
    // Called in the middle of the first run, which has the folder then.
    const ask = () => {
      second = gradient(two, folder).catch((error: unknown) => error);
      for (const mode of ['write', 'resume'] as const) others += run(mode, folder).stderr;
    };
    using one = await Tracker.create(hookedLine(ask), { backend: 'cpu' });
    using two = await Tracker.create(hookedLine(), { backend: 'cpu' });
    const bits = hookedBits(await gradient(one, folder));
    expect(String(await second)).toMatch(/^JournalError: the journal in .* is in use by another run/);
    expect(others.match(/JournalError: the journal in .* is in use by another run/g)).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
    // Once it is done, the next may have it.
    expect(hookedBits(await gradient(two, folder))).toBe(bits);
  });

  it('is made, or the run does not begin', async () => {
    let called = false;
    const hook = () => {
      called = true;
    };
    using tracker = await Tracker.create(hookedLine(hook), { backend: 'cpu' });
    writeFileSync(join(folder, 'file'), 'text');
    const inAFile = gradient(tracker, join(folder, 'file', 'journal'));
    await expect(inAFile).rejects.toThrow(JournalError);
    await expect(inAFile).rejects.toThrow(/cannot be written: ENOTDIR/);
    await expect(gradient(tracker, join(folder, 'none'), true)).rejects.toThrow(
      /there is no journal to resume in .*none: ENOENT/,
    );
    expect(called).toBe(false);
    await gradient(tracker, join(folder, 'made', 'for', 'it'));
    expect(readdirSync(join(folder, 'made', 'for', 'it'))).toEqual([]);
  });

  it('that goes away ends the run, not silently', async () => {
    const gone = join(folder, 'gone');
    const hook = () => rmSync(gone, { recursive: true });
    using tracker = await Tracker.create(hookedLine(hook), { backend: 'cpu' });
    await expect(gradient(tracker, gone)).rejects.toThrow(/the journal in .*gone cannot be written: ENOENT/);
  });

  it('is given with options that are known', async () => {
    using tracker = await Tracker.create(hookedLine(), { backend: 'cpu' });
    const wrong = (journal: unknown) =>
      expect(tracker.gradient(beam, HOOKED_OBJECTIVE, { journal: journal as never })).rejects;
    await wrong({ folder, every: 3 }).toThrow(/journal: 'every' is unknown/);
    await wrong({ folder: 3 }).toThrow('journal.folder must be the name of a folder, not 3');
    await wrong({ folder, everySeconds: -1 }).toThrow('journal.everySeconds must be a number of at least 0');
    await wrong({ folder, resume: 'yes' }).toThrow("journal.resume must be true or false, not 'yes'");
  });
});
