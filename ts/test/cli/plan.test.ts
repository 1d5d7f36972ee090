import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/commandLine.js';

const folder = mkdtempSync(join(tmpdir(), 'unkick-plan-'));

const PROBLEM = {
  beam: {
    ...{ distribution: 'gaussian', species: 'electron', energy: 25e6, charge: 1e-10, particles: 2000 },
    ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
  },
  lattice: [
    { type: 'quadrupole', name: 'q1', length: 0.1, k1: 6, reverse: 'store' },
    { type: 'drift', name: 'd1', length: 0.4 },
  ],
  spaceCharge: { kicks: 10, gridShape: [16, 16, 16] },
  objective: { squared: { sigma: 'x' } },
  wrt: ['q1.k1'],
};

beforeAll(() => {
  writeFileSync(join(folder, 'line.json'), JSON.stringify(PROBLEM));
  const lattice = PROBLEM.lattice.map(({ reverse: _, ...element }) => element);
  writeFileSync(join(folder, 'plain.json'), JSON.stringify({ ...PROBLEM, lattice }));
  const { spaceCharge: _, ...bare } = PROBLEM;
  writeFileSync(join(folder, 'bare.json'), JSON.stringify(bare));
});
afterAll(() => rmSync(folder, { recursive: true }));

const unkick = (...args: string[]) => runCommand(folder, ...args);
const json = (...args: string[]) => JSON.parse(unkick(...args, '--json').stdout);

describe('unkick plan', () => {
  it('predicts to the byte what unkick gradient then allocates', () => {
    const strategies = [[], ['--strategy', 'store'], ['--strategy', 'revolve', '--snapshots', '2']];
    for (const strategy of [...strategies, ['--strategy', 'store', '--tier', 'host']]) {
      const plan = json('plan', 'line.json', '--backend', 'cpu', '--threads', '2', ...strategy);
      const run = json('gradient', 'line.json', '--backend', 'cpu', '--threads', '2', ...strategy);
      expect(plan.memory.accounts).toEqual(run.memory.accounts);
      expect(plan.memory.device).toBe(run.memory.arenaBytes);
      expect(plan.memory.host).toBe(run.memory.host?.bytes ?? 0);
      expect(plan.strategy).toBe(run.strategy);
    }
  });

  it('plans for any size and for hardware that is not at hand', () => {
    const args = ['--particles', '1e9', '--grid', '128', '--kicks', '500', '--gpu', 'h200'];
    const { status, stdout, stderr } = unkick('plan', 'plain.json', ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('1 000 000 000 macroparticles, 500 space-charge kicks on 128 × 128 × 128 nodes');
    const { memory, feasibility } = json('plan', 'plain.json', ...args);
    expect(memory.accounts.state).toBe(48e9);
    const [invert] = feasibility;
    expect(invert).toMatchObject({ strategy: 'invert', fits: true });
    expect(invert.largest.particles).toBeGreaterThan(1e9);
  });

  it('says of every step what becomes of it, alike ones on one line unless asked', () => {
    const short = unkick('plan', 'line.json').stdout;
    expect(short).toMatch(/^0–4 +q1 … q1 +2 +stored \(device\) +\S+ KiB$/m);
    const long = unkick('plan', 'line.json', '--steps').stdout;
    expect(long.match(/^step \d+ /gm)).toHaveLength(22);
    expect(long).toMatch(/^step 0 \(run q1\): stored \(device\), .*'store' was asked for/m);
  });

  it('says what would fit where it does not, and ends with 1', () => {
    const { status, stdout, stderr } = unkick('plan', 'line.json', '--device-memory', '500kB');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: this run needs .* bytes\) on the cpu back end, but 488 KiB are allowed; .*\n$/,
    );
    expect(stdout).toMatch(/^invert +\d+ KiB +does not fit +\d/m);
    const [invert] = json('plan', 'line.json', '--device-memory', '500kB').feasibility;
    const fitting = String(invert.largest.particles);
    const asked = unkick('plan', 'plain.json', '--device-memory', '500kB', '--strategy', 'invert').stdout;
    const count = fitting.replace(/\B(?=(\d{3})+$)/g, ' ');
    expect(asked).toContain(`what would fit, each alone: ${count} macroparticles, or `);
    const strategy = ['--strategy', 'invert', '--device-memory', '500kB'];
    expect(unkick('plan', 'line.json', ...strategy, '--particles', fitting).status).toBe(0);
    const more = String(invert.largest.particles + 1);
    expect(unkick('plan', 'line.json', ...strategy, '--particles', more).status).toBe(1);
  });

  it('refuses typing errors in one line', () => {
    const refused = (args: string[], what: RegExp) => {
      const { status, stdout, stderr } = unkick('plan', ...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(what);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    };
    refused(['line.json', '--gpu', 'h10'], /^error: there is no GPU 'h10' in the list.*h100/);
    refused(['line.json', '--grid', '64x64'], /one number of nodes or three/);
    refused(['line.json', '--device-memory', '8 GB/s'], /is not an amount of memory/);
    refused(['bare.json', '--kicks', '7'], /bare.json:1:1: has no spaceCharge/);
    refused(['nothing.json'], /nothing.json: no such file/);
    refused(['line.json', '--kicks', '1'], /1 kicks are too few/);
  });
});

describe('unkick profile', () => {
  it('measures every step and says what directives would cost', () => {
    const { status, stdout } = unkick('profile', 'line.json', '--particles', '300', '--repeats', '1');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ +1 +q1_sc1 +kick( +−?[\d.]+ ms){7} +32.0 KiB$/m);
    const { steps, effects } = json('profile', 'line.json', '--particles', '300', '--repeats', '1');
    expect(steps).toHaveLength(22);
    // Of every step a stored state and running it again, of every kick its field.
    expect(effects).toHaveLength(2 * 22 + 10);
  });
});
