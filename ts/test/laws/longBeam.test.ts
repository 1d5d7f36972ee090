import { describe, expect, it } from 'vitest';
import {
  type Beam,
  COORDINATES,
  Drift,
  Lattice,
  linear,
  Quadrupole,
  SpaceChargeKick2D,
  type SpaceChargeSettings2D,
  type Strategy,
  sigma,
  Tracker,
} from '../../src/index.js';
import { compileLine } from '../../src/lattice/compile.js';
import { action, Op } from '../../src/tape/actions.js';
import { BACKENDS, FAST_BACKENDS, platforms } from '../support/backends.js';
import { changed, gaussianBunch, moved, randomCoordinates } from '../support/beams.js';
import { differingCoordinates } from '../support/bits.js';
import { slopes } from '../support/differences.js';
import { BareEngine } from '../support/engine.js';
import { gradientBits } from '../support/gradientBits.js';
import { innerProduct } from '../support/norms.js';
import { differenceBy, differenceOf, gradientOf, type Subject } from '../support/smoothGradients.js';
import {
  measuredHalfWidths,
  SMOOTH_COTANGENT,
  SMOOTH_HEADROOM,
  SMOOTH_PARTICLES,
  SMOOTH_SPACE_CHARGE,
  smoothBeam,
} from '../support/smoothLine.js';

/* The laws of the house for kicks of long beams; where the beam is smoothLine's, everyone sits near the middle of a cell. */

const STRATEGIES: readonly Strategy[] = ['invert', 'store', 'fields'];
const WRT = ['q.k1', 'k1.current', 'k2.extentX', 'energy', 'charge', 'beam', 'charges'];

const settings = (current: number): SpaceChargeSettings2D => {
  const [nx, ny] = SMOOTH_SPACE_CHARGE.gridShape;
  const [ex, ey] = SMOOTH_SPACE_CHARGE.extent.sigmas;
  return { current, gridShape: [nx, ny], extent: { sigmas: [ex, ey] } };
};

/**
 * Three kicks, one of them without current, whose derivatives are finite all the same.
 *
 * @param halfWidths - of the three grids in m; else as many sigmas as the beam was made for
 */
function line(own: Partial<SpaceChargeSettings2D> = {}, halfWidths?: readonly (readonly [number, number])[]) {
  const kick = (name: string, effectLength: number, current: number, index: number) => {
    const extent = halfWidths && { fixed: halfWidths[index]! };
    return new SpaceChargeKick2D({
      name,
      effectLength,
      ...settings(current),
      ...(extent && { extent }),
      ...own,
    });
  };
  return new Lattice([
    new Quadrupole({ name: 'q', length: 0.1, k1: 1.5 }),
    kick('k1', 0.2, 20, 0),
    new Drift({ name: 'd1', length: 0.1, model: 'exact' }),
    kick('k2', 0.15, 30, 1),
    kick('off', 0.1, 0, 2),
    new Drift({ name: 'd2', length: 0.2 }),
  ]);
}

/** The half widths of the grids that the beam meets, for a line in which they are fixed. */
async function fixedLine(beam: Beam): Promise<Lattice> {
  const widths = await measuredHalfWidths(line(), beam);
  return line(
    {},
    widths.map(([x, y]) => [x, y]),
  );
}

const smooth = smoothBeam();
const objective = linear(SMOOTH_COTANGENT);

describe.each(platforms(BACKENDS))('a long beam on $backend, $precision', (platform) => {
  const { backend } = platform;
  const emulated = backend === 'cuda-emulated';

  it('has the same bits by every strategy, on 1, 2 and 3 threads', async () => {
    const beam = gaussianBunch(emulated ? 60 : 3001);
    const grid = {
      gridShape: emulated ? ([5, 6] as const) : ([33, 20] as const),
      extent: { sigmas: [3, 3.5] as const },
    };
    const seen = new Set<string>();
    for (const threads of backend === 'cpu' ? [1, 2, 3] : [1]) {
      using tracker = await Tracker.create(line(grid), { ...platform, threads });
      for (const strategy of STRATEGIES)
        seen.add(gradientBits(await tracker.gradient(beam, sigma('x'), { wrt: WRT, strategy })));
    }
    expect(seen.size).toBe(1);
  }, 600_000);

  const [kicks, particles] = emulated ? [20, 40] : [1000, 200];
  it(`comes back to the bit from ${kicks} kicks`, async () => {
    const cells = Array.from({ length: kicks / 2 }, (_, i) => [
      new Quadrupole({ length: 0.02, k1: i % 2 === 0 ? 12 : -12 }),
      new SpaceChargeKick2D({ effectLength: 0.07, current: 40, gridShape: [9, 12] }),
      new Drift({ length: 0.05 }),
      new SpaceChargeKick2D({ effectLength: 0.07, current: 40, gridShape: [8, 10] }),
    ]);
    const lattice = new Lattice(cells.flat());
    const steps = compileLine(lattice, []).steps.map((_, i) => i);
    using engine = await BareEngine.create(backend, lattice, gaussianBunch(particles), 2, platform.precision);
    await engine.execute([action(Op.load)]);
    const before = await engine.read(action(Op.readState));
    await engine.execute(steps.map((step) => action(Op.forward, step)));
    const beyond = await engine.read(action(Op.readState));
    await engine.execute(steps.reverse().map((step) => action(Op.inverse, step)));
    const after = await engine.read(action(Op.readState));
    // p is the only coordinate that such kicks and linear maps leave alone.
    expect(differingCoordinates(before, beyond)).toBeGreaterThan(0.99 * 5 * particles);
    expect(differingCoordinates(before, after)).toBe(0);
  }, 600_000);
});

/** Grids of all kinds, with beams in the middles of their cells. */
async function subjects(): Promise<Pick<Subject, 'line' | 'beam'>[]> {
  return [
    { line: line(), beam: smooth },
    { line: await fixedLine(smooth), beam: smooth },
    { line: line({ centre: 'reference' }), beam: smoothBeam([0, 0, 0]) },
  ];
}

describe.each(FAST_BACKENDS)('gradients of a long beam against finite differences on %s', (backend) => {
  it('by every parameter: current, also where there is none, effectLength, extents', async () => {
    for (const { line, beam } of await subjects()) {
      const subject = { backend, line, beam, objective };
      const names = line.parameterNames();
      const { parameters } = await gradientOf(subject, names);
      for (const name of names) {
        const bar = parameters[name]!;
        const difference = await differenceBy(subject, name);
        if (name.startsWith('off.') && name !== 'off.current')
          expect([name, bar, difference]).toEqual([name, 0, 0]);
        else expect(Math.abs(bar / difference - 1), name).toBeLessThan(1e-8); // measured 1.2e-9
      }
    }
  });

  it('by energy, by charges one by one, and not by the charge of all', async () => {
    for (const { line, beam } of await subjects()) {
      const subject = { backend, line, beam, objective };
      const { parameters, charges } = await gradientOf(subject, ['energy', 'charge', 'charges']);
      const withEnergy = (by: number) => ({ beam: changed(beam, { energy: beam.energy + by }) });
      const byEnergy = await differenceOf(subject, withEnergy, 1e-3 * beam.energy);
      expect(Math.abs(parameters.energy! / byEnergy - 1)).toBeLessThan(3e-10); // measured 3.5e-11
      for (const i of [17, 80]) {
        const withCharge = (by: number) => ({
          beam: changed(beam, { charges: beam.charges.map((q, j) => (j === i ? q * (1 + by) : q)) }),
        });
        const difference = await differenceOf(subject, withCharge, 0.02);
        const bar = charges![i]! * beam.charges[i]!;
        expect(Math.abs(bar / difference - 1)).toBeLessThan(2e-9); // measured 2.0e-10
      }
      const largest = Math.max(...charges!.map((bar, i) => Math.abs(bar * beam.charges[i]!)));
      expect(Math.abs(parameters.charge! * beam.charge)).toBeLessThan(3e-12 * largest); // measured 4e-13
    }
  });

  it('by each coordinate: ⟨Jv, w⟩ = ⟨v, Jᵀw⟩, and a Taylor remainder of second order', async () => {
    const direction = randomCoordinates(SMOOTH_PARTICLES, 11);
    for (const name of COORDINATES) direction[name] = direction[name].map((value) => 1e-5 * value);
    const flat = (z: typeof direction) => COORDINATES.flatMap((name) => [...z[name]]);
    const w = flat(SMOOTH_COTANGENT);
    const headroom = SMOOTH_HEADROOM;
    for (const { line, beam } of await subjects()) {
      using tracker = await Tracker.create(line, { backend });
      const final = async (by: number) =>
        flat((await tracker.track(moved(beam, direction, by), { headroom })).coordinates);
      const jv = await slopes(final, 0.1);
      const forward = jv.reduce((sum, a, i) => sum + a * w[i]!, 0);
      const at = (by: number, wrt: string[] = []) =>
        tracker.gradient(moved(beam, direction, by), objective, { wrt, headroom });
      const { value, gradient } = await at(0, ['beam']);
      const slope = innerProduct(direction, gradient.coordinates!);
      expect(Math.abs(slope / forward - 1)).toBeLessThan(5e-10); // measured 3.3e-11
      const remainder = async (by: number) => Math.abs((await at(by)).value - value - by * slope);
      const order = Math.log2((await remainder(0.5)) / (await remainder(0.25)));
      expect(Math.abs(order - 2)).toBeLessThan(0.02); // measured 0.0047; a wrong gradient gives 1
    }
  });
});
