import { z } from 'zod';
import { LATTICE_FORMATS } from '../../formats/registry.js';
import { choice, object, text, wrong } from './fields.js';

const variable = z.number({ error: (issue) => wrong('must be a number', issue.input) });

/** A lattice that another file describes. */
export const latticeFileSchema = object({
  file: text('A lattice file (docs/lattice-files.md), relative to the folder of the problem file'),
  line: text(
    'The line or sequence to take; default the one that the lattice file uses, or else the last that is not part of another',
  ).optional(),
  format: choice(LATTICE_FORMATS, 'Format of the lattice file; default by the end of its name').optional(),
  variables: z
    .record(z.string(), variable, {
      error: (issue) => wrong('must be an object of numbers by name', issue.input),
    })
    .describe('Variables that the lattice file needs and does not set itself')
    .optional(),
});

/** A reference to a lattice file as a problem file holds it. */
export type LatticeFileFields = z.infer<typeof latticeFileSchema>;
