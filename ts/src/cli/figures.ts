import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { OptionsError } from '../errors.js';
import { type LineStudy, studyLine } from '../report/lineStudy.js';
import { makeReport, writeReport } from '../report/report.js';
import { readScaling } from '../report/scalingStudy.js';
import { requireWritable } from './jsonFile.js';
import type { ReportOptions } from './options.js';
import { withSession } from './session.js';

/** `unkick report`: figures of a problem file, of a sweep over sizes, or of both. */
export async function figures(file: string | undefined, options: ReportOptions): Promise<void> {
  const { scaling: sweep, output = 'report.html', svg } = options;
  if (file === undefined && sweep === undefined) {
    throw new OptionsError('a report needs a problem file, or --scaling with a sweep to show');
  }
  // What cannot be written or read is found out before the long part.
  requireWritable(output);
  if (svg !== undefined) await mkdir(svg, { recursive: true });
  const scaling = sweep === undefined ? undefined : await readScaling(sweep);
  const line = file === undefined ? undefined : await studyFile(file, options);
  const report = await makeReport({ line, scaling });
  const written = await writeReport(report, { output, svg });
  for (const missing of report.missing) process.stderr.write(`left out: ${missing}\n`);
  process.stdout.write(
    `${report.figures.length} figures\n${written.map((name) => `wrote ${name}\n`).join('')}`,
  );
}

async function studyFile(file: string, options: ReportOptions): Promise<LineStudy> {
  const { scaling, output, svg, repeats, ...session } = options;
  return await withSession(file, session, async ({ problem, tracker, controls, turns = 1 }) => {
    if (turns > 1) process.stderr.write(`note: the figures show the first of ${turns} turns\n`);
    const about = { name: basename(file), repeats, command: commandOf(file, options) };
    return await studyLine(tracker, problem.beam, problem.objective, { ...controls, ...about });
  });
}

/** What makes the same report again. */
function commandOf(file: string, { backend, threads, precision, particles, repeats }: ReportOptions): string {
  const options = Object.entries({
    backend: backend === 'auto' ? undefined : backend,
    threads,
    precision,
    particles,
    repeats,
  });
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ['unkick report', file, ...given].join(' ');
}
