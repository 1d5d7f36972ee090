import type { FigureDraft } from '../figure.js';
import type { LineStudy, StrategyCase } from '../lineStudy.js';
import { stated } from '../provenance.js';
import { COLOURS, MOST_POINTS, PLOT_WIDTH } from '../theme.js';
import { thinned } from '../thinned.js';

const MIB = 2 ** 20;

/** Time against memory of the strategies: the curve that `auto` moves on, and the named ones, planned and timed. */
export function tradeoffFigure({
  name,
  strategies,
  particles,
  provenance,
}: LineStudy): FigureDraft | undefined {
  const plan = strategies[0]?.plan;
  if (!plan) return undefined;
  const curve = thinned(plan.curve, MOST_POINTS).map(({ bytes, seconds }) => ({
    MiB: bytes / MIB,
    seconds,
    kind: PLANNED_AUTO,
  }));
  const points = strategies.flatMap(placed);
  const measured = points.filter(({ kind }) => kind === MEASURED);
  const drawn = [...points, ...curve];
  const domain = {
    MiB: 1.05 * Math.max(...drawn.map(({ MiB }) => MiB)),
    seconds: ROOM_FOR_LABELS * Math.max(...drawn.map(topOf)),
  };
  const x = {
    field: 'MiB',
    type: 'quantitative' as const,
    title: 'arena / MiB',
    scale: { domain: [0, domain.MiB], nice: false },
  };
  const y = {
    field: 'seconds',
    type: 'quantitative' as const,
    title: 'one gradient / s',
    scale: { domain: [0, domain.seconds], nice: false },
  };
  const color = {
    field: 'kind',
    type: 'nominal' as const,
    title: null,
    scale: { domain: KINDS, range: [COLOURS.grey, COLOURS.blue, COLOURS.vermilion] },
    legend: { symbolType: 'circle', columns: 1 },
  };
  return {
    name: 'time-memory',
    title: `What memory buys in time, ${name}`,
    caption:
      `${particles} macroparticles, ${plan.kicks} kicks, back end ${plan.backend}; every strategy returns the same bits. ` +
      'Line and open circles, predicted: bytes from the memory plan, seconds from the cost of every step as measured here. ' +
      'Dots, measured: the arena that was allocated, and the median time of forward and reverse sweep; bars from the fastest ' +
      `to the slowest repetition. ${stated(provenance)}`,
    spec: {
      width: PLOT_WIDTH,
      height: HEIGHT,
      encoding: { x },
      layer: [
        {
          data: { values: curve },
          mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5 },
          encoding: { y, color },
        },
        {
          data: { values: measured },
          mark: { type: 'rule', color: COLOURS.vermilion },
          encoding: { y: { ...y, field: 'least' }, y2: { field: 'most' } },
        },
        {
          data: { values: points.filter(({ kind }) => kind !== MEASURED) },
          mark: { type: 'point', filled: false, size: 90 },
          encoding: { y, color },
        },
        { data: { values: measured }, mark: { type: 'point', filled: true }, encoding: { y, color } },
        {
          data: { values: labelsOf(points, domain) },
          mark: { type: 'text', align: 'center', baseline: 'bottom', dy: -9 },
          encoding: { y: { ...y, field: 'seconds' }, text: { field: 'strategy' } },
        },
      ],
    },
  };
}

/** Times the highest point. */
const ROOM_FOR_LABELS = 1.2;
const HEIGHT = 320;
/** Room that the name of a strategy takes, px. */
const LABEL = { width: 56, height: 16 };
const topOf = ({ seconds, most = seconds }: { readonly seconds: number; readonly most?: number }) => most;

const PLANNED_AUTO = 'auto at any budget, predicted';
const PLANNED = 'named strategy, predicted';
const MEASURED = 'named strategy, measured';
const KINDS = [PLANNED_AUTO, PLANNED, MEASURED];

interface Placed {
  readonly strategy: string;
  readonly kind: string;
  readonly MiB: number;
  readonly seconds: number;
  readonly least: number;
  readonly most: number;
}

function placed({ strategy, plan, measured }: StrategyCase): Placed[] {
  const { total } = plan.seconds;
  const MiB = plan.memory.device / MIB;
  const planned = { strategy, kind: PLANNED, MiB, seconds: total, least: total, most: total };
  if (!measured) return [planned];
  const sorted = [...measured.seconds].sort((a, b) => a - b);
  const seconds = sorted[sorted.length >> 1]!;
  const range = { least: sorted[0]!, most: sorted.at(-1)! };
  return [planned, { strategy, kind: MEASURED, MiB: measured.arenaBytes / MIB, seconds, ...range }];
}

/**
 * One label for each strategy, above everything drawn for it and clear of the labels beside it.
 *
 * @param domain - what the whole width and height stand for
 */
function labelsOf(points: readonly Placed[], domain: { readonly MiB: number; readonly seconds: number }) {
  const width = (LABEL.width / PLOT_WIDTH) * domain.MiB;
  const height = (LABEL.height / HEIGHT) * domain.seconds;
  const labels = [...new Set(points.map(({ strategy }) => strategy))].map((strategy) => {
    const own = points.filter((point) => point.strategy === strategy);
    return { strategy, MiB: own[0]!.MiB, seconds: Math.max(...own.map(topOf)) };
  });
  labels.sort((a, b) => a.seconds - b.seconds);
  for (const [i, label] of labels.entries()) {
    for (const lower of labels.slice(0, i)) {
      const isBeside = Math.abs(label.MiB - lower.MiB) < width;
      if (isBeside) label.seconds = Math.max(label.seconds, lower.seconds + height);
    }
  }
  return labels;
}
