import type { BeamLine } from '../beamLine.js';
import type { Panel } from '../figure.js';
import { COLOURS, PLOT_WIDTH } from '../theme.js';

/** Names of magnets are shown while there is room for them. */
const MOST_NAMES = 14;
/** Kicks are shown while they can be told apart. */
const MOST_KICKS = 200;

/** The horizontal axis that the strip and the panels above it share. */
export const alongTheLine = ({ length }: BeamLine) => ({
  type: 'quantitative' as const,
  scale: { domain: [0, length], nice: false },
});

/**
 * The beam line as accelerator physicists draw it: focusing quadrupoles above the axis, defocusing ones below, everything else
 * as boxes on it, kicks as ticks.
 */
export function beamLineStrip(line: BeamLine): Panel {
  const boxes = line.elements.filter(({ type, from, to }) => to > from && type !== 'drift').map(boxOf);
  const thin = line.elements.filter(
    ({ type, from, to }) => to === from && type !== 'marker' && !isKick(type),
  );
  const named = boxes.length <= MOST_NAMES ? boxes : [];
  const kicks = line.kicks.length <= MOST_KICKS ? line.kicks : [];
  const axis = { labels: true, title: 's / m', grid: false };
  const x = { field: 'from', ...alongTheLine(line), axis };
  const y = { field: 'bottom', type: 'quantitative' as const, scale: { domain: [-1.3, 1.3] }, axis: null };
  const thinPlaces = thin.map(({ name, from }) => ({ name, from }));
  return {
    width: PLOT_WIDTH,
    height: 56,
    view: { stroke: null },
    encoding: { x },
    layer: [
      {
        data: { values: [{ from: 0, to: line.length, bottom: 0 }] },
        mark: { type: 'rule', color: COLOURS.grey },
        encoding: { x2: { field: 'to' }, y },
      },
      {
        data: { values: kicks.map(({ s }) => ({ from: s, bottom: -0.16, top: 0.16 })) },
        mark: { type: 'rule', color: COLOURS.grey, strokeWidth: 1 },
        encoding: { y, y2: { field: 'top' } },
      },
      {
        data: { values: thinPlaces.map((place) => ({ ...place, bottom: -0.8, top: 0.8 })) },
        mark: { type: 'rule', color: COLOURS.black, strokeWidth: 2 },
        encoding: { y, y2: { field: 'top' } },
      },
      {
        data: { values: boxes },
        mark: { type: 'rect', stroke: COLOURS.black, strokeWidth: 0.5, fill: COLOURS.pale },
        encoding: { x2: { field: 'to' }, y, y2: { field: 'top' } },
      },
      {
        data: { values: named },
        mark: { type: 'text', fontSize: 11 },
        encoding: { x: { ...x, field: 'middle' }, y: { ...y, field: 'label' }, text: { field: 'name' } },
      },
    ],
  };
}

const isKick = (type: string) => type === 'spaceChargeKick' || type === 'spaceChargeKick2D';

function boxOf({ name, from, to, parameters }: BeamLine['elements'][number]) {
  const sign = Math.sign(parameters.k1 ?? 0);
  const [bottom, top] = sign > 0 ? [0, 1] : sign < 0 ? [-1, 0] : [-0.5, 0.5];
  return { name, from, to, bottom, top, middle: (from + to) / 2, label: (bottom + top) / 2 };
}
