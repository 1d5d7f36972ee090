import { describe, expect, it } from 'vitest';
import { Beam, Buncher, type Element, Lattice, linear, RFCavity, ShortRF, Tracker } from '../../src/index.js';
import { BACKENDS } from '../support/backends.js';
import { describeElementLaws, lawBeam } from '../support/elementLaws.js';

const C = 299_792_458;
const ELECTRON = 510998.95069;

// A cavity's kicks stand in other places when it is sliced.
describeElementLaws(
  {
    'a thin cavity': new ShortRF({ voltage: 2e6, frequency: 1.3e9, phase: 0.4 }),
    'a thin cavity that slows': new ShortRF({ voltage: 4e5, frequency: 1.3e9, phase: 2.8, tilt: 0.1 }),
    'a thin cavity that is off': new ShortRF({ voltage: 0, frequency: 1.3e9, phase: 0.4 }),
    'a buncher': new Buncher({ voltage: 1e5, frequency: 1.3e9 }),
    'a standing wave': new RFCavity({ length: 0.3, voltage: 3e6, frequency: 1.3e9, phase: -0.4 }),
    'a standing wave on crest, in steps': new RFCavity({
      ...{ length: 0.3, voltage: 3e6, frequency: 1.3e9, steps: 5, dx: 1e-3 },
    }),
    'a standing wave at its zero crossing': new RFCavity({
      ...{ length: 0.3, voltage: 3e5, frequency: 1.3e9, phase: -Math.PI / 2 },
    }),
    'one that slows': new RFCavity({ length: 0.3, voltage: 4e5, frequency: 1.3e9, phase: 3 }),
    'one that is off': new RFCavity({ length: 0.3, voltage: 0, frequency: 1.3e9 }),
  },
  { slicingTolerance: 0.05, scales: { voltage: 1e6 } },
);

describe.each(BACKENDS)('cavities on %s', (backend) => {
  const track = async (beam: Beam, ...elements: Element[]) => {
    using tracker = await Tracker.create(new Lattice(elements), { backend });
    return await tracker.track(beam);
  };

  it.each([1, -1])('a thin cavity gives every particle its energy, with Z = %s', async (chargeNumber) => {
    const species = { name: 'ion', restEnergy: 938e6, chargeNumber: 3 * chargeNumber };
    const { coordinates, charges } = lawBeam(64);
    const beam = Beam.fromCoordinates(coordinates, { species, kineticEnergy: 30e6, charges });
    const [voltage, frequency, phase] = [4e6, 3e9, 0.7];
    const out = await track(beam, new ShortRF({ voltage, frequency, phase }));
    expect(out.beam.energy).toBeCloseTo(beam.energy + 3 * voltage * Math.cos(phase), 5);
    const p0c = (of: Beam) => of.beta0 * of.energy;
    for (let i = 0; i < beam.particles; i++) {
      const energy = beam.energy + coordinates.p[i]! * p0c(beam);
      const wave = (2 * Math.PI * frequency * coordinates.tau[i]!) / C;
      const gained = energy + 3 * voltage * Math.cos(wave + phase);
      const found = out.beam.energy + out.coordinates.p[i]! * p0c(out.beam);
      expect(Math.abs(found - gained)).toBeLessThan(1e-6 * 1e1);
      // Momenta stay, in eV/c.
      expect(out.coordinates.px[i]! * p0c(out.beam)).toBeCloseTo(coordinates.px[i]! * p0c(beam), 6);
      expect(out.coordinates.tau[i]).toBeCloseTo(coordinates.tau[i]!, 14);
    }
  });

  it('a buncher is a thin cavity at phase −90°', async () => {
    const beam = lawBeam(64);
    const thin = { voltage: 1e5, frequency: 1.3e9 };
    const buncher = await track(beam, new Buncher(thin));
    const cavity = await track(beam, new ShortRF({ ...thin, phase: -Math.PI / 2 }));
    expect(buncher.beam.energy).toBe(beam.energy);
    for (let i = 0; i < beam.particles; i++) {
      expect(cavity.coordinates.p[i]).toBeCloseTo(buncher.coordinates.p[i]!, 14);
    }
  });

  // cos α − √2 cos φ sin α and so on, α = ln(γf/γi)/(√8 cos φ), of x and x′ (Rosenzweig and Serafini, eq. 13; Cheetah's and Ocelot's cavities).
  const matrix = (gamma: number, gain: number, length: number, phase: number) => {
    const cosine = Math.cos(phase);
    const final = gamma + gain * cosine;
    const alpha = Math.log(final / gamma) / (Math.sqrt(8) * cosine);
    const [c, s] = [Math.cos(alpha), Math.sin(alpha)];
    const slope = (final - gamma) / length;
    return [
      [c - Math.SQRT2 * cosine * s, (Math.sqrt(8) * gamma * cosine * s) / slope],
      [
        -(slope / final) * (cosine / Math.SQRT2 + 1 / (Math.sqrt(8) * cosine)) * s,
        (gamma / final) * (c + Math.SQRT2 * cosine * s),
      ],
    ];
  };

  it.each([0, 0.5, -1.2])('a standing wave at phase %s has the published matrix', async (phase) => {
    const [length, voltage, energy] = [1.0377, 18e6, 1e8];
    const unit = (name: 'x' | 'px' | 'y' | 'py') =>
      ['x', 'px', 'y', 'py'].map((other) => (other === name ? 1e-3 : 0));
    const rows = (['x', 'px', 'y', 'py'] as const).map(unit);
    const column = (index: number) => Float64Array.from(rows, (row) => row[index]!);
    const zero = new Float64Array(4);
    const beam = Beam.fromCoordinates(
      { x: column(0), px: column(1), y: column(2), py: column(3), tau: zero, p: zero },
      { species: 'electron', energy, charge: 1e-12 },
    );
    const { coordinates: z } = await track(beam, new RFCavity({ length, voltage, frequency: 1.3e9, phase }));
    const want = matrix(energy / ELECTRON, voltage / ELECTRON, length, phase);
    const found = [
      [z.x[0]! * 1e3, z.x[1]! * 1e3],
      [z.px[0]! * 1e3, z.px[1]! * 1e3],
    ];
    for (const [i, row] of want.entries()) {
      // β = 1 there; here 1 − β0 = 1.3e-5 at the entrance.
      for (const [j, value] of row.entries()) expect(Math.abs(found[i]![j]! - value)).toBeLessThan(3e-5);
    }
    for (const [a, b] of [
      [z.x[0], z.y[2]],
      [z.px[1], z.py[3]],
    ]) {
      expect(a).toBe(b);
    }
  });

  it('a standing wave without field is a drift', async () => {
    const beam = lawBeam(64);
    const out = await track(beam, new RFCavity({ length: 0.3, voltage: 0, frequency: 1.3e9 }));
    expect(out.beam.energy).toBe(beam.energy);
    const { x, px, tau, p } = beam.coordinates;
    const slip = 1 / (beam.gamma0 ** 2 - 1);
    for (let i = 0; i < beam.particles; i++) {
      expect(out.coordinates.x[i]).toBeCloseTo(x[i]! + 0.3 * px[i]!, 14);
      expect(out.coordinates.tau[i]).toBeCloseTo(tau[i]! - 0.3 * slip * p[i]!, 14);
    }
  });

  it('a cavity in steps converges to second order, at low energy', async () => {
    const beam = lawBeam(64);
    const out = async (steps: number) =>
      (await track(beam, new RFCavity({ length: 0.3, voltage: 2e6, frequency: 1.3e9, phase: -0.6, steps })))
        .coordinates.tau;
    const [coarse, fine, finest] = [await out(8), await out(16), await out(64)];
    const error = (a: Float64Array) => Math.max(...a.map((value, i) => Math.abs(value - finest[i]!)));
    // (1/8² − 1/64²)/(1/16² − 1/64²) = 4.2
    expect(error(coarse) / error(fine)).toBeCloseTo(4.2, 1);
  });
});

describe('refusals', () => {
  it.each<[() => Element, string]>([
    [
      () => new RFCavity({ name: 'c', length: 0, voltage: 1, frequency: 1 }),
      "the length (m) of rfCavity 'c' must be a positive number, not 0",
    ],
    [
      () => new ShortRF({ voltage: 1, frequency: -1 }),
      'frequency (Hz) of a shortRF must be a number of at least 0, not -1',
    ],
    [() => new Buncher({ voltage: 1, frequency: 1, phase: 0 } as never), "'phase'"],
    [
      () => new RFCavity({ length: 1, voltage: 1, frequency: 1, steps: 1.5 }),
      'steps of a rfCavity must be an integer',
    ],
  ])('%# say what is wrong', (make, message) => {
    expect(make).toThrow(message);
  });

  it('a cavity that would stop the reference particle', async () => {
    const beam = lawBeam(4);
    const lattice = new Lattice([new ShortRF({ name: 'c', voltage: -2e6, frequency: 1e9 })]);
    using tracker = await Tracker.create(lattice, { backend: 'cpu' });
    await expect(tracker.track(beam)).rejects.toThrow(
      /^shortRF 'c' takes 2000000 eV from a reference particle of \d+\.?\d* eV kinetic energy: lower its voltage$/,
    );
  });

  it('several turns of a line that accelerates', async () => {
    const beam = lawBeam(4);
    const run = async (phase: number) => {
      const lattice = new Lattice([new ShortRF({ voltage: 1e5, frequency: 1e9, phase })]);
      using tracker = await Tracker.create(lattice, { backend: 'cpu' });
      return await tracker.track(beam, { turns: 2 });
    };
    await expect(run(0)).rejects.toThrow('the reference particle gains 100000 eV on every turn');
    await expect(run(Math.PI / 2)).resolves.toMatchObject({ turns: 2 });
    const objective = linear(lawBeam(4).coordinates);
    const lattice = new Lattice([new Buncher({ name: 'b', voltage: 1e5, frequency: 1e9 })]);
    using tracker = await Tracker.create(lattice, { backend: 'cpu' });
    await expect(tracker.gradient(beam, objective, { turns: 3 })).resolves.toMatchObject({ turns: 3 });
  });
});
