import { describe, expect, it } from 'vitest';
import { COORDINATES, linear, Tracker } from '../../src/index.js';
import { BACKENDS, type Platform, platforms } from '../support/backends.js';
import { relativeError, worstRelativeError } from '../support/norms.js';
import { GOLDEN_FOLDER, type GoldenCase, loadGoldenCases } from './loader.js';

/** The emulated GPU takes its time. */
const TIMEOUT = 600_000;

const cases = loadGoldenCases();
if (cases.length === 0) console.warn(`golden cases are skipped: there are none in ${GOLDEN_FOLDER}`);

/** The worst errors that are allowed, and in comments those that were measured, all on the CPU and on emulated CUDA. */
const ALLOWED = {
  f64: {
    coordinates: 4e-12, // 9.9e-13: about the quantum that coordinates are rounded to, 2^-52 of 1024 times the largest
    report: 1e-11,
    value: 1e-11, // 1.1e-12
    coordinatesBar: 1e-11, // 2.5e-12
    chargesBar: 2e-11, // 5.5e-12
    scalars: 2e-9, // 6e-10 for a length whose terms cancel between macroparticles, 6e-11 for the others
    charge: 1e-10, // 3.4e-11
  },
  f32: {
    coordinates: 1e-6, // 2.7e-7
    report: 2e-7, // 4.6e-8
    value: 3e-5, // 1.1e-5, of a sum whose terms cancel
    coordinatesBar: 1e-5, // 1.9e-6
    chargesBar: 3e-5, // 8.8e-6
    scalars: 3e-4, // 7.7e-5 for the same length
    charge: 2e-5, // 6.1e-6
  },
};

describe.skipIf(cases.length === 0).each(platforms(BACKENDS))(
  'golden cases on $backend, $precision',
  (platform) => {
    const allowed = ALLOWED[platform.precision];

    it.each(cases)('$name: coordinates', { timeout: TIMEOUT }, async (golden) => {
      using tracker = await Tracker.create(golden.lattice, platform);
      const { coordinates, kicks } = await tracker.track(golden.beam);
      const worst = worstRelativeError(coordinates, golden.coordinates);
      expect(worst).toBeLessThan(allowed.coordinates);
      for (const [i, { half, charge_on_grid }] of golden.kicks?.entries() ?? []) {
        for (const axis of [0, 1, 2]) {
          expect(Math.abs(kicks[i]!.halfWidth[axis]! / half[axis]! - 1)).toBeLessThan(allowed.report);
        }
        const outside = golden.beam.charge - charge_on_grid;
        expect(Math.abs(kicks[i]!.outsideCharge - outside) / golden.beam.charge).toBeLessThan(allowed.report);
      }
    });

    it.each(cases)('$name: gradients', { timeout: TIMEOUT }, async (golden) => {
      const { value, parameters, coordinates, charges } = await gradientOf(golden, platform);
      expect(Math.abs(value / golden.loss - 1)).toBeLessThan(allowed.value);
      const terms = await largestTerms(golden);
      const worstScalar = Math.max(
        ...Object.entries(golden.gradient.parameters).map(
          ([name, expected]) => Math.abs(parameters[name]! - expected) / terms[name]!,
        ),
      );
      expect(worstRelativeError(coordinates, golden.gradient.coordinates)).toBeLessThan(
        allowed.coordinatesBar,
      );
      expect(relativeError(charges, golden.gradient.charges)).toBeLessThan(allowed.chargesBar);
      expect(worstScalar).toBeLessThan(allowed.scalars);
    });

    it.each(cases)(
      '$name: the gradient by the charge is that by all charges',
      { timeout: TIMEOUT },
      async (golden) => {
        const { parameters } = await gradientOf(golden, platform);
        const { charges } = golden.gradient;
        const expected =
          charges.reduce((sum, bar, i) => sum + bar * golden.beam.charges[i]!, 0) / golden.beam.charge;
        expect(Math.abs(parameters.charge! / expected - 1)).toBeLessThan(allowed.charge);
      },
    );
  },
);

async function gradientOf(golden: GoldenCase, platform: Platform) {
  using tracker = await Tracker.create(golden.lattice, platform);
  const wrt = [...Object.keys(golden.gradient.parameters), 'charge', 'beam', 'charges'];
  const { value, gradient } = await tracker.gradient(golden.beam, linear(golden.cotangent), { wrt });
  return {
    value,
    parameters: gradient.parameters,
    coordinates: gradient.coordinates!,
    charges: gradient.charges!,
  };
}

/**
 * The largest term that feeds each scalar gradient. The gradient is linear in the cotangent, so it is the sum of six, one
 * for the cotangent of each coordinate alone; the largest of those, or the sum where that is larger, is what errors are
 * relative to.
 */
async function largestTerms(golden: GoldenCase): Promise<Record<string, number>> {
  const wrt = Object.keys(golden.gradient.parameters);
  using tracker = await Tracker.create(golden.lattice, { backend: 'cpu' });
  const largest = Object.fromEntries(wrt.map((name) => [name, Math.abs(golden.gradient.parameters[name]!)]));
  for (const name of COORDINATES) {
    const { gradient } = await tracker.gradient(golden.beam, linear({ [name]: golden.cotangent[name] }), {
      wrt,
    });
    for (const key of wrt) largest[key] = Math.max(largest[key]!, Math.abs(gradient.parameters[key]!));
  }
  return largest;
}
