import { describe, expect, it } from 'vitest';
import { buildObjective } from '../../src/io/objective.js';
import type { ObjectiveFields } from '../../src/io/schema/objective.js';

describe('an objective in JSON', () => {
  it.each<[text: string, ObjectiveFields]>([
    ['mean(tau)', { mean: 'tau' }],
    ['sigma(x)@m1', { sigma: 'x', at: 'm1' }],
    ['covariance(x, px)', { covariance: ['x', 'px'] }],
    ['emittance(x)', { emittance: 'x' }],
    ['normalizedEmittance(y)', { normalizedEmittance: 'y' }],
    ['twiss(y).gamma', { twiss: 'y', function: 'gamma' }],
    ['sigma(x) + 2 + sigma(y)', { sum: [{ sigma: 'x' }, 2, { sigma: 'y' }] }],
    ['3 * sigma(x)', { product: [3, { sigma: 'x' }] }],
    ['1 - sigma(x)', { minus: [1, { sigma: 'x' }] }],
    ['1 / sigma(x)', { dividedBy: [1, { sigma: 'x' }] }],
    ['sigma(x)^2', { squared: { sigma: 'x' } }],
    ['sqrt(sigma(x))', { sqrt: { sigma: 'x' } }],
    ['(sigma(x) - 0.5)^2', { target: [{ sigma: 'x' }, 0.5] }],
    ['(sigma(x)@m1 + sigma(y))^2', { squared: { sum: [{ sigma: 'x', at: 'm1' }, { sigma: 'y' }] } }],
  ])('%s', (text, fields) => {
    expect(buildObjective(fields).describe()).toBe(text);
  });
});
