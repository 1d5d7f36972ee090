import { loadOutline } from '../io/problem.js';
import { planGradient } from '../tape/planGradient.js';
import { formatCount } from './format.js';
import { memoryOf, type PlanOptions, strategyOf } from './options.js';
import { curveTable, launchLine, plannedTable, secondsLine, stepTable } from './planReport.js';
import { respond } from './respond.js';

/** `unkick plan`: what a gradient would take and do, without doing it. */
export async function plan(file: string, options: PlanOptions): Promise<void> {
  const { particles, grid, kicks, backend, threads, verify } = options;
  const outline = await loadOutline(file, { particles, gridShape: grid, kicks });
  const { lattice, objective, wrt } = outline;
  const planned = planGradient(
    lattice,
    { particles: outline.particles },
    {
      ...{ objective, wrt, backend, threads, verify },
      strategy: strategyOf(options, outline.strategy),
      memory: memoryOf(options),
    },
  );
  const { steps, curve, explain, ...rest } = planned;
  const count = formatCount(outline.particles);
  await respond(options, {
    result: { file, ...rest, curve, steps },
    arrays: {},
    warnings: [],
    sections: [
      `${file}: ${count} macroparticles, ${planned.kicks} space-charge kicks in ${steps.length} steps; back end ${planned.backend}, strategy ${planned.strategy}`,
      plannedTable(planned.memory),
      launchLine(planned.launches),
      secondsLine(planned),
      curveTable(curve),
      options.steps ? explain().join('\n') : stepTable(steps),
    ],
  });
}
