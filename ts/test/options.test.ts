import { describe, expect, it } from 'vitest';
import { LatticeError } from '../src/errors.js';
import {
  requireArray,
  requireFinite,
  requireInteger,
  requireKnownKeys,
  requireNonNegative,
  requireOneOf,
  requirePositive,
  show,
} from '../src/options.js';

describe('show', () => {
  it.each([
    ['x', "'x'"],
    [1.5, '1.5'],
    [undefined, 'undefined'],
    [null, 'null'],
    [[1, 'a'], "[1, 'a']"],
    [{ a: 1 }, 'an object (Object)'],
    [new Map(), 'an object (Map)'],
    [Object.create(null), 'an object (Object)'],
    [() => 1, 'a function'],
  ])('writes %j as %s', (value, text) => {
    expect(show(value)).toBe(text);
  });
});

describe('checks of options', () => {
  it.each<[string, () => unknown, string]>([
    [
      'no object',
      () => requireKnownKeys(3, ['a'], 'Drift', LatticeError),
      'Drift: expected an object of a, not 3',
    ],
    [
      'a list',
      () => requireKnownKeys([], ['a'], 'Drift', LatticeError),
      'Drift: expected an object of a, not []',
    ],
    [
      'an unknown key',
      () => requireKnownKeys({ lenght: 1 }, ['length'], 'Drift', LatticeError),
      "Drift: 'lenght' is unknown — did you mean 'length'?",
    ],
    [
      'text for a number',
      () => requireFinite('1', 'k1', LatticeError),
      "k1 must be a finite number, not '1'",
    ],
    ['zero', () => requirePositive(0, 'maxStep', LatticeError), 'maxStep must be a positive number, not 0'],
    [
      'less than zero',
      () => requireNonNegative(-1, 'length', LatticeError),
      'length must be a number of at least 0',
    ],
    [
      'a fraction',
      () => requireInteger(1.5, 'kicks', 1, 9, LatticeError),
      'kicks must be an integer from 1 to 9, not 1.5',
    ],
    [
      'an unknown word',
      () => requireOneOf('linaer', ['linear'], 'model', LatticeError),
      "did you mean 'linear'?",
    ],
    [
      'a buffer',
      () => requireArray(new DataView(new ArrayBuffer(8)), 'x', LatticeError),
      'x must be an array of numbers',
    ],
  ])('refuse %s with the error class asked for', (_, check, message) => {
    expect(check).toThrow(LatticeError);
    expect(check).toThrow(message);
  });

  it('pass good values on', () => {
    requireKnownKeys({ a: 1 }, ['a', 'b'], 'f', LatticeError);
    requireArray(Float32Array.of(1), 'x', LatticeError);
    expect(requireFinite(-1, 'x', LatticeError)).toBe(-1);
    expect(requireNonNegative(0, 'x', LatticeError)).toBe(0);
    expect(requireInteger(9, 'x', 1, 9, LatticeError)).toBe(9);
    expect(requireOneOf('b', ['a', 'b'], 'x', LatticeError)).toBe('b');
  });
});
