import { describe, expect, it } from 'vitest';
import { Drift, Lattice, OpticsError, OptionsError, opticsOf, Quadrupole } from '../../src/index.js';

const BEAM = { species: 'electron', energy: 25e6 } as const;
const LENGTH = 0.1;
const GAP = 0.4;
const K1 = 5;

const cell = (i: number) => [
  new Quadrupole({ name: `qf${i}`, length: LENGTH, k1: K1 }),
  new Drift({ name: `a${i}`, length: GAP }),
  new Quadrupole({ name: `qd${i}`, length: LENGTH, k1: -K1 }),
  new Drift({ name: `b${i}`, length: GAP }),
];
const ring = new Lattice([0, 1, 2, 3].flatMap(cell));

type M2 = [[number, number], [number, number]];
const times = (a: M2, b: M2): M2 => [
  [a[0][0] * b[0][0] + a[0][1] * b[1][0], a[0][0] * b[0][1] + a[0][1] * b[1][1]],
  [a[1][0] * b[0][0] + a[1][1] * b[1][0], a[1][0] * b[0][1] + a[1][1] * b[1][1]],
];

/** One cell by thick-lens matrices, focusing first or defocusing first. */
function cellMatrix(sign: 1 | -1): M2 {
  const root = Math.sqrt(K1);
  const phase = root * LENGTH;
  const focusing: M2 = [
    [Math.cos(phase), Math.sin(phase) / root],
    [-root * Math.sin(phase), Math.cos(phase)],
  ];
  const defocusing: M2 = [
    [Math.cosh(phase), Math.sinh(phase) / root],
    [root * Math.sinh(phase), Math.cosh(phase)],
  ];
  const drift: M2 = [
    [1, GAP],
    [0, 1],
  ];
  const [first, second] = sign === 1 ? [focusing, defocusing] : [defocusing, focusing];
  return times(drift, times(second, times(drift, first)));
}

describe('the optics of a ring', () => {
  it('are those of thick-lens matrices', async () => {
    const { ring: found, points, warnings, length } = await opticsOf(ring, BEAM);
    expect(warnings).toEqual([expect.stringMatching(/^16 elements have linear maps.*chromaticities lack/)]);
    expect(length).toBeCloseTo(4, 14);
    for (const [plane, sign] of [
      ['x', 1],
      ['y', -1],
    ] as const) {
      const m = cellMatrix(sign);
      const cosine = (m[0][0] + m[1][1]) / 2;
      const sine = Math.sqrt(1 - cosine ** 2);
      const [start] = points;
      // Measured 5e-12: quanta of the tracked coordinates over the step of differences.
      expect(found!.tunes[plane]).toBeCloseTo((4 * Math.acos(cosine)) / (2 * Math.PI), 10);
      expect(start![plane].beta).toBeCloseTo(m[0][1] / sine, 9);
      expect(start![plane].alpha).toBeCloseTo((m[0][0] - m[1][1]) / (2 * sine), 9);
      expect(points.at(-1)![plane].beta).toBeCloseTo(start![plane].beta, 9);
    }
    // Linear quadrupoles see no momentum.
    expect(found!.chromaticity!.x).toBeCloseTo(0, 6);
    expect(found!.momentumCompaction).toBeCloseTo(0, 9);
  });

  it('have the natural chromaticity of thin-lens cells where magnets are chromatic', async () => {
    const chromatic = new Lattice(
      ring.elements.map((element) =>
        element instanceof Quadrupole
          ? new Quadrupole({ name: element.name, ...element.parameters, length: LENGTH, model: 'chromatic' })
          : new Drift({ name: element.name, length: GAP, model: 'chromatic' }),
      ),
    );
    const { ring: found, warnings } = await opticsOf(chromatic, BEAM);
    expect(warnings).toEqual([]);
    // ξ = −tan(μ/2)/π per cell of thin lenses, of which there are four; thick lenses differ a little.
    const thin = (-4 * Math.tan(Math.PI * (found!.tunes.x / 4))) / Math.PI;
    expect(found!.chromaticity!.x / thin).toBeCloseTo(1, 2); // measured 1 - 1.0e-3
    expect(found!.chromaticity!.y / thin).toBeCloseTo(1, 2);
  });

  it('has a point behind every element, in line order', async () => {
    const { points } = await opticsOf(ring, BEAM);
    expect(points.map(({ behind }) => behind).slice(0, 4)).toEqual(['entrance', 'qf0', 'a0', 'qd0']);
    expect(points.length).toBe(17);
    expect(points[2]!.s).toBeCloseTo(0.5, 15);
  });

  it('follow a closed orbit that magnets bend away from the axis', async () => {
    const dx = 1e-3;
    const off = ring.withParameters({ 'qf1.dx': dx });
    const { points } = await opticsOf(off, BEAM);
    const { points: straight } = await opticsOf(ring, BEAM);
    const [first, last] = [points[0]!.orbit, points.at(-1)!.orbit];
    for (const i of [0, 1, 2, 3]) expect(last[i]).toBeCloseTo(first[i]!, 12); // measured 4e-14
    expect(Math.abs(first[0]!)).toBeGreaterThan(1e-4);
    // The magnet is linear: the optics about the orbit stay what they were.
    expect(points[0]!.x.beta).toBeCloseTo(straight[0]!.x.beta, 8);
  });

  it('without kicks: space charge is left out', async () => {
    const charged = ring.withSpaceCharge({ maxStep: 0.2, gridShape: [8, 8, 8] });
    const [with_, without] = [await opticsOf(charged, BEAM), await opticsOf(ring, BEAM)];
    expect(with_.ring).toEqual(without.ring);
  });

  it('are tunes of modes where the planes are coupled', async () => {
    const turned = ring.withParameters({ 'qf0.tilt': 0.2 });
    const { ring: found, points, warnings } = await opticsOf(turned, BEAM);
    expect(points).toEqual([]);
    expect(warnings[0]).toContain('coupled');
    // Of a ring turned as a whole the modes are those of the ring.
    const whole = ring.withParameters(
      Object.fromEntries([0, 1, 2, 3].flatMap((i) => [`qf${i}.tilt`, `qd${i}.tilt`].map((k) => [k, 0.3]))),
    );
    const uncoupled = (await opticsOf(ring, BEAM)).ring!.tunes;
    const modes = (await opticsOf(whole, BEAM)).ring!.tunes;
    // Both modes have the same tune, where the square root of the discriminant loses half the digits.
    expect(modes.x).toBeCloseTo(uncoupled.x, 4);
    expect(modes.y).toBeCloseTo(uncoupled.y, 4);
    expect(Math.abs(found!.tunes.x - found!.tunes.y)).toBeGreaterThan(1e-3);
  });

  it('are refused where the motion is unstable', async () => {
    const strong = ring.withParameters({ 'qf0.k1': 900 });
    await expect(opticsOf(strong, BEAM)).rejects.toThrow(OpticsError);
    await expect(opticsOf(new Lattice([new Drift({ length: 1 })]), BEAM)).rejects.toThrow(
      /no single closed orbit|unstable/,
    );
  });
});

describe('the optics of a line', () => {
  it('of a drift are the textbook’s', async () => {
    const line = new Lattice([new Drift({ length: 3 })]);
    const initial = {
      x: { beta: 2, alpha: 0.5, dispersion: 0.1, dispersionSlope: 0.02 },
      y: { beta: 1, alpha: 0 },
    };
    const { points, ring: none } = await opticsOf(line, { ...BEAM, initial });
    const end = points.at(-1)!;
    const gamma = (1 + 0.5 ** 2) / 2;
    expect(none).toBeUndefined();
    expect(end.x.beta).toBeCloseTo(2 - 2 * 3 * 0.5 + 9 * gamma, 9);
    expect(end.x.alpha).toBeCloseTo(0.5 - 3 * gamma, 9);
    expect(end.y.mu).toBeCloseTo(Math.atan(3) / (2 * Math.PI), 10);
    expect(end.x.dispersion).toBeCloseTo(0.1 + 3 * 0.02, 9);
  });

  it.each<[object, RegExp]>([
    [
      { ...BEAM, initial: { x: { beta: -1, alpha: 0 }, y: { beta: 1, alpha: 0 } } },
      /initial.x.beta \(m\) must be a positive/,
    ],
    [{ ...BEAM, inital: 1 }, /'inital' is unknown — did you mean 'initial'/],
    [{ species: 'electron' }, /exactly one of energy/],
  ])('refuses %j', async (options, message) => {
    await expect(opticsOf(ring, options as never)).rejects.toThrow(message);
  });

  it('takes a lattice', async () => {
    await expect(opticsOf([] as never, BEAM)).rejects.toThrow(OptionsError);
  });
});
