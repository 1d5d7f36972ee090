import { beforeAll, describe, expect, it } from 'vitest';
import { type Beam, COORDINATES, type Lattice, linear } from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { changed, moved } from '../support/beams.js';
import { differenceBy, differenceOf, gradientOf } from '../support/smoothGradients.js';
import {
  CLEARANCE,
  clearance,
  measuredHalfWidths,
  SMOOTH_COTANGENT,
  SMOOTH_PARTICLES,
  smoothBeam,
  smoothLine,
} from '../support/smoothLine.js';

/*
 * With differentiateGrid: false mean, sigma and cell sizes count as constants. A line whose grids really are constant, at
 * the half widths that the beam has and centred on the reference particle, is the oracle. It takes a beam that is its own
 * mirror image, so that its mean is 0 all along, and drifts that keep it so.
 */
const beam = smoothBeam([0, 0, 0]);
const line = smoothLine({ model: 'linear', differentiateGrid: false });
const objective = linear(SMOOTH_COTANGENT);
const LINE_PARAMETERS = ['q1.length', 'q1.k1', 'd1.length', 'off.k1', 'sc2.effectLength'];
let frozen: Lattice;

beforeAll(async () => {
  const halfWidths = await measuredHalfWidths(line, beam);
  frozen = smoothLine({ model: 'linear', centre: 'reference', halfWidths });
  expect(await clearance(frozen, beam), 'nobody near a cell face').toBeGreaterThan(CLEARANCE);
});

describe.each(FAST_BACKENDS)('differentiateGrid: false on %s', (backend) => {
  it('is the derivative at frozen grids, by parameters of the line', async () => {
    const { parameters } = await gradientOf({ backend, line, beam, objective }, LINE_PARAMETERS);
    for (const name of LINE_PARAMETERS) {
      const difference = await differenceBy({ backend, line: frozen, beam, objective }, name);
      expect(Math.abs(parameters[name]! / difference - 1), name).toBeLessThan(1e-9); // measured 1.3e-10
    }
  });

  it('is the derivative at frozen grids, by energy, charge and coordinates', async () => {
    const wrt = ['energy', 'charge', 'beam'];
    const { parameters, coordinates } = await gradientOf({ backend, line, beam, objective }, wrt);
    const expectSlope = async (
      gradient: number,
      beamAt: (by: number) => Beam,
      step: number,
      tolerance: number,
    ) => {
      const change = (by: number) => ({ beam: beamAt(by) });
      const difference = await differenceOf({ backend, line: frozen, beam, objective }, change, step);
      expect(Math.abs(gradient / difference - 1)).toBeLessThan(tolerance);
    };
    const { energy, charge, charges } = beam;
    // Measured 1.9e-11, 1.3e-11, and 3.1e-9 for p, whose rounding is the largest part of its step.
    await expectSlope(
      parameters.energy!,
      (by) => changed(beam, { energy: energy + by }),
      1e-3 * energy,
      1e-10,
    );
    const scaled = (by: number) => changed(beam, { charges: charges.map((q) => q * (1 + by)) });
    await expectSlope(parameters.charge! * charge, scaled, 2e-3, 1e-10);
    for (const name of COORDINATES) {
      const unit = Float64Array.from({ length: SMOOTH_PARTICLES }, (_, i) => (i === 23 ? 1 : 0));
      await expectSlope(coordinates![name][23]!, (by) => moved(beam, { [name]: unit }, by), 2e-6, 2e-8);
    }
  });

  it('has no gradient by the extents, and is not the whole derivative', async () => {
    const wrt = ['sc1.extentX', 'sc2.extentY', 'sc3.extentZ', 'q1.k1'];
    const partial = (await gradientOf({ backend, line, beam, objective }, wrt)).parameters;
    for (const name of wrt.slice(0, 3)) expect(partial[name]).toBe(0);
    const whole = smoothLine({ model: 'linear' });
    const { parameters } = await gradientOf({ backend, line: whole, beam, objective }, wrt);
    expect(partial['q1.k1']! / parameters['q1.k1']!).toBeCloseTo(0.9211, 4);
  });
});
