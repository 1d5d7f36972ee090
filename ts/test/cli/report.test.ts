import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scalingFile } from '../support/scalingFile.js';

const command = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'unkick-'));

const PROBLEM = {
  beam: {
    ...{
      distribution: 'gaussian',
      species: 'electron',
      energy: 25e6,
      charge: 1e-10,
      particles: 200,
      seed: 1,
    },
    ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
  },
  lattice: [
    { type: 'quadrupole', name: 'q1', length: 0.1, k1: 6 },
    { type: 'drift', name: 'd1', length: 0.4 },
  ],
  spaceCharge: { kicks: 4, gridShape: [8, 8, 8] },
  objective: { squared: { sigma: 'x' } },
};

beforeAll(() => {
  if (!existsSync(command)) throw new Error('dist/ is missing: run npm run build');
  writeFileSync(join(folder, 'problem.json'), JSON.stringify(PROBLEM));
  writeFileSync(join(folder, 'rounds.json'), JSON.stringify({ ...PROBLEM, turns: 3 }));
  writeFileSync(join(folder, 'scaling.json'), JSON.stringify(scalingFile()));
});
afterAll(() => rmSync(folder, { recursive: true }));

function unkick(...args: string[]) {
  const { UNKICK_DEBUG, ...env } = process.env;
  return spawnSync(process.execPath, [command, 'report', ...args], { encoding: 'utf8', env, cwd: folder });
}

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
