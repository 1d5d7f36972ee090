import { z } from 'zod';
import { PRECISIONS } from '../../precision.js';
import { STRATEGIES as NAMES } from '../../tape/strategy.js';
import { beamSchema } from './beam.js';
import { choice, count, object, perCoordinate, text, wrong } from './fields.js';
import { latticeSchema } from './lattice.js';
import { matchSchema } from './match.js';
import { objectiveSchema } from './objective.js';
import { spaceChargeSchema } from './spaceCharge.js';

/** How the reverse sweep gets back the states it needs. */
export const STRATEGIES = ['auto', ...NAMES] as const;

/** A problem file: what to track, and what to differentiate by what. */
export const problemSchema = object({
  $schema: text('Address of a JSON schema, for editors; ignored').optional(),
  description: text('What the problem is, in words; ignored').optional(),
  beam: beamSchema,
  lattice: latticeSchema,
  spaceCharge: spaceChargeSchema.optional(),
  objective: objectiveSchema.optional(),
  match: matchSchema.optional(),
  wrt: z
    .array(text('element.parameter (such as q1.k1), energy, charge, beam or charges'), {
      error: (issue) => wrong('must be a list of names', issue.input),
    })
    .describe('What to differentiate by; default: every parameter, energy and charge')
    .optional(),
  strategy: choice(STRATEGIES, 'How the reverse sweep gets back earlier states; default "auto"').optional(),
  turns: count(1, 'How often the beam passes the lattice; default 1').optional(),
  precision: choice(PRECISIONS, 'Width of numbers in memory, "f32" for half of it; default "f64"').optional(),
  headroom: perCoordinate(
    '1',
    'How far coordinates may outgrow their largest initial value, a number for all or an object such as {"p": 4096}; default 1024, in f32 16',
  ).optional(),
}).describe('A problem file');

/** The contents of a problem file once they fit the schema. */
export type ProblemFields = z.infer<typeof problemSchema>;
