import { z } from 'zod';
import { choice, count, discriminated, flag, object, perAxis, perPlaneAxis, quantity } from './fields.js';

const nodes = count(4, 'Number of grid nodes');
const inSigmas = quantity('1', 'Half width in units of the beam’s rms size');
const inMetres = quantity('m', 'Half width');

const FOLLOWING = 'Half widths following the beam';
const FIXED = 'Half widths in metres';

/** Half widths one way or the other. */
const extent = <Widths extends z.ZodType<readonly number[]>>(
  sigmas: Widths,
  fixed: Widths,
  description: string,
) =>
  object({ sigmas: sigmas.optional(), fixed: fixed.optional() })
    .refine((value) => (value.sigmas === undefined) !== (value.fixed === undefined), {
      error: 'takes exactly one of sigmas and fixed',
    })
    .transform((value) => {
      const { sigmas, fixed } = value as { sigmas?: z.output<Widths>; fixed?: z.output<Widths> };
      return sigmas !== undefined ? { sigmas } : { fixed: fixed! };
    })
    .describe(description);

const centre = choice(
  ['beam', 'reference'],
  'Centre of the grid: the beam’s mean or the reference particle; default "beam"',
).optional();

const differentiateGrid = flag(
  'Whether the gradient includes how the grid follows the beam; default true',
).optional();

/** Fields that a single kick of a bunch and the lattice-wide settings share. */
export const gridFields = {
  gridShape: perAxis(nodes, 'Grid nodes in x, y and z, each at least 4'),
  extent: extent(
    perAxis(inSigmas, FOLLOWING),
    perAxis(inMetres, FIXED),
    'Half widths of the grid in x, y and z; default { "sigmas": [3, 3, 3] }',
  ).optional(),
  centre,
  differentiateGrid,
};

/** The same for a long beam. */
export const gridFields2D = {
  current: quantity('A', 'The beam’s current, of which its line charge is current/(β0·c)'),
  gridShape: perPlaneAxis(nodes, 'Grid nodes in x and y, each at least 4'),
  extent: extent(
    perPlaneAxis(inSigmas, FOLLOWING),
    perPlaneAxis(inMetres, FIXED),
    'Half widths of the grid in x and y; default { "sigmas": [3, 3] }',
  ).optional(),
  centre,
  differentiateGrid,
};

const placement = {
  maxStep: quantity('m', 'Longest slice between two kicks').optional(),
  kicks: count(1, 'Total number of kicks, shared over the elements by length').optional(),
};

const onePlacement = [
  (value: { maxStep?: unknown; kicks?: unknown }) =>
    (value.maxStep === undefined) !== (value.kicks === undefined),
  { error: 'takes exactly one of maxStep and kicks' },
] as const;

const bunch = object({
  model: z.literal('3d').describe('Space charge of a bunch, in three dimensions; the default').optional(),
  ...placement,
  ...gridFields,
}).refine(...onePlacement);

const longBeam = object({
  model: z.literal('2d').describe('Space charge of a long or coasting beam, in two dimensions'),
  ...placement,
  ...gridFields2D,
}).refine(...onePlacement);

/** Space-charge kicks spread over the whole lattice. */
export const spaceChargeSchema = discriminated('model', [bunch, longBeam]).describe(
  'Space charge along the whole lattice: elements are sliced, and each slice gets a kick in its middle',
);

/** Settings of the space-charge kicks as a problem file holds them. */
export type SpaceChargeFields = z.infer<typeof spaceChargeSchema>;
