import { expect, it } from 'vitest';
import { Drift, Lattice, linear, Quadrupole, RFCavity, Tracker } from '../../src/index.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { randomCoordinates } from '../support/beams.js';
import { derivative } from '../support/differences.js';
import { lawBeam } from '../support/elementLaws.js';

const cavity = new RFCavity({ name: 'a', length: 0.1, voltage: 1e6, frequency: 1.3e9, phase: 0.5 });
const magnet = new Quadrupole({ name: 'q', length: 0.1, k1: 3 });
const twice = new Lattice([cavity, magnet, new Drift({ length: 0.2 }), cavity, magnet]);

it.each(FAST_BACKENDS)('an element that stands twice has the gradient of both, on %s', async (backend) => {
  const beam = lawBeam(16);
  const objective = linear(randomCoordinates(16, 5));
  const names = { 'a.voltage': 1e3, 'a.phase': 1e-3, 'q.tilt': 1e-3, 'q.dx': 1e-4, 'q.k1': 1e-2 };
  using tracker = await Tracker.create(twice, { backend });
  const { gradient } = await tracker.gradient(beam, objective, { wrt: Object.keys(names) });
  for (const [name, step] of Object.entries(names)) {
    const difference = await derivative(async (by) => {
      const changed = twice.withParameters({ [name]: twice.parameter(name) + by });
      using other = await Tracker.create(changed, { backend });
      return (await other.gradient(beam, objective, { wrt: [] })).value;
    }, step);
    expect(Math.abs(gradient.parameters[name]! / difference - 1), name).toBeLessThan(1e-7);
  }
});
