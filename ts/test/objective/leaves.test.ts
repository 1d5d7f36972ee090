import { describe, expect, it } from 'vitest';
import { Beam } from '../../src/beam/beam.js';
import { SPECIES } from '../../src/beam/species.js';
import { ObjectiveError } from '../../src/errors.js';
import {
  covariance,
  emittance,
  energySpread,
  mean,
  normalizedEmittance,
  sigma,
  twiss,
} from '../../src/objective/leaves.js';
import type { Moments } from '../../src/objective/moments.js';
import type { Objective } from '../../src/objective/objective.js';
import { gammaCotangent, type Observation } from '../../src/objective/observation.js';
import { expectExactDerivatives, OBSERVED, observationsOf, PLACES } from './fixtures.js';

const LEAVES: Objective[] = [
  mean('x'),
  mean('p'),
  covariance('x', 'px'),
  covariance('py', 'tau'),
  covariance('y', 'y'),
  sigma('tau'),
  sigma('px'),
  energySpread(),
  emittance('x'),
  emittance('tau'),
  normalizedEmittance('y'),
  twiss('x').beta,
  twiss('y').alpha,
  twiss('tau').gamma,
];

describe('leaves', () => {
  it.each(LEAVES.map((leaf) => [leaf.describe(), leaf] as const))(
    '%s has its exact derivative',
    (_, leaf) => {
      expectExactDerivatives(leaf);
      expectExactDerivatives(leaf.at('m2'));
    },
  );

  it('look at the end, or at a marker', () => {
    for (const leaf of LEAVES) {
      expect(leaf.locations().map(({ location }) => location)).toEqual(['end']);
      expect(
        leaf
          .at('m1')
          .locations()
          .map(({ location }) => location),
      ).toEqual([{ marker: 'm1' }]);
      expect(leaf.at('m1').describe()).toBe(`${leaf.describe()}@m1`);
      expect(leaf.at('m1').at('m2').value(OBSERVED)).not.toBe(leaf.at('m1').value(OBSERVED));
    }
  });

  it('need moments only', () => {
    for (const leaf of LEAVES) expect(leaf.locations()).toMatchObject([{ moments: true, particles: false }]);
  });
});

describe('values', () => {
  // A matched sample has these moments to rounding.
  const beam = Beam.gaussian({
    ...{ particles: 100, species: 'electron', energy: 25e6, charge: 1e-9, matchMoments: true },
    ...{ twiss: { x: { beta: 4, alpha: -0.7, emittance: 2e-8 } }, sigmaY: 2e-3, sigmaPy: 1e-4 },
    ...{ sigmaTau: 1e-3, sigmaP: 3e-3, correlationTauP: 0.6, meanY: 5e-3 },
  });
  const seen = observationsOf({ end: { moments: beam.moments(), reference: beam } });

  it.each<[Objective, number]>([
    [twiss('x').beta, 4],
    [twiss('x').alpha, -0.7],
    [twiss('x').gamma, 1.49 / 4],
    [emittance('x'), 2e-8],
    [emittance('y'), 2e-7],
    [emittance('tau'), 0.8 * 3e-6],
    [normalizedEmittance('x'), 2e-8 * (beam.momentum / SPECIES.electron.restEnergy)],
    [sigma('y'), 2e-3],
    [mean('y'), 5e-3],
    [energySpread(), 3e-3],
    [covariance('tau', 'p'), 1.8e-6],
  ])('%o is what the beam was made with', (objective, wanted) => {
    expect(Math.abs(objective.value(seen) / wanted - 1)).toBeLessThan(1e-12); // rounding; measured 1e-14
  });
});

describe('the energy that a normalized emittance depends on', () => {
  it('has the derivative of β0γ0', () => {
    const species = SPECIES.proton;
    const at = (energy: number) => {
      const gamma0 = energy / species.restEnergy;
      return { gamma0, beta0: Math.sqrt(1 - 1 / gamma0 ** 2) };
    };
    const { moments } = PLACES.end;
    const objective = normalizedEmittance('x');
    const observed = (energy: number) => observationsOf({ end: { moments, reference: at(energy) } });
    const energy = 1.2e9;
    const bar = objective.evaluate(observed(energy)).cotangents.get('end')!.reference!;
    const step = 1e4; // relative 1e-5: the difference is right to 1e-9
    const slope =
      (objective.value(observed(energy + step)) - objective.value(observed(energy - step))) / (2 * step);
    expect(gammaCotangent(bar, at(energy)) / species.restEnergy / slope).toBeCloseTo(1, 8);
  });
});

describe('a beam without extent', () => {
  const moments: Moments = { charge: 1, mean: new Float64Array(6), covariance: new Float64Array(36) };
  const seen = observationsOf({
    end: { moments, reference: { gamma0: 2, beta0: 0.8 } },
    'marker:m1': { moments, reference: { gamma0: 2, beta0: 0.8 } },
  });

  it('has the values 0', () => {
    for (const objective of [sigma('x'), emittance('y'), normalizedEmittance('y'), covariance('x', 'px')]) {
      expect(objective.value(seen)).toBe(0);
    }
  });

  it.each<[Objective, string]>([
    [
      sigma('x'),
      "sigma(x) is 0 and its derivative infinite: the beam has no extent in x; covariance('x', 'x') is its square",
    ],
    [sigma('tau').at('m1').squared(), 'sigma(tau)@m1 is 0 and its derivative infinite'],
    [energySpread(), 'energySpread() is 0 and its derivative infinite'],
    [emittance('x'), 'emittance(x) is 0 and its derivative infinite: the beam fills no area in the x plane'],
    [normalizedEmittance('x'), 'emittance(x) is 0 and its derivative infinite'],
    [twiss('x').beta, 'covariance(x, x) / emittance(x) is NaN: its operands are 0, 0'],
  ])('refuses the derivative of %o', (objective, message) => {
    expect(() => objective.evaluate(seen)).toThrow(ObjectiveError);
    expect(() => objective.evaluate(seen)).toThrow(message);
  });

  it('still has the derivative of the variance', () => {
    const bar = covariance('x', 'x').evaluate(seen).cotangents.get('end')!.moments!;
    expect(bar.covariance[0]).toBe(1);
  });

  it('does not take rounding below zero for an emittance', () => {
    // Perfectly correlated, rounded: ⟨u²⟩⟨pu²⟩ − ⟨u pu⟩² comes out as −2e-17.
    const c = new Float64Array(36);
    c.set([0.1, 0.3], 0);
    c.set([0.3, 0.9 * (1 - 2 ** -50)], 6);
    expect(c[0]! * c[7]! - c[1]! * c[6]!).toBeLessThan(0);
    const place: Observation = {
      moments: { ...moments, covariance: c },
      reference: { gamma0: 2, beta0: 0.8 },
    };
    expect(emittance('x').value(observationsOf({ end: place }))).toBe(0);
  });
});

describe('names', () => {
  it.each<[() => unknown, string]>([
    [() => sigma('X' as 'x'), "the coordinate of sigma() cannot be 'X' — did you mean"],
    [() => mean('z' as 'x'), "the coordinate of mean() cannot be 'z' — known: x, px, y, py, tau, p"],
    [() => covariance('x', 'taus' as 'tau'), "cannot be 'taus' — did you mean 'tau'?"],
    [() => emittance('p' as 'x'), "the plane of emittance() cannot be 'p'"],
    [
      () => normalizedEmittance('tua' as 'tau'),
      "the plane of normalizedEmittance() cannot be 'tua' — did you mean 'tau'?",
    ],
    [() => twiss('z' as 'x'), "the plane of twiss() cannot be 'z' — known: x, y, tau"],
    [() => sigma('x').at(''), "at() takes the name of a marker, not ''"],
    [() => sigma('x').at(3 as never), 'at() takes the name of a marker, not 3'],
  ])('%s is refused', (make, message) => {
    expect(make).toThrow(ObjectiveError);
    expect(make).toThrow(message);
  });
});
