import type { FigureDraft } from '../figure.js';
import type { LineStudy } from '../lineStudy.js';
import { stated } from '../provenance.js';
import { COLOURS, MOST_POINTS, PLOT_WIDTH } from '../theme.js';
import { thinned } from '../thinned.js';
import { alongTheLine, beamLineStrip } from './beamLineStrip.js';

/** Place of a coordinate's variance in the covariance, `[36]` row major. */
const SIZES = { σx: 0, σy: 14 } as const;

/** σx and σy along the line. */
export function envelopeFigure({ name, line, envelope, particles, provenance }: LineStudy): FigureDraft {
  const values = thinned(envelope, MOST_POINTS).flatMap(({ s, moments }) =>
    Object.entries(SIZES).map(([size, i]) => ({ s, size, mm: 1e3 * Math.sqrt(moments.covariance[i]!) })),
  );
  const domain = Object.keys(SIZES);
  const size = { field: 'size', type: 'nominal' as const, title: null };
  const legend = { orient: 'top' as const, symbolType: 'stroke', symbolSize: 400 };
  const x = { field: 's', ...alongTheLine(line), axis: { title: null, labels: false } };
  return {
    name: 'envelope',
    title: `Rms beam size along ${name}`,
    caption:
      `Computed: root mean squares of x and y about their means over ${particles} macroparticles, at the entrance and ` +
      `behind each of the ${line.kicks.length} space-charge kicks and every element; straight lines in between. ` +
      `Below, the line: focusing quadrupoles above the axis, defocusing ones below it, ticks where kicks are. ${stated(provenance)}`,
    spec: {
      vconcat: [
        {
          data: { values },
          width: PLOT_WIDTH,
          height: 260,
          mark: { type: 'line', point: values.length < 300 ? { size: 18 } : false },
          encoding: {
            x,
            y: {
              field: 'mm',
              type: 'quantitative',
              title: 'rms size / mm',
              scale: { zero: true },
            },
            color: { ...size, scale: { domain, range: [COLOURS.blue, COLOURS.vermilion] }, legend },
            strokeDash: {
              ...size,
              scale: {
                domain,
                range: [
                  [1, 0],
                  [7, 4],
                ],
              },
              legend,
            },
          },
        },
        beamLineStrip(line),
      ],
      spacing: 6,
    },
  };
}
