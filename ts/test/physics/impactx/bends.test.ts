import { describe, expect, it } from 'vitest';
import { COORDINATES, type Coordinates } from '../../../src/beam/coordinates.js';
import { DipoleEdge, Drift, type Element, Lattice, SBend, Solenoid, Tracker } from '../../../src/index.js';
import { multiply } from '../../support/matrices.js';
import { covariance, expectPublished, type ImpactXBeam, type SixMoments, waterbag } from './case.js';

/** Of "chicane", "dogleg" and "coupled optics": the bunch compressor of the CSR benchmark of Berlin-Zeuthen, 5 GeV. */
const BEAM: ImpactXBeam = {
  species: 'electron',
  kineticEnergy: 5e9,
  lambda: [2.2951017632e-5, 1.3084093142e-5, 5.5555553e-8],
  lambdaP: [1.598353425e-6, 2.803697378e-6, 2e-6],
  mu: [0.93334560620306, 0.93334560620306, 0.999999961419755],
};
const INITIAL: SixMoments = [
  ...([6.421471996081966e-5, 3.660337243564977e-5, 0.00019955175623579313] as const),
  ...([1.0198263116327677e-10, 1.0308359092878036e-10, 4.0035161705244885e-10] as const),
];
const [ARC, RADIUS, FACE] = [0.500194828041958, 10.346228368619553, 0.048345620280243];

/** Bends towards positive (−1) and negative (1) x, their inner faces across the axis. */
const bend = (sign: 1 | -1) => new SBend({ length: ARC, angle: (sign * ARC) / RADIUS });
const face = (sign: 1 | -1) => new DipoleEdge({ curvature: sign / RADIUS, e: sign * FACE });
const arm = () => new Drift({ length: 5.0058489435 });

const chicane: readonly Element[] = [
  ...[bend(-1), face(-1), arm(), face(1), bend(1), new Drift({ length: 1 })],
  ...[bend(1), face(1), arm(), face(-1), bend(-1), new Drift({ length: 2 })],
];
const CHICANE = {
  initial: INITIAL,
  final: [
    ...([2.392842937438721e-5, 8.442453530142317e-5, 1.997642632480229e-5] as const),
    ...([1.0198281373761584e-10, 1.0308356090529235e-10, 4.0027996099961315e-10] as const),
  ] as const,
  tolerance: 2.2 / 100,
};

describe('ImpactX’s published bends', () => {
  it('chicane', async () => {
    await expectPublished(waterbag(BEAM), new Lattice(chicane), CHICANE);
  });

  it('chicane, with faces that belong to their bends', async () => {
    const whole = (sign: 1 | -1, where: 'e1' | 'e2') =>
      new SBend({ length: ARC, angle: (sign * ARC) / RADIUS, [where]: sign * FACE });
    const line = [
      ...[whole(-1, 'e2'), arm(), whole(1, 'e1'), new Drift({ length: 1 })],
      ...[whole(1, 'e2'), arm(), whole(-1, 'e1'), new Drift({ length: 2 })],
    ];
    await expectPublished(waterbag(BEAM), new Lattice(line), CHICANE);
  });

  it('dogleg, with its dispersion', async () => {
    const line = [bend(-1), face(-1), arm(), face(1), bend(1), new Drift({ length: 0.5 })];
    const { x, y, px, py, p } = await expectPublished(waterbag(BEAM), new Lattice(line), {
      initial: INITIAL,
      final: [1.92266e-3, 2.166654e-5, 1.101353e-4, 8.561046e-9, 1.020439e-10, 8.569865e-9],
      tolerance: 2.2 / 100,
    });
    // ImpactX's dispersion is −⟨x pt⟩/⟨pt²⟩, and its optical functions are those without it.
    const dispersion = covariance(x, p) / covariance(p, p);
    const dispersionPx = covariance(px, p) / covariance(p, p);
    expect(Math.abs(dispersion / -0.2666972 - 1)).toBeLessThan(3.5 / 100);
    const free = {
      x: x.map((u, i) => u - dispersion * p[i]!),
      px: px.map((u, i) => u - dispersionPx * p[i]!),
    };
    expectTwiss(free.x, free.px, { alpha: 1.338583, beta: 14.37407 });
    expectTwiss(y, py, { alpha: -1.34791, beta: 4.600362 });
  });

  it('coupled optics: a solenoid in the dogleg leaves the eigenemittances', async () => {
    const solenoid = new Solenoid({ length: 3.820395, ks: 0.8223219329893234 });
    const line = [bend(-1), face(-1), solenoid, arm(), face(1), bend(1), new Drift({ length: 0.5 })];
    const beam = waterbag(BEAM);
    using tracker = await Tracker.create(new Lattice(line));
    const { coordinates } = await tracker.track(beam);
    // The script compares them to 3.5 %.
    const before = invariants(beam.coordinates);
    for (const [i, after] of invariants(coordinates).entries()) {
      expect(Math.abs(after / before[i]! - 1)).toBeLessThan(1e-7); // measured 2e-9
    }
  });

  it('combined-function bend', async () => {
    const radius = 7.613657587094493;
    const line = [new SBend({ length: 0.5, angle: 0.5 / radius, k1: -7.057403 })];
    const beam = waterbag({
      species: 'electron',
      kineticEnergy: 2e9,
      lambda: [5e-6, 8e-6, 0.0599584916],
      lambdaP: [2.5543422003e-9, 1.5964638752e-9, 9e-4],
    });
    await expectPublished(beam, new Lattice(line), {
      initial: [5e-6, 8e-6, 0.0599584916, 1.277171100130637e-14, 1.277171100130637e-14, 5.396264243e-5],
      final: [
        ...([1.9830191276143648e-5, 1.921101478146735e-6, 0.05995849160260703] as const),
        ...([3.9016613147090594e-10, 1.2771711001306368e-14, 5.396264244141051e-5] as const),
      ],
      tolerance: 1.8 / 100,
    });
  });
});

function expectTwiss(
  u: Float64Array,
  pu: Float64Array,
  { alpha, beta }: { readonly alpha: number; readonly beta: number },
): void {
  const [uu, up, pp] = [covariance(u, u), covariance(u, pu), covariance(pu, pu)];
  const emittance = Math.sqrt(uu * pp - up ** 2);
  expect(Math.abs(uu / emittance / beta - 1)).toBeLessThan(3.5 / 100);
  expect(Math.abs(-up / emittance / alpha - 1)).toBeLessThan(3.5 / 100);
}

/**
 * tr (ΣJ)², tr (ΣJ)⁴ and tr (ΣJ)⁶: the sums of powers of the three eigenemittances. A drift in time first takes off the chirp, before which
 * everything would cancel.
 */
function invariants(chirped: Coordinates): number[] {
  const { tau, p } = chirped;
  const chirp = covariance(tau, p) / covariance(p, p);
  const z = { ...chirped, tau: tau.map((value, i) => value - chirp * p[i]!) };
  const sigma = COORDINATES.map((a) => COORDINATES.map((b) => covariance(z[a], z[b])));
  const j = COORDINATES.map((_, row) =>
    COORDINATES.map((__, column) => {
      const sign = row >= 4 ? -1 : 1;
      return column === (row ^ 1) ? (row % 2 === 0 ? sign : -sign) : 0;
    }),
  );
  const product = multiply(sigma, j);
  const square = multiply(product, product);
  const trace = (m: readonly (readonly number[])[]) => m.reduce((sum, row, i) => sum + row[i]!, 0);
  return [square, multiply(square, square), multiply(square, square, square)].map(trace);
}
