import { describe, expect, it } from 'vitest';
import { OptionsError } from '../../src/index.js';
import { type MatchParameter, Variables } from '../../src/match/variables.js';

const VALUES = new Map([
  ['q1.k1', 6],
  ['q2.k1', -6],
  ['d1.length', 0.4],
  ['q3.k1', 0],
]);
const KNOWN = { value: (name: string) => VALUES.get(name), names: () => [...VALUES.keys()] };
const variables = (parameters: Record<string, MatchParameter>) => new Variables(parameters, KNOWN);

describe('the parameters of a match', () => {
  it('start where the lattice is, scaled by their size', () => {
    const { names, start, bounds } = variables({
      'q1.k1': { min: 0, max: 9 },
      'q2.k1': { start: -3, scale: 2 },
    });
    expect(names).toEqual(['q1.k1', 'q2.k1']);
    expect(Array.from(start)).toEqual([1, -1.5]);
    expect(Array.from(bounds.lower)).toEqual([0, Number.NEGATIVE_INFINITY]);
    expect(Array.from(bounds.upper)).toEqual([1.5, Number.POSITIVE_INFINITY]);
  });

  it('that start at 0 are scaled by the width of their bounds, or not at all', () => {
    const { bounds } = variables({ 'q3.k1': { min: -2, max: 6 } });
    expect([bounds.lower[0], bounds.upper[0]]).toEqual([-0.25, 0.75]);
    expect(variables({ 'q3.k1': {} }).valuesAt([3])).toEqual({ 'q3.k1': 3 });
  });

  it('keep their bounds to the last bit, and scale derivatives', () => {
    const max = 0.1 + 0.2;
    const of = variables({ 'd1.length': { min: 0.1, max, start: 0.2, scale: 0.7 } });
    expect(of.valuesAt(of.bounds.upper)['d1.length']).toBeLessThanOrEqual(max);
    expect(of.valuesAt([1e9])['d1.length']).toBe(max);
    expect(Array.from(of.scaledGradient({ 'd1.length': 2 }))).toEqual([1.4]);
  });

  it.each<[string, unknown, string]>([
    ['no parameter', {}, 'needs parameters to vary'],
    ['a list', [{ 'q1.k1': {} }], 'needs parameters to vary'],
    ['nothing', undefined, 'needs parameters to vary'],
    ['an unknown name', { 'q1.k2': {} }, "no parameter 'q1.k2' to vary — did you mean 'q1.k1'"],
    ['an unknown option', { 'q1.k1': { minimum: 0 } }, "'minimum' is unknown"],
    ['crossed bounds', { 'q1.k1': { min: 8, max: 7 } }, "min of 'q1.k1', 8, is above its max, 7"],
    ['a start outside', { 'q1.k1': { max: 5 } }, "'q1.k1' starts at 6, outside its bounds -Infinity … 5"],
    ['a bound that is NaN', { 'q1.k1': { min: Number.NaN } }, "min of 'q1.k1' must be a finite number"],
    ['a bound of the wrong side', { 'q1.k1': { max: Number.NEGATIVE_INFINITY } }, "max of 'q1.k1' must be"],
    ['a scale of 0', { 'q1.k1': { scale: 0 } }, "scale of 'q1.k1' must be a positive number"],
    [
      'a start that is text',
      { 'q1.k1': { start: '5' } },
      "start of 'q1.k1' must be a finite number, not '5'",
    ],
  ])('are refused: %s', (_, parameters, message) => {
    const make = () => variables(parameters as Record<string, MatchParameter>);
    expect(make).toThrow(OptionsError);
    expect(make).toThrow(message);
  });
});
