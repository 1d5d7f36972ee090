import { join } from 'node:path';
import type { Group } from 'h5wasm/node';
import h5wasm from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { COORDINATES } from '../../../src/beam/coordinates.js';
import { worstDifference } from '../../beam/statistics.js';
import { TemporaryFolder } from '../../support/temporaryFolder.js';
import { expected, fixture, library } from './files.js';

const { loadBeam } = library;
await h5wasm.ready;

const ELEMENTARY_CHARGE = 1.602176634e-19;

/** Sets float64 attributes. */
function numbers(entity: Pick<Group, 'create_attribute'>, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) entity.create_attribute(name, value, null, '<d');
}

/** A dataset with a unit. */
function dataset(group: Group, name: string, values: number[], unitSI = 1): void {
  numbers(group.create_dataset({ name, data: Float64Array.from(values) }), { unitSI });
}

/** A group of particles in the layout of BeamPhysics: two protons. */
function protons(group: Group, charge: number): void {
  group.create_attribute('speciesType', 'proton');
  const position = group.create_group('position');
  const momentum = group.create_group('momentum');
  const unit = ELEMENTARY_CHARGE / 299792458;
  for (const name of ['x', 'y', 'z']) {
    dataset(position, name, [0, name === 'x' ? 1e-3 : 0]);
    dataset(momentum, name, name === 'z' ? [1e8, 1e8] : [0, 0], unit);
  }
  dataset(group, 'time', [0, 1e-12]);
  dataset(group, 'weight', [charge, charge]);
}

type Make = (root: Group, particles: (iteration: string) => Group) => void;

/** Makes a file with the attributes that openPMD asks for, and reads it. */
async function read(make: Make, options: object = {}) {
  using folder = new TemporaryFolder();
  const path = join(folder.path, 'b.h5');
  const file = new h5wasm.File(path, 'w');
  const texts = { openPMD: '2.0.0', basePath: '/data/%T/', particlesPath: 'particles/' };
  for (const [name, text] of Object.entries(texts)) file.create_attribute(name, text);
  const data = file.create_group('data');
  make(file, (iteration) => data.create_group(iteration).create_group('particles'));
  file.close();
  return await loadBeam(path, options).catch((error: Error) => {
    error.message = error.message.replaceAll(path, 'b.h5');
    throw error;
  });
}

describe('a file in the layout of the Python package', () => {
  it('is brought to fixed s: what the textbook formulas give', async () => {
    const { beam, origin, warnings } = await loadBeam(fixture('beamphysics.h5'));
    expect(warnings).toEqual(['left out 1 of 12 macroparticles, whose particleStatus is not 1']);
    expect(beam.particles).toBe(11);
    expect(beam.energy / expected.energy).toBeCloseTo(1, 14);
    expect(origin.z).toBeCloseTo(expected.z, 18);
    expect(origin.t).toBe(5e-9);
    for (const name of COORDINATES) {
      // (E − E0)/p0c cancels 6 digits in the expectation: measured 6e-17.
      const worst = worstDifference(beam.coordinates[name], expected[name]!);
      expect(worst, name).toBeLessThan(1e-15);
    }
    expect(worstDifference(beam.charges, expected.charges!)).toBeLessThan(1e-27);
  });
});

describe('several beams in a file', () => {
  const iterations: Make = (_, particles) => {
    protons(particles('5').create_group('proton'), 1e-12);
    protons(particles('100').create_group('proton'), 2e-12);
  };

  it('the last iteration is read, and that is said', async () => {
    const { beam, warnings } = await read(iterations);
    expect(beam.charge).toBeCloseTo(4e-12, 24);
    expect(warnings).toEqual(['of the iterations 5, 100 the last was read: choose one with iteration']);
  });

  it('an iteration can be chosen', async () => {
    const { beam, warnings } = await read(iterations, { iteration: '5' });
    expect(beam.charge).toBeCloseTo(2e-12, 24);
    expect(warnings).toEqual([]);
    await expect(read(iterations, { iteration: '7' })).rejects.toThrow("has the iterations 5, 100, not '7'");
  });

  it('a group must be chosen', async () => {
    const groups: Make = (_, particles) => {
      const both = particles('0');
      protons(both.create_group('core'), 1e-12);
      protons(both.create_group('halo'), 3e-12);
    };
    await expect(read(groups)).rejects.toThrow(
      'b.h5: /data/0/particles: holds the groups core, halo: choose one with group',
    );
    expect((await read(groups, { group: 'halo' })).beam.charge).toBeCloseTo(6e-12, 24);
    await expect(read(groups, { group: 'hallo' })).rejects.toThrow(
      "holds the groups core, halo, not 'hallo'",
    );
  });
});

describe('ImpactX’s beam monitor', () => {
  const make: Make = (_, particles) => {
    const group = particles('10').create_group('beam');
    const mass = (510998.95069 * ELEMENTARY_CHARGE) / 299792458 ** 2;
    numbers(group, { gamma_ref: 50, mass_ref: mass, charge_ref: -ELEMENTARY_CHARGE, s_ref: 3 });
    for (const record of ['position', 'momentum', 'positionOffset']) group.create_group(record);
    for (const [i, name] of ['x', 'y', 't'].entries()) {
      dataset(group.get('position') as Group, name, [1e-3 * (i + 1), 0]);
      dataset(group.get('momentum') as Group, name, [1e-4 * (i + 1), 0]);
      dataset(group.get('positionOffset') as Group, name, [9, 9]);
    }
    dataset(group, 'weighting', [1e6, 2e6]);
  };

  it('has t for tau and −pt for p, about the reference of its attributes', async () => {
    const { beam, warnings } = await read(make);
    expect([beam.species.name, warnings]).toEqual(['electron', []]);
    expect(beam.gamma0).toBeCloseTo(50, 12);
    expect(COORDINATES.map((name) => beam.coordinates[name][0])).toEqual(
      [1e-3, 1e-4, 2e-3, 2e-4, 3e-3, -3e-4].map((v) => expect.closeTo(v, 18)),
    );
    expect(beam.charges[1]! / ELEMENTARY_CHARGE).toBeCloseTo(2e6, 6);
  });
});

describe('openPMD refuses', () => {
  const one = (change: (group: Group) => void): Make => {
    return (_, particles) => {
      const group = particles('0').create_group('proton');
      protons(group, 1e-12);
      change(group);
    };
  };
  const nothing = () => {};
  it.each<[string, Make, string]>([
    ['no iteration', nothing, 'b.h5: /data/: holds no iteration'],
    ['no particles', (_, particles) => particles('0'), 'b.h5: /data/0/particles: holds no particles'],
    ['other HDF5', (root) => root.delete_attribute('openPMD'), 'b.h5: /: has no attribute openPMD'],
    ['no momenta', (_, particles) => particles('0').create_group('proton').create_group('x'), 'is missing'],
    [
      'records of unequal lengths',
      one((group) => dataset(group, 'particleStatus', [1, 1, 1])),
      'particleStatus: has 3 entries where others have 2',
    ],
    [
      'wrong dimensions',
      one((group) =>
        (group.get('position') as Group).create_attribute(
          'unitDimension',
          Float64Array.of(0, 0, 1, 0, 0, 0, 0),
        ),
      ),
      'position/x: has the unitDimension 0, 0, 1, 0, 0, 0, 0, not 1, 0, 0, 0, 0, 0, 0',
    ],
    [
      'NaN',
      one((group) => dataset(group.create_group('momentumOffset'), 'y', [0, Number.NaN])),
      'momentumOffset/y: is NaN for macroparticle 1',
    ],
  ])('%s', async (_, make, message) => {
    await expect(read(make)).rejects.toThrow(message);
    await expect(read(make)).rejects.toMatchObject({ name: 'BeamFileError' });
  });

  it('a constant number of macroparticles that the file cannot hold', async () => {
    const constant = (group: Group, name: string, value: number) => {
      const component = group.create_group(name);
      numbers(component, { value, unitSI: 1 });
      component.create_attribute('shape', 1e9, null, '<d');
    };
    const make: Make = (_, particles) => {
      const group = particles('0').create_group('proton');
      for (const record of ['position', 'momentum']) {
        const components = group.create_group(record);
        for (const name of ['x', 'y', 'z']) constant(components, name, 1);
      }
      constant(group, 'time', 0);
    };
    await expect(read(make)).rejects.toThrow('1000000000 macroparticles of constant records are too many');
  });
});
