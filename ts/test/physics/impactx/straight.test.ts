import { describe, expect, it } from 'vitest';
import {
  Beam,
  ConstantFocusing,
  Drift,
  HKicker,
  Kicker,
  Lattice,
  LinearMap,
  Quadrupole,
  Solenoid,
  Tracker,
  VKicker,
} from '../../../src/index.js';
import { matrixOf } from '../../support/matrices.js';
import { expectPublished, meanOf, type SixMoments, sixMoments, waterbag } from './case.js';

describe('ImpactX’s published straight elements', () => {
  it('solenoid', async () => {
    const beam = waterbag({
      ...{ species: 'proton', kineticEnergy: 250e6 },
      lambda: [1.559531175539e-3, 2.205510139392e-3, 1e-3],
      lambdaP: [6.41218345413e-4, 9.06819680526e-4, 1e-3],
    });
    await expectPublished(beam, new Lattice([new Solenoid({ length: 3.820395, ks: 0.8223219329893234 })]), {
      initial: [1.559531175539e-3, 2.205510139392e-3, 1e-3, 1e-6, 2e-6, 1e-6],
      final: [2.205510139392e-3, 1.559531175539e-3, 6.404930308742e-3, 2e-6, 1e-6, 1e-6],
      tolerance: 1.3 / 100,
    });
  });

  it('kicker', async () => {
    const beam = waterbag({
      ...{ species: 'electron', kineticEnergy: 2e9 },
      ...{ lambda: [4e-3, 4e-3, 1e-3], lambdaP: [3e-4, 3e-4, 2e-3] },
    });
    const moments: SixMoments = [
      4.017554e-3, 4.017044e-3, 9.977588e-4, 1.197572e-6, 1.210501e-6, 2.001382e-6,
    ];
    const published = { initial: moments, final: moments, tolerance: 5 / 100 };
    const lines = [
      [new HKicker({ kick: 2e-3 }), new VKicker({ kick: 3e-3 })],
      [new Kicker({ hkick: 2e-3, vkick: 3e-3 })],
    ];
    for (const line of lines) {
      const { px, py } = await expectPublished(beam, new Lattice(line), published);
      // To 5/√10000 of the rms momentum; the sample here has ten times as many macroparticles.
      expect(Math.abs(meanOf(px) - 2e-3)).toBeLessThan(1.5e-5);
      expect(Math.abs(meanOf(py) - 3e-3)).toBeLessThan(1.5e-5);
    }
  });

  it('constant focusing', async () => {
    const beam = waterbag({
      ...{ species: 'proton', kineticEnergy: 2e9 },
      lambda: [1e-3, 1e-3, 0.0003369701494258956],
      lambdaP: [1e-3, 1e-3, 0.002967621914593102],
    });
    const matched: SixMoments = [1e-3, 1e-3, 0.0003369701494258956, 1e-6, 1e-6, 1e-6];
    const line = new Lattice([new ConstantFocusing({ length: 2, kx: 1, ky: 1, kt: 1 })]);
    await expectPublished(beam, line, { initial: matched, final: matched, tolerance: 1.5 / 100 });
  });

  it('constant focusing with 10 nC, matched with space charge', async () => {
    const beam = waterbag({
      ...{ species: 'proton', kineticEnergy: 2e9, charge: 1e-8 },
      lambda: [0.0012154443728379866, 0.0012154443728379866, 0.0004095684427654133],
      lambdaP: [0.0008227443578228615, 0.0008227443578228615, 0.0024415943602685364],
    });
    const matched: SixMoments = [
      0.0012154443728379866, 0.0012154443728379866, 0.0004095684427654133, 1e-6, 1e-6, 1e-6,
    ];
    const channel = new Lattice([new ConstantFocusing({ length: 2, kx: 1, ky: 1, kt: 1 })]);
    // Its grid and number of slices; a waterbag ends at √8 σ.
    const line = channel.withSpaceCharge({
      kicks: 50,
      gridShape: [48, 48, 40],
      extent: { sigmas: [3.3, 3.3, 3.3] },
    });
    await expectPublished(beam, line, { initial: matched, final: matched, tolerance: 2.1 / 100 });
    // Without its charge it is not matched: σx² = σ² cos² 2 + σp² sin² 2.
    using tracker = await Tracker.create(channel);
    const { coordinates } = await tracker.track(beam);
    expect(sixMoments(coordinates)[0]).toBeCloseTo(9.03e-4, 5);
  });

  it('a Kurth beam in a periodic channel, without and with 10 nC', async () => {
    const channel = new Lattice([
      new Drift({ length: 1 }),
      new ConstantFocusing({ length: 2, kx: 0.7, ky: 0.7, kt: 0.7 }),
      new Drift({ length: 1 }),
    ]);
    // A uniformly filled ellipsoid ends at √5 σ.
    const charged = channel.withSpaceCharge({
      kicks: 60,
      gridShape: [48, 48, 48],
      extent: { sigmas: [2.4, 2.4, 2.4] },
    });
    const cases = [
      {
        ...{ line: channel, charge: 1e-9, sizes: [1.11e-3, 3.74036839224568e-4] as const },
        ...{ momenta: [9.00900900901e-4, 2.6735334467940146e-3] as const, tolerance: 1.9 / 100 },
      },
      {
        ...{ line: charged, charge: 1e-8, sizes: [1.46e-3, 4.919763831242075e-4] as const },
        ...{ momenta: [6.84931506849e-4, 2.032617894480381e-3] as const, tolerance: 2.5 / 100 },
      },
    ];
    for (const { line, charge, sizes, momenta, tolerance } of cases) {
      const beam = Beam.kurth6d({
        ...{ species: 'proton', kineticEnergy: 2e9, charge, particles: 100_000, seed: 1 },
        ...{ sigmaX: sizes[0], sigmaY: sizes[0], sigmaTau: sizes[1] },
        ...{ sigmaPx: momenta[0], sigmaPy: momenta[0], sigmaP: momenta[1] },
      });
      const matched: SixMoments = [sizes[0], sizes[0], sizes[1], 1e-6, 1e-6, 1e-6];
      await expectPublished(beam, line, { initial: matched, final: matched, tolerance });
    }
  });

  it('alignment: a quadrupole that is shifted and turned', async () => {
    const beam = waterbag({
      ...{ species: 'proton', kineticEnergy: 2e9 },
      lambda: [1.160982600086e-3, 1.160982600086e-3, 1e-3],
      lambdaP: [5.80491300043e-4, 5.80491300043e-4, 2e-3],
    });
    const line = new Lattice([new Quadrupole({ length: 1, k1: 0.25, dx: 3e-3, tilt: Math.PI / 6 })]);
    const { x, y } = await expectPublished(beam, line, {
      initial: [1.160982600086e-3, 1.160982600086e-3, 1e-3, 6.73940299e-7, 6.73940299e-7, 2e-6],
      final: [1.2372883901369e-3, 1.377275021808e-3, 1.027364e-3, 7.39388142e-7, 7.39388142e-7, 2e-6],
      tolerance: 3 / Math.sqrt(100_000),
    });
    const within = (3 * 1.160982600086e-3) / Math.sqrt(100_000);
    expect(Math.abs(meanOf(x) - 1.79719761842e-4)).toBeLessThan(within);
    expect(Math.abs(meanOf(y) - 3.24815908981e-4)).toBeLessThan(within);
  });

  it('linear map: one turn of FCC-ee, five times', async () => {
    const beam = waterbag({
      ...{ species: 'electron', kineticEnergy: 45.6e9 },
      // From β and emittances: σ = √(βε), σp = √(ε/β).
      lambda: [Math.sqrt(0.15 * 0.27e-9), Math.sqrt(0.8e-3 * 1e-12), Math.sqrt(9.210526315789473 * 1.33e-6)],
      lambdaP: [Math.sqrt(0.27e-9 / 0.15), Math.sqrt(1e-12 / 0.8e-3), Math.sqrt(1.33e-6 / 9.210526315789473)],
    });
    // ImpactX's pt is −p: R56 and R65 change their signs.
    const matrix = matrixOf({
      ...{ R11: 0.642252653176584, R12: 0.114973951021402, R21: -5.109953378728999, R22: 0.642252653176584 },
      ...{
        R33: 0.19354946805086,
        R34: 0.0007848724139547,
        R43: -1226.3631468041676,
        R44: 0.19354946805086,
      },
      ...{ R55: 0.987688340595138, R56: -1.440843756949495, R65: 0.016984313347225, R66: 0.987688340595138 },
    });
    const matched: SixMoments = [6.363961030678928e-6, 2.82842712474619e-8, 0.0035, 0.27e-9, 1e-12, 1.33e-6];
    const published = { initial: matched, final: matched, tolerance: 2.2 / 100, turns: 5 };
    await expectPublished(beam, new Lattice([new LinearMap({ matrix })]), published);
    const tunes = [0, 2, 4].map(
      (i) => Math.acos((matrix[i]![i]! + matrix[i + 1]![i + 1]!) / 2) / (2 * Math.PI),
    );
    for (const [i, tune] of [0.139, 0.219, 0.025].entries())
      expect(Math.abs(tunes[i]! / tune - 1)).toBeLessThan(1e-3);
  });
});
