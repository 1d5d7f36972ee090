import type { TopLevelSpec } from 'vega-lite';

/** One of the panels that a figure stacks, the upper ones first. */
export type Panel = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];

/** A figure before it is drawn. */
export interface FigureDraft {
  /** Also the name of its SVG file. */
  readonly name: string;
  readonly title: string;
  /** What is measured and what is predicted, in sentences. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
}

/** A figure as SVG. */
export interface Figure extends Omit<FigureDraft, 'spec'> {
  /** A document of its own; `id`s begin with the figure's name, so that several fit into one page. */
  readonly svg: string;
}
