import { describe, expect, it } from 'vitest';
import { Buncher, Drift, Lattice, Quadrupole, ShortRF, ThinLens, Tracker } from '../../../src/index.js';
import { expectPublished, type ImpactXBeam, waterbag } from './case.js';

const C = 299_792_458;
const ELECTRON = 510_998.95;
const PROTON = 938.27208816e6;

describe('ImpactX’s published cavities', () => {
  it('compression by a short RF element', async () => {
    const beam: ImpactXBeam = {
      species: 'electron',
      kineticEnergy: 20e6,
      lambda: [0.5e-3, 0.5e-3, 5e-3],
      lambdaP: [1e-5, 1e-5, 4e-6],
    };
    // V = 1000 in units of mc², phase −89.5°.
    const cavity = new ShortRF({
      voltage: 1000 * ELECTRON,
      frequency: 1.3e9,
      phase: (-89.5 * Math.PI) / 180,
    });
    const headroom = { p: 2 ** 20 }; // 500 MV on a beam of 80 eV
    const line = new Lattice([cavity, new Drift({ length: 1.7 })]);
    // The final emittance is a sixth moment, which 10 000 macroparticles know to 2.1 %, half a million to 0.3 %.
    await expectPublished(waterbag(beam, 500_000), line, {
      initial: [5e-4, 5e-4, 5e-3, 4.952764e-9, 5.028325e-9, 1.997821e-8],
      final: [5.004995e-4, 5.005865e-4, 3.033949e-3, 4.067876e-9, 4.129937e-9, 6.432081e-5],
      tolerance: 1.9 / 100,
      headroom,
    });
    using tracker = await Tracker.create(line);
    const before = waterbag(beam, 1000);
    const after = (await tracker.track(before, { headroom })).beam;
    // Published: from 40.1389432485 to 48.8654787469, with an electron of 0.511 MeV.
    expect(after.gamma0 - before.gamma0).toBeCloseTo(8.7265354984, 6);
  });

  it('FODO with RF: bunchers, and the defocusing that ImpactX’s have', async () => {
    const beam: ImpactXBeam = {
      species: 'proton',
      kineticEnergy: 250e6,
      lambda: [3.1319489252e-3, 1.148450209423e-3, 2.159922887089e-3],
      lambdaP: [3.192900088357e-4, 8.70738663109e-4, 4.62979491526e-4],
    };
    const [strength, waveNumber] = [0.01, 15];
    const gamma = 1 + 250e6 / PROTON;
    const betaGamma = Math.sqrt(gamma ** 2 - 1);
    const defocusing = (-strength * waveNumber) / (2 * betaGamma ** 2);
    const rf = () => [
      new Buncher({
        voltage: strength * betaGamma * PROTON,
        frequency: (waveNumber * C) / (2 * Math.PI),
      }),
      new ThinLens({ kx: defocusing, ky: defocusing }),
    ];
    const drift = () => new Drift({ length: 1 });
    const half = () => new Quadrupole({ length: 0.15, k1: 2.5 });
    const line = new Lattice([
      ...[half(), drift(), ...rf(), drift()],
      new Quadrupole({ length: 0.3, k1: -2.5 }),
      ...[drift(), ...rf(), drift(), half()],
    ]);
    await expectPublished(waterbag(beam), line, {
      initial: [3.145694e-3, 1.153344e-3, 2.155082e-3, 9.97977e-7, 1.008751e-6, 1.000691e-6],
      final: [3.112318e-3, 1.153322e-3, 2.166501e-3, 9.97977e-7, 1.008751e-6, 1.000691e-6],
      tolerance: 1.9 / 100,
    });
  });
});
