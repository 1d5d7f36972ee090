import { writeFile } from 'node:fs/promises';
import { ProblemError } from '../errors.js';
import { beamToMatch } from '../io/match.js';
import { readText } from '../io/problem.js';
import { requireWritableValues, withValues } from '../io/problemEdits.js';
import { type MatchResult, minimize } from '../match/minimize.js';
import { EXIT } from './exitCodes.js';
import { type MatchCommandOptions, matchFileOf } from './matchOptions.js';
import { MatchProgress } from './matchProgress.js';
import { endLine, targetTable, valuesBlock } from './matchReport.js';
import { strategyOf } from './options.js';
import { headline } from './report.js';
import { respond } from './respond.js';
import { type Session, withSession } from './session.js';
import { summariseBeam } from './summary.js';

/**
 * `unkick match`: varies what a problem file's `match` section names.
 *
 * @returns the exit code: 4 where a target is missed or runs were spent before the end
 */
export async function match(file: string, options: MatchCommandOptions): Promise<number> {
  const { response, isDone } = await withSession(file, options, async (session) => {
    const { problem, tracker } = session;
    const text = options.write === undefined ? '' : await readText(file);
    if (options.write !== undefined) {
      requireWritableValues(text, problem, Object.keys(problem.match?.parameters ?? {}));
    }
    const found = await matchIn(session, options);
    if (options.write !== undefined)
      await writeFile(options.write, withValues(text, problem, found.parameters));
    const { backend } = tracker;
    const beam = summariseBeam(problem.beam);
    const { lattice, beam: foundBeam, ...result } = found;
    const response = {
      result: { file, backend, beam, ...result, warnings: problem.warnings },
      arrays: { coordinates: foundBeam.coordinates },
      warnings: problem.warnings,
      sections: [
        headline(file, beam, backend, session.turns),
        targetTable(found),
        endLine(found),
        valuesBlock(found),
      ],
    };
    return { response, isDone: isMatched(found) };
  });
  await respond(options, response);
  return isDone ? EXIT.ok : EXIT.unmatched;
}

async function matchIn(
  { problem, tracker, controls, turns }: Session,
  options: MatchCommandOptions,
): Promise<MatchResult> {
  const { match: section, objective, file } = problem;
  if (section === undefined) throw new ProblemError(`${file}: has no match section`, { file, path: 'match' });
  const goal = section.targets ?? objective;
  if (goal === undefined) {
    throw new ProblemError(`${file}: has neither targets to meet nor an objective to make small`, {
      file,
      path: 'match',
    });
  }
  const { signal, headroom, memory } = controls;
  const progress = new MatchProgress();
  const { parameters, ...defaults } = section;
  const { tolerance = defaults.tolerance, maxEvaluations = defaults.maxEvaluations } = options;
  try {
    return await minimize({ tracker, beam: beamToMatch(section, problem.beam) }, goal, {
      ...{ parameters, tolerance, maxEvaluations, signal, journal: matchFileOf(options) },
      onProgress: (step) => progress.update(step),
      run: {
        headroom,
        memory,
        turns,
        strategy: strategyOf(options, problem.strategy),
        verify: options.verify,
      },
    });
  } finally {
    progress.clear();
  }
}

function isMatched({ reason, targets }: MatchResult): boolean {
  return targets.length > 0 ? reason === 'targets' : reason !== 'evaluations';
}
