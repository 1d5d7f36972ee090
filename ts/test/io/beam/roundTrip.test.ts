import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COORDINATES } from '../../../src/beam/coordinates.js';
import type { Beam } from '../../../src/index.js';
import { worstDifference } from '../../beam/statistics.js';
import { differingCoordinates } from '../../support/bits.js';
import { TemporaryFolder } from '../../support/temporaryFolder.js';
import { library } from './files.js';

const { loadBeam, saveBeam } = library;

const BUNCH = library.Beam.gaussian({
  ...{ particles: 500, species: 'proton', kineticEnergy: 6.7e6, charge: 2e-9 },
  ...{ sigmaX: 1e-3, sigmaPx: 5e-3, sigmaY: 2e-3, sigmaPy: 1e-2, sigmaTau: 1e-2, sigmaP: 1e-2, meanP: 1e-3 },
});

/** The same, every macroparticle with a charge of its own. */
const UNEVEN = library.Beam.fromCoordinates(BUNCH.coordinates, {
  ...{ species: 'proton', energy: BUNCH.energy },
  charges: BUNCH.charges.map((q, i) => q * (1 + i / 500)),
});

const ONE = library.Beam.fromCoordinates(
  { x: [1e-3], px: [0], y: [0], py: [1e-3], tau: [0], p: [-1e-3] },
  { species: 'electron', energy: 1e7, charge: 1e-15 },
);

/** Extension, what has to be said when reading, and how far coordinates may be off: 0 for to the bit. */
const FORMATS: readonly [string, boolean, number][] = [
  ['h5', false, 3e-16],
  ['astra', false, 3e-15],
  ['sdds', false, 3e-16],
  ['npy', true, 0],
  ['npz', false, 0],
  ['csv', false, 0],
];

async function thereAndBack(beam: Beam, extension: string, say: boolean) {
  using folder = new TemporaryFolder();
  const path = join(folder.path, `bunch.${extension}`);
  await saveBeam(beam, path);
  expect(folder.files).toEqual([`bunch.${extension}`]);
  return await loadBeam(path, say ? { species: beam.species, energy: beam.energy } : {});
}

describe.each(FORMATS)('a .%s file', (extension, say, tolerance) => {
  it.each([
    ['a bunch', BUNCH],
    ['uneven charges', UNEVEN],
    ['one macroparticle', ONE],
  ])('brings back %s', async (_, beam) => {
    const { beam: back, warnings } = await thereAndBack(beam, extension, say);
    expect(warnings).toEqual([]);
    expect([back.particles, back.species.name]).toEqual([beam.particles, beam.species.name]);
    // Rounding of β and γ: measured 2e-16 at 25 MeV.
    expect(Math.abs(back.energy / beam.energy - 1)).toBeLessThan(1e-15);
    for (const name of COORDINATES) {
      const worst = worstDifference(back.coordinates[name], beam.coordinates[name]);
      expect(worst, name).toBeLessThanOrEqual(tolerance * 10);
    }
    if (tolerance === 0) expect(differingCoordinates(back.coordinates, beam.coordinates)).toBe(0);
    expect(worstDifference(back.charges, beam.charges) / beam.charge).toBeLessThan(1e-15);
  });
});

describe('a species of its own', () => {
  const ion = { name: 'C6+', restEnergy: 11.1749e9, chargeNumber: 6 };
  const beam = library.Beam.fromCoordinates(ONE.coordinates, { species: ion, energy: 12e9, charge: 1e-12 });

  it.each(['npz', 'csv'])('comes back from .%s', async (extension) => {
    const { beam: back } = await thereAndBack(beam, extension, false);
    expect(back.species).toEqual(ion);
  });

  it.each(['h5', 'sdds'])('has to be said for .%s', async (extension) => {
    await expect(thereAndBack(beam, extension, false)).rejects.toThrow(
      'does not say which particles these are',
    );
    const { beam: back } = await thereAndBack(beam, extension, true);
    expect(back.species).toEqual(ion);
  });

  it('has no place in an Astra file', async () => {
    await expect(thereAndBack(beam, 'astra', false)).rejects.toThrow("Astra has no species 'C6+'");
  });
});

describe('options go before what a file says', () => {
  it('charge, energy and species', async () => {
    using folder = new TemporaryFolder();
    const path = join(folder.path, 'bunch.csv');
    await saveBeam(UNEVEN, path);
    const options = { charge: 5e-9, kineticEnergy: 8e6, species: 'antiproton' } as const;
    const { beam, warnings } = await loadBeam(path, options);
    expect(beam.charge / 5e-9).toBeCloseTo(1, 14);
    expect(beam.charges[7]! / beam.charges[3]!).toBeCloseTo(UNEVEN.charges[7]! / UNEVEN.charges[3]!, 14);
    expect(beam.energy).toBeCloseTo(938272089.43 + 8e6, 6);
    expect(warnings).toEqual(['the file holds the species proton, read as antiproton']);
  });

  it('unknown ones are refused', async () => {
    await expect(loadBeam('x.csv', { enrgy: 1 } as never)).rejects.toThrow(
      "'enrgy' is unknown — did you mean 'energy'?",
    );
    await expect(loadBeam('x.csv', { format: 'cvs' } as never)).rejects.toThrow("did you mean 'csv'");
    await expect(saveBeam(ONE, 'x.csv', { fromat: 'csv' } as never)).rejects.toThrow(
      "did you mean 'format'?",
    );
  });
});

describe('a file that cannot be written', () => {
  it.each(['h5', 'csv', 'npz'])('in a folder that is not there: .%s', async (extension) => {
    const path = join('/nowhere', `bunch.${extension}`);
    await expect(saveBeam(ONE, path)).rejects.toThrow(`${path}: cannot be written: no such`);
    await expect(saveBeam(ONE, path)).rejects.toMatchObject({ name: 'BeamFileError', file: path });
  });

  it('of an unknown extension', async () => {
    await expect(saveBeam(ONE, 'bunch.root')).rejects.toThrow('bunch.root: the extension says no format');
  });

  it('leaves the old one, and nothing else', async () => {
    using folder = new TemporaryFolder();
    const path = join(folder.path, 'bunch.csv');
    await saveBeam(ONE, path);
    const ion = { name: 'H-', restEnergy: 939e6, chargeNumber: -1 };
    const beam = library.Beam.fromCoordinates(ONE.coordinates, { species: ion, energy: 1e9, charge: 1e-12 });
    await expect(saveBeam(beam, path, { format: 'astra' })).rejects.toThrow("Astra has no species 'H-'");
    expect(folder.files).toEqual(['bunch.csv']);
    expect((await loadBeam(path)).beam.particles).toBe(1);
  });
});

describe('a file that cannot be read', () => {
  it.each(['h5', 'csv', 'npz', 'npy', 'sdds', 'astra', 'txt'])(
    'because it is not there: .%s',
    async (extension) => {
      await expect(loadBeam(`/nowhere/bunch.${extension}`)).rejects.toThrow(
        `bunch.${extension}: no such file`,
      );
    },
  );

  it('because it is a folder', async () => {
    using folder = new TemporaryFolder();
    await expect(loadBeam(folder.path)).rejects.toThrow('is a folder, not a file');
  });
});
