import type { FigureDraft } from '../figure.js';
import { type KeptLaw, keptBytes, OTHER_LAWS } from '../laws.js';
import { stated } from '../provenance.js';
import type { ScalingPoint, ScalingStudy } from '../scalingStudy.js';
import { COLOURS, PLOT_WIDTH } from '../theme.js';

/** What memory is drawn against. */
export type Axis = 'particles' | 'cells' | 'kicks';
export const AXES: readonly Axis[] = ['particles', 'cells', 'kicks'];

const TITLES: Readonly<Record<Axis, string>> = {
  particles: 'macroparticles N',
  cells: 'nodes of the grid (cells)',
  kicks: 'space-charge kicks',
};
const NAMED: readonly string[] = ['invert', 'fields', 'store'];
const STRATEGY_COLOURS = [COLOURS.blue, COLOURS.green, COLOURS.vermilion];
const OTHER_COLOURS = [COLOURS.purple, COLOURS.orange, COLOURS.sky, COLOURS.black];
const OTHERS_DASH = [6, 4];
/** Points of a law's line. */
const SAMPLES = 32;

/**
 * Measured and predicted arena bytes of every strategy along one axis, the two other sizes held fixed, and what other codes keep
 * at the same sizes by their laws. Undefined where fewer than two values were measured along that axis.
 */
export function memoryScalingFigure(study: ScalingStudy, axis: Axis): FigureDraft | undefined {
  const cases = longestSlice(study.cases, axis);
  const values = cases.map((each) => each[axis]);
  if (new Set(values).size < 2) return undefined;
  const fixed = AXES.filter((other) => other !== axis).map((other) => [other, cases[0]![other]] as const);
  const strategies = namesOf(cases);
  const others = OTHER_LAWS.float64;
  const lines = [
    ...cases.map((each) => ({ at: each[axis], bytes: each.predictedBytes, code: unkick(each) })),
    ...others.flatMap((law) => lawLine(law, cases[0]!, axis, [Math.min(...values), Math.max(...values)])),
  ];
  const points = cases.flatMap(({ measuredBytes, ...each }) =>
    measuredBytes === undefined ? [] : [{ at: each[axis], bytes: measuredBytes, code: unkick(each) }],
  );
  const bytes = lines.map((point) => point.bytes);
  const x = {
    field: 'at',
    type: 'quantitative' as const,
    title: TITLES[axis],
    scale: { type: 'log' as const, nice: false, padding: 8 },
    axis: { values: [...new Set(values)], labelExpr: LABELS[axis] },
  };
  const y = {
    field: 'bytes',
    type: 'quantitative' as const,
    title: 'bytes of one gradient',
    scale: { type: 'log' as const },
    axis: { values: decades(Math.min(...bytes), Math.max(...bytes)), labelExpr: LABELS.bytes },
  };
  const codes = [
    ...strategies.map((strategy) => unkick({ strategy })),
    ...others.map(({ name }) => otherName(name)),
  ];
  const code = { field: 'code', type: 'nominal' as const, title: null };
  const legend = { columns: 3, symbolType: 'stroke', symbolStrokeWidth: 2.5, symbolSize: 400 };
  const colours = [
    ...strategies.map(colourOf),
    ...others.map((_, i) => OTHER_COLOURS[i % OTHER_COLOURS.length]!),
  ];
  const dashes = codes.map((_, i) => (i < strategies.length ? [1, 0] : OTHERS_DASH));
  const color = { ...code, scale: { domain: codes, range: colours }, legend };
  const strokeDash = { ...code, scale: { domain: codes, range: dashes }, legend };
  return {
    name: `memory-${axis}`,
    title: `Memory against ${TITLES[axis]}`,
    caption:
      `${fixed.map(([other, value]) => `${value.toLocaleString('en')} ${NOUNS[other]}`).join(', ')}; float64. ` +
      'Dots: bytes of the arena that was allocated for a gradient, measured. Solid lines: predicted before it was. Dashed ' +
      'lines: what other codes keep for their reverse sweep by the laws measured for them (bytes per macroparticle and cell, ' +
      `per kick: ${others.map(({ name, perParticle, perCell }) => `${name} ${perParticle}; ${perCell}`).join(', ')}), without what ` +
      `else they need. ${stated(study.provenance)}`,
    spec: {
      width: PLOT_WIDTH,
      height: 330,
      layer: [
        { data: { values: lines }, mark: 'line', encoding: { x, y, color, strokeDash } },
        { data: { values: points }, mark: { type: 'point', filled: true }, encoding: { x, y, color } },
      ],
    },
  };
}

const NOUNS: Readonly<Record<Axis, string>> = {
  particles: 'macroparticles',
  cells: 'cells',
  kicks: 'kicks',
};
/** How the values of an axis are written: 16³ for the nodes of a cube, 10 GB for bytes. */
const LABELS: Readonly<Record<Axis | 'bytes', string>> = {
  particles: "format(datum.value, '~s')",
  cells:
    "pow(round(pow(datum.value, 1 / 3)), 3) == datum.value ? round(pow(datum.value, 1 / 3)) + '³' : format(datum.value, '~s')",
  kicks: "format(datum.value, ',')",
  bytes: "replace(format(datum.value, '~s'), /([kMGTP]?)$/, ' $1B')",
};

/** The powers of ten from the one below `least` to the one above `most`. */
function decades(least: number, most: number): number[] {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  return Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
}

const unkick = ({ strategy }: { strategy: string }) => `unkick, ${strategy}`;
const otherName = (name: string) => `${name}, law`;
const colourOf = (strategy: string, i: number) =>
  STRATEGY_COLOURS[NAMED.indexOf(strategy)] ?? Object.values(COLOURS)[i % 8]!;

/** Strategies in the order of the legend. */
function namesOf(cases: readonly ScalingPoint[]): string[] {
  const found = [...new Set(cases.map(({ strategy }) => strategy))];
  return [...NAMED.filter((name) => found.includes(name)), ...found.filter((name) => !NAMED.includes(name))];
}

/** The cases that differ along an axis alone: of all such sets the one with the most values, of equal ones the largest. */
function longestSlice(cases: readonly ScalingPoint[], axis: Axis): ScalingPoint[] {
  const slices = new Map<string, ScalingPoint[]>();
  for (const each of cases) {
    const key = AXES.map((other) => (other === axis ? '' : each[other])).join(' ');
    slices.set(key, [...(slices.get(key) ?? []), each]);
  }
  const rank = (slice: readonly ScalingPoint[]) => [
    new Set(slice.map((each) => each[axis])).size,
    Math.max(...slice.map(({ predictedBytes }) => predictedBytes)),
  ];
  const sorted = [...slices.values()].sort((a, b) => {
    const [[countA, mostA], [countB, mostB]] = [rank(a), rank(b)];
    return countB! - countA! || mostB! - mostA!;
  });
  return (sorted[0] ?? []).sort((a, b) => a[axis] - b[axis]);
}

/** A law along an axis, at points evenly spread over its logarithm. */
function lawLine(law: KeptLaw, at: ScalingPoint, axis: Axis, [from, to]: readonly [number, number]) {
  return Array.from({ length: SAMPLES }, (_, i) => {
    const value = from * (to / from) ** (i / (SAMPLES - 1));
    return { at: value, bytes: keptBytes(law, { ...at, [axis]: value }), code: otherName(law.name) };
  });
}
