import { product, sum, target } from '../objective/compose.js';
import { covariance, emittance, mean, normalizedEmittance, sigma, twiss } from '../objective/leaves.js';
import { type Objective, operand } from '../objective/objective.js';
import type { ObjectiveFields, Operand } from './schema/objective.js';

/** The objective that an expression of a problem file stands for. */
export function buildObjective(fields: ObjectiveFields): Objective {
  if ('sum' in fields) return sum(fields.sum.map(buildOperand));
  if ('product' in fields) return product(fields.product.map(buildOperand));
  if ('minus' in fields) return buildOperand(fields.minus[0]).minus(buildOperand(fields.minus[1]));
  if ('dividedBy' in fields) {
    return buildOperand(fields.dividedBy[0]).dividedBy(buildOperand(fields.dividedBy[1]));
  }
  if ('squared' in fields) return buildObjective(fields.squared).squared();
  if ('sqrt' in fields) return buildObjective(fields.sqrt).sqrt();
  if ('target' in fields) return target(buildObjective(fields.target[0]), fields.target[1]);
  const quantity = buildQuantity(fields);
  return fields.at === undefined ? quantity : quantity.at(fields.at);
}

const buildOperand = (fields: Operand): Objective =>
  typeof fields === 'number' ? operand(fields) : buildObjective(fields);

type QuantityFields = Extract<ObjectiveFields, { at?: string | undefined }>;

function buildQuantity(fields: QuantityFields): Objective {
  if ('mean' in fields) return mean(fields.mean);
  if ('sigma' in fields) return sigma(fields.sigma);
  if ('covariance' in fields) return covariance(...fields.covariance);
  if ('emittance' in fields) return emittance(fields.emittance);
  if ('normalizedEmittance' in fields) return normalizedEmittance(fields.normalizedEmittance);
  return twiss(fields.twiss)[fields.function];
}
