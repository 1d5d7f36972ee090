import { formatBytes } from '../memory/bytes.js';
import type { DirectiveEffect, StepProfile } from '../tape/profile.js';
import { formatSeconds, formatTable } from './format.js';
import type { ProfileOptions } from './options.js';
import { headline } from './report.js';
import { respond } from './respond.js';
import { withSession } from './session.js';
import { summariseBeam } from './summary.js';

/** Steps that are shown; all are in the JSON. */
const MOST_ROWS = 60;
const DIRECTIVES = ['store', 'field', 'recompute'] as const;

/** `unkick profile`: what every step costs here, and what directives would cost or save. */
export async function profile(file: string, options: ProfileOptions): Promise<void> {
  const response = await withSession(file, options, async ({ problem, tracker, controls }) => {
    const { beam, objective } = problem;
    const { repeats } = options;
    const measured = await tracker.profile(beam, { ...controls, objective, repeats });
    const { steps, warnings } = measured;
    const effects = measured.effects();
    const summary = summariseBeam(beam);
    return {
      result: { file, backend: tracker.backend, beam: summary, steps, effects, warnings },
      arrays: {},
      warnings,
      sections: [
        headline(file, summary, tracker.backend),
        profileTable(steps, effects),
        `A snapshot of a state takes ${formatBytes(steps[0]?.stateBytes ?? 0)}, a field what stands beside it. Negative seconds are lost.`,
      ],
    };
  });
  await respond(options, response);
}

/** Seconds of every step, and what a directive there would save. */
export function profileTable(steps: readonly StepProfile[], effects: readonly DirectiveEffect[]): string {
  const saved = new Map(effects.map(({ step, reverse, seconds }) => [`${step} ${reverse}`, seconds]));
  const rows = steps.slice(0, MOST_ROWS).map(({ name, kind, costs, fieldBytes }, i) => {
    const { forward, inverse, adjoint, reverse } = costs;
    return [
      ...[String(i), name, kind, ...[forward, inverse, adjoint, reverse].map(seconds)],
      ...DIRECTIVES.map((directive) => seconds(saved.get(`${i} ${directive}`) ?? Number.NaN)),
      fieldBytes > 0 ? formatBytes(fieldBytes) : '',
    ];
  });
  const head = ['step', '', 'kind', 'forward', 'inverse', 'adjoint', 'both', 'store saves', 'field saves'];
  const table = formatTable([[...head, 'recompute saves', 'field'], ...rows], [0, 3, 4, 5, 6, 7, 8, 9, 10]);
  const more = steps.length - rows.length;
  return more > 0 ? `${table}\n… and ${more} more: --json has them all` : table;
}

function seconds(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value < 0 ? `−${formatSeconds(-value)}` : formatSeconds(value);
}
