import { beforeAll, describe, expect, it } from 'vitest';
import {
  COORDINATES,
  Drift,
  Lattice,
  linear,
  normalizedEmittance,
  Quadrupole,
  RBend,
  Solenoid,
  sigma,
  twiss,
} from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { changed, moved } from '../support/beams.js';
import { differenceBy, differenceOf, gradientOf, type Subject } from '../support/smoothGradients.js';
import {
  CLEARANCE,
  clearance,
  measuredHalfWidths,
  SMOOTH_COTANGENT,
  SMOOTH_PARTICLES,
  SMOOTH_SPACE_CHARGE,
  smoothBeam,
  smoothLine,
} from '../support/smoothLine.js';

const beam = smoothBeam();
const objective = linear(SMOOTH_COTANGENT);
const inSigmas = smoothLine();
let fixed: Lattice;

beforeAll(async () => {
  fixed = smoothLine({ halfWidths: await measuredHalfWidths(inSigmas, beam) });
  for (const line of [inSigmas, fixed]) {
    expect(await clearance(line, beam), 'nobody near a cell face').toBeGreaterThan(CLEARANCE);
  }
});

/** The worst relative error of the gradient by every parameter of the line. */
async function worstParameterError(subject: Subject): Promise<number> {
  const names = subject.line.parameterNames();
  const { parameters } = await gradientOf(subject, names);
  const errors: number[] = [];
  for (const name of names) {
    errors.push(Math.abs(parameters[name]! / (await differenceBy(subject, name)) - 1));
  }
  return Math.max(...errors);
}

describe.each(FAST_BACKENDS)('gradients against finite differences on %s', (backend) => {
  it('by every parameter: lengths, k1 (of a magnet that is off, too), effectLengths, extents', async () => {
    for (const line of [inSigmas, fixed]) {
      for (const of of [objective, sigma('x')]) {
        // Measured 2.5e-9
        expect(await worstParameterError({ backend, line, beam, objective: of })).toBeLessThan(1e-8);
      }
    }
  });

  it('by the length of a sliced element, whose kicks follow it, and by the kicks’ own parameters', async () => {
    const line = new Lattice([
      new Quadrupole({ name: 'q1', length: 0.1, k1: 1.5 }),
      new Drift({ name: 'd1', length: 0.3, model: 'exact' }),
    ]).withSpaceCharge({ kicks: 4, ...SMOOTH_SPACE_CHARGE });
    expect(line.parameterNames()).toEqual(expect.arrayContaining(['d1.length', 'd1_sc3.effectLength']));
    expect(await worstParameterError({ backend, line, beam, objective })).toBeLessThan(2e-8); // measured 5.3e-9
  });

  it('by the chord and the angle of a rectangular bend, whose kicks follow its arc', async () => {
    const line = new Lattice([
      new RBend({ name: 'b1', length: 0.2, angle: 0.3, k1: 0.4, e1: 0.1, dx: 1e-4 }),
      new Solenoid({ name: 's1', length: 0.1, ks: 1.1 }),
    ]).withSpaceCharge({ kicks: 3, ...SMOOTH_SPACE_CHARGE });
    const subject = { backend, line, beam, objective };
    const names = ['b1.length', 'b1.angle', 'b1.k1', 'b1.e1', 's1.length', 's1.ks'];
    const { parameters } = await gradientOf(subject, names);
    for (const name of names) {
      const value = line.parameter(name);
      const change = (by: number) => ({ line: line.withParameters({ [name]: value + by }) });
      // Small steps: dispersion takes macroparticles over cell faces soon.
      const error = Math.abs(parameters[name]! / (await differenceOf(subject, change, 1e-4)) - 1);
      expect(error, name).toBeLessThan(2e-8); // measured 5.8e-9
    }
  });

  it('by the reference energy, coordinates held fixed', async () => {
    for (const line of [inSigmas, fixed, smoothLine({ model: 'linear' })]) {
      for (const of of [objective, sigma('y'), normalizedEmittance('x'), twiss('tau').beta]) {
        const subject = { backend, line, beam, objective: of };
        const { parameters } = await gradientOf(subject, ['energy']);
        const change = (by: number) => ({ beam: changed(beam, { energy: beam.energy + by }) });
        const difference = await differenceOf(subject, change, 1e-3 * beam.energy);
        expect(Math.abs(parameters.energy! / difference - 1)).toBeLessThan(3e-10); // measured 5.5e-11
      }
    }
  });

  it('by the charge of the bunch and of one macroparticle', async () => {
    for (const line of [inSigmas, fixed]) {
      const subject = { backend, line, beam, objective };
      const { parameters, charges } = await gradientOf(subject, ['charge', 'charges']);
      const change = (of: (q: number, i: number) => number) => ({
        beam: changed(beam, { charges: beam.charges.map(of) }),
      });
      const whole = await differenceOf(subject, (by) => change((q) => q * (1 + by)), 2e-3);
      const one = await differenceOf(subject, (by) => change((q, i) => (i === 17 ? q * (1 + by) : q)), 0.02);
      expect(Math.abs((parameters.charge! * beam.charge) / whole - 1)).toBeLessThan(3e-10); // measured 4e-11
      expect(Math.abs((charges![17]! * beam.charges[17]!) / one - 1)).toBeLessThan(5e-10); // measured 7.2e-11
    }
  });

  it('by each coordinate of one macroparticle', async () => {
    for (const line of [inSigmas, fixed]) {
      const subject = { backend, line, beam, objective };
      const { coordinates } = await gradientOf(subject, ['beam']);
      for (const name of COORDINATES) {
        const unit = Float64Array.from({ length: SMOOTH_PARTICLES }, (_, i) => (i === 23 ? 1 : 0));
        const change = (by: number) => ({ beam: moved(beam, { [name]: unit }, by) });
        const difference = await differenceOf(subject, change, 2e-6);
        // Measured 3.5e-9, the rounding of p over the step; the other five 4.9e-10.
        expect(Math.abs(coordinates![name][23]! / difference - 1), name).toBeLessThan(2e-8);
      }
    }
  });
});
