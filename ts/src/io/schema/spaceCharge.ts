import type { z } from 'zod';
import { choice, count, flag, object, perAxis, quantity } from './fields.js';

const extent = object({
  sigmas: perAxis(
    quantity('1', 'Half width in units of the beam’s rms size'),
    'Half widths following the beam',
  ).optional(),
  fixed: perAxis(quantity('m', 'Half width'), 'Half widths in metres').optional(),
})
  .refine((value) => (value.sigmas === undefined) !== (value.fixed === undefined), {
    error: 'takes exactly one of sigmas and fixed',
  })
  .transform(({ sigmas, fixed }) => (sigmas ? { sigmas } : { fixed: fixed! }))
  .describe('Half widths of the grid in x, y and z; default { "sigmas": [3, 3, 3] }');

/** Fields that a single kick and the lattice-wide settings share. */
export const gridFields = {
  gridShape: perAxis(count(4, 'Number of grid nodes'), 'Grid nodes in x, y and z, each at least 4'),
  extent: extent.optional(),
  centre: choice(
    ['beam', 'reference'],
    'Centre of the grid: the beam’s mean or the reference particle; default "beam"',
  ).optional(),
  differentiateGrid: flag(
    'Whether the gradient includes how the grid follows the beam; default true',
  ).optional(),
};

/** Space-charge kicks spread over the whole lattice. */
export const spaceChargeSchema = object({
  maxStep: quantity('m', 'Longest slice between two kicks').optional(),
  kicks: count(1, 'Total number of kicks, shared over the elements by length').optional(),
  ...gridFields,
})
  .refine((value) => (value.maxStep === undefined) !== (value.kicks === undefined), {
    error: 'takes exactly one of maxStep and kicks',
  })
  .describe(
    'Space charge along the whole lattice: elements are sliced, and each slice gets a kick in its middle',
  );

/** Settings of the space-charge kicks as a problem file holds them. */
export type SpaceChargeFields = z.infer<typeof spaceChargeSchema>;
