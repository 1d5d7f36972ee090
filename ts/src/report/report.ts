import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionsError } from '../errors.js';
import type { Figure, FigureDraft } from './figure.js';
import { envelopeFigure } from './figures/envelope.js';
import { AXES, memoryScalingFigure } from './figures/memoryScaling.js';
import { sensitivityFigure } from './figures/sensitivity.js';
import { timelineFigure } from './figures/timeline.js';
import { tradeoffFigure } from './figures/tradeoff.js';
import type { LineStudy } from './lineStudy.js';
import { pageOf } from './page.js';
import { stated } from './provenance.js';
import { render } from './render.js';
import type { ScalingStudy } from './scalingStudy.js';

/** What a report is made from; at least one of the two. */
export interface ReportSources {
  /** A beam line, from {@link studyLine}. */
  readonly line?: LineStudy | undefined;
  /** A sweep over sizes, from {@link readScaling} or {@link scalingStudy}. */
  readonly scaling?: ScalingStudy | undefined;
  /** Default names the line. */
  readonly title?: string | undefined;
}

/** A report, drawn. */
export interface Report {
  /** One HTML document without scripts; nothing in it is fetched from anywhere. */
  readonly html: string;
  readonly figures: readonly Figure[];
  /** Figures that are not there, each with what it would take. */
  readonly missing: readonly string[];
}

/** Where a report goes. */
export interface ReportFiles {
  /** The HTML file. */
  readonly output?: string | undefined;
  /** A folder for the figures as SVG, made if need be. */
  readonly svg?: string | undefined;
}

/**
 * Draws every figure that the sources have data for.
 *
 * @throws OptionsError without a source
 */
export async function makeReport({ line, scaling, title = titleOf(line) }: ReportSources): Promise<Report> {
  if (!line && !scaling) throw new OptionsError('a report needs a beam line or a scaling sweep');
  const drafts = [...scalingDrafts(scaling), ...lineDrafts(line)];
  const missing = drafts.filter((draft) => typeof draft === 'string');
  const figures: Figure[] = [];
  for (const draft of drafts) if (typeof draft !== 'string') figures.push(await render(draft));
  const summary = [
    ...(line ? [summaryOf(line)] : []),
    ...(scaling ? [`Sweep over sizes: ${scaling.cases.length} cases. ${stated(scaling.provenance)}`] : []),
  ];
  return { figures, missing, html: pageOf({ title, summary, missing }, figures) };
}

/**
 * Writes a report down.
 *
 * @returns the files written
 * @throws what the file system throws
 */
export async function writeReport(report: Report, { output, svg }: ReportFiles): Promise<string[]> {
  const written: string[] = [];
  const write = async (file: string, text: string) => {
    await writeFile(file, text);
    written.push(file);
  };
  if (output !== undefined) await write(output, report.html);
  if (svg !== undefined) {
    await mkdir(svg, { recursive: true });
    for (const figure of report.figures) await write(join(svg, `${figure.name}.svg`), `${figure.svg}\n`);
  }
  return written;
}

/** A draft, or why there is none. */
type Drafted = FigureDraft | string;

function scalingDrafts(scaling: ScalingStudy | undefined): Drafted[] {
  if (!scaling)
    return [
      'Memory against macroparticles, cells and kicks: needs a sweep (--scaling FILE, made by unkick scaling).',
    ];
  return AXES.map(
    (axis) =>
      memoryScalingFigure(scaling, axis) ??
      `Memory against ${axis}: the sweep has fewer than two values of ${axis}.`,
  );
}

function lineDrafts(line: LineStudy | undefined): Drafted[] {
  if (!line) return ['Strategies, timeline, beam size and gradient along the line: need a problem file.'];
  const noObjective = 'the problem has no objective.';
  return [
    tradeoffFigure(line) ?? `Time against memory: ${noObjective}`,
    timelineFigure(line) ?? `Memory through the sweeps: ${noObjective}`,
    envelopeFigure(line),
    sensitivityFigure(line) ??
      `Gradient along the line: ${line.objective ? 'no element has a strength, and there are no kicks.' : noObjective}`,
  ];
}

const titleOf = (line: LineStudy | undefined) => (line ? `unkick: ${line.name}` : 'unkick: memory by size');

function summaryOf({ name, particles, precision, line, objective, provenance }: LineStudy): string {
  const parts = `${line.length.toPrecision(4)} m, ${line.elements.length} elements, ${line.kicks.length} space-charge kicks`;
  const value = objective ? ` J = ${objective.text} = ${objective.value.toPrecision(6)} in SI units.` : '';
  return `${name}: ${parts}, ${particles.toLocaleString('en')} macroparticles, ${precision}.${value} ${stated(provenance)}`;
}
