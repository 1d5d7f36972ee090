import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryReport } from '../../src/index.js';
import { runCommand } from '../support/commandLine.js';
import { SMALL_PROBLEM } from '../support/smallProblem.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'unkick-'));
const file = join(folder, 'small.json');

const PROBLEM = { ...SMALL_PROBLEM, wrt: ['q1.k1', 'beam', 'charge', 'energy'] };

beforeAll(() => {
  writeFileSync(file, JSON.stringify(PROBLEM));
});
afterAll(() => rmSync(folder, { recursive: true }));

const unkick = (...args: string[]) => runCommand(folder, ...args);

describe('unkick', () => {
  it('tells its version and helps', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(unkick('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    const { status, stdout } = unkick('--help');
    expect(status).toBe(0);
    for (const word of ['track', 'gradient', 'doctor', 'schema', 'Exit codes'])
      expect(stdout).toContain(word);
  });

  it.each<[args: string[], message: string]>([
    [['trak', 'x.json'], 'Did you mean track?'],
    [['track', 'x.json', '--jsno'], 'Did you mean --json?'],
    [['track'], "missing required argument 'file'"],
    [['track', 'x.json', '--backend', 'gpu'], 'Allowed choices are auto, cpu, cuda'],
    [['track', 'x.json', '--threads', '0'], 'must be a positive whole number'],
    [['track', 'x.json', '--particles', '1e99'], 'must be a positive whole number'],
    [['track', 'x.json', '--turns', '0'], 'must be a positive whole number'],
    [['track', 'x.json', '--strategy', 'store'], "unknown option '--strategy'"],
    [['gradient', 'x.json', '--strategy', 'sotre'], 'Allowed choices are auto, invert, store, fields'],
    [['track', 'x.json', 'y.json'], 'too many arguments'],
    [['track', 'x.json'], 'x.json: no such file'],
  ])('%j exits with 2 and one line', (args, message) => {
    const { status, stdout, stderr } = unkick(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('says where a problem file is wrong', () => {
    const bad = join(folder, 'bad.json');
    writeFileSync(bad, JSON.stringify({ ...PROBLEM, lattice: [{ type: 'drift', length: 'x' }] }));
    const { status, stderr } = unkick('track', bad);
    expect(stderr).toMatch(
      /^error: .*bad\.json:1:\d+: lattice\[0\]\.length: must be a number in m, not 'x'\n$/,
    );
    expect(status).toBe(2);
  });

  it('prints the JSON schema', () => {
    const { status, stdout } = unkick('schema');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).required).toEqual(['beam', 'lattice']);
    expect(unkick('schema', '--markdown').stdout).toContain('| `lattice[].k1` |');
  });
});

describe('unkick doctor', () => {
  it('reports every back end with its state', () => {
    const { status, stdout } = unkick('doctor', '--json');
    expect(status).toBe(0);
    const { backends } = JSON.parse(stdout) as {
      backends: { name: string; available: boolean; reason?: string }[];
    };
    expect(backends.map(({ name }) => name).sort()).toEqual(['cpu', 'cuda']);
    for (const { available, reason } of backends) expect(available || reason).toBeTruthy();
    expect(unkick('doctor').stdout).toMatch(/back end cpu: available/);
  });
});

describe('unkick track', () => {
  it('prints moments, kicks and memory', () => {
    const { status, stdout, stderr } = unkick('track', file, '--backend', 'cpu');
    expect(stderr).not.toContain('error');
    expect(status).toBe(0);
    for (const word of ['sigma x', 'emittance tau', '4 space-charge kicks', 'arena, allocated']) {
      expect(stdout).toContain(word);
    }
  });

  it('prints JSON, and writes the coordinates to a file', () => {
    const output = join(folder, 'out.json');
    const { status, stdout } = unkick(
      'track',
      file,
      '--json',
      '--backend',
      'cpu',
      '--particles',
      '64',
      '--output',
      output,
    );
    expect(status).toBe(0);
    const printed = JSON.parse(stdout);
    expect(printed.beam.particles).toBe(64);
    expect(printed.kicks).toHaveLength(4);
    expect(printed.coordinates).toBeUndefined();
    const written = JSON.parse(readFileSync(output, 'utf8'));
    expect(Object.keys(written.coordinates)).toEqual(['x', 'px', 'y', 'py', 'tau', 'p']);
    const { x } = written.coordinates as { x: number[] };
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    expect(mean).toBeCloseTo(printed.moments.mean.x, 15);
  });
});

describe('unkick gradient', () => {
  it('prints value and gradient, the same with any strategy', () => {
    const run = (strategy: string) => {
      const { status, stdout } = unkick(
        'gradient',
        file,
        '--json',
        '--backend',
        'cpu',
        '--strategy',
        strategy,
      );
      expect(status).toBe(0);
      return JSON.parse(stdout);
    };
    const { value, gradient, objective } = run('invert');
    expect(objective).toBe('sigma(x)^2');
    expect(Object.keys(gradient.parameters)).toEqual(['q1.k1', 'charge', 'energy']);
    expect(run('store')).toMatchObject({ value, gradient });
    expect(run('fields')).toMatchObject({ value, gradient });
  });

  it('keeps snapshots where and as often as it is told, within the memory of each tier', () => {
    const run = (...options: string[]) =>
      unkick('gradient', file, '--backend', 'cpu', '--strategy', 'periodic', ...options);
    const memoryOf = (...options: string[]) => {
      const { status, stdout } = run('--json', ...options);
      expect(status).toBe(0);
      return JSON.parse(stdout).memory as MemoryReport;
    };
    // Nine steps: a snapshot before the steps 2, 4, 6 and 8, or 4 and 8; what is within a stretch stays on the device.
    const often = memoryOf('--interval', '2', '--tier', 'disk', '--disk-memory', '1GiB');
    const seldom = memoryOf('--interval', '4', '--tier', 'disk');
    expect([often.disk.bytes, seldom.disk.bytes]).toEqual([4 * 48 * 200, 2 * 48 * 200]);
    expect(often.disk.predictedBytes).toBe(often.disk.bytes);
    expect(memoryOf('--interval', '4', '--tier', 'host').host.bytes).toBe(seldom.disk.bytes);
    for (const tier of ['host', 'disk']) {
      const { status, stderr } = run('--interval', '2', '--tier', tier, `--${tier}-memory`, '1kB');
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: this run needs .* for snapshots, but 1000 B are allowed/);
    }
    expect(run('--interval', '0').status).toBe(2);
    expect(run('--tier', 'disk', '--disk-folder', folder).stdout).toContain('disk, predicted');
    const nowhere = run('--tier', 'disk', '--disk-folder', join(folder, 'nowhere'));
    expect(nowhere.status).toBe(1);
    expect(nowhere.stderr).toMatch(/^error: disk tier: snapshots cannot be written to .*nowhere: ENOENT/);
  });

  it('passes the lattice several times, as the file or the command line says', () => {
    const ring = join(folder, 'ring.json');
    writeFileSync(ring, JSON.stringify({ ...PROBLEM, turns: 2 }));
    const run = (command: string, ...args: string[]) => {
      const { status, stdout } = unkick(command, ...args, '--json', '--backend', 'cpu');
      expect(status).toBe(0);
      return JSON.parse(stdout);
    };
    const [twice, thrice] = [run('gradient', ring), run('gradient', ring, '--turns', '3')];
    expect([twice.turns, thrice.turns]).toEqual([2, 3]);
    expect(run('gradient', file, '--turns', '2')).toMatchObject({
      value: twice.value,
      gradient: twice.gradient,
    });
    expect(thrice.value).not.toBe(twice.value);
    const planned = run('plan', ring, '--threads', '2');
    expect(planned.kicks).toBe(2 * twice.kicks.length);
    expect(run('plan', ring, '--threads', '2', '--turns', '3').kicks).toBe(3 * twice.kicks.length);
    // A profile is of the line, whatever the file says of turns.
    expect(run('profile', ring, '--repeats', '1').steps).toHaveLength(planned.steps.length / 2);
    expect(run('track', ring).moments.sigma.x ** 2).toBeCloseTo(twice.value, 15);
    expect(unkick('track', ring, '--turns', '4', '--backend', 'cpu').stdout).toContain('; 4 turns; cpu (');
  });

  it('prints tables for people', () => {
    const { stdout } = unkick('gradient', file, '--backend', 'cpu');
    for (const word of ['sigma(x)^2 = ', 'd/d q1.k1', '|d/d px|, all particles', 'reverse']) {
      expect(stdout).toContain(word);
    }
  });

  it('needs an objective', () => {
    const { objective, ...rest } = PROBLEM;
    const bare = join(folder, 'bare.json');
    writeFileSync(bare, JSON.stringify(rest));
    const { status, stderr } = unkick('gradient', bare, '--backend', 'cpu');
    expect(stderr).toContain('has no objective to differentiate');
    expect(status).toBe(2);
  });

  it('knows which name in wrt is wrong', () => {
    const bad = join(folder, 'wrt.json');
    writeFileSync(bad, JSON.stringify({ ...PROBLEM, wrt: ['q1.k2'] }));
    const { status, stderr } = unkick('gradient', bad, '--backend', 'cpu');
    expect(stderr).toContain('q1.k2');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });
});
