import { describe, expect, it } from 'vitest';
import {
  Aperture,
  Beam,
  Drift,
  Lattice,
  LatticeError,
  Monitor,
  type MonitorOptions,
  mean,
  Screen,
  type ScreenOptions,
  Tracker,
} from '../../src/index.js';

const beam = Beam.fromCoordinates(
  {
    x: [1e-3, -1e-3, 3e-3, 2e-3],
    px: [1e-3, 0, 0, 0],
    y: [0, 2e-3, 0, -1e-3],
    py: [0, 0, 1e-3, 0],
    tau: [0, 0, 0, 0],
    p: [0, 0, 0, 0],
  },
  { species: 'electron', energy: 25e6, charges: [1e-12, 2e-12, 3e-12, 4e-12] },
);

describe('Monitor', () => {
  it('reads the centroid that gets there, seen from its own centre', async () => {
    const lattice = new Lattice([
      new Drift({ length: 1 }),
      new Aperture({ halfX: 2.5e-3, halfY: 1, shape: 'rectangular' }), // takes the third
      new Monitor({ name: 'bpm', dx: 1e-4, dy: -2e-4 }),
      new Drift({ length: 1 }),
    ]);
    using tracker = await Tracker.create(lattice, { backend: 'cpu' });
    const { monitors } = await tracker.track(beam);
    const charge = 7e-12;
    // The first has moved by 1 mm.
    const x = (1e-12 * 2e-3 + 2e-12 * -1e-3 + 4e-12 * 2e-3) / charge;
    const y = (2e-12 * 2e-3 + 4e-12 * -1e-3) / charge;
    expect(Object.keys(monitors)).toEqual(['bpm']);
    expect(monitors.bpm!.charge).toBeCloseTo(charge, 24);
    expect(monitors.bpm!.x).toBeCloseTo(x - 1e-4, 15);
    expect(monitors.bpm!.y).toBeCloseTo(y + 2e-4, 15);
  });

  it('is a marker to objectives', async () => {
    const lattice = new Lattice([new Drift({ name: 'd', length: 1 }), new Monitor({ name: 'bpm' })]);
    using tracker = await Tracker.create(lattice, { backend: 'cpu' });
    const { gradient } = await tracker.gradient(beam, mean('x').at('bpm'), { wrt: ['d.length'] });
    expect(gradient.parameters['d.length']).toBeCloseTo(1e-4, 15); // ⟨px⟩
  });

  it.each<[object, string]>([
    [{}, 'a monitor needs a name'],
    [{ name: 'b', dz: 1 }, "Monitor: 'dz' is unknown"],
    [{ name: 'b', dx: Number.NaN }, "dx (m) of monitor 'b' must be a finite number, not NaN"],
  ])('refuses %j', (options, message) => {
    expect(() => new Monitor(options as MonitorOptions)).toThrow(LatticeError);
    expect(() => new Monitor(options as MonitorOptions)).toThrow(message);
  });

  it('keeps its offset in a copy', () => {
    expect(new Monitor({ name: 'a', dx: 1 }).with({ name: 'b' })).toMatchObject({ name: 'b', dx: 1, dy: 0 });
  });
});

describe('Screen', () => {
  const screen = new Screen({ name: 's', bins: [4, 2], halfSize: [4.2e-3, 2.1e-3] });

  it('shows the charge that hits each bin', async () => {
    const lattice = new Lattice([screen, new Drift({ length: 1 })]);
    using tracker = await Tracker.create(lattice, { backend: 'cpu' });
    const image = (await tracker.track(beam)).screens.s!;
    // Columns of 2.1 mm from -4.2 mm, rows from -2.1 mm.
    expect([...image.charge].map((q) => Math.round(q * 1e12))).toEqual([0, 0, 4, 0, 0, 2, 1, 3]);
    expect(image.missed).toBe(0);
    expect([...image.edges.x].map((x) => Math.round(x * 1e4))).toEqual([-42, -21, 0, 21, 42]);
  });

  it('counts what misses it, and not what was lost before it', async () => {
    const before = new Aperture({ halfX: 1, halfY: 1.5e-3, shape: 'rectangular' }); // takes the second
    const behind = new Aperture({ halfX: 1e-4, halfY: 1, shape: 'rectangular' }); // takes all
    const small = new Screen({ name: 's', halfSize: [2.5e-3, 2e-3] });
    const whole = new Lattice([before, small, behind, new Drift({ length: 1 })]);
    using tracker = await Tracker.create(whole, { backend: 'cpu' });
    const image = (await tracker.track(beam)).screens.s!;
    expect(image.charge.reduce((a, b) => a + b)).toBeCloseTo(5e-12, 24);
    expect(image.missed).toBeCloseTo(3e-12, 24);
  });

  it.each<[object, string]>([
    [{ name: 's' }, "halfSize (m) of screen 's' must be an array of numbers, not undefined"],
    [{ name: 's', halfSize: [1] }, "halfSize (m) of screen 's' must be two numbers"],
    [{ name: 's', halfSize: [1, 0] }, "halfSize (m) of screen 's' along y must be a positive number, not 0"],
    [{ name: 's', halfSize: [1, 1], bins: [1.5, 2] }, "bins of screen 's' along x"],
  ])('refuses %j', (options, message) => {
    expect(() => new Screen(options as ScreenOptions)).toThrow(message);
  });
});
