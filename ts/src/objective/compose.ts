import { ObjectiveError } from '../errors.js';
import { requireFinite, show } from '../options.js';
import { Combination, type Objective, operand } from './objective.js';
import { PRODUCT, type Rule, SUM } from './rules.js';

/**
 * The sum of any number of objectives (at least one).
 *
 * @throws ObjectiveError for an empty list or an entry that is no objective and no finite number
 */
export function sum(terms: readonly (Objective | number)[]): Objective {
  return combine(SUM, 'sum', terms);
}

/**
 * The product of any number of objectives (at least one).
 *
 * @throws ObjectiveError for an empty list or an entry that is no objective and no finite number
 */
export function product(factors: readonly (Objective | number)[]): Objective {
  return combine(PRODUCT, 'product', factors);
}

/**
 * The squared distance of an objective from a wanted value: (objective − value)².
 *
 * @throws ObjectiveError when the value is not finite
 */
export function target(objective: Objective | number, value: number): Objective {
  return operand(objective)
    .minus(requireFinite(value, 'the value of target()', ObjectiveError))
    .squared();
}

function combine(rule: Rule, name: string, operands: readonly (Objective | number)[]): Objective {
  if (!Array.isArray(operands) || operands.length === 0) {
    throw new ObjectiveError(`${name}() takes a list of at least one objective, not ${show(operands)}`);
  }
  return operands.length === 1 ? operand(operands[0]) : new Combination(rule, operands.map(operand));
}
