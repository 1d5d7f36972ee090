import { describe, expect, it } from 'vitest';
import { DipoleEdge, Drift, type Element, Lattice, Quadrupole, SBend, Tracker } from '../../../src/index.js';
import { sixMoments, waterbag } from './case.js';

/** Lengths of drifts in m, by ImpactX's names. */
const DRIFTS: Readonly<Record<string, number>> = {
  ...{ dra1: 0.9125, dra2: 0.135, dra3: 0.725, dra4: 0.145, dra5: 0.3405 },
  ...{ drb1: 0.3205, drb2: 0.14, drb3: 0.1525, drb4: 0.31437095, drc1: 0.42437095, drc2: 0.355, dnll: 1.8 },
  ...{ drd1: 0.62437095, drd2: 0.42, drd3: 1.625, drd4: 0.6305, dre1: 0.5305, dre2: 1.235, dre3: 0.8075 },
};
/** k1 in 1/m² of quadrupoles of 0.21 m. */
const QUADRUPOLES: Readonly<Record<string, number>> = {
  ...{ qa1: -8.78017699, qa2: 13.24451745, qa3: -13.65151327, qa4: 19.75138652 },
  ...{ qb1: -10.84199727, qb2: 16.24844348, qb3: -8.27411104, qb4: -7.45719247, qb5: 14.03362243 },
  ...{ qb6: -12.23595641, qc1: -13.18863768, qc2: 11.50601829, qc3: -11.10445869, qd1: -6.78179218 },
  ...{
    qd2: 5.19026998,
    qd3: -5.8586173,
    qd4: 4.62460039,
    qe1: -4.49607687,
    qe2: 6.66737146,
    qe3: -6.69148177,
  },
};
/** Lengths and radii of bends in m. */
const BENDS: Readonly<Record<string, readonly [number, number]>> = {
  sbend30: [0.4305191429, 0.822230996255981],
  sbend60: [0.8092963858, 0.77282112150394],
};
const HALF =
  `dra1 qa1 dra2 qa2 dra3 qa3 dra4 qa4 dra5 edge30 sbend30 edge30 drb1 qb1 drb2 qb2 drb2 qb3 drb3 dnll drb3 qb4
  drb2 qb5 drb2 qb6 drb4 edge60 sbend60 edge60 drc1 qc1 drc2 qc2 drc2 qc3 drc1 edge60 sbend60 edge60 drd1 qd1 drd2 qd2 drd3
  qd3 drd2 qd4 drd4 edge30 sbend30 edge30 dre1 qe1 dre2 qe2 dre3`.split(/\s+/);

function element(name: string): Element {
  const bend = BENDS[name.replace('edge', 'sbend')];
  if (name.startsWith('edge')) {
    return new DipoleEdge({ curvature: 1 / bend![1], e: 0, fringeIntegral: 0.5, gap: 0.058 });
  }
  if (bend) return new SBend({ length: bend[0], angle: bend[0] / bend[1] });
  if (name in QUADRUPOLES) return new Quadrupole({ length: 0.21, k1: QUADRUPOLES[name]! });
  return new Drift({ length: DRIFTS[name]! });
}

describe('ImpactX’s published ring', () => {
  it('IOTA lattice: a matched beam after five turns, its length from path lengths alone', async () => {
    const beam = waterbag({
      ...{ species: 'proton', kineticEnergy: 2.5e6 },
      lambda: [1.588960728035e-3, 2.496625268437e-3, 1e-3],
      lambdaP: [2.8320397837724e-3, 1.802433091137e-3, 0],
    });
    const ring = new Lattice([...HALF, 'qe3', ...HALF.toReversed()].map(element));
    expect(ring.length).toBeCloseTo(39.97, 2); // S. Antipov et al., JINST 12 (2017) T03002
    using tracker = await Tracker.create(ring);
    const { coordinates } = await tracker.track(beam, { turns: 5 });
    const published = [1.579848e-3, 2.5109e-3, 1.494251e-2, 4.490897e-6, 4.539378e-6];
    const found = sixMoments(coordinates);
    // Its script's own tolerance, 1.9/√10000.
    for (const [i, value] of published.entries()) {
      expect(Math.abs(found[i]! / value - 1), `moment ${i}`).toBeLessThan(0.019);
    }
    expect(found[5]).toBeLessThan(1e-15);
  });
});
