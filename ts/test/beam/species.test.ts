import { describe, expect, it } from 'vitest';
import { referenceOf, resolveEnergy } from '../../src/beam/reference.js';
import { resolveSpecies, SPECIES, type SpeciesName } from '../../src/beam/species.js';
import { BeamError } from '../../src/errors.js';

describe('resolveSpecies', () => {
  it('knows the species of CODATA 2022', () => {
    expect(resolveSpecies('electron')).toEqual({
      name: 'electron',
      restEnergy: 510998.95069,
      chargeNumber: -1,
    });
    expect(resolveSpecies('proton').restEnergy).toBe(938272089.43);
    expect(resolveSpecies('alpha').chargeNumber).toBe(2);
  });

  it('gives antiparticles the mass of their particles and the opposite charge', () => {
    for (const [a, b] of [
      ['electron', 'positron'],
      ['muon', 'antimuon'],
      ['proton', 'antiproton'],
    ] as const) {
      expect(SPECIES[a].restEnergy).toBe(SPECIES[b].restEnergy);
      expect(SPECIES[a].chargeNumber).toBe(-SPECIES[b].chargeNumber);
    }
  });

  it('takes a species of your own, as a copy', () => {
    const gold = { name: 'gold', restEnergy: 183.43e9, chargeNumber: 79 };
    const resolved = resolveSpecies(gold);
    expect(resolved).toEqual(gold);
    expect(resolved).not.toBe(gold);
  });

  it.each([
    ['electorn', "unknown species 'electorn' — did you mean 'electron'?"],
    [undefined, /species is missing: known are electron, positron/],
    [{ name: '', restEnergy: 1, chargeNumber: 1 }, 'a species needs a name'],
    [
      { name: 'a', restEnergy: 0, chargeNumber: 1 },
      "restEnergy of species 'a' (eV) must be a positive number, not 0",
    ],
    [{ name: 'a', restEnergy: 1, chargeNumber: 0 }, "species 'a' is neutral"],
    [{ name: 'a', restEnergy: 1, charge: 1 }, "a species: 'charge' is unknown"],
  ])('refuses %j', (species, message) => {
    expect(() => resolveSpecies(species as SpeciesName)).toThrow(message);
    expect(() => resolveSpecies(species as SpeciesName)).toThrow(BeamError);
  });
});

describe('the reference particle', () => {
  const electron = SPECIES.electron;

  it('has γ0 and β0 of its total energy', () => {
    const { gamma0, beta0 } = referenceOf(2 * electron.restEnergy, electron);
    expect(gamma0).toBe(2);
    expect(beta0).toBeCloseTo(Math.sqrt(3) / 2, 15);
  });

  it('keeps its β0 near rest, where 1 − 1/γ² cancels', () => {
    // T = 1e-6 mc²: β² = 1 − (1 + T)⁻² = 2T − 3T² + 4T³ − …
    const T = 1e-6;
    const { beta0 } = referenceOf(electron.restEnergy * (1 + T), electron);
    const expected = Math.sqrt(2 * T - 3 * T ** 2 + 4 * T ** 3);
    expect(Math.abs(beta0 / expected - 1)).toBeLessThan(1e-10); // γ itself is rounded to 1e-16 of T = 1e-6
  });

  it('takes its energy as total or kinetic', () => {
    expect(resolveEnergy({ energy: 1e6 }, electron)).toBe(1e6);
    expect(resolveEnergy({ kineticEnergy: 1e6 }, electron)).toBe(1e6 + electron.restEnergy);
  });

  it.each([
    [{}, 'give exactly one of energy (total, eV) and kineticEnergy (eV), not neither'],
    [{ energy: 1e6, kineticEnergy: 1e6 }, 'not both'],
    [{ energy: electron.restEnergy }, 'is not above the rest energy of the electron'],
    [{ energy: 1 }, 'energy 1 eV is not above the rest energy of the electron, 510998.95069 eV'],
    [{ energy: Number.NaN }, 'energy (eV) must be a finite number, not NaN'],
    [{ kineticEnergy: 0 }, 'kineticEnergy (eV) must be a positive number, not 0'],
    [{ kineticEnergy: 1e-20 }, 'is not above the rest energy'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveEnergy(options, electron)).toThrow(message);
    expect(() => resolveEnergy(options, electron)).toThrow(BeamError);
  });
});
