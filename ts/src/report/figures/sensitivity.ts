import type { FigureDraft, Panel } from '../figure.js';
import type { LineStudy } from '../lineStudy.js';
import { stated } from '../provenance.js';
import { COLOURS, MOST_POINTS, PLOT_WIDTH } from '../theme.js';
import { thinned } from '../thinned.js';
import { alongTheLine, beamLineStrip } from './beamLineStrip.js';

/** A derivative and the stretch of the line that it belongs to, in m. */
interface PlacedDerivative {
  readonly from: number;
  readonly to: number;
  readonly derivative: number;
}

/** Parameters that say how large something is rather than how strong. */
const SIZES = new Set(['length', 'extentX', 'extentY', 'extentZ', 'halfX', 'halfY']);
/** Of the derivative; [J] is the unit of the objective. */
const UNITS: Readonly<Record<string, string>> = { k1: '[J]·m²', effectLength: '[J]/m' };
/** More kinds of parameters than this make a figure that nobody reads. */
const MOST_PANELS = 4;

/**
 * The objective's derivative by the strength of every element and by the effect length of every kick, where they are.
 * Undefined where there is no objective, or nothing in the line has a strength.
 */
export function sensitivityFigure({ name, line, objective, provenance }: LineStudy): FigureDraft | undefined {
  if (!objective) return undefined;
  const panels = [...derivativesByParameter(line, objective.gradient)].slice(0, MOST_PANELS);
  if (panels.length === 0) return undefined;
  const drawn = panels.map(([parameter, values]) =>
    parameter === 'effectLength' ? kickPanel(values, line) : elementPanel(parameter, values, line),
  );
  return {
    name: 'gradient',
    title: `Gradient of J = ${objective.text} along ${name}`,
    caption:
      `Computed: one reverse sweep gives all of these derivatives of J = ${objective.text}, which is ` +
      `${objective.value.toPrecision(6)} in SI units. Boxes: by the strength of the element that they stand over. ` +
      'Dots: by the effect length of a space-charge kick, that is, by how much of the beam’s own field acts there. ' +
      `${stated(provenance)}`,
    spec: { vconcat: [...drawn, beamLineStrip(line)], spacing: 10 },
  };
}

function derivativesByParameter(
  { elements, kicks }: LineStudy['line'],
  gradient: Readonly<Record<string, number>>,
): Map<string, PlacedDerivative[]> {
  const found = new Map<string, PlacedDerivative[]>();
  const add = (parameter: string, value: PlacedDerivative) =>
    found.set(parameter, [...(found.get(parameter) ?? []), value]);
  for (const { name, from, to, parameters } of elements) {
    for (const parameter of Object.keys(parameters)) {
      const derivative = gradient[`${name}.${parameter}`];
      if (!SIZES.has(parameter) && parameter !== 'effectLength' && derivative !== undefined)
        add(parameter, { from, to, derivative });
    }
  }
  for (const { name, s } of kicks) {
    const derivative = gradient[`${name}.effectLength`];
    if (derivative !== undefined) add('effectLength', { from: s, to: s, derivative });
  }
  return found;
}

const titleOf = (parameter: string) => [`∂J/∂${parameter}`, `in ${UNITS[parameter] ?? '[J]/[parameter]'}`];

const valueAxis = (parameter: string) => ({
  field: 'derivative',
  type: 'quantitative' as const,
  title: titleOf(parameter),
  axis: { format: '.1e', tickCount: 5 },
});

const zeroLine = {
  data: { values: [{ derivative: 0 }] },
  mark: { type: 'rule' as const, color: COLOURS.grey },
};

function elementPanel(parameter: string, values: PlacedDerivative[], line: LineStudy['line']): Panel {
  const y = valueAxis(parameter);
  // An element without a length is drawn as wide as the eye needs.
  const least = 0.004 * line.length;
  const boxes = values.map(({ from, to, derivative }) => {
    const widen = Math.max(0, least - (to - from)) / 2;
    return { from: from - widen, to: to + widen, derivative, zero: 0 };
  });
  return {
    width: PLOT_WIDTH,
    height: 150,
    encoding: { y },
    layer: [
      {
        data: { values: boxes },
        mark: { type: 'rect', fill: COLOURS.blue, fillOpacity: 0.75 },
        encoding: {
          x: { field: 'from', ...alongTheLine(line), axis: { title: null, labels: false } },
          x2: { field: 'to' },
          y2: { field: 'zero' },
        },
      },
      zeroLine,
    ],
  };
}

function kickPanel(values: PlacedDerivative[], line: LineStudy['line']): Panel {
  const x = { field: 'from', ...alongTheLine(line), axis: { title: null, labels: false } };
  return {
    width: PLOT_WIDTH,
    height: 150,
    encoding: { y: valueAxis('effectLength') },
    layer: [
      {
        data: { values: [...thinned(values, MOST_POINTS)] },
        mark: {
          type: 'line',
          color: COLOURS.vermilion,
          strokeWidth: 1,
          point: { size: 22, color: COLOURS.vermilion },
        },
        encoding: { x },
      },
      zeroLine,
    ],
  };
}
