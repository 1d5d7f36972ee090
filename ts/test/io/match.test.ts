import { describe, expect, it } from 'vitest';
import { OptionsError, ProblemError, parseProblem } from '../../src/index.js';
import { beamToMatch } from '../../src/io/match.js';
import { requireWritableValues, withValues } from '../../src/io/problemEdits.js';
import { SMALL_PROBLEM } from '../support/smallProblem.js';

const MATCH = {
  parameters: { 'q1.k1': { min: 0, max: 10 } },
  targets: [{ quantity: { sigma: 'x' }, value: 1e-3 }],
};
const parse = (changes: object) => {
  const text = JSON.stringify({ ...SMALL_PROBLEM, match: MATCH, ...changes });
  return { text, problem: parseProblem(text, 'p.json') };
};

describe('the match section', () => {
  it('says what to vary and what to aim at', () => {
    const { match } = parse({
      match: { ...MATCH, tolerance: 1e-4, maxEvaluations: 9, beam: 'twiss' },
    }).problem;
    expect(match).toMatchObject({
      parameters: MATCH.parameters,
      tolerance: 1e-4,
      maxEvaluations: 9,
      beam: 'twiss',
    });
    expect(match!.targets![0]!.quantity.describe()).toBe('sigma(x)');
    expect(match!.targets![0]!.value).toBe(1e-3);
  });

  it.each(['twiss', 'linear'] as const)('takes the beam as %s', (beam) => {
    const { problem } = parse({ match: { ...MATCH, beam } });
    const model = beamToMatch(problem.match!, problem.beam);
    expect(Object.keys((model as { parameters: object }).parameters)[0]).toBe(
      { twiss: 'beam.betaX', linear: 'beam.x_x' }[beam],
    );
  });

  it.each<[string, object, RegExp]>([
    [
      'a misspelt parameter',
      { parameters: { 'q1.kl': {} } },
      /match\.parameters\.q1\.kl: .*did you mean 'k1'/,
    ],
    ['an unknown element', { parameters: { 'q2.k1': {} } }, /no element is named 'q2' — did you mean 'q1'/],
    [
      'a misspelt field',
      { ...MATCH, target: [] },
      /match\.target: unknown field 'target' — did you mean 'targets'/,
    ],
    [
      'a bound that is text',
      { ...MATCH, parameters: { 'q1.k1': { min: '0' } } },
      /match\.parameters\.q1\.k1\.min: must be a number/,
    ],
    ['parameters in a list', { ...MATCH, parameters: [] }, /match\.parameters: must be an object such as/],
    ['no target', { ...MATCH, targets: [] }, /match\.targets: needs at least one target/],
    [
      'a target without a value',
      { ...MATCH, targets: [{ quantity: { sigma: 'x' } }] },
      /targets\[0\]\.value: is missing/,
    ],
    [
      'a misspelt quantity',
      { ...MATCH, targets: [{ quantity: { sgima: 'x' }, value: 1 }] },
      /knows no quantity or operation 'sgima' — did you mean 'sigma'/,
    ],
    [
      'two places',
      { ...MATCH, targets: [{ quantity: { sigma: 'x', at: 'm1', atEntrance: true }, value: 1 }] },
      /at marker 'm1' and at the entrance/,
    ],
    [
      'another kind of beam',
      { ...MATCH, beam: 'twis' },
      /match\.beam: must be one of twiss, linear, not 'twis' — did you mean 'twiss'/,
    ],
  ])('refuses %s', (_, match, message) => {
    expect(() => parse({ match })).toThrow(ProblemError);
    expect(() => parse({ match })).toThrow(message);
  });
});

describe('found values', () => {
  it('are written where they stand in the file, and nothing else changes', () => {
    const { text, problem } = parse({
      lattice: [
        { type: 'drift', length: 0.1 },
        {
          type: 'segment',
          elements: [
            SMALL_PROBLEM.lattice[0],
            {
              type: 'spaceChargeKick',
              name: 'sc',
              effectLength: 0.1,
              gridShape: [8, 8, 8],
              extent: { sigmas: [3, 3, 3] },
            },
          ],
        },
      ],
      spaceCharge: undefined,
    });
    const found = {
      'q1.k1': 7.5,
      'q1.dx': 1e-4,
      'drift1.length': 0.2,
      'sc.extentY': 4,
      energy: 3e7,
      charge: 2e-10,
    };
    const written = withValues(text, problem, found);
    const expected = structuredClone(JSON.parse(text));
    expected.lattice[0].length = 0.2;
    expected.lattice[1].elements[0].k1 = 7.5;
    expected.lattice[1].elements[0].dx = 1e-4;
    expected.lattice[1].elements[1].extent.sigmas[1] = 4;
    expected.beam.energy = 3e7;
    expected.beam.charge = 2e-10;
    expect(JSON.parse(written)).toEqual(expected);
    const { lattice } = parseProblem(written, 'w.json');
    expect(lattice.parameter('sc.extentY')).toBe(4);
  });

  it('keep the text as it was laid out', () => {
    const text = JSON.stringify({ ...SMALL_PROBLEM, match: MATCH }, null, 3);
    expect(withValues(text, parseProblem(text, 'p'), { 'q1.k1': 7.25 })).toBe(
      text.replace('"k1": 6', '"k1": 7.25'),
    );
  });

  it('of Twiss parameters take the place of rms sizes', () => {
    const { text, problem } = parse({});
    const written = parseProblem(withValues(text, problem, { 'beam.betaX': 5, 'beam.alphaX': 1 }), 'w.json');
    expect(JSON.parse(withValues(text, problem, { 'beam.betaX': 5 })).beam).not.toHaveProperty('sigmaX');
    const [before, after] = [problem.beam.moments().covariance, written.beam.moments().covariance];
    const emittance = (c: Float64Array) => Math.sqrt(c[0]! * c[7]! - c[1]! ** 2);
    // The sample's moments are not those asked for: 200 random macroparticles.
    expect(emittance(after) / emittance(before)).toBeCloseTo(1, 0);
    expect(after[14]).toBe(before[14]);
    const again = withValues(withValues(text, problem, { 'beam.betaX': 5 }), problem, { 'beam.betaX': 6 });
    expect(JSON.parse(again).beam.twiss.x.beta).toBe(6);
  });

  it('of the kinetic energy leave the rest energy out', () => {
    const { energy, ...beam } = SMALL_PROBLEM.beam;
    const { text, problem } = parse({ beam: { ...beam, kineticEnergy: 25e6 } });
    const written = JSON.parse(withValues(text, problem, { energy: 30e6 }));
    expect(written.beam.kineticEnergy).toBeCloseTo(30e6 - 510998.95069, 6);
    expect(written.beam.energy).toBeUndefined();
  });

  it.each([['d1_sc1.effectLength'], ['beam.x_x'], ['q2.k1']])('of %s have no place in the file', (name) => {
    const { text, problem } = parse({});
    expect(() => requireWritableValues(text, problem, [name])).toThrow(OptionsError);
    expect(() => requireWritableValues(text, problem, [name])).toThrow(`'${name}' has no place in the file`);
  });

  it('of Twiss parameters have none in a beam of listed macroparticles', () => {
    const column = [1e-3, -1e-3];
    const beam = {
      distribution: 'coordinates',
      species: 'electron',
      energy: 25e6,
      charge: 1e-10,
      x: column,
      px: column,
      y: column,
      py: column,
      tau: column,
      p: column,
    };
    const { text, problem } = parse({ beam });
    expect(() => requireWritableValues(text, problem, ['beam.betaX'])).toThrow(
      "distribution 'coordinates' takes no Twiss",
    );
  });
});
