// Time against tape of every strategy, drawn with Vega-Lite.
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

/** The report of bench/strategies.mjs as SVG text. */
export async function strategiesFigure({ rows, command, date, machine }) {
  const values = rows.map(({ line, label, tapeBytes, seconds }) => ({
    ...{ line, label, kind: label === 'auto' ? 'auto, five budgets' : 'named strategy' },
    ...{ tape: tapeBytes / 2 ** 20, seconds: seconds.median, least: seconds.least, most: seconds.most },
  }));
  const x = { field: 'tape', type: 'quantitative', title: 'tape on the device, MiB' };
  const y = { field: 'seconds', type: 'quantitative', title: 'one gradient, s', scale: { zero: true } };
  const colour = {
    ...{ field: 'kind', type: 'nominal', title: null },
    scale: { range: ['#c2410c', '#1d4ed8'] },
    legend: { orient: 'bottom' },
  };
  const spec = {
    data: { values },
    facet: { row: { field: 'line', type: 'nominal', title: null, header: { labelFontSize: 13 } } },
    resolve: { scale: { x: 'independent' } },
    title: {
      text: 'Every strategy returns the same bits; they differ in time and memory',
      // In two lines: without a canvas Vega reckons text wider than it is.
      subtitle: [command, `${machine.cpu}, ${date.slice(0, 10)}: medians, bars from least to most`],
    },
    spec: {
      width: 640,
      height: 260,
      encoding: { x },
      layer: [
        { mark: 'rule', encoding: { y: { field: 'least', type: 'quantitative' }, y2: { field: 'most' } } },
        {
          transform: [{ filter: "datum.label == 'auto'" }],
          mark: { type: 'line', interpolate: 'step-after', strokeDash: [4, 3] },
          encoding: { y, color: colour },
        },
        { mark: { type: 'point', filled: true, size: 60 }, encoding: { y, color: colour } },
        {
          transform: [{ filter: "datum.label != 'auto'" }],
          mark: { type: 'text', align: 'left', dx: 7, dy: -6, fontSize: 11 },
          encoding: { y, text: { field: 'label' } },
        },
      ],
    },
    config: { font: 'sans-serif', background: 'white', view: { stroke: '#ccc' } },
  };
  return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
