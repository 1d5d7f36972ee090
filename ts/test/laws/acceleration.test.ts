import { describe, expect, it } from 'vitest';
import {
  type Beam,
  Buncher,
  CustomStep,
  Drift,
  type Element,
  energySpread,
  Lattice,
  linear,
  Marker,
  Multipole,
  normalizedEmittance,
  Octupole,
  Quadrupole,
  RFCavity,
  SBend,
  Sextupole,
  ShortRF,
  sigma,
  Tracker,
} from '../../src/index.js';
import { FAST_BACKENDS, platforms } from '../support/backends.js';
import { changed } from '../support/beams.js';
import { gradientBits } from '../support/gradientBits.js';
import { differenceOf, gradientOf, type Subject } from '../support/smoothGradients.js';
import { SMOOTH_COTANGENT, SMOOTH_SPACE_CHARGE, smoothBeam } from '../support/smoothLine.js';

/** px += g x² and p += h x, in units of the p0 where it stands. */
const bump = new CustomStep({
  name: 'c',
  parameters: { g: 3, h: 0.1 },
  forward: (z, { g, h }) => ({
    ...z,
    px: z.px.map((px, i) => px + g! * z.x[i]! ** 2),
    p: z.p.map((p, i) => p + h! * z.x[i]!),
  }),
  adjoint: (z, bar, { g, h }) => ({
    coordinates: {
      ...bar,
      x: bar.x.map((xBar, i) => xBar + 2 * g! * z.x[i]! * bar.px[i]! + h! * bar.p[i]!),
    },
    parameters: {
      g: bar.px.reduce((sum, pxBar, i) => sum + pxBar * z.x[i]! ** 2, 0),
      h: bar.p.reduce((sum, pBar, i) => sum + pBar * z.x[i]!, 0),
    },
  }),
});

/** Two cavities and a thin one, with magnets, a marker and a custom step between them, and kicks in all that is long. */
const LINAC = new Lattice([
  new Quadrupole({ name: 'q1', length: 0.1, k1: 1.5 }),
  new RFCavity({ name: 'a', length: 0.12, voltage: 2e6, frequency: 1.3e9, phase: 0.3 }),
  new Marker({ name: 'm' }),
  new Drift({ name: 'd1', length: 0.1, model: 'chromatic' }),
  new ShortRF({ name: 'b', voltage: 5e5, frequency: 2.6e9, phase: -1 }),
  bump,
  new Quadrupole({ name: 'q2', length: 0.08, k1: -1.2, model: 'chromatic' }),
  new RFCavity({ name: 'e', length: 0.1, voltage: 1.5e6, frequency: 1.3e9, phase: -0.4, steps: 3 }),
  new Drift({ name: 'd2', length: 0.1 }),
]).withSpaceCharge({ kicks: 8, ...SMOOTH_SPACE_CHARGE });

const beam = smoothBeam();
const WRT = [
  ...['a.voltage', 'a.phase', 'a.frequency', 'a.length', 'b.voltage', 'b.phase', 'b.frequency'],
  ...['e.voltage', 'e.phase', 'e.frequency', 'q1.k1', 'q2.k1', 'q2.length', 'd1.length', 'c.g', 'c.h'],
];
/** Steps of differences, by what is changed; others change by a thousandth. */
const STEPS: Readonly<Record<string, number>> = { phase: 1e-3, k1: 0.02, length: 1e-3, g: 0.1, h: 0.01 };

// Particles, moments and γ0, at the end and behind the first cavity.
const OBJECTIVES = {
  'the final coordinates': linear(SMOOTH_COTANGENT),
  'an emittance behind the first cavity': normalizedEmittance('x').at('m').times(1e6),
  'coordinates there': linear(SMOOTH_COTANGENT).at('m'),
  'final moments': sigma('px').plus(energySpread()).plus(normalizedEmittance('y').times(1e3)),
};

describe.each(FAST_BACKENDS)('gradients through acceleration on %s', (backend) => {
  it.each(Object.entries(OBJECTIVES))('of %s are those of differences', async (_, objective) => {
    const subject: Subject = { backend, line: LINAC, beam, objective, headroom: 256 };
    const { parameters } = await gradientOf(subject, [...WRT, 'energy', 'charge']);
    const errors: Record<string, number> = {};
    const scale = (name: string) => Math.abs(parameters[name]! * (LINAC.parameter(name) || 1));
    const largest = Math.max(...WRT.map(scale));
    for (const name of WRT) {
      const value = LINAC.parameter(name);
      const step = STEPS[name.split('.')[1]!] ?? 1e-3 * value;
      const line = (by: number) => ({ line: LINAC.withParameters({ [name]: value + by }) });
      const difference = await differenceOf(subject, line, step);
      errors[name] =
        (Math.abs(parameters[name]! - difference) * Math.abs(value)) / (scale(name) + 1e-2 * largest);
    }
    const faster = (by: number): { beam: Beam } => ({ beam: changed(beam, { energy: beam.energy + by }) });
    errors.energy = Math.abs(parameters.energy! / (await differenceOf(subject, faster, 2e3)) - 1);
    const denser = (by: number) => ({
      beam: changed(beam, { charges: beam.charges.map((q) => q * (1 + by / beam.charge)) }),
    });
    const byCharge = await differenceOf(subject, denser, 1e-3 * beam.charge);
    errors.charge = Math.abs(parameters.charge! - byCharge) / (Math.abs(byCharge) + largest / beam.charge);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-7);
  });

  it('by the beam are those of differences, too', async () => {
    const subject: Subject = {
      backend,
      line: LINAC,
      beam,
      objective: linear(SMOOTH_COTANGENT),
      headroom: 256,
    };
    const { coordinates } = await gradientOf(subject, ['beam']);
    for (const name of ['x', 'px', 'tau', 'p'] as const) {
      const along = (by: number) => ({
        beam: changed(beam, {
          coordinates: { [name]: beam.coordinates[name].map((value, i) => value + (i === 17 ? by : 0)) },
        }),
      });
      const difference = await differenceOf(subject, along, 1e-6);
      expect(Math.abs(coordinates![name][17]! / difference - 1), name).toBeLessThan(1e-6);
    }
  });
});

describe.each(platforms(FAST_BACKENDS))('an accelerated beam on $backend, $precision', (platform) => {
  it('has the bits of every strategy', async () => {
    const objective = OBJECTIVES['final moments'].plus(OBJECTIVES['an emittance behind the first cavity']);
    const wrt = [...WRT, 'energy', 'charge', 'beam', 'charges'];
    const bits = new Set<string>();
    for (const strategy of ['store', 'revolve', 'periodic', 'multistage', 'auto'] as const) {
      using tracker = await Tracker.create(LINAC, { ...platform, threads: bits.size + 1 });
      bits.add(gradientBits(await tracker.gradient(beam, objective, { wrt, strategy })));
    }
    expect(bits.size).toBe(1);
  });

  it('goes on as the beam that came out of the first part', async () => {
    const parts = [
      new Quadrupole({ length: 0.1, k1: 1.5 }),
      new RFCavity({ length: 0.12, voltage: 2e6, frequency: 1.3e9, phase: 0.3 }),
      new Marker({ name: 'm' }),
      new Quadrupole({ length: 0.08, k1: -1.2, model: 'chromatic' }),
      new Quadrupole({ length: 0.08, k1: 1.2, model: 'exact' }),
      new Drift({ length: 0.1, model: 'exact' }),
      new Sextupole({ length: 0.1, k2: 20, model: 'chromatic', order: 4 }),
      new Octupole({ length: 0.1, k3: 300, dx: 1e-4 }),
      new Multipole({ kn: [1e-5, 0.1, 3], ks: [0, -0.1], tilt: 0.3 }),
      new SBend({ length: 0.2, angle: 0.1, k1: 0.3, e1: 0.05, model: 'chromatic' }),
      new Buncher({ voltage: 1e4, frequency: 1.3e9 }),
      new RFCavity({ length: 0.1, voltage: 1.5e6, frequency: 1.3e9, phase: -0.4 }),
    ];
    const run = async (elements: readonly Element[], from: Beam) => {
      using tracker = await Tracker.create(new Lattice(elements), platform);
      return await tracker.track(from, { observe: elements.includes(parts[2]!) ? ['m'] : [] });
    };
    const whole = await run(parts, beam);
    const first = await run(parts.slice(0, 3), beam);
    const second = await run(parts.slice(3), first.beam);
    expect(second.beam.energy / whole.beam.energy).toBeCloseTo(1, 14);
    const tolerance = platform.precision === 'f64' ? 1e-14 : 3e-10; // measured 2.2e-15 and 5.8e-11: quanta
    for (const name of ['x', 'px', 'y', 'py', 'tau', 'p'] as const) {
      for (const [i, value] of second.coordinates[name].entries()) {
        expect(Math.abs(value - whole.coordinates[name][i]!)).toBeLessThan(tolerance);
      }
    }
    // What a marker shows is what a line that ends there shows.
    const at = whole.markers.m!;
    for (const [i, value] of first.moments.covariance.entries()) {
      expect(Math.abs(value - at.covariance[i]!)).toBeLessThan(1e-20);
    }
  });
});

it('an envelope shows momenta in units of the p0 of each place', async () => {
  using tracker = await Tracker.create(LINAC, { backend: 'cpu' });
  const { points } = await tracker.envelope(beam);
  const { moments, markers } = await tracker.track(beam, { observe: ['m'] });
  expect(points.at(-1)!.moments.covariance).toEqual(moments.covariance);
  // The marker stands right behind the first cavity.
  const behind = points.findLast((point) => point.behind === 'a')!;
  expect(behind.moments.covariance).toEqual(markers.m!.covariance);
});
