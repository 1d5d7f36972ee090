import { describe, expect, it } from 'vitest';
import { Beam } from '../../src/beam/beam.js';
import { eigenEmittances } from '../../src/beam/eigenEmittances.js';

const BEAM = Beam.gaussian({
  ...{ particles: 500, species: 'electron', energy: 25e6, charge: 1e-9, matchMoments: true },
  twiss: {
    x: { beta: 10, alpha: -1.5, emittance: 1e-8 },
    y: { beta: 4, alpha: 0.5, emittance: 2e-9 },
    tau: { beta: 3, alpha: 0.8, emittance: 1e-6 },
  },
  ...{ dispersionX: 0.4, dispersionPx: -0.02, meanP: 1e-3 },
});

describe('beam.report', () => {
  const report = BEAM.report();

  it('has the Twiss parameters that the beam was made with', () => {
    const { betatron, dispersion, dispersionSlope } = report.x;
    expect(dispersion).toBeCloseTo(0.4, 12);
    expect(dispersionSlope).toBeCloseTo(-0.02, 12);
    expect([betatron.alpha, betatron.beta, betatron.emittance * 1e8].map((v) => v.toFixed(9))).toEqual([
      ...['-1.500000000', '10.000000000', '1.000000000'],
    ]);
    expect(report.y.alpha).toBeCloseTo(0.5, 12);
    expect(report.y.gamma).toBeCloseTo(1.25 / 4, 12);
    expect(report.tau.beta).toBeCloseTo(3, 12);
  });

  it('says what dispersion adds', () => {
    const sigmaP2 = ((1 + 0.64) / 3) * 1e-6;
    expect(report.sigma.x ** 2 / (1e-7 + 0.16 * sigmaP2)).toBeCloseTo(1, 12);
    expect(report.x.emittance).toBeGreaterThan(report.x.betatron.emittance);
    expect(report.x.normalizedEmittance / report.x.emittance).toBeCloseTo(BEAM.beta0 * BEAM.gamma0, 10);
    expect(report.chirp).toBeCloseTo(-0.8 / 3, 12);
    expect(report.energySpread).toBeCloseTo(
      (Math.sqrt(sigmaP2) * BEAM.momentum) / (BEAM.energy + 1e-3 * BEAM.momentum),
      14,
    );
  });

  it('of a cold beam has no Twiss parameters, and says so', () => {
    const cold = Beam.uniformEllipsoid({
      ...{ particles: 10, species: 'proton', energy: 1e9, charge: 1e-9 },
      ...{ sigmaX: 1, sigmaY: 1, sigmaTau: 1 },
    });
    expect(cold.report().x).toMatchObject({ alpha: Number.NaN, emittance: 0, dispersion: 0 });
    expect(cold.report().eigenEmittances).toEqual([0, 0, 0]);
    expect(cold.describe()).toMatch(/x without dispersion {2}- {5,}- /);
  });

  it('describes itself', () => {
    expect(BEAM.describe()).toContain('energy          2.5e7 eV (kinetic 2.4489e7 eV)');
    expect(BEAM.describe()).toMatch(/x without dispersion {2}-1\.5 +10 +0\.325 +1e-8 +4\.89\d+e-7/);
  });
});

/** M·Σ·Mᵀ. */
function transformed(matrix: readonly number[][], covariance: readonly number[]): number[] {
  const at = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < 6; k++) {
      for (let l = 0; l < 6; l++) sum += matrix[i]![k]! * covariance[6 * k + l]! * matrix[j]![l]!;
    }
    return sum;
  };
  return Array.from({ length: 36 }, (_, k) => at(Math.floor(k / 6), k % 6));
}

describe('eigen-emittances', () => {
  const diagonal = Array.from({ length: 36 }, (_, k) =>
    k % 7 === 0 ? [4e-6, 1e-6, 9e-8, 1e-8, 1e-12, 1e-10][k / 7]! : 0,
  );

  it('of uncoupled planes are their emittances, whatever their sizes', () => {
    const [a, b, c] = eigenEmittances(diagonal);
    expect(a / 2e-6).toBeCloseTo(1, 14);
    expect(b / 3e-8).toBeCloseTo(1, 14);
    expect(c / 1e-11).toBeCloseTo(1, 14);
  });

  it('do not change under a coupled symplectic map', () => {
    // A skew kick, drifts, dispersion with its arrival term −D·px: all symplectic.
    const rows = (entries: [number, number, number][]) => {
      const matrix = Array.from({ length: 6 }, (_, i) =>
        Array.from({ length: 6 }, (_, j) => (i === j ? 1 : 0) as number),
      );
      for (const [i, j, value] of entries) matrix[i]![j] = value;
      return matrix;
    };
    const skew = rows([
      [1, 2, 0.7],
      [3, 0, 0.7],
    ]);
    const drift = rows([
      [0, 1, 1.5],
      [2, 3, 1.5],
      [4, 5, -0.2],
    ]);
    const disperse = rows([
      [0, 5, 0.3],
      [4, 1, -0.3],
    ]);
    let covariance = diagonal;
    for (const matrix of [skew, drift, disperse, skew]) covariance = transformed(matrix, covariance);
    const [a, b, c] = eigenEmittances(covariance);
    expect(a / 2e-6).toBeCloseTo(1, 12);
    expect(b / 3e-8).toBeCloseTo(1, 10);
    expect(c / 1e-11).toBeCloseTo(1, 3); // the entries' rounding, 1e-16 of 4e-6, against 1e-11
  });
});
