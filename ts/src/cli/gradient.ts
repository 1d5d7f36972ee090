import { ProblemError } from '../errors.js';
import { type GradientOptions, journalOf, strategyOf } from './options.js';
import { gradientTable, headline, kickLine, memoryTable, timingLine, valueLine } from './report.js';
import { respond } from './respond.js';
import { withSession } from './session.js';
import { summariseBeam } from './summary.js';

/** `unkick gradient`: value and gradient of a problem file's objective. */
export async function gradient(file: string, options: GradientOptions): Promise<void> {
  const response = await withSession(file, options, async ({ problem, tracker, controls, ...asked }) => {
    if (problem.objective === undefined) {
      throw new ProblemError(`${file}: has no objective to differentiate`, { file, path: 'objective' });
    }
    const { wrt } = problem;
    const run = await tracker.gradient(problem.beam, problem.objective, {
      ...controls,
      ...asked,
      ...(wrt && { wrt }),
      strategy: strategyOf(options, problem.strategy),
      verify: options.verify,
      diskFolder: options.diskFolder,
      journal: journalOf(options),
    });
    const { value, gradient, strategy, turns, kicks, memory, timing } = run;
    const warnings = [...problem.warnings, ...run.warnings];
    const { parameters } = gradient;
    const { backend } = tracker;
    const beam = summariseBeam(problem.beam);
    const objective = problem.objective.describe();
    return {
      result: {
        ...{ file, backend, beam, turns, objective, strategy, value },
        ...{ gradient: { parameters }, kicks, memory, timing, warnings },
      },
      arrays: { gradient },
      warnings,
      sections: [
        headline(file, beam, backend, turns),
        valueLine(objective, value),
        gradientTable(gradient),
        kickLine(kicks, beam.charge),
        memoryTable(memory, strategy),
        timingLine(timing),
      ],
    };
  });
  await respond(options, response);
}
