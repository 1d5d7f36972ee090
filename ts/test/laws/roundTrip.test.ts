import { describe, expect, it } from 'vitest';
import {
  Drift,
  type Element,
  Lattice,
  Quadrupole,
  RFCavity,
  Sextupole,
  SpaceChargeKick,
} from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { type Action, action, Op } from '../../src/tape/actions.js';
import { BACKENDS, type Platform, platforms } from '../support/backends.js';
import { gaussianBunch } from '../support/beams.js';
import { differingCoordinates } from '../support/bits.js';
import { BareEngine } from '../support/engine.js';

/** FODO cells with a kick in every magnet and drift, every second drift exact. */
function fodoCells(kicks: number): Lattice {
  const elements: Element[] = [];
  for (let i = 0; i < kicks; i++) {
    const half = { length: 0.02, k1: i % 4 === 1 ? 12 : -12 };
    const model = i % 4 === 0 ? 'linear' : 'exact';
    elements.push(i % 2 === 1 ? new Quadrupole(half) : new Drift({ length: 0.05, model }));
    elements.push(new SpaceChargeKick({ effectLength: 0.07, gridShape: [8, 10, 9] }));
  }
  return new Lattice(elements);
}

/** A linac: a cavity and a chromatic quadrupole in turn, a sextupole now and then, with a kick in every one of them. */
function linacCells(kicks: number): Lattice {
  const elements: Element[] = [];
  for (let i = 0; i < kicks; i++) {
    const quadrupole = { length: 0.02, k1: i % 4 === 1 ? 12 : -12, model: 'chromatic' } as const;
    const cavity = { length: 0.05, voltage: 5e5, frequency: 1.3e9, phase: i % 4 === 0 ? 1 : -1 };
    elements.push(i % 2 === 1 ? new Quadrupole(quadrupole) : new RFCavity(cavity));
    if (i % 10 === 3) elements.push(new Sextupole({ length: 0.02, k2: 10 }));
    elements.push(new SpaceChargeKick({ effectLength: 0.07, gridShape: [8, 10, 9] }));
  }
  return new Lattice(elements);
}

const LINES = { 'a channel': fodoCells, 'a linac': linacCells };

const there = (steps: number): Action[] => Array.from({ length: steps }, (_, i) => action(Op.forward, i));
const back = (steps: number): Action[] =>
  Array.from({ length: steps }, (_, i) => action(Op.inverse, steps - 1 - i));

/** Tracks there and back; counts the coordinates that changed by going there, and by going there and back. */
async function roundTrip(
  { backend, precision }: Platform,
  lattice: Lattice,
  particles: number,
  threads: number,
) {
  const { steps } = compileLine(lattice, []);
  using engine = await BareEngine.create(backend, lattice, gaussianBunch(particles), threads, precision);
  await engine.execute([action(Op.load)]);
  const before = await engine.read(action(Op.readState));
  await engine.execute(there(steps.length));
  const beyond = await engine.read(action(Op.readState));
  await engine.execute(back(steps.length));
  const after = await engine.read(action(Op.readState));
  return { moved: differingCoordinates(before, beyond), lost: differingCoordinates(before, after), beyond };
}

describe.each(platforms(BACKENDS))('forward and back on $backend, $precision', (platform) => {
  const { backend } = platform;
  // The emulated GPU is slow: fewer kicks, fewer macroparticles.
  const [kicks, particles] = backend === 'cuda-emulated' ? [20, 40] : [2000, 300];

  it.each(Object.entries(LINES))(
    `${kicks} kicks of %s flip no bit of any coordinate, on any number of threads`,
    async (_, line) => {
      for (const threads of backend === 'cpu' ? [1, 3] : [1]) {
        const { moved, lost, beyond } = await roundTrip(platform, line(kicks), particles, threads);
        // All six coordinates of everyone are elsewhere, or nearly: the trip was a real one.
        expect(moved).toBeGreaterThan(0.99 * 6 * particles);
        expect(Math.max(...beyond.x)).toBeLessThan(1);
        expect(lost).toBe(0);
      }
    },
  );
});
