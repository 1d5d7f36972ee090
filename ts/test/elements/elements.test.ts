import { describe, expect, it } from 'vitest';
import { Drift, type DriftOptions } from '../../src/elements/drift.js';
import { Marker } from '../../src/elements/marker.js';
import { Quadrupole, type QuadrupoleOptions } from '../../src/elements/quadrupole.js';
import { SpaceChargeKick, type SpaceChargeKickOptions } from '../../src/elements/spaceChargeKick.js';
import { LatticeError } from '../../src/errors.js';
import { mapsOf, plainMapsOf } from '../support/slices.js';

describe('Drift', () => {
  it('is one map over any fraction of its length', () => {
    const [map, ...others] = mapsOf(new Drift({ length: 2 }), 0.5, 0.75);
    expect(others).toEqual([]);
    expect(map).toMatchObject({ kind: 'drift', length: 0.5 });
    const slip = 1 / ((25e6 / 510998.95069) ** 2 - 1); // 1/(β0γ0)²
    const [length, along] = map!.coefficients;
    expect(length!.value).toBe(0.5);
    expect(along!.value).toBeCloseTo(0.5 * slip, 12);
    expect(length!.partials.get('length')).toBe(0.25);
    expect(along!.partials.get('length')).toBeCloseTo(0.25 * slip, 12);
    expect(mapsOf(new Drift({ length: 2, model: 'exact' }))[0]).toMatchObject({
      kind: 'exactDrift',
      length: 2,
    });
  });

  it('may have no length or go backward', () => {
    expect(new Drift({ length: 0 }).length).toBe(0);
    expect(new Drift({ length: -0.3 }).length).toBe(-0.3);
  });

  it('keeps its name and model in a changed copy', () => {
    const drift = new Drift({ name: 'd1', length: 1, model: 'exact' });
    const copy = drift.with({ parameters: { length: 2 } });
    expect(copy).toMatchObject({ type: 'drift', name: 'd1', model: 'exact', length: 2 });
    expect(drift.length).toBe(1);
    expect(drift.with({ name: 'd2' })).toMatchObject({ name: 'd2', length: 1 });
  });

  it.each<[unknown, string]>([
    [{ lenght: 1 }, "Drift: 'lenght' is unknown — did you mean 'length'?"],
    [{ name: 'd1' }, "the length (m) of drift 'd1' must be a finite number, not undefined"],
    [{ length: Number.NaN }, 'the length (m) of a drift must be a finite number, not NaN'],
    [{ length: 1, model: 'exakt' }, "the model of a drift cannot be 'exakt' — did you mean 'exact'?"],
    [{ length: 1, name: 'a.b' }, "drift 'a.b': names may not contain '.'"],
    [{ length: 1, name: 7 }, 'the name of a drift must be a string, not 7'],
    [1, 'Drift: expected an object of name, length, model, reverse, tier, not 1'],
  ])('refuses %j', (options, message) => {
    expect(() => new Drift(options as DriftOptions)).toThrow(LatticeError);
    expect(() => new Drift(options as DriftOptions)).toThrow(message);
  });
});

describe('Quadrupole', () => {
  it('is one map where |k1|·l² ≤ 1, else the fewest equal ones for which it holds', () => {
    // √|k1|·l = 1, 2.5 (3 maps of 0.833), 5 (5 maps of 1)
    const counts = [-1, 6.25, -25].map((k1) => plainMapsOf(new Quadrupole({ length: 1, k1 })).length);
    expect(counts).toEqual([1, 3, 5]);
    for (const k1 of [0, 1, -7.3, 1234.5]) {
      for (const fraction of [1, 0.5, 1 / 14]) {
        const maps = plainMapsOf(new Quadrupole({ length: 0.7, k1 }), 0, fraction);
        const lengths = maps.map(({ length }) => length!);
        expect(Math.max(...lengths.map((l) => Math.abs(k1) * l ** 2))).toBeLessThanOrEqual(1 + 1e-15);
        expect(lengths.reduce((a, b) => a + b)).toBeCloseTo(0.7 * fraction, 14);
      }
    }
  });

  it('has lifts that multiply to the thick lens, and their derivatives', () => {
    const [length, k1] = [0.4, 3];
    const map = plainMapsOf(new Quadrupole({ length, k1 }), 0, 0.5)[0]!;
    const [ax, bx, ay, by] = map.coefficients;
    const phase = Math.sqrt(k1) * length * 0.5;
    expect(ax!.value).toBeCloseTo(Math.tan(phase / 2) / Math.sqrt(k1), 15);
    expect(bx!.value).toBeCloseTo(Math.sqrt(k1) * Math.sin(phase), 15);
    expect(ay!.value).toBeCloseTo(Math.tanh(phase / 2) / Math.sqrt(k1), 15);
    expect(by!.value).toBeCloseTo(-Math.sqrt(k1) * Math.sinh(phase), 15);
    // d/dl of tan(√k l/4)/√k at half the length is (1 + tan²)/4.
    expect(ax!.partials.get('length')).toBeCloseTo((1 + Math.tan(phase / 2) ** 2) / 4, 14);
    // d/dk of √k sin(√k l) is sin/(2√k) + l cos/2.
    const byK = Math.sin(phase) / (2 * Math.sqrt(k1)) + (length / 4) * Math.cos(phase);
    expect(bx!.partials.get('k1')).toBeCloseTo(byK, 14);
  });

  it('stands in a frame of its own where it is shifted or turned, or could be', () => {
    const kinds = (maps: readonly { kind: string }[]) => maps.map(({ kind }) => kind);
    const straight = new Quadrupole({ length: 0.1, k1: 3 });
    expect(kinds(plainMapsOf(straight))).toEqual(['focusing']);
    const around = ['momentumLift', 'rotation', 'focusing', 'rotation', 'momentumLift'];
    expect(kinds(mapsOf(straight))).toEqual(around);
    expect(kinds(plainMapsOf(straight.with({ parameters: { dx: 1e-3, tilt: 0.1 } })))).toEqual(around);
    expect(kinds(plainMapsOf(straight.with({ parameters: { tilt: 3 } })))).toEqual([
      ...['rotation', 'rotation'],
      'focusing',
      ...['rotation', 'rotation'],
    ]);
  });

  it('keeps what a changed copy does not change', () => {
    const quadrupole = new Quadrupole({ name: 'q1', length: 0.1, k1: 6 });
    expect(quadrupole.with({ parameters: { k1: 5 } })).toMatchObject({
      name: 'q1',
      parameters: { length: 0.1, k1: 5 },
    });
    expect(quadrupole.parameters).toEqual({ length: 0.1, k1: 6, dx: 0, dy: 0, tilt: 0 });
  });

  it.each<[unknown, string]>([
    [{ length: 1 }, 'k1 (1/m²) of a quadrupole must be a finite number, not undefined'],
    [
      { name: 'q1', length: -1, k1: 1 },
      "the length (m) of quadrupole 'q1' must be a number of at least 0, not -1",
    ],
    [{ length: 1, k2: 1 }, "Quadrupole: 'k2' is unknown — did you mean 'k1'?"],
  ])('refuses %j', (options, message) => {
    expect(() => new Quadrupole(options as QuadrupoleOptions)).toThrow(LatticeError);
    expect(() => new Quadrupole(options as QuadrupoleOptions)).toThrow(message);
  });

  it('refuses a strength that would take more than 10 000 maps', () => {
    const quadrupole = new Quadrupole({ name: 'q1', length: 1, k1: 1e30 });
    expect(() => mapsOf(quadrupole)).toThrow("quadrupole 'q1': √|k1|·length = 1000000000000000 is too large");
  });
});

describe('Marker', () => {
  it('has a name and nothing else', () => {
    const marker = new Marker({ name: 'm1' });
    expect(marker).toMatchObject({ type: 'marker', name: 'm1', length: 0, parameters: {} });
    expect(mapsOf(marker)).toEqual([]);
  });

  it('refuses to be nameless', () => {
    expect(() => new Marker({} as { name: string })).toThrow('a marker needs a name');
  });
});

describe('SpaceChargeKick', () => {
  const gridShape = [8, 8, 16] as const;

  it('has the documented defaults', () => {
    const kick = new SpaceChargeKick({ effectLength: 0.5, gridShape });
    expect(kick.kick).toEqual({
      effectLength: 0.5,
      gridShape: [8, 8, 16],
      extentKind: 'sigmas',
      extent: [3, 3, 3],
      centre: 'beam',
      differentiateGrid: true,
    });
    expect(kick.parameters).toEqual({ effectLength: 0.5, extentX: 3, extentY: 3, extentZ: 3 });
    expect(kick.length).toBe(0);
  });

  it('keeps all its settings in a changed copy', () => {
    const options: SpaceChargeKickOptions = {
      ...{ name: 'sc1', effectLength: 0.5, gridShape, centre: 'reference', differentiateGrid: false },
      extent: { fixed: [1e-3, 2e-3, 3e-3] },
    };
    const kick = new SpaceChargeKick(options).with({ parameters: { extentY: 5e-3 } });
    expect(kick.name).toBe('sc1');
    expect(kick.kick).toEqual({
      effectLength: 0.5,
      gridShape: [8, 8, 16],
      extentKind: 'fixed',
      extent: [1e-3, 5e-3, 3e-3],
      centre: 'reference',
      differentiateGrid: false,
    });
  });

  it('copies its arrays', () => {
    const shape: [number, number, number] = [8, 8, 8];
    const kick = new SpaceChargeKick({ effectLength: 1, gridShape: shape });
    shape[0] = 1;
    expect(kick.gridShape).toEqual([8, 8, 8]);
  });

  it.each<[object, string]>([
    [
      { gridShape: [8, 3, 8] },
      "gridShape of spaceChargeKick 'sc1' must be three integers of at least 4 nodes, not [8, 3, 8]",
    ],
    [{ gridShape: [8, 8.5, 8] }, 'must be three integers of at least 4 nodes'],
    [{ gridShape: [8, 8] }, "gridShape of spaceChargeKick 'sc1' must be three numbers [x, y, z], not [8, 8]"],
    [{ gridShape: 8 }, 'must be three numbers [x, y, z], not 8'],
    [
      { effectLength: undefined },
      "effectLength (m) of spaceChargeKick 'sc1' must be a finite number, not undefined",
    ],
    [
      { extent: { sigmas: [3, 0, 3] } },
      "extent.sigmas of spaceChargeKick 'sc1' must be a positive number, not 0",
    ],
    [
      { extent: { fixed: [1, '2', 3] } },
      "extent.fixed of spaceChargeKick 'sc1' must be a positive number, not '2'",
    ],
    [{ extent: {} }, 'takes exactly one of sigmas: [x, y, z] and fixed: [x, y, z] (m)'],
    [{ extent: { sigmas: [3, 3, 3], fixed: [1, 1, 1] } }, 'takes exactly one of'],
    [{ extent: { sigma: [3, 3, 3] } }, "'sigma' is unknown — did you mean 'sigmas'?"],
    [{ centre: 'beem' }, "centre of spaceChargeKick 'sc1' cannot be 'beem' — did you mean 'beam'?"],
    [
      { differentiateGrid: 'no' },
      "differentiateGrid of spaceChargeKick 'sc1' must be true or false, not 'no'",
    ],
    [{ gridshape: gridShape }, "SpaceChargeKick: 'gridshape' is unknown — did you mean 'gridShape'?"],
  ])('refuses %j', (changes, message) => {
    const make = () => new SpaceChargeKick({ name: 'sc1', effectLength: 1, gridShape, ...changes });
    expect(make).toThrow(LatticeError);
    expect(make).toThrow(message);
  });
});
