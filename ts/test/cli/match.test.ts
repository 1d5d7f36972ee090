import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MatchProgress } from '../../src/cli/matchProgress.js';
import { runCommand } from '../support/commandLine.js';
import { SMALL_PROBLEM } from '../support/smallProblem.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const MATCH = {
  parameters: { 'q1.k1': { start: 3, min: 0, max: 10 } },
  targets: [{ quantity: { sigma: 'x' }, value: 0.75e-3 }],
};

/** Writes a problem with this match section; returns the file's name. */
function problem(match: object | undefined, changes: object = {}): string {
  const name = `problem${folder.files.length}.json`;
  writeFileSync(
    join(folder.path, name),
    JSON.stringify({ ...SMALL_PROBLEM, ...(match && { match }), ...changes }),
  );
  return name;
}

const unkick = (...args: string[]) => runCommand(folder.path, 'match', ...args, '--backend', 'cpu');
const read = (name: string) => JSON.parse(readFileSync(join(folder.path, name), 'utf8'));

describe('unkick match', () => {
  it('prints targets, how it ended, and values to be pasted', () => {
    const { status, stdout, stderr } = unkick(problem(MATCH));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/sigma\(x\) +7\.500000e-4 +7\.50000\de-4 .* met/);
    expect(stdout).toMatch(/every target is met: \d steps, \d+ gradients?, \d+ tracks; value/);
    const { 'q1.k1': k1 } = JSON.parse(stdout.slice(stdout.indexOf('\n{')));
    expect(k1).toBeGreaterThan(0);
    expect(k1).toBeLessThan(10);
  });

  it('prints JSON, and writes the problem with what it found, whose targets are met at once', () => {
    const file = problem(MATCH);
    const { status, stdout } = unkick(file, '--json', '--write', 'found.json');
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      file,
      reason: 'targets',
      targets: [{ isMet: true }],
      backend: { name: 'cpu' },
    });
    expect(result.history.length).toBeGreaterThan(1);
    expect(result.lattice).toBeUndefined();
    const written = read('found.json');
    expect(written.lattice[0].k1).toBe(result.parameters['q1.k1']);
    writeFileSync(
      join(folder.path, 'again.json'),
      JSON.stringify({ ...written, match: { ...MATCH, parameters: { 'q1.k1': {} } } }),
    );
    const again = JSON.parse(unkick('again.json', '--json').stdout);
    expect(again).toMatchObject({ reason: 'targets', history: [{ iteration: 0 }] });
  });

  it('makes the objective small where there are no targets', () => {
    const { status, stdout } = unkick(problem({ parameters: { 'q1.k1': { min: 5, max: 7 } } }), '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      reason: 'stationary',
      targets: [],
      parameters: { 'q1.k1': 7 },
    });
  });

  it('exits with 4 where targets are missed, or runs are spent', () => {
    const missed = unkick(problem({ ...MATCH, parameters: { 'q1.k1': { start: 3, max: 4 } } }));
    expect(missed.status).toBe(4);
    expect(missed.stdout).toMatch(/not met\n[\s\S]*there is nothing better nearby/);
    const spent = unkick(problem(MATCH), '--max-evaluations', '2');
    expect(spent.status).toBe(4);
    expect(spent.stdout).toContain('all runs that were allowed are spent');
  });

  it('goes on from a journal', () => {
    const file = problem({ ...MATCH, maxEvaluations: 2 });
    expect(unkick(file, '--journal', 'runs.json').status).toBe(4);
    expect(read('runs.json').runs).toHaveLength(2);
    const { status, stdout } = unkick(file, '--resume', 'runs.json', '--max-evaluations', '50', '--json');
    expect(status).toBe(0);
    const { parameters, history } = JSON.parse(unkick(problem(MATCH), '--json').stdout);
    expect(JSON.parse(stdout)).toMatchObject({ parameters, history });
  });

  it.each<[string, string[], string, number]>([
    ['no match section', [problem(undefined)], 'has no match section', 2],
    [
      'nothing to aim at',
      [problem({ parameters: MATCH.parameters }, { objective: undefined })],
      'neither targets to meet nor an objective',
      2,
    ],
    ['a misspelt option', [problem(MATCH), '--tolerence', '1'], 'Did you mean --tolerance?', 2],
    ['a tolerance of 0', [problem(MATCH), '--tolerance', '0'], 'must be a positive number', 2],
    [
      'journal and resume',
      [problem(MATCH), '--journal', 'a', '--resume', 'b'],
      'cannot be used with option',
      2,
    ],
    [
      'nothing to resume',
      [problem(MATCH), '--resume', 'none.json'],
      'there is no match to resume in none.json',
      1,
    ],
    ['a misspelt parameter', [problem({ ...MATCH, parameters: { 'q1.k2': {} } })], "did you mean 'k1'?", 2],
    [
      'a misspelt parameter of the beam',
      [problem({ ...MATCH, beam: 'twiss', parameters: { 'beam.bteaX': {} } })],
      "did you mean 'beam.betaX'",
      2,
    ],
    ['no parameters', [problem({ ...MATCH, parameters: {} })], 'a match needs parameters to vary', 2],
    [
      'an unknown marker',
      [problem({ ...MATCH, targets: [{ quantity: { sigma: 'x', at: 'm1' }, value: 1 }] })],
      "no marker 'm1'",
      2,
    ],
    [
      'values without a place',
      [problem({ ...MATCH, parameters: { 'd1_sc1.extentX': {} } }), '--write', 'w.json'],
      'has no place in the file',
      2,
    ],
  ])('refuses %s in one line', (_, args, message, code) => {
    const { status, stdout, stderr } = unkick(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([stdout, status]).toEqual(['', code]);
  });
});

describe('the progress of a match', () => {
  const step = {
    iteration: 3,
    parameters: {},
    value: 1.5e-4,
    gradientNorm: 0.02,
    evaluations: { tracks: 5, gradients: 1 },
  };
  it('is one line that changes on a terminal, and nothing elsewhere', () => {
    for (const isTTY of [true, false]) {
      const written: string[] = [];
      const progress = new MatchProgress({ isTTY, write: (text) => written.push(text) });
      progress.update(step);
      progress.clear();
      const line = '\r\u001b[Kiteration 3  value 1.500e-4  gradient 0.0200  1 gradient, 5 tracks';
      expect(written).toEqual(isTTY ? [line, '\r\u001b[K'] : []);
    }
  });
});
