import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  MeasuredCase,
  ScalingOptions,
  ScalingReport,
  ScalingResult,
  SweepProgress,
} from '../../src/index.js';
import { builtLibrary } from '../support/builtLibrary.js';

// The built library: its sweeps start processes, which run JavaScript.
const { scalingSweep, AbortedError, OptionsError } = (await import(
  builtLibrary()
)) as typeof import('../../src/index.js');

const folder = mkdtempSync(join(tmpdir(), 'unkick-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cpu = { backend: 'cpu', threads: 2 } as const;
const SMALL: ScalingOptions = { ...cpu, particles: [1e3, 1e4], grids: [16, 32], kicks: [1, 4, 16] };
const TINY: ScalingOptions = {
  ...cpu,
  strategies: ['store'],
  particles: [500],
  grids: [8],
  kicks: [1, 2, 3],
};

/** What does not depend on the moment: a table of sizes, states and bytes. */
const table = ({ cases }: ScalingReport) =>
  cases.map(({ strategy, particles, grid, kicks, state, predictedBytes, ...rest }) => ({
    ...{ strategy, particles, grid, kicks, state, predictedBytes },
    arenaBytes: 'arenaBytes' in rest ? rest.arenaBytes : undefined,
  }));

const isMeasured = (each: ScalingResult): each is MeasuredCase => each.state === 'measured';

describe('a small sweep of the reference set-up', () => {
  let report: ScalingReport;
  const progress: SweepProgress[] = [];
  beforeAll(async () => {
    report = await scalingSweep({ ...SMALL, onProgress: (state) => progress.push(state) });
  });

  it('measures every case', () => {
    expect(report.cases).toHaveLength(33);
    expect(report.total).toBe(33);
    expect(report.cases.filter(isMeasured)).toHaveLength(33);
  });

  it('takes in every case what was predicted, to the byte', () => {
    for (const { arenaBytes, predictedBytes, accounts } of report.cases.filter(isMeasured)) {
      expect(arenaBytes).toBe(predictedBytes);
      expect(Object.values(accounts).reduce((sum, bytes) => sum + bytes, 0)).toBe(arenaBytes);
    }
  });

  it('sees the process grow by the arena', () => {
    for (const { arenaBytes, resident } of report.cases.filter(isMeasured)) {
      const grown = resident.after - resident.before;
      // Of the arena all is touched; the rest is the gradient's own arrays, code, and the heap of JavaScript: 0.2 to 2.4 MB measured.
      expect(grown).toBeGreaterThan(0.9 * arenaBytes - 1e6);
      expect(grown).toBeLessThan(arenaBytes + 16e6);
      expect(resident.peak).toBeGreaterThanOrEqual(resident.after);
    }
  });

  it.each([
    ['invert', 0, 0],
    ['fields', 0, 8],
    ['store', 48, 0],
  ])('finds %s to keep %d bytes a macroparticle and %d a cell with every kick', (strategy, a, b) => {
    const { memory, time, cases } = report.laws.find((law) => law.strategy === strategy)!;
    expect(cases).toBe(11);
    // Two per cent of 48 and of 8; regions are multiples of 256 bytes: 1e-3 measured.
    expect(Math.abs(memory!.kickParticle.value - a)).toBeLessThan(0.02 * 48);
    expect(Math.abs(memory!.kickCell.value - b)).toBeLessThan(0.02 * 8);
    expect(Math.abs(memory!.residuals.worst)).toBeLessThan(0.01);
    expect(Number.isFinite(time!.forward.kickParticle.value)).toBe(true);
  });

  it('times both ways', () => {
    for (const { seconds } of report.cases.filter(isMeasured)) {
      expect(seconds.forward).toBeGreaterThan(0);
      expect(seconds.reverse).toBeGreaterThan(0);
      expect(seconds.gradient).toBeGreaterThan(seconds.forward);
      expect(seconds.samples).toBeGreaterThanOrEqual(1);
    }
  });

  it('tells how far it has come', () => {
    expect(progress.map(({ done }) => done)).toEqual(Array.from({ length: 34 }, (_, i) => i));
    for (const { now, secondsLeft } of progress.slice(0, -1)) {
      expect(now).toBeDefined();
      expect(secondsLeft).toBeGreaterThan(0);
    }
    expect(progress.at(-1)).toEqual({ done: 33, total: 33, secondsLeft: 0 });
  });
});

describe('an interrupted sweep', () => {
  it('goes on where it was stopped, and ends with the same table', async () => {
    const whole = await scalingSweep(TINY);
    const controller = new AbortController();
    let written: ScalingReport | undefined;
    const onReport = (report: ScalingReport) => {
      written = report;
      if (report.cases.length === 2) controller.abort();
    };
    await expect(scalingSweep({ ...TINY, onReport, signal: controller.signal })).rejects.toThrow(
      AbortedError,
    );
    expect(written!.cases).toHaveLength(2);
    // As it is read from a file; what is not given again is taken from there.
    const previous = JSON.parse(JSON.stringify(written)) as ScalingReport;
    const started: string[] = [];
    const onProgress = ({ now }: SweepProgress) => now && started.push(`${now.kicks}`);
    const resumed = await scalingSweep({ previous, onProgress });
    expect(started).toEqual(['3']);
    expect(table(resumed)).toEqual(table(whole));
    expect(resumed.cases.slice(0, 2)).toEqual(previous.cases);
    expect(resumed.date).toBe(previous.date);
  });

  it('stops in the middle of a case, and its process with it', async () => {
    const controller = new AbortController();
    const long = { ...cpu, strategies: ['invert'], particles: [1e5], grids: [32], kicks: [2000] } as const;
    const onProgress = () => void setTimeout(() => controller.abort(), 500);
    const begun = performance.now();
    await expect(scalingSweep({ ...long, onProgress, signal: controller.signal })).rejects.toThrow(
      AbortedError,
    );
    // The gradient takes half a minute at least.
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it('does not go on with another sweep, and says what differs', async () => {
    const previous = await scalingSweep({ ...TINY, kicks: [1] });
    await expect(scalingSweep({ previous, particles: [600] })).rejects.toThrow(
      /of another sweep: particles \[500\], now \[600\]; take another folder/,
    );
    await expect(scalingSweep({ previous, threads: 1 })).rejects.toThrow(/threads 2, now 1/);
    const elsewhere = { ...previous, machine: { ...previous.machine, cpu: 'abacus' } };
    await expect(scalingSweep({ previous: elsewhere })).rejects.toThrow(/cpu 'abacus', now/);
    await expect(scalingSweep({ previous: { ...previous, unkick: '0.0.1' } })).rejects.toThrow(
      /unkick '0.0.1'/,
    );
  });

  it('ends with what its caller could not write', async () => {
    const onReport = ({ cases }: ScalingReport) => {
      if (cases.length === 2) throw new Error('no room');
    };
    await expect(scalingSweep({ ...TINY, onReport })).rejects.toThrow('no room');
  });
});

describe('cases that are not measured', () => {
  it('are never started when they are predicted not to fit', async () => {
    // Ten million kicks' time would be spent if it were.
    const huge = { ...cpu, strategies: ['store'], particles: [1e9], grids: [64], kicks: [100] } as const;
    const { cases, laws } = await scalingSweep(huge);
    expect(cases).toHaveLength(1);
    expect(cases[0]).toMatchObject({
      state: 'too large',
      reason: expect.stringMatching(/^it takes .* with its beam/),
    });
    expect(cases[0]!.predictedBytes).toBeGreaterThan(48e9 * 100);
    expect(laws[0]).toMatchObject({
      strategy: 'store',
      cases: 0,
      reason: expect.stringMatching(/three sizes/),
    });
  });

  it('are those beyond a budget, and only those', async () => {
    const { cases } = await scalingSweep({ ...TINY, particles: [500, 5e5], kicks: [1], memory: '120 MB' });
    expect(cases.map(({ particles, state }) => [particles, state])).toEqual([
      [500, 'measured'],
      [5e5, 'too large'],
    ]);
  });

  it('are those that there is no time for; a resumed sweep has time again', async () => {
    const late = await scalingSweep({ ...TINY, maxSeconds: 1e-3 });
    expect(late.cases.map(({ state }) => state)).toEqual(['no time', 'no time', 'no time']);
    const resumed = await scalingSweep({ previous: late });
    expect(resumed.cases.every(isMeasured)).toBe(true);
  });
});

describe('a problem file', () => {
  const file = join(folder, 'p.json');
  const problem = {
    beam: {
      ...{
        distribution: 'gaussian',
        species: 'proton',
        kineticEnergy: 5e6,
        charge: 1e-10,
        particles: 9,
        seed: 1,
      },
      ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-2, sigmaP: 1e-3 },
    },
    lattice: [
      { type: 'quadrupole', name: 'q1', length: 0.1, k1: 6 },
      { type: 'drift', name: 'd1', length: 0.4 },
    ],
    spaceCharge: { kicks: 4, gridShape: [8, 8, 8] },
    objective: { squared: { sigma: 'x' } },
    wrt: ['q1.k1', 'beam'],
  };
  const sizes: ScalingOptions = {
    ...cpu,
    file,
    strategies: ['store'],
    particles: [100, 1e3],
    grids: [8, 16],
    kicks: [4, 8],
  };

  it('has laws of its own', async () => {
    writeFileSync(file, JSON.stringify(problem));
    const report = await scalingSweep(sizes);
    expect(report.problem).toMatchObject({
      kind: 'file',
      file,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    for (const each of report.cases)
      expect(each).toMatchObject({ state: 'measured', arenaBytes: each.predictedBytes });
    const { memory } = report.laws[0]!;
    expect(Math.abs(memory!.kickParticle.value - 48)).toBeLessThan(0.02 * 48);
    expect(Math.abs(memory!.kickCell.value)).toBeLessThan(0.02 * 8);
    writeFileSync(file, JSON.stringify({ ...problem, wrt: ['q1.k1'] }));
    await expect(scalingSweep({ file, previous: report })).rejects.toThrow(
      /contents '[0-9a-f]{12}', now '[0-9a-f]{12}'/,
    );
    await expect(scalingSweep({ previous: report })).rejects.toThrow(
      /problem '.*p.json', now 'the reference set-up'/,
    );
  });

  it.each([
    ['as it is', {}, 48, 1],
    ['with compact storage', { precision: 'f32' }, 24, 1],
    ['over three turns', { turns: 3 }, 48, 3],
  ])('is measured as predicted %s', async (_, more, stateBytes, turns) => {
    writeFileSync(file, JSON.stringify({ ...problem, ...more }));
    const { cases } = await scalingSweep({ ...sizes, particles: [1024], grids: [16], kicks: [4] });
    expect(cases).toHaveLength(1);
    expect(cases[0]).toMatchObject({ state: 'measured', arenaBytes: cases[0]!.predictedBytes });
    const { accounts } = cases[0] as MeasuredCase;
    expect(accounts.state).toBe(stateBytes * 1024);
    // A state for each kick of every turn at least.
    expect(accounts.tape).toBeGreaterThanOrEqual(stateBytes * 1024 * 4 * turns);
  });

  it('is swept around its own kicks by default', async () => {
    writeFileSync(file, JSON.stringify(problem));
    const { design } = await scalingSweep({ ...cpu, file, strategies: ['invert'], maxSeconds: 1e-3 });
    expect(design.kicks).toEqual([4, 8, 16]);
  });

  it('that fails leaves a reason, and the other cases', async () => {
    // Without an extent in x there is no grid.
    writeFileSync(file, JSON.stringify({ ...problem, beam: { ...problem.beam, sigmaX: 0, sigmaPx: 0 } }));
    const { cases } = await scalingSweep({ ...sizes, particles: [100], grids: [8] });
    expect(cases).toHaveLength(2);
    for (const each of cases)
      expect(each).toMatchObject({ state: 'failed', reason: expect.stringMatching(/extent/) });
  });
});

it.each<[object, RegExp]>([
  [{ particals: [1] }, /'particals' is unknown — did you mean 'particles'/],
  [{ memory: '8 apples' }, /not an amount of memory/],
  [{ maxSeconds: 0 }, /maxSeconds must be a positive number/],
  [{ threads: 0 }, /threads must be an integer from 1/],
  [{ backend: 'gpu' }, /there is no back end 'gpu'/],
  [{ file: join(folder, 'none.json') }, /none.json: no such file/],
])('scalingSweep refuses %j', async (options, message) => {
  await expect(scalingSweep(options)).rejects.toThrow(message);
  await expect(scalingSweep([] as never)).rejects.toThrow(OptionsError);
});
