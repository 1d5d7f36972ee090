import { z } from 'zod';
import { choice, count, object, quantity, wrong } from './fields.js';
import { objectiveSchema } from './objective.js';

const UNIT = 'the parameter’s unit';

const parameter = object({
  min: quantity(UNIT, 'Least value; default none').optional(),
  max: quantity(UNIT, 'Largest value; default none').optional(),
  start: quantity(UNIT, 'Where to begin; default the value in the file').optional(),
  scale: quantity(UNIT, 'A change that matters; default the size of the start').optional(),
});

const target = object({
  quantity: objectiveSchema.describe('What is to have a value: an objective'),
  value: quantity('the quantity’s unit', 'The value that it is to have'),
  scale: quantity(
    'the quantity’s unit',
    'The deviation that counts as 1; default the size of the value, where that is 0 that of the quantity at the start',
  ).optional(),
  weight: quantity('1', 'How much it counts where not all targets can be met; default 1').optional(),
});

/** What `unkick match` varies and aims at. */
export const matchSchema = object({
  parameters: z
    .record(z.string(), parameter, {
      error: (issue) => wrong('must be an object such as { "q1.k1": { "min": 0, "max": 10 } }', issue.input),
    })
    .describe(
      'What to vary: element.parameter, energy, charge, or parameters of the beam such as beam.betaX',
    ),
  beam: choice(
    ['twiss', 'linear'],
    'How the beam may vary: by Twiss parameters (beam.betaX, …), or by the Cholesky factor of its covariance (beam.px_x, …)',
  ).optional(),
  targets: z
    .array(target, { error: (issue) => wrong('must be a list of targets', issue.input) })
    .min(1, { error: 'needs at least one target' })
    .describe('What is aimed at; without, the objective is made as small as it gets')
    .optional(),
  tolerance: quantity('1', 'Targets are met within this part of their scale; default 1e-6').optional(),
  maxEvaluations: count(1, 'The most runs, forward or with gradient; default 1000').optional(),
}).describe('What unkick match varies and aims at');

/** The `match` section as a problem file holds it. */
export type MatchFields = z.infer<typeof matchSchema>;
