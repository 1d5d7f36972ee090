import { describe, expect, it } from 'vitest';
import { fitMemoryLaw } from '../../src/index.js';
import { casesOf, DEFAULT_DESIGN } from '../../src/scaling/design.js';
import { predictCase, whyTooLarge } from '../../src/scaling/prediction.js';
import type { ScalingProblem } from '../../src/scaling/problem.js';

const target = { backend: 'cpu', threads: 2 } as const;
const reference = { kind: 'reference' } as const;
const small = { strategy: 'store', particles: 1000, grid: 16, kicks: 4 } as const;

describe('the laws of the default sweep as predicted', () => {
  const planned = casesOf(DEFAULT_DESIGN).map((each) => predictCase(reference, each, target));

  it.each<[string, number, number]>([
    ['store', 48, 0],
    ['fields', 0, 8],
    ['invert', 0, 0],
  ])('%s: %d bytes a macroparticle and %d a cell with every kick', (strategy, a, b) => {
    const points = planned
      .filter((each) => each.strategy === strategy)
      .map((each) => ({ ...each, value: each.predictedBytes }));
    const { kickParticle, kickCell, kick, particle, residuals } = fitMemoryLaw(points);
    // Regions are multiples of 256 bytes: 3e-5 measured.
    expect(Math.abs(kickParticle.value - a)).toBeLessThan(1e-3);
    expect(Math.abs(kickCell.value - b)).toBeLessThan(1e-3);
    // 112 bytes of sums and report, by the plan of the line (docs/memory.md): 111 to 112 measured.
    expect(Math.abs(kick.value - 112)).toBeLessThan(3);
    // Six coordinates, charge, cotangents of both, and partial sums of chunks: 112.8 to 113.1 measured.
    expect(Math.abs(particle.value - 113)).toBeLessThan(1);
    // Edges and planes of 16³: 4.9 % measured.
    expect(Math.abs(residuals.worst)).toBeLessThan(0.06);
  });
});

describe('predictCase', () => {
  it('counts what comes out beside the beam', () => {
    const wrt = (names: string[]): ScalingProblem => ({
      kind: 'file',
      file: 'p.json',
      text: JSON.stringify({
        beam: {
          ...{
            distribution: 'gaussian',
            species: 'electron',
            energy: 25e6,
            charge: 1e-10,
            particles: 9,
            seed: 1,
          },
          ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
        },
        lattice: [{ type: 'drift', name: 'd', length: 1 }],
        spaceCharge: { kicks: 1, gridShape: [8, 8, 8] },
        objective: { sigma: 'x' },
        wrt: names,
      }),
    });
    const hostBytes = (names: string[]) => predictCase(wrt(names), small, target).hostBytes;
    const bare = hostBytes(['d.length']);
    expect(hostBytes(['charge']) - bare).toBe(8 * small.particles);
    expect(hostBytes(['beam', 'charges']) - bare).toBe(56 * small.particles);
    const twice = predictCase(wrt(['d.length']), { ...small, particles: 2 * small.particles }, target);
    expect(twice.hostBytes - bare).toBe(56 * small.particles);
  });

  it('refuses a file without objective, and fewer kicks than elements', () => {
    const text = JSON.stringify({
      beam: {
        ...{
          distribution: 'gaussian',
          species: 'electron',
          energy: 25e6,
          charge: 1e-10,
          particles: 9,
          seed: 1,
        },
        ...{ sigmaX: 1e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 1e-4, sigmaTau: 1e-3, sigmaP: 1e-3 },
      },
      lattice: [
        { type: 'drift', name: 'd', length: 1 },
        { type: 'drift', name: 'e', length: 1 },
      ],
      spaceCharge: { kicks: 2, gridShape: [8, 8, 8] },
    });
    const problem: ScalingProblem = { kind: 'file', file: 'p.json', text };
    expect(() => predictCase(problem, small, target)).toThrow('p.json: has no objective to differentiate');
    expect(() => predictCase(problem, { ...small, kicks: 1 }, target)).toThrow(/1 kicks are too few/);
  });
});

describe('whyTooLarge', () => {
  const planned = predictCase(reference, small, target);
  const needed = planned.predictedBytes + planned.hostBytes;

  it('compares arena and arrays with the memory of the machine', () => {
    expect(whyTooLarge(planned, { host: needed })).toBeUndefined();
    expect(whyTooLarge(planned, { host: needed - 1 })).toMatch(
      /^it takes .* with its beam, and .* are available$/,
    );
  });

  it('compares the arena with the memory of a GPU, and the rest with the machine’s', () => {
    const fits = { host: planned.hostBytes, device: planned.predictedBytes };
    expect(whyTooLarge(planned, fits)).toBeUndefined();
    expect(whyTooLarge(planned, { ...fits, device: planned.predictedBytes - 1 })).toMatch(/on the device/);
    expect(whyTooLarge(planned, { ...fits, host: planned.hostBytes - 1 })).toMatch(/with its beam/);
  });
});
