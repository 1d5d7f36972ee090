import type { Figure, FigureDraft } from './figure.js';
import { CONFIG } from './theme.js';

/** Draws a figure. Vega is loaded when the first one is drawn: tracking does without it. */
export async function render({ spec, ...figure }: FigureDraft): Promise<Figure> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const description = `${figure.title}. ${figure.caption}`;
  const compiled = compile({ ...spec, description, config: { ...CONFIG, ...spec.config } }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error });
  try {
    return { ...figure, svg: withOwnIds(await view.toSVG(), figure.name) };
  } finally {
    view.finalize();
  }
}

/** Vega numbers its clip paths from 0 in every figure; in one page they would be each other's. */
function withOwnIds(svg: string, name: string): string {
  return svg.replace(/\bid="/g, `id="${name}-`).replace(/url\(#/g, `url(#${name}-`);
}
