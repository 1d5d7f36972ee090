import { ObjectiveError } from '../errors.js';
import { product, sum, target } from '../objective/compose.js';
import {
  covariance,
  emittance,
  emittanceGrowth,
  mean,
  normalizedEmittance,
  sigma,
  twiss,
} from '../objective/leaves.js';
import { type Objective, operand } from '../objective/objective.js';
import type { ObjectiveFields, Operand, Place } from './schema/objective.js';

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
  return placed(buildQuantity(fields), fields);
}

const buildOperand = (fields: Operand): Objective =>
  typeof fields === 'number' ? operand(fields) : buildObjective(fields);

function placed(quantity: Objective, { at, atEntrance = false }: Place): Objective {
  if (at !== undefined && atEntrance)
    throw new ObjectiveError(`is taken at marker '${at}' and at the entrance: give one of them`);
  if (atEntrance) return quantity.atEntrance();
  return at === undefined ? quantity : quantity.at(at);
}

type QuantityFields = Extract<ObjectiveFields, Place>;

function buildQuantity(fields: QuantityFields): Objective {
  if ('mean' in fields) return mean(fields.mean);
  if ('sigma' in fields) return sigma(fields.sigma);
  if ('covariance' in fields) return covariance(...fields.covariance);
  if ('emittance' in fields) return emittance(fields.emittance);
  if ('normalizedEmittance' in fields) return normalizedEmittance(fields.normalizedEmittance);
  if ('emittanceGrowth' in fields) return emittanceGrowth(fields.emittanceGrowth);
  return twiss(fields.twiss)[fields.function];
}
