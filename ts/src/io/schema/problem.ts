import { z } from 'zod';
import { STRATEGIES as NAMES } from '../../tape/strategy.js';
import { beamSchema } from './beam.js';
import { choice, count, object, quantity, text, wrong } from './fields.js';
import { latticeSchema } from './lattice.js';
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
  wrt: z
    .array(text('element.parameter (such as q1.k1), energy, charge, beam or charges'), {
      error: (issue) => wrong('must be a list of names', issue.input),
    })
    .describe('What to differentiate by; default: every parameter, energy and charge')
    .optional(),
  strategy: choice(STRATEGIES, 'How the reverse sweep gets back earlier states; default "auto"').optional(),
  turns: count(1, 'How often the beam passes the lattice; default 1').optional(),
  headroom: quantity(
    '1',
    'How far coordinates may outgrow their largest initial value, a power of two; default 1024',
  ).optional(),
}).describe('A problem file');

/** The contents of a problem file once they fit the schema. */
export type ProblemFields = z.infer<typeof problemSchema>;
