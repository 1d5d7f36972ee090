import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/commandLine.js';
import { scalingFile } from '../support/scalingFile.js';
import { SMALL_PROBLEM } from '../support/smallProblem.js';

const folder = mkdtempSync(join(tmpdir(), 'unkick-'));

beforeAll(() => {
  writeFileSync(join(folder, 'problem.json'), JSON.stringify(SMALL_PROBLEM));
  writeFileSync(join(folder, 'rounds.json'), JSON.stringify({ ...SMALL_PROBLEM, turns: 3 }));
  writeFileSync(join(folder, 'scaling.json'), JSON.stringify(scalingFile()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const unkick = (...args: string[]) => runCommand(folder, 'report', ...args);

describe('unkick report', () => {
  it('writes what a user asks for', async () => {
    const { status, stdout, stderr } = unkick(
      'problem.json',
      '--repeats',
      '1',
      '--scaling',
      'scaling.json',
      '--svg',
      'out',
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('7 figures\nwrote report.html\n');
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
    expect(readdirSync(join(folder, 'out'))).toHaveLength(7);
  });

  it('says so where a problem runs several turns, and what a report has no data for', () => {
    const { status, stdout, stderr } = unkick('rounds.json', '--repeats', '1', '--output', 'rounds.html');
    expect(status).toBe(0);
    expect(stderr).toContain('the figures show the first of 3 turns');
    expect(stderr).toContain('left out: Memory against macroparticles, cells and kicks');
    expect(stdout).toBe('4 figures\nwrote rounds.html\n');
  });

  it.each<[args: string[], message: string]>([
    [[], 'needs a problem file, or --scaling'],
    [['absent.json'], 'absent.json: no such file'],
    [['--scaling', 'problem.json'], "must be 'unkick scaling 1'"],
    [['problem.json', '--output', 'no/such/folder.html'], 'cannot be written'],
    [['problem.json', '--repeats', '0'], 'must be a positive whole number'],
  ])('%j exits with 2 and one line', (args, message) => {
    const { status, stderr } = unkick(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });
});
