import { describe, expect, it } from 'vitest';
import {
  type Beam,
  COORDINATES,
  covariance,
  Drift,
  energySpread,
  type Gradient,
  type GradientResult,
  Lattice,
  Marker,
  type Objective,
  ofParticles,
  Quadrupole,
  SpaceChargeKick,
  type Strategy,
  Tracker,
} from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { changed, moved, randomCoordinates } from '../support/beams.js';
import { hashOf } from '../support/bits.js';
import { innerProduct } from '../support/norms.js';
import { differenceBy, differenceOf } from '../support/smoothGradients.js';
import {
  SMOOTH_HEADROOM as headroom,
  SMOOTH_PARTICLES,
  SMOOTH_SPACE_CHARGE,
  smoothBeam,
} from '../support/smoothLine.js';

const STRATEGIES: readonly Strategy[] = ['invert', 'store', 'fields'];
const beam = smoothBeam();

const kick = (name: string) => new SpaceChargeKick({ name, effectLength: 0.2, ...SMOOTH_SPACE_CHARGE });
const line = new Lattice([
  new Marker({ name: 'first' }),
  new Quadrupole({ name: 'q1', length: 0.1, k1: 1.5 }),
  new Marker({ name: 'inARun' }),
  new Drift({ name: 'd1', length: 0.05 }),
  new Marker({ name: 'beforeKick' }),
  kick('sc1'),
  new Marker({ name: 'betweenKicks' }),
  kick('sc2'),
  new Marker({ name: 'beforeRun' }),
  new Drift({ name: 'd2', length: 0.1, model: 'exact' }),
  new Quadrupole({ name: 'q2', length: 0.05, k1: 0 }),
  new Marker({ name: 'last' }),
]);
const MARKERS = ['first', 'inARun', 'beforeKick', 'betweenKicks', 'beforeRun', 'last'];

/** Σ q·(x·px + 1e-3·p²) over the bunch's charge: a function of the particles with all three kinds of derivative. */
const ofEveryone = ofParticles(({ x, px, p }, charges) => {
  const terms = x.map((a, i) => a * px[i]! + 1e-3 * p[i]! ** 2);
  return {
    value: terms.reduce((sum, term, i) => sum + 1e9 * charges[i]! * term, 0),
    coordinates: {
      x: px.map((a, i) => 1e9 * charges[i]! * a),
      px: x.map((a, i) => 1e9 * charges[i]! * a),
      p: p.map((a, i) => 2e6 * charges[i]! * a),
    },
    charges: terms.map((term) => 1e9 * term),
  };
});
const ofTheMoments = covariance('x', 'px').times(1e3).plus(energySpread()).plus(covariance('y', 'y'));

/** The objectives under test: each at every marker, and several markers and the end together. */
const OBJECTIVES: [string, Objective][] = [
  ...MARKERS.map((marker): [string, Objective] => [`moments at ${marker}`, ofTheMoments.at(marker)]),
  ...MARKERS.map((marker): [string, Objective] => [`particles at ${marker}`, ofEveryone.at(marker)]),
  [
    'two markers and the end',
    ofTheMoments.at('betweenKicks').plus(ofEveryone.at('beforeKick')).times(ofTheMoments).plus(ofEveryone),
  ],
];

/** A twentieth of a cell, and a thirtieth of the momenta. */
const direction = randomCoordinates(SMOOTH_PARTICLES, 21);
for (const name of COORDINATES) {
  const scale = name.startsWith('p') ? 1e-6 : 1e-5;
  direction[name] = direction[name].map((a) => scale * a);
}

const PARAMETERS = ['q1.k1', 'd1.length', 'sc1.effectLength', 'd2.length'];

/** Ways to change the beam: what the gradient says of it, how, and by how much. */
const CHANGES: [string, (gradient: Gradient) => number, (by: number) => Beam, number][] = [
  [
    'beam',
    ({ coordinates }) => innerProduct(coordinates!, direction),
    (by) => moved(beam, direction, by),
    0.1,
  ],
  [
    'energy',
    ({ parameters }) => parameters.energy! * beam.energy,
    (by) => changed(beam, { energy: beam.energy * (1 + by) }),
    1e-3,
  ],
  [
    'charge',
    ({ parameters }) => parameters.charge! * beam.charge,
    (by) => changed(beam, { charges: beam.charges.map((q) => q * (1 + by)) }),
    2e-3,
  ],
  [
    'one charge',
    ({ charges }) => charges![31]! * beam.charges[31]!,
    (by) => changed(beam, { charges: beam.charges.map((q, i) => (i === 31 ? q * (1 + by) : q)) }),
    2e-2,
  ],
];

describe.each(FAST_BACKENDS)('objectives at markers on %s', (backend) => {
  it.each(OBJECTIVES)(
    '%s: the same bits by every strategy, equal to finite differences',
    async (_, objective) => {
      const wrt = [...PARAMETERS, 'energy', 'charge', 'beam', 'charges'];
      using tracker = await Tracker.create(line, { backend });
      const results: GradientResult[] = [];
      for (const strategy of STRATEGIES) {
        results.push(await tracker.gradient(beam, objective, { wrt, strategy, headroom }));
      }
      const hashes = results.map(({ value, gradient: { parameters, coordinates, charges } }) =>
        hashOf(
          value,
          ...Object.values(parameters),
          ...COORDINATES.map((name) => coordinates![name]),
          charges!,
        ),
      );
      expect(new Set(hashes).size).toBe(1);

      const { value, gradient } = results[0]!;
      const subject = { backend, line, beam, objective };
      // Relative to the difference, or to a hundredth of the value: before the first kick the charge has no effect.
      const expectSlope = (what: string, slope: number, difference: number) => {
        const scale = Math.max(Math.abs(difference), 0.01 * Math.abs(value));
        expect(Math.abs(slope - difference) / scale, what).toBeLessThan(5e-9); // measured 5.6e-10
      };
      for (const name of PARAMETERS) {
        expectSlope(name, gradient.parameters[name]!, await differenceBy(subject, name));
      }
      for (const [what, slope, change, step] of CHANGES) {
        expectSlope(what, slope(gradient), await differenceOf(subject, (by) => ({ beam: change(by) }), step));
      }
    },
  );

  it('nothing behind the marker has a gradient', async () => {
    using tracker = await Tracker.create(line, { backend });
    const behind = ['sc2.effectLength', 'd2.length', 'q2.k1'];
    for (const strategy of STRATEGIES) {
      const options = { wrt: [...behind, 'q1.k1'], strategy, headroom };
      const { gradient } = await tracker.gradient(beam, ofTheMoments.at('betweenKicks'), options);
      for (const name of behind) expect(gradient.parameters[name]).toBe(0);
      expect(gradient.parameters['q1.k1']).not.toBe(0);
    }
  });
});
