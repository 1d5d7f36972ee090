import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Beam, type LoadedLattice, loadLattice, opticsOf, sigma, Tracker } from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { hasSamples, SAMPLE_FOLDER } from './texts.js';

/** Fields in T/m need a momentum to be measured by, which this file does not name. */
const PARTICLES: Readonly<Record<string, object>> = {
  'fodo.pals.yaml': { species: 'electron', energy: 2e9 },
};
const load = (name: string) => loadLattice(join(SAMPLE_FOLDER, name), PARTICLES[name]);
const SAMPLES = hasSamples ? readdirSync(SAMPLE_FOLDER) : [];

/** A small bunch of what the file is for; of 10 MeV electrons where it does not say. */
function bunchFor({ reference }: LoadedLattice, particles = 10_000): Beam {
  const { species = 'electron', energy = 10e6 } = reference;
  return Beam.gaussian({
    ...{ particles, seed: 1, species, energy, charge: 1e-12 },
    ...{ sigmaX: 1e-4, sigmaPx: 1e-5, sigmaY: 1e-4, sigmaPy: 1e-5, sigmaTau: 1e-4, sigmaP: 1e-5 },
  });
}

if (!hasSamples)
  console.log('tracking through lattices of real machines is left out: there is no shared/lattices here');

describe.runIf(hasSamples).each(FAST_BACKENDS)('lattices of real machines on %s', (backend) => {
  it.each(SAMPLES)('%s: 10 000 particles pass', async (name) => {
    const loaded = await load(name);
    using tracker = await Tracker.create(loaded.lattice, { backend });
    // The kicks of cavity.lte, 0.15 rad, need more headroom than a bunch as small as this has by default.
    const { moments, losses } = await tracker.track(bunchFor(loaded), { headroom: 2 ** 14 });
    expect(moments.mean.every(Number.isFinite) && moments.covariance.every(Number.isFinite)).toBe(true);
    expect(losses).toBeUndefined();
  });

  it('the gradient by a corrector of the ring, 24 times passed, agrees with finite differences', async () => {
    const loaded = await load('fermilab-booster.madx');
    const beam = bunchFor(loaded, 500);
    const of = sigma('y').squared();
    using tracker = await Tracker.create(loaded.lattice, { backend });
    const { gradient } = await tracker.gradient(beam, of, { wrt: ['qsxx.k1'] });
    const value = async (k1: number) => {
      using changed = await Tracker.create(loaded.lattice.withParameters({ 'qsxx.k1': k1 }), { backend });
      return (await changed.gradient(beam, of, { wrt: [] })).value;
    };
    const k1 = loaded.lattice.parameter('qsxx.k1');
    const h = 1e-4;
    const slope = ((await value(k1 + h)) - (await value(k1 - h))) / (2 * h);
    // Measured 2.4e-8
    expect(Math.abs(slope / gradient.parameters['qsxx.k1']! - 1)).toBeLessThan(1e-7);
  });
});

describe.runIf(hasSamples)('the Fermilab Booster', () => {
  it('has the tunes that the correctors of the file were set for, 6.71 and 6.81', async () => {
    const { lattice, reference } = await load('fermilab-booster.madx');
    const { ring } = await opticsOf(lattice, { species: reference.species!, energy: reference.energy! });
    // Measured 1.2e-5 and 2.5e-6.
    expect(Math.abs(ring!.tunes.x - 6.71)).toBeLessThan(3e-5);
    expect(Math.abs(ring!.tunes.y - 6.81)).toBeLessThan(1e-5);
  });
});

describe.runIf(hasSamples)('IOTA', () => {
  it('has the periodic solution that its file begins with', async () => {
    const { lattice, reference } = await load('iota.pals.yaml');
    const { ring, points } = await opticsOf(lattice, {
      species: reference.species!,
      energy: reference.energy!,
    });
    // TwissP of the file follows from a beam that ImpactX matched. Measured 3.5e-5 and 2e-7.
    expect(Math.abs(points[0]!.x.beta / 0.5610658215819395 - 1)).toBeLessThan(1e-4);
    expect(Math.abs(points[0]!.y.beta / 1.3851417179996923 - 1)).toBeLessThan(1e-6);
    // What the ring was designed for. Measured 1e-6 and 5e-7.
    expect(Math.abs(ring!.tunes.x - 5.3)).toBeLessThan(1e-5);
    expect(Math.abs(ring!.tunes.y - 5.3)).toBeLessThan(1e-5);
  });
});
