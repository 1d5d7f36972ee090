import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Beam, type MatchResult, minimize, parseProblem } from '../../src/index.js';
import { beamToMatch } from '../../src/io/match.js';

/** Matches an example as `unkick match` does. */
async function matchExample(name: string): Promise<MatchResult> {
  const file = new URL(`../../../examples/${name}.json`, import.meta.url);
  const { lattice, beam, match } = parseProblem(readFileSync(file, 'utf8'), name);
  const { parameters, targets, tolerance } = match!;
  const problem = { lattice, beam: beamToMatch(match!, beam), backend: 'cpu' } as const;
  return await minimize(problem, targets!, { parameters, tolerance });
}

describe('the examples of matching', () => {
  it('match a FODO cell with space charge within 1e-6 in fewer than 60 gradients', async () => {
    const found = await matchExample('match-fodo');
    expect(found.reason).toBe('targets');
    expect(found.evaluations.gradients).toBeLessThan(60); // measured 24
    for (const { deviation } of found.targets) expect(Math.abs(deviation)).toBeLessThan(1e-6);
    // Mirror symmetry of the cell: what focuses one plane defocuses the other.
    const { 'beam.alphaX': alphaX, 'beam.alphaY': alphaY } = found.parameters;
    expect(alphaX! * alphaY!).toBeLessThan(0);
  });

  it('find the strengths that screens were simulated with', async () => {
    const found = await matchExample('identify-quadrupoles');
    expect(found.reason).toBe('targets');
    // Sizes within 1e-6 leave strengths within 1.5e-7.
    for (const [name, k1] of [
      ['q1', 8.3],
      ['q2', -9.4],
      ['q3', 6.2],
    ] as const) {
      expect(found.parameters[`${name}.k1`]! / k1).toBeCloseTo(1, 5);
    }
  });

  it('reconstruct the covariance of the beam that screens were simulated with to 1 %', async () => {
    const found = await matchExample('reconstruct-beam');
    expect(found.reason).toBe('targets');
    // Of another sample: the file's has another seed.
    const truth = Beam.gaussian({
      ...{
        particles: 10_000,
        seed: 1,
        sampling: 'quiet',
        species: 'electron',
        energy: 3e7,
        charge: 2e-10,
        matchMoments: true,
      },
      ...{
        sigmaX: 4e-4,
        sigmaPx: 3e-5,
        correlationXPx: -0.5,
        sigmaY: 6e-4,
        sigmaPy: 2e-5,
        correlationYPy: 0.4,
      },
      ...{ sigmaTau: 1e-3, sigmaP: 1e-3 },
    });
    const [wanted, got] = [truth.moments().covariance, found.beam.moments().covariance];
    for (const i of [0, 1, 2, 3]) {
      for (const j of [0, 1, 2, 3]) {
        const scale = Math.sqrt(wanted[7 * i]! * wanted[7 * j]!);
        expect(Math.abs(got[6 * i + j]! - wanted[6 * i + j]!)).toBeLessThan(0.01 * scale); // measured 1.1e-3
      }
    }
  });
});
