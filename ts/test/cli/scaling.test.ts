import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScalingProgress } from '../../src/cli/scalingProgress.js';
import { lawTable, withUncertainty } from '../../src/cli/scalingReport.js';
import type { ScalingReport } from '../../src/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const command = join(root, 'dist/cli/main.js');
const home = mkdtempSync(join(tmpdir(), 'unkick-'));
const onLinux = process.platform === 'linux';
let folders = 0;
const newFolder = () => join(home, String(folders++));

beforeAll(() => {
  if (!existsSync(command)) throw new Error('dist/ is missing: run npm run build');
});
afterAll(() => rmSync(home, { recursive: true }));

const CPU = ['--backend', 'cpu', '--threads', '2'];
/** Three cases that take next to nothing. */
const TINY = [...CPU, '--strategies', 'store', '--particles', '500', '--grids', '8', '--kicks', '1,2,3'];
/** A case of a moment, and one of at least half a minute. */
const LONG = [...CPU, '--strategies', 'invert', '--particles', '1e5', '--grids', '32', '--kicks', '1,2000'];

/** Runs `unkick scaling` as a user does; `limits` go before it in a shell. */
function scaling(
  args: readonly string[],
  limits = '',
): { status: number | null; stdout: string; stderr: string } {
  const words = [process.execPath, command, 'scaling', ...args].map((word) => `'${word}'`).join(' ');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `${limits} exec ${words}`], {
    ...{ encoding: 'utf8', cwd: home },
  });
  return { status, stdout, stderr };
}

const read = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'scaling.json'), 'utf8')) as ScalingReport;
const states = (folder: string) => read(folder).cases.map(({ state }) => state);
const bytes = ({ cases }: ScalingReport) => cases.map(({ kicks, predictedBytes }) => [kicks, predictedBytes]);

describe('unkick scaling', () => {
  it('prints cases and laws, and writes them as JSON and CSV', () => {
    const folder = newFolder();
    const sizes = ['--particles', '500,1000', '--grids', '8,12', '--kicks', '1,4'];
    const { status, stdout, stderr } = scaling([
      ...CPU,
      '--strategies',
      'store',
      ...sizes,
      '--output',
      folder,
    ]);
    expect(status).toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(8);
    expect(stderr).toMatch(/^1\/8 {2}store, 500 macroparticles, 8³, kicks: 1 {2}[\d ]+ bytes, /);
    for (const text of ['8 of 8 cases measured', 'bytes = kicks·(a·macroparticles', 'seconds = kicks·(p·']) {
      expect(stdout).toContain(text);
    }
    const report = read(folder);
    expect(report.command).toBe(`unkick scaling ${CPU.join(' ')} --strategies store ${sizes.join(' ')}`);
    expect(report.unkick).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
    const rows = readFileSync(join(folder, 'scaling.csv'), 'utf8').trim().split('\n');
    expect(rows).toHaveLength(9);
    const arena = rows[0]!.split(',').indexOf('arena_bytes');
    expect(rows.slice(1).map((row) => Number(row.split(',')[arena]))).toEqual(
      report.cases.map(({ predictedBytes }) => predictedBytes),
    );
    expect(readdirSync(folder).sort()).toEqual(['scaling.csv', 'scaling.json']);
    // Nothing is left to measure.
    const again = scaling(['--resume', '--output', folder, '--json']);
    expect(again.stderr).toBe('');
    expect(JSON.parse(again.stdout)).toEqual(report);
  });

  it.each<[args: string[], message: string]>([
    [['--strategies', 'sotre'], "There is no strategy 'sotre' — did you mean 'store'?"],
    [['--strategies', 'auto'], "There is no strategy 'auto'"],
    [['--particles', '1e3,many'], 'must be a positive whole number'],
    [['--grids', '16,'], 'must be a positive whole number'],
    [['--grids', '2', '--output', 'no'], 'grids must be an integer from 3'],
    [['--kicks', '0'], 'must be a positive whole number'],
    [['--max-time', '-1'], 'must be a positive number'],
    [['--memory', '8 GiB/s', '--output', 'no'], 'not an amount of memory'],
    [['none.json', '--output', 'no'], 'none.json: no such file'],
    [['a.json', 'b.json'], 'too many arguments'],
  ])('%j exits with 2 and one line', (args, message) => {
    const { status, stdout, stderr } = scaling(args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(existsSync(join(home, 'no'))).toBe(false);
  });

  it('does not write over a sweep, nor go on with another one', () => {
    const folder = newFolder();
    expect(scaling([...TINY, '--output', folder]).status).toBe(0);
    const before = readFileSync(join(folder, 'scaling.json'), 'utf8');
    const again = scaling([...TINY, '--output', folder]);
    expect(again.stderr).toBe(
      `error: ${folder} holds a sweep: --resume goes on with it, --output takes another folder\n`,
    );
    expect(again.status).toBe(2);
    const other = scaling([...TINY, '--particles', '600', '--resume', '--output', folder]);
    expect(other.stderr).toContain('of another sweep: particles [500], now [600]');
    expect(other.status).toBe(2);
    writeFileSync(join(folder, 'scaling.json'), before.slice(0, 100));
    expect(scaling([...TINY, '--resume', '--output', folder]).stderr).toContain(
      'is no sweep of this version',
    );
  });

  it('says in the beginning that a folder cannot be written', () => {
    writeFileSync(join(home, 'file'), '');
    const { status, stdout, stderr } = scaling([...TINY, '--output', join(home, 'file', 'below')]);
    expect(stderr).toBe(
      `error: ${join(home, 'file/below/scaling.json')} cannot be read: a part of the path is no folder\n`,
    );
    expect([status, stdout]).toEqual([1, '']);
  });

  it('lists what does not fit or has no time without starting it', () => {
    const folder = newFolder();
    const sizes = [
      ...CPU,
      '--strategies',
      'store',
      '--particles',
      '1e3,1e9',
      '--grids',
      '16',
      '--kicks',
      '1,100',
    ];
    const { status, stdout } = scaling([...sizes, '--output', folder, '--max-time', '5']);
    expect(status).toBe(0);
    expect(new Set(states(folder))).toEqual(new Set(['measured', 'too large']));
    expect(stdout).toMatch(
      /store, 1 000 000 000 macroparticles, 16³, 1 kicks \(149 GiB\): too large: it takes/,
    );
    expect(stdout).toContain('store: no law: a law of memory needs three sizes');
    const late = newFolder();
    expect(scaling([...TINY, '--output', late, '--max-time', '1e-6']).status).toBe(0);
    expect(states(late)).toEqual(['no time', 'no time', 'no time']);
    expect(scaling(['--resume', '--output', late]).status).toBe(0);
    expect(states(late)).toEqual(['measured', 'measured', 'measured']);
  });
});

describe('a sweep in trouble', () => {
  it('keeps the finished cases when the disk is full, and goes on when it is not', () => {
    const folder = newFolder();
    // Files of more than two kilobytes fail to be written, as on a full disk; Node.js ignores the signal.
    const { status, stderr } = scaling([...TINY, '--output', folder], 'ulimit -f 2;');
    const lines = stderr.trim().split('\n');
    expect(lines.at(-1)).toMatch(
      /^error: .*scaling.json cannot be written: .*; what was written before is kept$/,
    );
    expect(status).toBe(1);
    const kept = read(folder);
    expect(kept.cases.length).toBeGreaterThan(0);
    expect(kept.cases.length).toBeLessThan(3);
    expect(scaling(['--resume', '--output', folder]).status).toBe(0);
    expect(states(folder)).toEqual(['measured', 'measured', 'measured']);
    expect(read(folder).cases.slice(0, kept.cases.length)).toEqual(kept.cases);
  });

  it('ends tidily on Ctrl-C, resumes, and has the same table', async () => {
    const folder = newFolder();
    const { sweep, ended } = startSweep([...LONG, '--output', folder]);
    await until(() => existsSync(join(folder, 'scaling.json')) && read(folder).cases.length === 1);
    sweep.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).toContain(`${folder} has 1 of 2 cases; --resume goes on from there\ninterrupted\n`);
    expect(code).toBe(130);
    const first = read(folder).cases[0];
    // The long case is given no time; what was measured stays.
    expect(scaling(['--resume', '--output', folder, '--max-time', '0.001']).status).toBe(0);
    expect(states(folder)).toEqual(['measured', 'no time']);
    expect(read(folder).cases[0]).toEqual(first);
    const whole = newFolder();
    scaling([...LONG, '--output', whole, '--max-time', '0.1']);
    expect(bytes(read(folder))).toEqual(bytes(read(whole)));
  });

  it.runIf(onLinux)('goes on when the system ends a case', async () => {
    const folder = newFolder();
    const { sweep, ended } = startSweep([...LONG, '--output', folder]);
    await until(() => existsSync(join(folder, 'scaling.json')) && read(folder).cases.length === 1);
    await until(() => childrenOf(sweep).length === 1);
    process.kill(childrenOf(sweep)[0]!, 'SIGKILL');
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(read(folder).cases[1]).toMatchObject({
      state: 'failed',
      reason: 'the system ended its process (SIGKILL): most likely memory ran out',
    });
    expect(stdout).toContain('1 of 2 cases measured');
  });

  it.runIf(onLinux)('leaves no process behind when it is killed itself', async () => {
    const { sweep, ended } = startSweep([...LONG, '--output', newFolder()]);
    let children: number[] = [];
    await until(() => {
      children = childrenOf(sweep);
      return children.length === 1;
    });
    sweep.kill('SIGKILL');
    await ended;
    await until(() => !existsSync(`/proc/${children[0]}`));
  });

  it.runIf(onLinux)('notes a case that gets no memory, and keeps the others', () => {
    const folder = newFolder();
    const sizes = [
      ...CPU,
      '--strategies',
      'store',
      '--particles',
      '1e5',
      '--grids',
      '16',
      '--kicks',
      '1,300',
    ];
    // 1.2 GB of data for a process: enough for Node.js and one kick, not for the 1.4 GB that three hundred keep.
    const { status, stdout } = scaling([...sizes, '--output', folder], 'ulimit -d 1200000;');
    expect(status).toBe(0);
    const [small, large] = read(folder).cases;
    expect(small!.state).toBe('measured');
    expect(large).toMatchObject({ state: 'failed', reason: expect.stringMatching(/memory/) });
    expect(stdout).toContain('failed');
  });
});

function startSweep(args: readonly string[]) {
  const sweep = spawn(process.execPath, [command, 'scaling', ...args], { cwd: home });
  let [stdout, stderr] = ['', ''];
  sweep.stdout.on('data', (data) => {
    stdout += data;
  });
  sweep.stderr.on('data', (data) => {
    stderr += data;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    sweep.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { sweep, ended };
}

/** Processes that a process has started, by /proc. */
function childrenOf({ pid }: ChildProcess): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('ScalingProgress', () => {
  const stream = (isTTY: boolean) => ({
    ...{ isTTY, text: '' },
    write(text: string) {
      this.text += text;
    },
  });
  const now = {
    strategy: 'store' as const,
    ...{ particles: 1e5, grid: 32, cells: 32768, kicks: 4 },
    ...{ predictedBytes: 1, hostBytes: 1, predictedSeconds: 1 },
  };

  it('says on a terminal what is measured and for how long it will go on', () => {
    const screen = stream(true);
    const progress = new ScalingProgress(screen);
    progress.update({ done: 2, total: 9, now, secondsLeft: 200.4 });
    expect(screen.text).toContain(
      'case 3/9  store, 100 000 macroparticles, 32³, kicks: 4  about 3 min 20 s left',
    );
    progress.clear();
    expect(screen.text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('writes nothing but finished cases elsewhere', () => {
    const log = stream(false);
    const progress = new ScalingProgress(log);
    progress.update({ done: 2, total: 9, now, secondsLeft: 200.4 });
    const report = (count: number) =>
      ({
        ...{ total: 9, cases: new Array(count).fill({ ...now, state: 'failed', reason: 'why not' }) },
      }) as unknown as ScalingReport;
    progress.report(report(2));
    expect(log.text).toBe('');
    progress.report(report(3));
    progress.clear();
    expect(log.text).toBe('3/9  store, 100 000 macroparticles, 32³, kicks: 4  failed: why not\n');
  });
});

describe('tables of laws', () => {
  it.each([
    [{ value: 48.00012, uncertainty: 0.0034 }, '48.0001 ± 0.0034'],
    [{ value: 93012.4, uncertainty: 512 }, '93012 ± 512'],
    [{ value: -3e-9, uncertainty: 2e-9 }, '0.000000 ± 0.000000'],
    [{ value: 8, uncertainty: 0 }, '8'],
  ])('%j is %s', (coefficient, text) => {
    expect(withUncertainty(coefficient)).toBe(text);
  });

  it('are left out where there is no law', () => {
    expect(lawTable([{ strategy: 'store', cases: 0, reason: 'none' }])).toBe('');
  });
});
