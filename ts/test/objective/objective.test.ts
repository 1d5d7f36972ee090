import { describe, expect, it } from 'vitest';
import { ObjectiveError } from '../../src/errors.js';
import { product, sum, target } from '../../src/objective/compose.js';
import { linear, ofMoments, ofParticles } from '../../src/objective/custom.js';
import {
  covariance,
  emittance,
  mean,
  normalizedEmittance,
  sigma,
  twiss,
} from '../../src/objective/leaves.js';
import type { Objective } from '../../src/objective/objective.js';
import { expectExactDerivatives, OBSERVED, observationsOf, PARTICLES, PLACES } from './fixtures.js';

const [a, b, c] = [sigma('x'), mean('y'), emittance('tau')];
const value = (objective: Objective) => objective.value(OBSERVED);
const [A, B, C] = [value(a), value(b), value(c)];

/** Expressions, what they are worth, and how they are written. */
const EXPRESSIONS: [Objective, number, string][] = [
  [a.plus(b), A + B, 'sigma(x) + mean(y)'],
  [a.minus(b), A - B, 'sigma(x) - mean(y)'],
  [a.times(b), A * B, 'sigma(x) * mean(y)'],
  [a.dividedBy(c), A / C, 'sigma(x) / emittance(tau)'],
  [a.squared(), A ** 2, 'sigma(x)^2'],
  [c.sqrt(), Math.sqrt(C), 'sqrt(emittance(tau))'],
  [a.plus(2).times(3), (A + 2) * 3, '(sigma(x) + 2) * 3'],
  [a.plus(-2), A - 2, 'sigma(x) + (-2)'],
  [a.plus(b.plus(c)), A + B + C, 'sigma(x) + mean(y) + emittance(tau)'],
  [a.minus(b.minus(c)), A - (B - C), 'sigma(x) - (mean(y) - emittance(tau))'],
  [a.minus(b.times(c)), A - B * C, 'sigma(x) - mean(y) * emittance(tau)'],
  [a.minus(b).minus(c), A - B - C, 'sigma(x) - mean(y) - emittance(tau)'],
  [b.dividedBy(a.times(c)), B / (A * C), 'mean(y) / (sigma(x) * emittance(tau))'],
  [b.times(c).dividedBy(a), (B * C) / A, 'mean(y) * emittance(tau) / sigma(x)'],
  [b.dividedBy(a.squared()), B / A ** 2, 'mean(y) / sigma(x)^2'],
  [a.squared().squared(), A ** 4, '(sigma(x)^2)^2'],
  [a.plus(b).squared(), (A + B) ** 2, '(sigma(x) + mean(y))^2'],
  [a.plus(b.squared()).sqrt(), Math.sqrt(A + B ** 2), 'sqrt(sigma(x) + mean(y)^2)'],
  [sum([a, b, c, 1]), A + B + C + 1, 'sigma(x) + mean(y) + emittance(tau) + 1'],
  [product([a, b, c, 2]), A * B * C * 2, 'sigma(x) * mean(y) * emittance(tau) * 2'],
  [product([a, b.minus(1), c]), A * (B - 1) * C, 'sigma(x) * (mean(y) - 1) * emittance(tau)'],
  [sum([a]), A, 'sigma(x)'],
  [target(a, 0.001), (A - 0.001) ** 2, '(sigma(x) - 0.001)^2'],
  [a.times(a), A * A, 'sigma(x) * sigma(x)'],
];

describe('expressions', () => {
  it.each(EXPRESSIONS.map(([o, v, text]) => [text, o, v] as const))('%s', (text, objective, wanted) => {
    expect(objective.describe()).toBe(text);
    expect(value(objective)).toBeCloseTo(wanted, 14);
    expectExactDerivatives(objective);
  });

  it('differentiate at several places at once', () => {
    const mismatch = twiss('x').beta.at('m1').minus(twiss('x').beta).squared();
    const objective = sum([
      mismatch,
      sigma('y').at('m1').times(sigma('y').at('m2')),
      normalizedEmittance('x').at('m2').dividedBy(covariance('tau', 'p').plus(3)),
    ]);
    expectExactDerivatives(objective);
    expect(objective.describe()).toBe(
      '(twiss(x).beta@m1 - twiss(x).beta)^2 + sigma(y)@m1 * sigma(y)@m2 + normalizedEmittance(x)@m2 / (covariance(tau, p) + 3)',
    );
    expect(objective.locations()).toEqual([
      { location: { marker: 'm1' }, moments: true, particles: false },
      { location: 'end', moments: true, particles: false },
      { location: { marker: 'm2' }, moments: true, particles: false },
    ]);
  });

  it('move as a whole, and leave the original where it was', () => {
    const objective = target(sigma('x').plus(sigma('y').at('m1')), 1);
    const moved = objective.at('m2');
    expect(moved.describe()).toBe('(sigma(x)@m2 + sigma(y)@m2 - 1)^2');
    expect(objective.describe()).toBe('(sigma(x) + sigma(y)@m1 - 1)^2');
    expect(sigma('x').at('m1').squared().describe()).toBe('(sigma(x)@m1)^2');
  });

  it('keep the derivative of a product with a factor of 0', () => {
    const zero = b.minus(B);
    expectExactDerivatives(product([a, zero, c]));
    const { cotangents } = product([a, zero, c]).evaluate(OBSERVED);
    expect(cotangents.get('end')!.moments!.mean[2]).toBeCloseTo(A * C, 14);
  });

  it('ask for each place once', () => {
    const asked: unknown[] = [];
    sum([a, b, a.at('m1')]).evaluate((location) => {
      asked.push(location);
      return OBSERVED(location);
    });
    expect(asked).toEqual(['end', { marker: 'm1' }]);
  });
});

describe('expressions refuse', () => {
  const wrong = (value: unknown) => value as number;
  it.each<[string, () => unknown, string]>([
    ['a division by zero', () => value(a.dividedBy(0)), 'sigma(x) / 0 is Infinity: its operands are'],
    ['the root of a negative number', () => value(a.times(-1).sqrt()), 'sqrt(sigma(x) * (-1)) is NaN'],
    ['the derivative of √0', () => b.minus(B).sqrt().evaluate(OBSERVED), 'is infinite at this beam'],
    ['NaN', () => a.plus(Number.NaN), 'a number in an objective must be a finite number, not NaN'],
    ['text', () => a.times(wrong('2')), "an objective is combined with objectives or numbers, not '2'"],
    ['an empty sum', () => sum([]), 'sum() takes a list of at least one objective, not []'],
    [
      'no list',
      () => product(wrong(a) as never),
      'product() takes a list of at least one objective, not an object',
    ],
    [
      'a target of NaN',
      () => target(a, Number.NaN),
      'the value of target() must be a finite number, not NaN',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ObjectiveError);
    expect(make).toThrow(message);
  });

  it('to look where nothing was observed', () => {
    const { reference } = PLACES.end;
    const blind = observationsOf({ end: { reference }, 'marker:m1': { reference } });
    expect(() => sigma('x').value(blind)).toThrow(
      'covariance(x, x) needs moments at the end, but none were observed',
    );
    expect(() =>
      linear({ x: [1] })
        .at('m1')
        .value(blind),
    ).toThrow("linear()@m1 needs particles at marker 'm1'");
  });
});

const cotangent = {
  x: Float64Array.from({ length: PARTICLES }, (_, i) => Math.cos(i)),
  p: Float64Array.from({ length: PARTICLES }, (_, i) => i - 2),
};

/** Σ q·x·py and its derivative. */
const chargeWeighted = ofParticles(({ x, py }, q) => ({
  value: x.reduce((total, xi, i) => total + q[i]! * xi * py[i]!, 0),
  coordinates: { x: py.map((v, i) => q[i]! * v), py: x.map((v, i) => q[i]! * v) },
  charges: x.map((xi, i) => xi * py[i]!),
}));

/** C₀₂·x̄ and its derivative, put on one of the two symmetric entries. */
const coupling = ofMoments(({ mean: m, covariance: s }) => {
  const bar = { mean: new Float64Array(6), covariance: new Float64Array(36) };
  bar.mean[0] = s[2]!;
  bar.covariance[2] = m[0]!;
  return { value: m[0]! * s[2]!, cotangent: bar };
}, 'coupling');

describe('objectives of your own', () => {
  it('linear is ⟨cotangent, coordinates⟩, and its derivative the cotangent', () => {
    const { x, p } = PLACES.end.coordinates;
    const expected = cotangent.x.reduce((t, v, i) => t + v * x[i]! + cotangent.p[i]! * p[i]!, 0);
    const evaluation = linear(cotangent).evaluate(OBSERVED);
    expect(evaluation.value).toBeCloseTo(expected, 14);
    const bar = evaluation.cotangents.get('end')!.coordinates!;
    expect([bar.x, bar.p]).toEqual([cotangent.x, cotangent.p]);
    expect(bar.y).toEqual(new Float64Array(PARTICLES));
    expect(linear(cotangent).locations()).toEqual([{ location: 'end', moments: false, particles: true }]);
  });

  it('linear copies its cotangent and sums with compensation', () => {
    const x = [1, 1e16, 1, -1e16, 0];
    const objective = linear({ x });
    x.fill(0);
    const ones = { coordinates: { x: new Float64Array(5).fill(1) }, charges: new Float64Array(5) };
    const { reference } = PLACES.end;
    expect(objective.value(observationsOf({ end: { ...ones, reference } as never }))).toBe(2);
  });

  it.each([
    ['linear()', linear(cotangent)],
    ['ofParticles()', chargeWeighted],
    ['coupling()', coupling],
    ['coupling()@m1', coupling.at('m1')],
    [
      '(ofParticles()@m1 * linear() + sigma(y))^2 + coupling()',
      chargeWeighted.at('m1').times(linear(cotangent)).plus(sigma('y')).squared().plus(coupling),
    ],
  ])('%s has its exact derivative, alone and composed', (text, objective) => {
    expect(objective.describe()).toBe(text);
    expectExactDerivatives(objective);
  });

  it('merge what they need at a place', () => {
    expect(coupling.plus(chargeWeighted).locations()).toEqual([
      { location: 'end', moments: true, particles: true },
    ]);
  });
});

describe('objectives of your own refuse', () => {
  const moments = (result: unknown) => () => value(ofMoments(() => result as never));
  const particles = (result: unknown) => () => value(ofParticles(() => result as never));
  const good = { mean: new Float64Array(6), covariance: new Float64Array(36) };

  it.each<[string, () => unknown, string]>([
    ['no function', () => ofMoments(3 as never), 'ofMoments() takes a function, not 3'],
    ['no object', moments(1), 'the result of ofMoments(): expected an object of value, cotangent, not 1'],
    ['a promise', moments(Promise.resolve()), 'ofMoments() returned a promise: it must be synchronous'],
    [
      'a missing cotangent',
      moments({ value: 1 }),
      'the cotangent of ofMoments(): expected an object of mean, covariance, not undefined',
    ],
    [
      'a short mean',
      moments({ value: 1, cotangent: { ...good, mean: [1] } }),
      'cotangent.mean of ofMoments() has 1 entries, not 6',
    ],
    [
      'a 6 × 6 list',
      moments({ value: 1, cotangent: { ...good, covariance: new Array(6).fill([]) } }),
      'has 6 entries, not 36',
    ],
    [
      'NaN',
      moments({ value: Number.NaN, cotangent: good }),
      'ofMoments() is NaN: an objective must be a finite number',
    ],
    [
      'a derivative of NaN',
      moments({ value: 1, cotangent: { ...good, mean: [0, 0, Number.NaN, 0, 0, 0] } }),
      'cotangent.mean of ofMoments(): entry 2 is NaN, not finite',
    ],
    [
      'an unknown coordinate',
      particles({ value: 1, coordinates: { z: [] } }),
      "the coordinates of ofParticles(): 'z' is unknown",
    ],
    ['a typing error', particles({ value: 1, coordinate: {} }), "did you mean 'coordinates'?"],
    [
      'a short array',
      particles({ value: 1, coordinates: { x: [1, 2] } }),
      'coordinates.x of ofParticles() has 2 entries, not 5',
    ],
    ['short charges', particles({ value: 1, charges: [1] }), 'charges of ofParticles() has 1 entries, not 5'],
    [
      'no array',
      particles({ value: 1, charges: 1 }),
      'charges of ofParticles() must be an array of numbers, not 1',
    ],
    ['an empty linear', () => linear({}), 'linear() needs the cotangent of at least one coordinate'],
    ['a linear of z', () => linear({ z: [1] } as never), "linear(): 'z' is unknown"],
    [
      'a linear of infinity',
      () => linear({ x: [1, Number.POSITIVE_INFINITY] }),
      'x of linear(): entry 1 is Infinity, not finite',
    ],
    [
      'a linear of another length',
      () => value(linear({ x: [1, 2] })),
      'x of linear() has 2 entries, but the beam has 5 particles',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ObjectiveError);
    expect(make).toThrow(message);
  });
});
