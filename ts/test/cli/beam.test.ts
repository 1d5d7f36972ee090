import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/commandLine.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';

const PROBLEM = {
  beam: {
    ...{ distribution: 'gaussian', species: 'electron', energy: 25e6, charge: 1e-9, particles: 300 },
    ...{ twiss: { x: { beta: 10, alpha: -1, emittance: 1e-8 }, y: { beta: 5, alpha: 0, emittance: 1e-8 } } },
    ...{ sigmaTau: 1e-3, sigmaP: 1e-3, matchMoments: true },
  },
  lattice: [
    { type: 'drift', length: 0.5 },
    { type: 'aperture', name: 'a', halfX: 4e-4, halfY: 1 },
  ],
};

/** A folder with a problem file. */
function problemFolder(problem: object = PROBLEM): TemporaryFolder {
  const folder = new TemporaryFolder();
  writeFileSync(join(folder.path, 'problem.json'), JSON.stringify(problem));
  return folder;
}

describe('unkick beam', () => {
  it('reports and converts', () => {
    using folder = problemFolder();
    const made = runCommand(folder.path, 'beam', 'problem.json', '--write', 'bunch.h5');
    expect(made.stderr).toBe('');
    expect(made.status).toBe(0);
    expect(made.stdout).toMatch(/^x +-1 +10 +0\.2 +1e-8 +4\.89\d+e-7$/m);
    const converted = runCommand(folder.path, 'beam', 'bunch.h5', '--write', 'bunch.sdds', '--json');
    expect(JSON.parse(converted.stdout)).toMatchObject({ file: 'bunch.h5', particles: 300, warnings: [] });
    const back = JSON.parse(runCommand(folder.path, 'beam', 'bunch.sdds', '--json').stdout);
    expect(back.x.beta).toBeCloseTo(10, 10);
    expect(back.charge).toBeCloseTo(1e-9, 20);
  });

  it('takes what the file does not say, and fewer macroparticles', () => {
    using folder = problemFolder();
    runCommand(folder.path, 'beam', 'problem.json', '--write', 'bunch.npy');
    const silent = runCommand(folder.path, 'beam', 'bunch.npy');
    expect(silent).toMatchObject({ status: 2, stdout: '' });
    expect(silent.stderr).toBe('error: bunch.npy: does not say which particles these are: give species\n');
    const options = ['--species', 'electron', '--kinetic-energy', '5e6', '--particles', '10', '--json'];
    const { particles, kineticEnergy, charge } = JSON.parse(
      runCommand(folder.path, 'beam', 'bunch.npy', ...options).stdout,
    );
    expect([particles, Math.round(kineticEnergy)]).toEqual([10, 5e6]);
    expect(charge).toBeCloseTo(1e-9, 20);
  });

  it('refuses options that a problem file answers itself', () => {
    using folder = problemFolder();
    const { status, stderr } = runCommand(folder.path, 'beam', 'problem.json', '--charge', '1');
    expect([status, stderr]).toEqual([
      2,
      'error: problem.json is a problem file, whose beam says it all: leave out the option charge\n',
    ]);
  });
});

describe('a problem file with a beam file', () => {
  /** The folder of a problem whose beam lies in a subsample of another one's. */
  function fileProblem(fields: object): TemporaryFolder {
    const folder = problemFolder();
    runCommand(folder.path, 'beam', 'problem.json', '--write', 'bunch.csv');
    const problem = { ...PROBLEM, beam: { file: 'bunch.csv', ...fields } };
    writeFileSync(join(folder.path, 'fromFile.json'), JSON.stringify(problem));
    return folder;
  }

  it('is tracked like the beam itself, from any folder', () => {
    using folder = fileProblem({});
    const moments = (file: string, ...options: string[]) =>
      JSON.parse(runCommand('/', 'track', join(folder.path, file), '--json', ...options).stdout).moments;
    expect(moments('fromFile.json')).toEqual(moments('problem.json'));
    const plan = runCommand('/', 'plan', join(folder.path, 'fromFile.json'), '--json');
    expect(JSON.parse(plan.stdout).particles).toBe(300);
  });

  it('goes with a lattice file, for its particle and energy', () => {
    using folder = fileProblem({});
    writeFileSync(join(folder.path, 'line.lte'), 'D1: DRIFT, L=0.5\nL1: LINE=(D1)\n');
    const problem = { beam: { file: 'bunch.csv' }, lattice: { file: 'line.lte' } };
    writeFileSync(join(folder.path, 'both.json'), JSON.stringify(problem));
    const { stdout, stderr } = runCommand(folder.path, 'track', 'both.json', '--json');
    expect(stderr).toBe('');
    // 10 m·1e-8 m at α = −1, γ = 0.2/m: β = 10 + 2·0.5 + 0.2·0.25 after half a metre.
    expect(JSON.parse(stdout).moments.sigma.x ** 2 / 1.105e-7).toBeCloseTo(1, 10);
  });

  it('says what was wrong, where', () => {
    using folder = fileProblem({ file: 'bunhc.csv' });
    const { status, stderr } = runCommand(folder.path, 'track', 'fromFile.json');
    expect(status).toBe(2);
    expect(stderr).toBe(`error: fromFile.json:1:9: beam: ${folder.path}/bunhc.csv: no such file\n`);
  });

  it('has a random choice of its macroparticles, and warnings', () => {
    using folder = fileProblem({ charge: 2e-9 });
    const text = readFileSync(join(folder.path, 'bunch.csv'), 'utf8').replace(/charge\n/, 'weight\n');
    writeFileSync(join(folder.path, 'bunch.csv'), text);
    const run = runCommand(folder.path, 'track', 'fromFile.json', '--particles', '50', '--json');
    expect(run.stderr).toBe('warning: columns that were not used: weight\n');
    expect(JSON.parse(run.stdout).beam).toMatchObject({ particles: 50, charge: expect.closeTo(2e-9, 20) });
    const many = runCommand(folder.path, 'track', 'fromFile.json', '--particles', '301');
    expect(many.stderr).toContain('beam: particles must be an integer from 1 to 300, not 301');
  });
});

describe('unkick track --save-beam', () => {
  it('writes the macroparticles that no aperture took', () => {
    using folder = problemFolder();
    const run = runCommand(
      folder.path,
      'track',
      'problem.json',
      '--save-beam',
      'end.npz',
      '--output',
      'end.json',
    );
    expect(run.status).toBe(0);
    const { coordinates } = JSON.parse(readFileSync(join(folder.path, 'end.json'), 'utf8')) as {
      coordinates: { x: number[] };
    };
    const survivors = coordinates.x.filter((x) => Math.abs(x) <= 4e-4).length;
    const saved = JSON.parse(runCommand(folder.path, 'beam', 'end.npz', '--json').stdout);
    expect(saved.particles).toBe(survivors);
    expect(survivors).toBeLessThan(300);
    expect(survivors).toBeGreaterThan(150);
  });
});
