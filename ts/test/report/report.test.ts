import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Drift,
  Lattice,
  type LineStudy,
  makeReport,
  OptionsError,
  ProblemError,
  readScaling,
  sigma,
  studyLine,
  Tracker,
  writeReport,
} from '../../src/index.js';
import type { FigureDraft } from '../../src/report/figure.js';
import { render } from '../../src/report/render.js';
import { builtLibrary, runProgram } from '../support/builtLibrary.js';
import { scalingFile } from '../support/scalingFile.js';
import { smallStudy } from './reportStudy.js';

const folder = mkdtempSync(join(tmpdir(), 'unkick-report-'));
const inFolder = (name: string) => join(folder, name);
let small: Awaited<ReturnType<typeof smallStudy>>;
let study: LineStudy;

beforeAll(async () => {
  small = await smallStudy();
  study = small.study;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a mark says of itself to a screen reader: Vega writes its data there. */
const labelsOf = (svg: string, role: string) =>
  [...svg.matchAll(/<[^>]*aria-label="([^"]*)"[^>]*aria-roledescription="([^"]*)"/g)]
    .filter(([, , found]) => found === role)
    .map(([, label]) => label!);

describe('a study of a line', () => {
  it('has the envelope of the tracked beam, behind every kick and element', () => {
    const { envelope } = study;
    expect(envelope.map(({ s }) => s)).toEqual([...envelope.map(({ s }) => s)].sort((a, b) => a - b));
    expect(envelope[0]!.behind).toBe('entrance');
    expect(envelope.at(-1)!.s).toBeCloseTo(1, 12);
    // Runs that end sooner change no bit.
    expect(envelope.at(-1)!.moments).toEqual(small.moments);
    const entrance = small.beam.moments();
    for (const i of [0, 14, 28]) {
      expect(envelope[0]!.moments.covariance[i]! / entrance.covariance[i]! - 1).toBeLessThan(1e-12);
    }
    const kicks = envelope.filter(({ behind }) => behind.includes('_sc'));
    expect(kicks).toHaveLength(8);
    for (const name of ['q1', 'd1', 'q2', 'd2']) expect(envelope.map(({ behind }) => behind)).toContain(name);
  });

  it('has the kicks and elements where they are', () => {
    expect(study.line.length).toBeCloseTo(1, 12);
    expect(study.line.elements.map(({ name, from }) => [name, Number(from.toFixed(12))])).toEqual([
      ['q1', 0],
      ['d1', 0.1],
      ['q2', 0.5],
      ['d2', 0.6],
    ]);
    const places = study.line.kicks.map(({ name, s }) => [name, Number(s.toFixed(12))]);
    expect(places[0]).toEqual(['q1_sc1', 0.05]);
    expect(places.at(-1)![1]).toBeCloseTo(0.6 + (0.4 * 5) / 6, 12);
  });

  it('has the gradient that a tracker finds', async () => {
    using tracker = await Tracker.create(small.lattice, { backend: 'cpu', threads: 1 });
    const wrt = ['q1.k1', 'd2_sc1.effectLength'];
    const { value, gradient } = await tracker.gradient(small.beam, sigma('x').squared(), { wrt });
    expect(study.objective!.value).toBe(value);
    for (const name of wrt) expect(study.objective!.gradient[name]).toBe(gradient.parameters[name]);
  });

  it('fills the tape of every strategy to what its plan reserves, and empties it', () => {
    expect(study.strategies.map(({ strategy }) => strategy)).toEqual([
      ...['invert', 'fields', 'revolve', 'periodic', 'store'],
    ]);
    for (const { strategy, plan, measured } of study.strategies) {
      const timeline = plan.timeline();
      const held = timeline.map((point) => point.held.device);
      // Regions of the arena are multiples of 256 bytes.
      expect(Math.ceil(Math.max(...held) / 256) * 256, strategy).toBe(plan.memory.accounts.tape);
      expect(held.at(-1), strategy).toBe(0);
      expect(timeline.at(-1)!.seconds).toBeCloseTo(plan.seconds.total, 12);
      const sweeps = timeline.map(({ sweep }) => sweep);
      expect(sweeps.lastIndexOf('forward')).toBe(sweeps.indexOf('reverse') - 1);
      expect(measured!.arenaBytes, strategy).toBe(plan.memory.device);
    }
  });
});

describe('a report', () => {
  it('draws what was measured, number by number', async () => {
    const file = inFolder('scaling.json');
    writeFileSync(file, JSON.stringify(scalingFile()));
    const { figures, missing } = await makeReport({ line: study, scaling: await readScaling(file) });
    expect(missing).toEqual([]);
    const svg = new Map(figures.map((figure) => [figure.name, figure.svg]));
    // Of the five numbers of macroparticles one was not run: 3 strategies of 3 and 4 dots.
    expect(labelsOf(svg.get('memory-particles')!, 'point')).toHaveLength(9);
    expect(labelsOf(svg.get('memory-cells')!, 'point')).toHaveLength(12);
    expect(labelsOf(svg.get('memory-kicks')!, 'point')).toHaveLength(12);
    const bytes = 112 * 1e4 + 80 * 32 ** 3 + 48 * 1e4 * 256;
    const grouped = bytes.toLocaleString('en').replaceAll(',', '');
    expect(labelsOf(svg.get('memory-kicks')!, 'point').join('\n').replaceAll(',', '')).toContain(grouped);
    const derivative = study.objective!.gradient['q1.k1']!;
    expect(svg.get('gradient')!).toContain('q1');
    expect(labelsOf(svg.get('gradient')!, 'rect mark').join('\n')).toContain(
      derivative.toExponential(1).replace('-', '−'),
    );
  });

  it('has ids of its own in every figure, so that one page holds all', async () => {
    const spec: FigureDraft['spec'] = {
      data: { values: [{ a: 0 }, { a: 1 }] },
      mark: { type: 'line', clip: true },
      encoding: { x: { field: 'a', type: 'quantitative' }, y: { field: 'a', type: 'quantitative' } },
    };
    for (const name of ['one', 'two']) {
      const { svg } = await render({ name, title: '', caption: '', spec });
      const ids = [...svg.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id!);
      const targets = [...svg.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id!);
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets)).toEqual(new Set(ids));
      for (const id of ids) expect(id.startsWith(`${name}-`)).toBe(true);
    }
  });

  it('holds no script and no address but the names of formats', async () => {
    const { html } = await makeReport({ line: study });
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/)/);
  });

  it('says what it leaves out, and why', async () => {
    const { study: plain } = await smallStudy({ objective: false });
    const { figures, missing, html } = await makeReport({ line: plain });
    expect(figures.map(({ name }) => name)).toEqual(['envelope']);
    expect(missing).toHaveLength(4);
    expect(missing.join(' ')).toContain('no objective');
    expect(html).toContain('Not shown');
    const sweep = scalingFile();
    const oneSize = { ...sweep, cases: sweep.cases.filter(({ kicks, grid }) => kicks === 16 && grid === 32) };
    writeFileSync(inFolder('one.json'), JSON.stringify(oneSize));
    const scaled = await makeReport({ scaling: await readScaling(inFolder('one.json')) });
    expect(scaled.figures.map(({ name }) => name)).toEqual(['memory-particles']);
    expect(scaled.missing.join(' ')).toContain('fewer than two values of cells');
    await expect(makeReport({})).rejects.toThrow(OptionsError);
  });

  it('survives a line with nothing to be differentiated by, and names that mean something to HTML', async () => {
    const beam = small.beam;
    const lattice = new Lattice([new Drift({ name: '<d>&"\'', length: 1 })]);
    using tracker = await Tracker.create(lattice, { backend: 'cpu', threads: 1 });
    const bare = await studyLine(tracker, beam, sigma('x'), {
      name: '<script>alert(1)</script>',
      repeats: 1,
    });
    const { html, figures, missing } = await makeReport({ line: bare });
    expect(html).not.toContain('<script>');
    expect(figures.map(({ name }) => name)).toEqual(['time-memory', 'timeline', 'envelope']);
    expect(missing.join(' ')).toContain('no element has a strength');
  });

  it('writes the page, and every figure as a file', async () => {
    const report = await makeReport({ line: study });
    const svg = inFolder('figures/made');
    const written = await writeReport(report, { output: inFolder('report.html'), svg });
    expect(written).toHaveLength(5);
    expect(readdirSync(svg).sort()).toEqual([
      'envelope.svg',
      'gradient.svg',
      'time-memory.svg',
      'timeline.svg',
    ]);
    expect(readFileSync(inFolder('report.html'), 'utf8')).toBe(report.html);
    await expect(writeReport(report, { output: inFolder('none/report.html') })).rejects.toThrow('ENOENT');
  });
});

describe('reading a sweep', () => {
  it.each<[what: string, text: string, message: RegExp]>([
    ['half a text', '{', /not valid JSON/],
    ['an empty object', '{}', /format: must be 'unkick scaling 1'/],
    [
      'another version',
      JSON.stringify({ ...scalingFile(), format: 'unkick scaling 2' }),
      /:1:\d+: format: must be/,
    ],
    ['no cases', JSON.stringify({ ...scalingFile(), cases: [] }), /no cases yet/],
    [
      'half a case',
      JSON.stringify({ ...scalingFile(), cases: [{ strategy: 'store' }] }),
      /cases\[0\]\.particles/,
    ],
  ])('refuses %s', async (_, text, message) => {
    writeFileSync(inFolder('bad.json'), text);
    await expect(readScaling(inFolder('bad.json'))).rejects.toThrow(ProblemError);
    await expect(readScaling(inFolder('bad.json'))).rejects.toThrow(message);
  });

  it('says that a file is not there', async () => {
    await expect(readScaling(inFolder('absent.json'))).rejects.toThrow(/absent\.json: no such file/);
  });
});

describe('loading the library', () => {
  it('does without the plotting library', async () => {
    const refusing = `export async function resolve(name, context, next) {
      if (name.startsWith('vega')) throw new Error('asked for ' + name);
      return next(name, context);
    }`;
    const { output } = await runProgram(`
      import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(refusing)}));
      await import(${JSON.stringify(builtLibrary())});
      console.log('library loaded');
      await import('vega').catch((error) => console.log(error.message));
    `);
    expect(output.trim().split('\n')).toEqual(['library loaded', 'asked for vega']);
  });
});
