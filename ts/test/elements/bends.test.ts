import { describe, expect, it } from 'vitest';
import { DipoleEdge, Drift, Lattice, RBend, SBend, Tracker } from '../../src/index.js';
import { describeElementLaws, lawBeam } from '../support/elementLaws.js';
import { exponential, matrixError, matrixOf, multiply, transferMatrix } from '../support/matrices.js';

const EDGES = { e1: 0.1, e2: -0.2, fringeIntegral: 0.5, fringeIntegralExit: 0.4, gap: 0.05 };

describeElementLaws({
  'a sector bend': new SBend({ length: 0.7, angle: 0.3 }),
  'one with edges and a gradient': new SBend({ length: 0.7, angle: -0.3, k1: 1.7, ...EDGES }),
  'one without focusing in x (h² = −k1)': new SBend({ length: 0.5, angle: 0.5, k1: -1 }),
  'one that is off': new SBend({ length: 0.7, angle: 0 }),
  'a strong one out of place': new SBend({ length: 2, angle: 2.5, dx: 1e-3, dy: 2e-3, tilt: Math.PI / 2 }),
  'a rectangular bend': new RBend({ length: 0.6, angle: 0.4, ...EDGES }),
  'a rectangular one that is off': new RBend({ length: 0.6, angle: 0 }),
});

describeElementLaws(
  {
    'a bend with sextupole kicks': new SBend({ length: 0.7, angle: 0.3, k1: 0.4, k2: 12, steps: 3 }),
    'a rectangular bend with them': new RBend({ length: 0.7, angle: 0.3, k2: -20 }),
  },
  // Slices move the kicks, an error of second order in their distance: measured 1.5e-5.
  { slicingTolerance: 5e-5 },
);

describeElementLaws({
  'an edge': new DipoleEdge({ curvature: 0.8, e: 0.2, fringeIntegral: 0.4, gap: 0.03 }),
  'an edge that does nothing': new DipoleEdge({ curvature: 0, e: 0 }),
});

const beam = lawBeam();
const gamma = beam.energy / beam.species.restEnergy;
const betaGamma = Math.sqrt(gamma ** 2 - 1);
const beta = betaGamma / gamma;

/** K. L. Brown, SLAC-75, sector magnet with h and k = √(h² + k1) real, in this code's coordinates: δ = p/β0, path difference −β0 tau. */
function sectorMatrix(length: number, h: number, k1: number): number[][] {
  const kx = Math.sqrt(h ** 2 + k1);
  const ky = Math.sqrt(Math.abs(k1));
  const [c, s] = [Math.cos(kx * length), Math.sin(kx * length)];
  const [cy, sy] =
    k1 > 0
      ? [Math.cosh(ky * length), Math.sinh(ky * length) / ky]
      : [Math.cos(ky * length), k1 === 0 ? length : Math.sin(ky * length) / ky];
  return matrixOf({
    ...{ R11: c, R12: s / kx, R16: (h * (1 - c)) / kx ** 2 / beta },
    ...{ R21: -kx * s, R22: c, R26: (h * s) / kx / beta },
    ...{ R33: cy, R34: sy, R43: k1 * sy, R44: cy },
    ...{ R51: (h * s) / kx / beta, R52: (h * (1 - c)) / kx ** 2 / beta },
    R56: (h ** 2 * (length - s / kx)) / kx ** 2 / beta ** 2 - length / betaGamma ** 2,
  });
}

describe('bends against their matrices', () => {
  it.each([
    [0.7, 0.3, 0],
    [0.7, 0.3, 2.5],
    [1.9, -2.2, -0.4],
    [5, 3, 0.1],
  ])('a sector bend of %f m, %f rad and k1 = %f is that of SLAC-75', async (length, angle, k1) => {
    const found = await transferMatrix(new SBend({ length, angle, k1 }), beam);
    expect(matrixError(found, sectorMatrix(length, angle / length, k1))).toBeLessThan(3e-12);
  });

  it('a defocusing one is the exponential of its Hamiltonian, as any other', async () => {
    const [length, h] = [0.8, 0.5];
    for (const k1 of [-3, -(h ** 2), -1e-9, 0, 1]) {
      const generator = matrixOf({}).map((row) => row.map(() => 0));
      const entries: readonly (readonly [number, number, number])[] = [
        ...([
          [0, 1, 1],
          [1, 0, -(h ** 2) - k1],
          [1, 5, h / beta],
        ] as const),
        ...([
          [2, 3, 1],
          [3, 2, k1],
          [4, 0, h / beta],
          [4, 5, -1 / betaGamma ** 2],
        ] as const),
      ];
      for (const [i, j, value] of entries) generator[i]![j] = value * length;
      const found = await transferMatrix(new SBend({ length, angle: h * length, k1 }), beam);
      expect(matrixError(found, exponential(generator))).toBeLessThan(3e-12);
    }
  });

  it('edges focus as MAD-X’s dipedge and SLAC-75 say', async () => {
    const [h, e, fint, gap] = [0.9, 0.3, 0.45, 0.06];
    const psi = (fint * h * gap * (1 + Math.sin(e) ** 2)) / Math.cos(e);
    const edge = matrixOf({ R21: h * Math.tan(e), R43: -h * Math.tan(e - psi) });
    const found = await transferMatrix(new DipoleEdge({ curvature: h, e, fringeIntegral: fint, gap }), beam);
    expect(matrixError(found, edge)).toBeLessThan(1e-12);
    const bend = new SBend({ length: 1, angle: h, e1: e, e2: e, fringeIntegral: fint, gap });
    const whole = multiply(edge, sectorMatrix(1, h, 0), edge);
    expect(matrixError(await transferMatrix(bend, beam), whole)).toBeLessThan(3e-12);
  });

  it('the exit has a fringe integral of its own, or the entrance’s', async () => {
    const options = { length: 1, angle: 0.4, e1: 0.1, e2: 0.1, gap: 0.05, fringeIntegral: 0.5 };
    expect(new SBend(options).parameters.fringeIntegralExit).toBe(0.5);
    expect(new SBend({ ...options, fringeIntegralExit: 0 }).parameters.fringeIntegralExit).toBe(0);
  });

  it('a rectangular bend does not focus in its own plane', async () => {
    const [chord, angle] = [0.8, 0.5];
    const bend = new RBend({ length: chord, angle });
    const radius = chord / 2 / Math.sin(angle / 2);
    expect(bend.length).toBeCloseTo(radius * angle, 14);
    const found = await transferMatrix(bend, beam);
    // The textbooks' rectangular magnet: a drift of ρ sin θ in x; in y an arc between thin lenses of tan(θ/2)/ρ.
    const lens = Math.tan(angle / 2) / radius;
    const y = multiply(matrixOf({ R43: -lens }), matrixOf({ R34: radius * angle }), matrixOf({ R43: -lens }));
    expect(found[0]![1]).toBeCloseTo(radius * Math.sin(angle), 12);
    expect(found[1]![0]).toBeCloseTo(0, 12);
    for (const [i, j] of [
      [2, 2],
      [2, 3],
      [3, 2],
      [3, 3],
    ] as const) {
      expect(found[i]![j]).toBeCloseTo(y[i]![j]!, 12);
    }
  });

  it('four rectangular bends make a chicane whose R56 is that of its geometry', async () => {
    const [length, angle, gap] = [0.2, 0.1, 1];
    const arm = () => new Drift({ length: gap / Math.cos(angle) });
    // Parallel faces: the inner ones across the axis, too.
    const bend = (sign: number, first: boolean) =>
      new SBend({
        length: (length * angle) / Math.sin(angle),
        angle: sign * angle,
        ...(first ? { e2: sign * angle } : { e1: sign * angle }),
      });
    const line = [bend(1, true), arm(), bend(-1, false), bend(-1, true), arm(), bend(1, false)];
    const found = await transferMatrix(line, beam);
    // Path length s(θ) = 4 ρθ + 2 L/cos θ with ρ sin θ fixed: ds/dδ = −θ ds/dθ for weak θ, exactly −tan θ ds/dθ.
    const byAngle =
      (4 * length * (Math.sin(angle) - angle * Math.cos(angle))) / Math.sin(angle) ** 2 +
      (2 * gap * Math.sin(angle)) / Math.cos(angle) ** 2;
    const pathByDelta = -Math.tan(angle) * byAngle;
    const total = (4 * (length * angle)) / Math.sin(angle) + (2 * gap) / Math.cos(angle);
    // c·Δt = Δ(path/β): tau = s'·δ/β0 − s·δ/(β0 γ0²), δ = p/β0
    const expected = (pathByDelta - total / gamma ** 2) / beta ** 2;
    expect(found[4]![5]).toBeCloseTo(expected, 12);
    expect(found[0]![5]).toBeCloseTo(0, 12);
  });

  it('a sextupole component kicks by −k2 L (x² − y²)/2', async () => {
    const bend = new SBend({ length: 1e-3, angle: 0, k2: 100, steps: 1 });
    using tracker = await Tracker.create(new Lattice([bend]), { backend: 'cpu' });
    const { coordinates } = await tracker.track(beam);
    const { x, y, px, py } = beam.coordinates;
    for (let i = 0; i < beam.particles; i++) {
      const [u, v] = [x[i]! + px[i]! * 5e-4, y[i]! + py[i]! * 5e-4];
      expect(coordinates.px[i]! - px[i]!).toBeCloseTo(-0.05 * (u ** 2 - v ** 2), 14);
      expect(coordinates.py[i]! - py[i]!).toBeCloseTo(0.1 * u * v, 14);
    }
  });

  it.each<[object, string]>([
    [{ length: 0, angle: 0.1 }, "the length (m) of sBend 'b' must be a positive number, not 0"],
    [{ length: 1 }, "angle (rad) of sBend 'b' must be a finite number, not undefined"],
    [{ length: 1, angle: 1, hgap: 0.1 }, "SBend: 'hgap' is unknown — did you mean 'gap'?"],
    [{ length: 1, angle: 1, gap: -0.1 }, "gap (m) of sBend 'b' must be a number of at least 0, not -0.1"],
    [{ length: 1, angle: 1, steps: 0 }, "steps of sBend 'b' must be an integer from 1 to 10000, not 0"],
  ])('refuses %j', (options, message) => {
    expect(() => new SBend({ name: 'b', ...options } as never)).toThrow(message);
  });
});
