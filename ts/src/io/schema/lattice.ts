import { z } from 'zod';
import { REVERSES, TIERS } from '../../elements/directives.js';
import { MODES, type SegmentMode } from '../../lattice/segment.js';
import { choice, discriminated, object, quantity, text, wrong } from './fields.js';
import { gridFields } from './spaceCharge.js';

const name = text(
  'Name by which wrt and objectives refer to the element; made from type and position when absent',
);

/** What may be said about the way back. */
const directiveFields = {
  reverse: choice(
    REVERSES,
    'How the reverse sweep gets back what it needs here; default what the segment around says, else "auto"',
  ).optional(),
  tier: choice(
    TIERS,
    'Where what is kept for the reverse sweep lies; default what the segment around says, else where it is fastest',
  ).optional(),
};

/** An element with the fields that all but markers have. */
const element = <const Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  description: string,
  shape: Shape,
) =>
  object({
    type: z.literal(type).describe(description),
    name: name.optional(),
    ...shape,
    ...directiveFields,
  });

const drift = element('drift', 'Field-free space', {
  length: quantity('m', 'Length'),
  model: choice(['linear', 'exact'], 'Linearised or exact equations of motion; default "linear"').optional(),
});

const quadrupole = element('quadrupole', 'Quadrupole magnet, linear map', {
  length: quantity('m', 'Length'),
  k1: quantity('1/m^2', 'Focusing strength, positive focuses in x'),
});

const marker = object({
  type: z.literal('marker').describe('A place at which an objective can look at the beam'),
  name: text('Name by which objectives refer to the marker'),
});

const spaceChargeKick = element('spaceChargeKick', 'A single thin space-charge kick', {
  effectLength: quantity('m', 'Length over which the kick collects its effect'),
  ...gridFields,
});

const aperture = element('aperture', 'A thin collimator: macroparticles outside are lost', {
  halfX: quantity('m', 'Half width in x'),
  halfY: quantity('m', 'Half width in y'),
  shape: choice(['elliptical', 'rectangular'], 'Form of the opening; default "elliptical"').optional(),
});

const ELEMENTS = [drift, quadrupole, marker, aperture, spaceChargeKick] as const;

/** One element as a problem file holds it. */
export type ElementFields = z.infer<(typeof ELEMENTS)[number]>;

/** A segment as a problem file holds it. */
export interface SegmentFields {
  readonly type: 'segment';
  readonly name?: string | undefined;
  readonly elements: readonly EntryFields[];
  readonly mode?: SegmentMode | undefined;
  readonly reverse?: (typeof REVERSES)[number] | undefined;
  readonly tier?: (typeof TIERS)[number] | undefined;
}

/** What a lattice and a segment consist of. */
export type EntryFields = ElementFields | SegmentFields;

const entries = () =>
  // Lazy, because segments contain segments.
  z
    .array(
      z.lazy(() => entrySchema),
      { error: (issue) => wrong('must be a list of elements', issue.input) },
    )
    .min(1, { error: 'needs at least one element' });

const segment = object({
  type: z.literal('segment').describe('Consecutive elements with a directive of their own, nested at will'),
  name: text('Name for messages; made from its position when absent').optional(),
  elements: entries().describe('Its elements and segments, as in lattice'),
  mode: choice(
    MODES,
    'Run again as a whole on the way back, or never for its own sake; default as is fastest',
  ).optional(),
  ...directiveFields,
});

const entrySchema: z.ZodType<EntryFields> = discriminated('type', [...ELEMENTS, segment]).meta({
  id: 'element', // a name in the JSON schema, which refers to it from within itself
});

/** The elements of the beam line, in the order in which the beam meets them. */
export const latticeSchema = entries().describe('Elements in the order in which the beam meets them');
