import { describe, expect, it } from 'vitest';
import { COORDINATES, linear, Tracker } from '../../src/index.js';
import type { BackendName } from '../../src/native.js';
import { BACKENDS } from '../support/backends.js';
import { relativeError, worstRelativeError } from '../support/norms.js';
import { GOLDEN_FOLDER, type GoldenCase, loadGoldenCases } from './loader.js';

/** The emulated GPU takes its time. */
const TIMEOUT = 600_000;

const cases = loadGoldenCases();
if (cases.length === 0) console.warn(`golden cases are skipped: there are none in ${GOLDEN_FOLDER}`);

describe.skipIf(cases.length === 0).each(BACKENDS)('golden cases on %s', (backend) => {
  it.each(cases)('$name: coordinates', { timeout: TIMEOUT }, async (golden) => {
    using tracker = await Tracker.create(golden.lattice, { backend });
    const { coordinates, kicks } = await tracker.track(golden.beam);
    const worst = worstRelativeError(coordinates, golden.coordinates);
    expect(worst, 'as specified').toBeLessThan(1e-9);
    // Measured 9.9e-13: about the quantum that coordinates are rounded to, 2^-52 of 1024 times the largest.
    expect(worst, 'as measured').toBeLessThan(4e-12);
    for (const [i, { half, charge_on_grid }] of golden.kicks?.entries() ?? []) {
      for (const axis of [0, 1, 2]) expect(kicks[i]!.halfWidth[axis]! / half[axis]! - 1).toBeCloseTo(0, 11);
      const outside = golden.beam.charge - charge_on_grid;
      expect(kicks[i]!.outsideCharge / golden.beam.charge).toBeCloseTo(outside / golden.beam.charge, 11);
    }
  });

  it.each(cases)('$name: gradients', { timeout: TIMEOUT }, async (golden) => {
    const { value, parameters, coordinates, charges } = await gradientOf(golden, backend);
    expect(Math.abs(value / golden.loss - 1)).toBeLessThan(1e-11); // measured 1.1e-12
    const terms = await largestTerms(golden);
    const worstScalar = Math.max(
      ...Object.entries(golden.gradient.parameters).map(
        ([name, expected]) => Math.abs(parameters[name]! - expected) / terms[name]!,
      ),
    );
    const worst = {
      coordinates: worstRelativeError(coordinates, golden.gradient.coordinates),
      charges: relativeError(charges, golden.gradient.charges),
      scalars: worstScalar,
    };
    for (const [what, error] of Object.entries(worst))
      expect(error, `${what}, as specified`).toBeLessThan(1e-7);
    expect(worst.coordinates, 'as measured').toBeLessThan(1e-11); // measured 2.5e-12
    expect(worst.charges, 'as measured').toBeLessThan(2e-11); // measured 5.5e-12
    // Measured 6e-10 for a length whose terms cancel between macroparticles, 6e-11 for the others.
    expect(worst.scalars, 'as measured').toBeLessThan(2e-9);
  });

  it.each(cases)(
    '$name: the gradient by the charge is that by all charges',
    { timeout: TIMEOUT },
    async (golden) => {
      const { parameters } = await gradientOf(golden, backend);
      const { charges } = golden.gradient;
      const expected =
        charges.reduce((sum, bar, i) => sum + bar * golden.beam.charges[i]!, 0) / golden.beam.charge;
      expect(Math.abs(parameters.charge! / expected - 1)).toBeLessThan(1e-10); // measured 3.4e-11
    },
  );
});

async function gradientOf(golden: GoldenCase, backend: BackendName) {
  using tracker = await Tracker.create(golden.lattice, { backend });
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
