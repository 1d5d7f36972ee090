import { BudgetError } from '../errors.js';
import { loadOutline, type ProblemOutline, type ProblemOverrides } from '../io/problem.js';
import { parseBytes } from '../memory/bytes.js';
import { gpuBytes } from '../memory/gpus.js';
import { feasibility, type StrategyFeasibility } from '../tape/feasibility.js';
import { planGradient } from '../tape/planGradient.js';
import { EXIT, errorText } from './exitCodes.js';
import { formatCount, formatGrid } from './format.js';
import { memoryOf, type PlanOptions, strategyOf } from './options.js';
import {
  changeLine,
  curveTable,
  feasibilityTable,
  launchLine,
  plannedTable,
  secondsLine,
  stepTable,
} from './planReport.js';
import { respond } from './respond.js';

/** `unkick plan`: what a gradient would take and do, without doing it, and how large it could be. */
export async function plan(file: string, options: PlanOptions): Promise<number> {
  const { particles, grid, kicks, threads, verify, gpu } = options;
  const outlines = await loadOutline(file);
  const outline = outlines({ particles, gridShape: grid, kicks });
  const { lattice, objective, wrt } = outline;
  const given = memoryOf(options);
  const device = given.device ?? (gpu === undefined ? undefined : gpuBytes(gpu));
  const memory = { ...given, device };
  const turns = options.turns ?? outline.turns;
  const precision = options.precision ?? outline.precision;
  const backend = gpu === undefined ? options.backend : 'cuda';
  const where = { objective, wrt, threads, precision, verify, backend };
  // How large it could be is answered for one turn.
  const answer =
    device === undefined || (turns ?? 1) > 1
      ? undefined
      : reach(outlines, outline, parseBytes(device), where);
  const strategy = strategyOf(options, outline.strategy);
  try {
    const planned = planGradient(lattice, outline, { ...where, turns, strategy, memory });
    const { steps, explain, ...rest } = planned;
    await respond(options, {
      result: { file, ...rest, steps, feasibility: answer },
      arrays: {},
      warnings: [],
      sections: [
        headline(outline, planned.kicks, `back end ${planned.backend}, strategy ${planned.strategy}`),
        plannedTable(planned.memory),
        launchLine(planned.launches),
        secondsLine(planned),
        curveTable(planned.curve),
        options.steps ? explain().join('\n') : stepTable(steps),
        answer ? feasibilityTable(answer) : '',
      ],
    });
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    const { smallestBytes, curve } = error;
    await respond(options, {
      result: { file, error: error.message, smallestBytes, curve, feasibility: answer },
      arrays: {},
      warnings: [],
      sections: [
        headline(outline, kicksOf(outline), 'does not fit'),
        ...(answer ? [feasibilityTable(answer), changeLine(answer, strategy.name)] : []),
      ],
    });
    process.stderr.write(`${errorText(error)}\n`);
    return EXIT.failed;
  }
}

/** How large the problem could be within a budget; only for files whose `spaceCharge` can be changed. */
function reach(
  outlines: (overrides: ProblemOverrides) => ProblemOutline,
  outline: ProblemOutline,
  device: number,
  options: Parameters<typeof feasibility>[3],
): StrategyFeasibility[] | undefined {
  const { particles, gridShape } = outline;
  if (gridShape === undefined) return undefined;
  const size = { particles, gridShape, kicks: kicksOf(outline) };
  return feasibility((change) => outlines(change).lattice, size, device, options);
}

function kicksOf({ lattice }: ProblemOutline): number {
  return lattice.elements.reduce((sum, element) => sum + (lattice.slicing(element)?.length ?? 0), 0);
}

function headline({ file, particles, gridShape }: ProblemOutline, kicks: number, what: string): string {
  const grid = gridShape ? ` on ${formatGrid(gridShape)} nodes` : '';
  return `${file}: ${formatCount(particles)} macroparticles, ${formatCount(kicks)} space-charge kicks${grid}; ${what}`;
}
