import { z } from 'zod';
import { choice, discriminated, object, quantity, text, wrong } from './fields.js';
import { gridFields } from './spaceCharge.js';

const name = text(
  'Name by which wrt and objectives refer to the element; made from type and position when absent',
);

const drift = object({
  type: z.literal('drift').describe('Field-free space'),
  name: name.optional(),
  length: quantity('m', 'Length'),
  model: choice(['linear', 'exact'], 'Linearised or exact equations of motion; default "linear"').optional(),
});

const quadrupole = object({
  type: z.literal('quadrupole').describe('Quadrupole magnet, linear map'),
  name: name.optional(),
  length: quantity('m', 'Length'),
  k1: quantity('1/m^2', 'Focusing strength, positive focuses in x'),
});

const marker = object({
  type: z.literal('marker').describe('A place at which an objective can look at the beam'),
  name: text('Name by which objectives refer to the marker'),
});

const spaceChargeKick = object({
  type: z.literal('spaceChargeKick').describe('A single thin space-charge kick'),
  name: name.optional(),
  effectLength: quantity('m', 'Length over which the kick collects its effect'),
  ...gridFields,
});

const aperture = object({
  type: z.literal('aperture').describe('A thin collimator: macroparticles outside are lost'),
  name: name.optional(),
  halfX: quantity('m', 'Half width in x'),
  halfY: quantity('m', 'Half width in y'),
  shape: choice(['elliptical', 'rectangular'], 'Form of the opening; default "elliptical"').optional(),
});

const ELEMENTS = [drift, quadrupole, marker, aperture, spaceChargeKick] as const;

/** The elements of the beam line, in the order in which the beam meets them. */
export const latticeSchema = z
  .array(discriminated('type', ELEMENTS), {
    error: (issue) => wrong('must be a list of elements', issue.input),
  })
  .min(1, { error: 'needs at least one element' })
  .describe('Elements in the order in which the beam meets them');

/** One element as a problem file holds it. */
export type ElementFields = z.infer<typeof latticeSchema>[number];
