import { z } from 'zod';
import { COORDINATES, PLANES } from '../../beam/coordinates.js';
import { choice, flag, object, quantity, text } from './fields.js';

/*
 * An objective is an expression in JSON: an object whose first key names a beam quantity or an operation.
 * Locations are given on the quantities, not on operations: there is one way to say where.
 */

/** A quantity of the beam, or an operation on objectives, as a problem file holds it. */
export type ObjectiveFields =
  | ({ mean: Coordinate } & Place)
  | ({ sigma: Coordinate } & Place)
  | ({ covariance: [Coordinate, Coordinate] } & Place)
  | ({ emittance: Plane } & Place)
  | ({ normalizedEmittance: Plane } & Place)
  | ({ emittanceGrowth: Plane } & Place)
  | ({ twiss: Plane; function: TwissFunction } & Place)
  | { sum: Operand[] }
  | { product: Operand[] }
  | { minus: [Operand, Operand] }
  | { dividedBy: [Operand, Operand] }
  | { squared: ObjectiveFields }
  | { sqrt: ObjectiveFields }
  | { target: [ObjectiveFields, number] };

/** Where a quantity is taken. */
export interface Place {
  at?: string | undefined;
  atEntrance?: boolean | undefined;
}

/** An operand: an objective or a plain number. */
export type Operand = ObjectiveFields | number;

type Coordinate = (typeof COORDINATES)[number];
type Plane = (typeof PLANES)[number];
type TwissFunction = (typeof TWISS_FUNCTIONS)[number];
const TWISS_FUNCTIONS = ['beta', 'alpha', 'gamma'] as const;

const coordinate = (description: string) => choice(COORDINATES, description);
const plane = (description: string) => choice(PLANES, description);
const place = {
  at: text('Name of the marker at which to take it; default the end of the lattice').optional(),
  atEntrance: flag(
    'Whether to take it of the beam at the entrance, on the first turn; default false',
  ).optional(),
};

// Lazy, because expressions contain expressions.
const expression = (): z.ZodType<ObjectiveFields> => z.lazy(() => objectiveSchema);
const operand = (): z.ZodType<Operand> => z.union([quantity('1', 'A plain number'), expression()]);
const pair = <A extends z.ZodType, B extends z.ZodType>(a: A, b: B, what: string) =>
  z.tuple([a, b], { error: `must be a list of two: ${what}` });
const operands = () =>
  z.array(operand(), { error: 'must be a list' }).min(1, { error: 'needs at least one entry' });

const EXPRESSIONS = [
  object({ mean: coordinate('Mean of a coordinate [m for x, y, tau; 1 for px, py, p]'), ...place }),
  object({
    sigma: coordinate('Root mean square of a coordinate about its mean [m for x, y, tau; 1 for px, py, p]'),
    ...place,
  }),
  object({
    covariance: pair(coordinate('First coordinate'), coordinate('Second coordinate'), 'coordinates').describe(
      'Covariance of two coordinates [product of their units]',
    ),
    ...place,
  }),
  object({ emittance: plane('Geometric rms emittance of a plane [m]'), ...place }),
  object({
    normalizedEmittance: plane('Normalized rms emittance of a plane, βγ times the geometric one [m]'),
    ...place,
  }),
  object({
    emittanceGrowth: plane('Normalized rms emittance of a plane as a multiple of that at the entrance [1]'),
    ...place,
  }),
  object({
    twiss: plane('Plane of a Twiss function'),
    function: choice(TWISS_FUNCTIONS, 'Which Twiss function [m for beta, 1 for alpha, 1/m for gamma]'),
    ...place,
  }),
  object({ sum: operands().describe('Sum of objectives and numbers') }),
  object({ product: operands().describe('Product of objectives and numbers') }),
  object({ minus: pair(operand(), operand(), 'a and b').describe('Difference a − b') }),
  object({ dividedBy: pair(operand(), operand(), 'a and b').describe('Quotient a / b') }),
  object({ squared: expression().describe('Square of an objective') }),
  object({ sqrt: expression().describe('Square root of an objective') }),
  object({
    target: pair(
      expression(),
      quantity('the objective’s unit', 'Value aimed at'),
      'an objective and a number',
    ).describe('Squared difference to a value, (objective − value)²'),
  }),
] as const;

/** The key that names the quantity or operation, of each expression in the order of the schema's union. */
export const OPERATORS: readonly string[] = EXPRESSIONS.map((schema) => Object.keys(schema.shape)[0] ?? '');

/** What the gradient is taken of. */
export const objectiveSchema: z.ZodType<ObjectiveFields> = z
  .union(EXPRESSIONS)
  .describe('What the gradient is taken of: an expression of beam quantities')
  .meta({ id: 'objective' }); // a name in the JSON schema, which refers to it from within itself
