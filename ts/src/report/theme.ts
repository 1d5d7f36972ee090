import type { Config } from 'vega-lite';

/** Colours of M. Okabe and K. Ito, Color universal design (2008): they differ for colour-blind readers, too. */
export const COLOURS = {
  black: '#1a1a1a',
  orange: '#e69f00',
  sky: '#56b4e9',
  green: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  vermilion: '#d55e00',
  purple: '#cc79a7',
  grey: '#6b7280',
  pale: '#d1d5db',
} as const;

/** Width of the widest figure in px; it shrinks to about nine tenths on A4 paper. */
export const PLOT_WIDTH = 640;

/** Points of one line of a figure. */
export const MOST_POINTS = 600;

/** What all figures look like. */
export const CONFIG: Config = {
  font: 'sans-serif',
  background: 'white',
  padding: 8,
  view: { stroke: COLOURS.pale },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    gridColor: '#eceef1',
    domainColor: COLOURS.grey,
    tickColor: COLOURS.grey,
    labelColor: COLOURS.black,
    titleColor: COLOURS.black,
    labelOverlap: 'greedy',
  },
  legend: {
    orient: 'bottom',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    symbolSize: 90,
    columnPadding: 18,
    labelLimit: 320,
    columns: 4,
  },
  header: { labelFontSize: 13, labelColor: COLOURS.black, labelFontWeight: 'bold' },
  text: { fontSize: 12, color: COLOURS.black },
  line: { strokeWidth: 2 },
  point: { size: 55 },
};
