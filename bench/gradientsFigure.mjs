// Errors of gradients against kicks, macroparticles and grid, drawn like the figures of a report.
import { render } from '../dist/report/render.js';
import { COLOURS } from '../dist/report/theme.js';

const PANELS = [
  { panel: 'kicks', title: 'space-charge kicks', values: [4, 8, 16, 32, 64] },
  { panel: 'particles', title: 'macroparticles', values: [1e3, 1e4, 1e5] },
  { panel: 'nodes', title: 'nodes along an axis', values: [16, 32, 64, 128] },
];
const LABELS = { charge: 'charge', energy: 'energy', 'q1.k1': 'quadrupole strength', 'd1.length': 'length' };
const RANGE = [COLOURS.blue, COLOURS.orange, COLOURS.vermilion, COLOURS.green];

/** SVG of rows `{ panel, kind: 'unkick' | 'recursion', at, name, error }`. */
export async function gradientsFigure(rows, caption) {
  const errors = rows.map(({ error }) => error);
  const domain = [
    10 ** Math.floor(Math.log10(Math.min(...errors))),
    10 ** Math.ceil(Math.log10(Math.max(...errors))),
  ];
  const y = {
    field: 'error',
    type: 'quantitative',
    scale: { type: 'log', domain },
    axis: { format: '.0e', tickCount: 5 },
  };
  const color = {
    field: 'parameter',
    type: 'nominal',
    title: 'derivative of the final σx by',
    scale: { domain: Object.values(LABELS), range: RANGE },
    legend: { titleOrient: 'left', titleLimit: 300, symbolType: 'circle' },
  };
  const panel = ({ panel, title, values }, i) => {
    const own = rows
      .filter((row) => row.panel === panel)
      .map(({ name, ...row }) => ({ ...row, parameter: LABELS[name] }));
    const axis = { values, format: '~s' };
    const x = {
      field: 'at',
      type: 'quantitative',
      title,
      scale: { type: 'log', padding: 8, nice: false },
      axis,
    };
    const vertical = { ...y, title: i === 0 ? 'error / largest derivative' : null };
    const layer = (kind, mark) => ({
      data: { values: own.filter((row) => row.kind === kind) },
      mark,
      encoding: { x, y: vertical, color },
    });
    const dashed = { type: 'line', strokeDash: [5, 3], strokeWidth: 1.3 };
    const dots = { type: 'line', strokeWidth: 1.3, point: { size: 40 } };
    return {
      width: 205,
      height: 250,
      layer:
        panel === 'kicks'
          ? [layer('recursion', dashed), layer('unkick', { type: 'point', filled: true, size: 45 })]
          : [layer('unkick', dots)],
    };
  };
  const spec = { hconcat: PANELS.map(panel), spacing: 14 };
  return (
    await render({ name: 'gradients', title: 'Gradients against the envelope equations', caption, spec })
  ).svg;
}
