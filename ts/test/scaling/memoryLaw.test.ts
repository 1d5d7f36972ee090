import { describe, expect, it } from 'vitest';
import { fitMemoryLaw, fitTimeLaw, type LawPoint, memoryAt } from '../../src/index.js';
import { casesOf, DEFAULT_DESIGN } from '../../src/scaling/design.js';
import { uniforms } from '../support/beams.js';

const TRUTH = { kickParticle: 48, kickCell: 8, kick: 112, particle: 112, cell: 75, fixed: 9e4 };
const NAMES = Object.keys(TRUTH) as (keyof typeof TRUTH)[];
type Law = typeof TRUTH;

const bytes = (law: Law, { particles, cells, kicks }: Omit<LawPoint, 'value'>) =>
  kicks * (law.kickParticle * particles + law.kickCell * cells + law.kick) +
  (law.particle * particles + law.cell * cells + law.fixed);

/** The sizes of the default sweep, once each. */
const SIZES = casesOf({ ...DEFAULT_DESIGN, strategies: ['store'] }).map(({ particles, grid, kicks }) => ({
  ...{ particles, kicks, cells: grid ** 3 },
}));
const pointsOf = (value: (sizes: (typeof SIZES)[number], i: number) => number): LawPoint[] =>
  SIZES.map((sizes, i) => ({ ...sizes, value: value(sizes, i) }));

describe('fitMemoryLaw', () => {
  it('finds an exact law again', () => {
    const law = fitMemoryLaw(pointsOf((sizes) => bytes(TRUTH, sizes)));
    // 4e-14 measured.
    for (const name of NAMES) expect(Math.abs(law[name].value / TRUTH[name] - 1)).toBeLessThan(1e-9);
    expect(Math.abs(law.residuals.worst)).toBeLessThan(1e-12);
    expect(law.residuals.relative).toHaveLength(SIZES.length);
    for (const sizes of SIZES) {
      expect(Math.abs(memoryAt(law, sizes) / bytes(TRUTH, sizes) - 1)).toBeLessThan(1e-12);
    }
  });

  it('finds that nothing grows where nothing does', () => {
    const still = { ...TRUTH, kickParticle: 0, kickCell: 0, kick: 0 };
    const law = fitMemoryLaw(pointsOf((sizes) => bytes(still, sizes)));
    for (const name of ['kickParticle', 'kickCell', 'kick'] as const) {
      // 1e-11 bytes measured.
      expect(Math.abs(law[name].value)).toBeLessThan(1e-6);
    }
  });

  it('keeps what grows with the kicks apart from what the law leaves out', () => {
    // Planes and edges as a grid of n³ has them, up to a sixth of what the law has there.
    const edges = ({ cells }: { cells: number }) => 400 * cells ** (2 / 3);
    const law = fitMemoryLaw(pointsOf((sizes) => bytes(TRUTH, sizes) + edges(sizes)));
    for (const name of ['kickParticle', 'kickCell', 'kick'] as const) {
      expect(Math.abs(law[name].value / TRUTH[name] - 1)).toBeLessThan(1e-9);
    }
    expect(Math.abs(law.residuals.worst)).toBeGreaterThan(0.01);
  });

  it('states uncertainties that are standard ones', () => {
    const trials = 200;
    const uniform = uniforms(5);
    const within = new Map(NAMES.map((name) => [name, 0]));
    for (let trial = 0; trial < trials; trial++) {
      const law = fitMemoryLaw(pointsOf((sizes) => bytes(TRUTH, sizes) * (1 + 0.01 * uniform())));
      for (const name of ['kickParticle', 'kickCell', 'kick'] as const) {
        const { value, uncertainty } = law[name];
        if (Math.abs(value - TRUTH[name]) < uncertainty) within.set(name, within.get(name)! + 1);
      }
    }
    // Student's t with the five degrees of freedom that the cases leave: 64 %; ± 3.4 standard deviations of 200 trials.
    for (const name of ['kickParticle', 'kickCell', 'kick'] as const) {
      expect(within.get(name)! / trials).toBeGreaterThan(0.52);
      expect(within.get(name)! / trials).toBeLessThan(0.76);
    }
  });

  it('refuses cases that do not determine it', () => {
    const points = pointsOf((sizes) => bytes(TRUTH, sizes));
    const oneKick = points.filter(({ kicks }) => kicks === 1);
    expect(() => fitMemoryLaw(oneKick)).toThrow(
      /needs three sizes with two numbers of kicks each; these cases have 0/,
    );
    expect(() => fitMemoryLaw([])).toThrow(/three sizes/);
    const oneGrid = points.filter(({ cells }) => cells === 32 ** 3);
    expect(() => fitMemoryLaw(oneGrid)).toThrow(/three sizes/);
    const onALine = [1, 2, 3].flatMap((n) =>
      [1, 2, 3].map((kicks) => ({ particles: 1000 * n, cells: 500 * n, kicks, value: 1e6 })),
    );
    expect(() => fitMemoryLaw(onALine)).toThrow(/do not determine the 6 coefficients/);
    const [first, ...others] = points;
    expect(() => fitMemoryLaw([{ ...first!, value: Number.NaN }, ...others])).toThrow(
      /must be a positive number/,
    );
  });
});

describe('fitTimeLaw', () => {
  it('finds an exact law again', () => {
    const seconds = ({ particles, cells, kicks }: Omit<LawPoint, 'value'>) =>
      kicks * (6e-8 * particles + 2e-9 * cells * Math.log2(cells) + 1e-4) + 3e-8 * particles + 2e-3;
    const law = fitTimeLaw(pointsOf(seconds));
    const { kickParticle, kickCell, kick, particle, fixed } = law;
    const found = [kickParticle, kickCell, kick, particle, fixed].map(({ value }) => value);
    for (const [i, truth] of [6e-8, 2e-9, 1e-4, 3e-8, 2e-3].entries()) {
      expect(Math.abs(found[i]! / truth - 1)).toBeLessThan(1e-9);
    }
    expect(Math.abs(law.residuals.worst)).toBeLessThan(1e-12);
  });
});
