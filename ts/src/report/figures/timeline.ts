import type { TimelinePoint } from '../../tape/gradientPlan.js';
import type { FigureDraft } from '../figure.js';
import type { LineStudy, StrategyCase } from '../lineStudy.js';
import { stated } from '../provenance.js';
import { COLOURS, MOST_POINTS } from '../theme.js';

const MIB = 2 ** 20;
/** Accounts from the bottom up, those that a run always has first; `tape` is what differs. */
const ACCOUNTS = {
  state: COLOURS.blue,
  charge: COLOURS.sky,
  adjoint: COLOURS.green,
  field: COLOURS.yellow,
  green: COLOURS.orange,
  fft: COLOURS.purple,
  reduction: COLOURS.black,
  tape: COLOURS.vermilion,
} as const;
const SHOWN: readonly string[] = ['invert', 'fields', 'revolve', 'store'];

/** Memory by account through forward and reverse sweep, one panel for each strategy. */
export function timelineFigure({
  name,
  strategies,
  particles,
  provenance,
}: LineStudy): FigureDraft | undefined {
  const cases = strategies.filter(({ strategy }) => SHOWN.includes(strategy));
  if (cases.length === 0) return undefined;
  const values = cases.flatMap(layersOf);
  const sort = cases.map(({ strategy }) => strategy);
  const x = { type: 'quantitative' as const, title: 'predicted time / s' };
  const y = { type: 'quantitative' as const, title: 'memory / MiB' };
  const accounts = Object.keys(ACCOUNTS);
  return {
    name: 'timeline',
    title: `Memory through forward and reverse sweep, ${name}`,
    caption:
      `${particles} macroparticles, ${cases[0]!.plan.kicks} kicks. Predicted: the schedule of each strategy replayed action by action, ` +
      'seconds from the cost of every step as measured here, bytes by account as the run reports them. All accounts are taken ' +
      'at once, as one arena (dashed line); of the tape, what is in use is drawn. The vertical line is the turn from forward to ' +
      `reverse sweep. ${stated(provenance)}`,
    spec: {
      data: { values },
      facet: { field: 'strategy', type: 'nominal', title: null, sort },
      columns: 2,
      spacing: { row: 18, column: 14 },
      spec: {
        width: 305,
        height: 190,
        layer: [
          {
            transform: [{ filter: "datum.part == 'account'" }],
            mark: { type: 'area', interpolate: 'step-after', line: false },
            encoding: {
              x: { field: 'seconds', ...x },
              y: { field: 'bottom', ...y },
              y2: { field: 'top' },
              color: {
                field: 'account',
                type: 'nominal',
                title: null,
                scale: { domain: accounts, range: Object.values(ACCOUNTS) },
                legend: { columns: 8, symbolType: 'square', columnPadding: 14 },
              },
            },
          },
          {
            transform: [{ filter: "datum.part == 'arena'" }],
            mark: { type: 'line', color: COLOURS.black, strokeDash: [5, 3], strokeWidth: 1.2 },
            encoding: { x: { field: 'seconds', ...x }, y: { field: 'top', ...y } },
          },
          {
            transform: [{ filter: "datum.part == 'turn'" }],
            mark: { type: 'rule', color: COLOURS.black, strokeWidth: 1 },
            encoding: { x: { field: 'seconds', ...x } },
          },
        ],
      },
    },
  };
}

/** Everything that one strategy's panel shows, in MiB and s. */
function layersOf({ strategy, plan }: StrategyCase) {
  const { accounts, device } = plan.memory;
  const timeline = plan.timeline();
  const end = plan.seconds.total;
  const turn = timeline.findLast(({ sweep }) => sweep === 'forward')!.seconds;
  let bottom = 0;
  const taken = Object.keys(ACCOUNTS)
    .filter((account) => account !== 'tape')
    .flatMap((account) => {
      const from = bottom;
      bottom += (accounts[account] ?? 0) / MIB;
      return [0, end].map((seconds) => ({
        ...{ part: 'account', strategy, account, seconds, bottom: from, top: bottom },
      }));
    });
  const tape = highestOf(timeline, end).map(({ seconds, bytes }) => ({
    ...{ part: 'account', strategy, account: 'tape', seconds, bottom, top: bottom + bytes / MIB },
  }));
  const arena = [0, end].map((seconds) => ({ part: 'arena', strategy, seconds, top: device / MIB }));
  return [...taken, ...tape, ...arena, { part: 'turn', strategy, seconds: turn }];
}

/** Bytes in use on the device's tape: where they change, but in long runs only the most of every short stretch of time. */
function highestOf(timeline: readonly TimelinePoint[], end: number) {
  const stretch = end / MOST_POINTS;
  const kept: { seconds: number; bytes: number }[] = [];
  let filled = -1; // the stretch of the last point kept
  for (const { seconds, held } of timeline) {
    const here = Math.floor(seconds / stretch);
    const last = kept.at(-1);
    if (held.device === last?.bytes) continue;
    if (last && here === filled) last.bytes = Math.max(last.bytes, held.device);
    else kept.push({ seconds, bytes: held.device });
    filled = here;
  }
  return [...kept, { seconds: end, bytes: timeline.at(-1)!.held.device }];
}
