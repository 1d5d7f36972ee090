import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Beam, Lattice, loadLattice, mean, SpaceChargeKick, Tracker } from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { action, Op } from '../../src/tape/actions.js';
import { hasSamples, SAMPLE_FOLDER } from '../formats/texts.js';
import { FAST_BACKENDS } from '../support/backends.js';
import { differingCoordinates } from '../support/bits.js';
import { BareEngine } from '../support/engine.js';

const TURNS = 1000;
const CELLS = 24;

if (!hasSamples)
  console.log('a thousand turns of a real ring are left out: there is no shared/lattices here');

/** The Fermilab Booster, with all its sextupoles and cavities, and a kick behind every cell. */
async function boosterWithKicks(): Promise<Lattice> {
  const { lattice } = await loadLattice(join(SAMPLE_FOLDER, 'fermilab-booster.madx'));
  const kick = new SpaceChargeKick({
    name: 'kick',
    effectLength: lattice.length / CELLS,
    gridShape: [8, 8, 8],
  });
  return new Lattice(
    lattice.elements.flatMap((element) => (/^fmagd\d\d$/.test(element.name) ? [element, kick] : [element])),
  );
}

const protons = (particles: number) =>
  Beam.gaussian({
    ...{ particles, seed: 7, species: 'proton', kineticEnergy: 8e8, charge: 1e-9 },
    ...{ sigmaX: 2e-3, sigmaPx: 1e-4, sigmaY: 1e-3, sigmaPy: 2e-4, sigmaTau: 1, sigmaP: 3e-4 },
  });

describe.runIf(hasSamples).each(FAST_BACKENDS)('a real ring with space charge on %s', (backend) => {
  it(`${TURNS} turns and back flip no bit`, async () => {
    const lattice = await boosterWithKicks();
    const { steps } = compileLine(lattice, []);
    expect(steps.filter(({ kind }) => kind === 'kick').length).toBe(CELLS);
    using engine = await BareEngine.create(backend, lattice, protons(100), 2);
    engine.setTurns(TURNS);
    const passes = TURNS * steps.length;
    await engine.execute([action(Op.load)]);
    const before = await engine.read(action(Op.readState));
    await engine.execute(Array.from({ length: passes }, (_, i) => action(Op.forward, i)));
    const beyond = await engine.read(action(Op.readState));
    await engine.execute(Array.from({ length: passes }, (_, i) => action(Op.inverse, passes - 1 - i)));
    const after = await engine.read(action(Op.readState));
    expect(differingCoordinates(before, beyond)).toBe(600);
    expect(differingCoordinates(before, after)).toBe(0);
  }, 300_000);

  it('the centroid after ten turns, which goes by the tune, has the gradient of finite differences', async () => {
    const lattice = await boosterWithKicks();
    const { coordinates, charges, species, energy } = protons(500);
    const x = coordinates.x.map((offset) => offset + 2e-3);
    const beam = Beam.fromCoordinates({ ...coordinates, x }, { species, energy, charges });
    using tracker = await Tracker.create(lattice, { backend });
    const names = Array.from({ length: CELLS }, (_, i) => `qsxx#${i + 1}.k1`);
    const { gradient } = await tracker.gradient(beam, mean('x'), { wrt: names, turns: 10 });
    const slope = names.reduce((sum, name) => sum + gradient.parameters[name]!, 0);
    const at = lattice.parameter(names[0]!);
    const value = async (k1: number) => {
      const parameters = Object.fromEntries(names.map((name) => [name, k1]));
      return (await tracker.track(beam, { turns: 10, parameters })).moments.mean[0]!;
    };
    const step = 3e-6;
    const difference = ((await value(at + step)) - (await value(at - step))) / (2 * step);
    expect(Math.abs(difference / slope - 1)).toBeLessThan(1e-6); // measured 2.7e-7
  }, 120_000);
});
