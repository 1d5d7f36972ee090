import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../src/cli/format.js';
import { withUncertainty } from '../../src/cli/scalingReport.js';
import { fitMemoryLaw, type MeasuredCase, type ScalingReport } from '../../src/index.js';
import { scalingCsv } from '../../src/scaling/csv.js';
import { casesOf, DEFAULT_DESIGN } from '../../src/scaling/design.js';
import { root } from '../docs/markdown.js';

const file = (name: string) => readFileSync(join(root, 'bench/results', name), 'utf8');
const report = JSON.parse(file('scaling-cpu-2.json')) as ScalingReport;
const measured = report.cases as readonly MeasuredCase[];

const COEFFICIENTS = ['kickParticle', 'kickCell', 'kick', 'particle', 'cell', 'fixed'] as const;

describe('the sweep that the documentation shows', () => {
  it('is the default one, whole, in less than twenty minutes', () => {
    expect(report.design).toEqual(DEFAULT_DESIGN);
    const sizes = report.cases.map(({ strategy, particles, grid, kicks }) => ({
      strategy,
      particles,
      grid,
      kicks,
    }));
    expect(sizes).toEqual(casesOf(DEFAULT_DESIGN));
    expect(new Set(report.cases.map(({ state }) => state))).toEqual(new Set(['measured']));
    expect(measured.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0)).toBeLessThan(20 * 60);
    expect(file('scaling-cpu-2.csv')).toBe(scalingCsv(report));
  });

  it('took in every case what had been predicted', () => {
    for (const { arenaBytes, predictedBytes, hostBytes, resident } of measured) {
      expect(arenaBytes).toBe(predictedBytes);
      // What decides whether a case fits is no less than what its process takes.
      expect(resident.peak).toBeLessThan(predictedBytes + hostBytes);
    }
  });

  it.each([
    ['invert', 0, 0],
    ['fields', 0, 8],
    ['store', 48, 0],
  ])('gives %s a = %d and b = %d bytes', (strategy, a, b) => {
    const { memory } = report.laws.find((law) => law.strategy === strategy)!;
    // Two per cent of 48 and of 8 are asked for; a hundredth of that is here.
    expect(Math.abs(memory!.kickParticle.value - a)).toBeLessThan(0.0002 * 48);
    expect(Math.abs(memory!.kickCell.value - b)).toBeLessThan(0.0002 * 8);
    const points = measured
      .filter((each) => each.strategy === strategy)
      .map((each) => ({ ...each, value: each.arenaBytes }));
    const again = fitMemoryLaw(points);
    for (const name of COEFFICIENTS) {
      const [then, now] = [memory![name].value, again[name].value];
      expect(Math.abs(now - then), name).toBeLessThan(1e-9 * Math.max(1, Math.abs(then)));
    }
  });

  it('is what docs/memory-law.md states', () => {
    const page = readFileSync(join(root, 'docs/memory-law.md'), 'utf8');
    for (const { strategy, memory } of report.laws) {
      const cells = COEFFICIENTS.map((name) => withUncertainty(memory![name]));
      expect(page).toContain(`| ${[`\`${strategy}\``, ...cells].join(' | ')} |`);
    }
    const wall = measured.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
    expect(page).toContain(`${report.cases.length} cases`);
    expect(page).toContain(`in ${formatDuration(wall)}.`);
    expect(page).toContain(
      `${report.command.replace('unkick', 'npm run -s unkick --')}\`, ${report.machine.cpu}`,
    );
    expect(page).toContain(report.date.slice(0, 10));
  });
});
