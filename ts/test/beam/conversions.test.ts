import { describe, expect, it } from 'vitest';
import {
  fromCheetah,
  fromElegant,
  fromImpactX,
  fromMomenta,
  rereference,
  SPEED_OF_LIGHT,
  toCheetah,
  toElegant,
  toImpactX,
  toMomenta,
} from '../../src/beam/conversions.js';
import { COORDINATES, type Coordinates } from '../../src/beam/coordinates.js';
import { SPECIES } from '../../src/beam/species.js';
import { randomCoordinates } from '../support/beams.js';
import { worstDifference } from './statistics.js';

const MC2 = 938272089.43;

/** Slow protons, where nothing is ultrarelativistic: β0 = 0.145. */
const REFERENCE = { species: SPECIES.proton, energy: MC2 + 10e6 };
const P0C = Math.sqrt(REFERENCE.energy ** 2 - MC2 ** 2);
const ORIGIN = { z: 3.5, t: 2e-8 };

/** Momenta up to 10 % of p0, offsets up to 1 mm. */
function someCoordinates(): Coordinates {
  const all = randomCoordinates(200, 3);
  for (const name of COORDINATES) {
    const scale = name === 'x' || name === 'y' || name === 'tau' ? 1e-3 : 0.1;
    for (let i = 0; i < 200; i++) all[name][i]! *= name === 'p' ? 0.14 * scale : scale;
  }
  return all;
}

/** The largest difference of any coordinate. */
const worst = (a: Coordinates, b: Coordinates) =>
  Math.max(...COORDINATES.map((name) => worstDifference(a[name], b[name])));

describe('momenta in eV/c', () => {
  it('obey E² = (Pc)² + (mc²)², at the place of the origin', () => {
    const coordinates = someCoordinates();
    const columns = toMomenta(coordinates, REFERENCE, ORIGIN);
    for (let i = 0; i < 200; i++) {
      const energy = REFERENCE.energy + coordinates.p[i]! * P0C;
      const momentum = Math.hypot(columns.px[i]!, columns.py[i]!, columns.pz[i]!);
      expect(Math.abs(Math.hypot(momentum, MC2) / energy - 1)).toBeLessThan(1e-15);
      expect(columns.px[i]! / (coordinates.px[i]! * P0C)).toBeCloseTo(1, 14);
      expect(columns.z[i]).toBe(3.5);
      expect(columns.t[i]).toBeCloseTo(2e-8 + coordinates.tau[i]! / SPEED_OF_LIGHT, 22);
    }
  });

  it.each(['s', 'time'] as const)('come back, at fixed %s', (fixed) => {
    const coordinates = someCoordinates();
    const back = fromMomenta(toMomenta(coordinates, REFERENCE, ORIGIN, fixed), REFERENCE, ORIGIN);
    // Absolute positions and times of 3.5 m and c·20 ns = 6 m are rounded: measured 2e-15.
    expect(worst(back, coordinates)).toBeLessThan(1e-14);
  });

  it('at fixed time lie on straight lines through the coordinates at fixed s', () => {
    const coordinates = someCoordinates();
    const columns = toMomenta(coordinates, REFERENCE, ORIGIN, 'time');
    for (let i = 0; i < 200; i++) {
      expect(columns.t[i]).toBe(ORIGIN.t);
      const energy = REFERENCE.energy + coordinates.p[i]! * P0C;
      // Velocity c·P/E for the time that is left until it arrives.
      const wait = coordinates.tau[i]! / SPEED_OF_LIGHT;
      const velocity = (momentum: number) => (SPEED_OF_LIGHT * momentum) / energy;
      expect(columns.z[i]! + wait * velocity(columns.pz[i]!)).toBeCloseTo(ORIGIN.z, 14);
      expect(columns.x[i]! + wait * velocity(columns.px[i]!)).toBeCloseTo(coordinates.x[i]!, 14);
    }
  });

  it('keep p to rounding near the reference, where E − E0 would cancel', () => {
    const zero = new Float64Array(1);
    const p = Float64Array.of(1e-12);
    const coordinates = { x: zero, px: zero, y: zero, py: zero, tau: zero, p };
    const back = fromMomenta(toMomenta(coordinates, REFERENCE, ORIGIN), REFERENCE, ORIGIN);
    expect(Math.abs(back.p[0]! - 1e-12)).toBeLessThan(1e-16); // measured 8e-18
  });
});

describe('elegant', () => {
  it('has slopes px/pz and βγ', () => {
    const coordinates = someCoordinates();
    const columns = toElegant(coordinates, REFERENCE, 1e-9);
    const momenta = toMomenta(coordinates, REFERENCE, ORIGIN);
    for (let i = 0; i < 200; i++) {
      expect(columns.xp[i]! / (momenta.px[i]! / momenta.pz[i]!)).toBeCloseTo(1, 14);
      const momentum = Math.hypot(momenta.px[i]!, momenta.py[i]!, momenta.pz[i]!);
      expect(columns.p[i]! / (momentum / MC2)).toBeCloseTo(1, 14);
    }
  });

  it('comes back', () => {
    const coordinates = someCoordinates();
    const back = fromElegant(toElegant(coordinates, REFERENCE, 1e-9), REFERENCE, 1e-9);
    expect(worst(back, coordinates)).toBeLessThan(2e-16); // rounding: measured 3e-17
  });
});

describe('ImpactX and Cheetah', () => {
  it('come back without a bit changed', () => {
    const coordinates = someCoordinates();
    expect(worst(fromImpactX(toImpactX(coordinates)), coordinates)).toBe(0);
    expect(worst(fromCheetah(toCheetah(coordinates)), coordinates)).toBe(0);
  });

  it('have the signs and columns of those codes', () => {
    const coordinates = someCoordinates();
    const { t, pt } = toImpactX(coordinates);
    expect([t[5], pt[5]]).toEqual([coordinates.tau[5], -coordinates.p[5]!]);
    const row = [...toCheetah(coordinates).subarray(7, 14)];
    expect(row).toEqual([...COORDINATES.map((name) => coordinates[name][1]), 1]);
  });
});

it('a change of the reference comes back', () => {
  const coordinates = someCoordinates();
  const there = rereference(coordinates, SPECIES.proton, REFERENCE.energy, MC2 + 12e6);
  const back = rereference(there, SPECIES.proton, MC2 + 12e6, REFERENCE.energy);
  expect(worst(back, coordinates)).toBeLessThan(1e-16); // rounding: measured 1.4e-17
});
