import { z } from 'zod';
import { CATALOGUE, rulesOf, typeOf } from '../../elements/catalogue.js';
import { REVERSES, TIERS } from '../../elements/directives.js';
import type { ElementClass, ParameterRule, SettingRule } from '../../elements/magnet.js';
import { MODES, type SegmentMode } from '../../lattice/segment.js';
import {
  choice,
  count,
  discriminated,
  numbers,
  object,
  quantity,
  rowsOfNumbers,
  text,
  wrong,
} from './fields.js';
import { latticeFileSchema } from './latticeFile.js';
import { gridFields, gridFields2D } from './spaceCharge.js';

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
const element = (type: string, description: string, shape: z.ZodRawShape) =>
  object({
    type: z.literal(type).describe(description),
    name: name.optional(),
    ...shape,
    ...directiveFields,
  });

/** The fields of a class of elements, from the rules of its parameters and settings. */
function fieldsOf(of: ElementClass) {
  const parameters = Object.entries(rulesOf(of)).map(([key, rule]) => [key, parameterField(rule)]);
  const settings = Object.entries(of.settings ?? {}).map(([key, rule]) => [key, settingField(rule)]);
  return element(typeOf(of), of.summary, Object.fromEntries([...parameters, ...settings]));
}

function parameterField({ unit, meaning, fallback }: ParameterRule): z.ZodType {
  if (fallback === undefined) return quantity(unit, meaning);
  const value = typeof fallback === 'string' ? `that of ${fallback}` : fallback;
  return quantity(unit, `${meaning}; default ${value}`).optional();
}

function settingField(rule: SettingRule): z.ZodType {
  const field = requiredSetting(rule);
  return rule.required ? field : field.optional();
}

function requiredSetting(rule: SettingRule): z.ZodType {
  const { kind, meaning } = rule;
  if (kind === 'choice') return choice(rule.words, meaning);
  if (kind === 'count') return count(rule.least, meaning);
  if (kind === 'numbers') return numbers(rule.unit, meaning);
  return rowsOfNumbers(rule.rows, rule.columns, meaning);
}

const marker = object({
  type: z.literal('marker').describe('A place at which an objective can look at the beam'),
  name: text('Name by which objectives refer to the marker'),
});

const monitor = object({
  type: z.literal('monitor').describe('A beam position monitor, and a place for objectives'),
  name: text('Name by which objectives and readings refer to it'),
  dx: quantity('m', 'Offset in x; default 0').optional(),
  dy: quantity('m', 'Offset in y; default 0').optional(),
});

const screen = object({
  type: z.literal('screen').describe('A screen that the beam passes, and a place for objectives'),
  name: text('Name by which objectives and images refer to it'),
  halfSize: numbers('m', 'Half width and half height'),
  bins: numbers('1', 'Numbers of bins along x and y; default [100, 100]').optional(),
  dx: quantity('m', 'Offset in x; default 0').optional(),
  dy: quantity('m', 'Offset in y; default 0').optional(),
});

const spaceChargeKick = element('spaceChargeKick', 'A single thin space-charge kick', {
  effectLength: quantity('m', 'Length over which the kick collects its effect'),
  ...gridFields,
});

const spaceChargeKick2D = element('spaceChargeKick2D', 'A single thin space-charge kick of a long beam', {
  effectLength: quantity('m', 'Length over which the kick collects its effect'),
  ...gridFields2D,
});

const aperture = element('aperture', 'A thin collimator: macroparticles outside are lost', {
  halfX: quantity('m', 'Half width in x'),
  halfY: quantity('m', 'Half width in y'),
  shape: choice(['elliptical', 'rectangular'], 'Form of the opening; default "elliptical"').optional(),
});

const [drift, ...others] = CATALOGUE.map(fieldsOf);
const ELEMENTS = [
  drift!,
  ...others,
  marker,
  monitor,
  screen,
  aperture,
  spaceChargeKick,
  spaceChargeKick2D,
] as const;

/** One element as a problem file holds it; its class checks its options once more. */
export interface ElementFields {
  readonly type: string;
  readonly [option: string]: unknown;
}

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
}) as z.ZodType<EntryFields>;

/** The elements of the beam line, in the order in which the beam meets them, or the file that describes them. */
export const latticeSchema = z
  .union([entries(), latticeFileSchema], {
    error: (issue) => wrong('must be a list of elements or an object that names a lattice file', issue.input),
  })
  .describe('Elements in the order in which the beam meets them, or a lattice file');
