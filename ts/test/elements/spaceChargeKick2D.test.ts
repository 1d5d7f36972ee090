import { describe, expect, it } from 'vitest';
import { SpaceChargeKick2D, type SpaceChargeKick2DOptions } from '../../src/elements/spaceChargeKick2D.js';
import { LatticeError } from '../../src/errors.js';

describe('SpaceChargeKick2D', () => {
  const own = { effectLength: 0.5, current: 2, gridShape: [8, 16] } as const;

  it('has the documented defaults, and one node along the beam for the engine', () => {
    const kick = new SpaceChargeKick2D(own);
    expect(kick.kick).toEqual({
      ...{ effectLength: 0.5, current: 2, gridShape: [8, 16, 1], extentKind: 'sigmas', extent: [3, 3, 1] },
      ...{ centre: 'beam', differentiateGrid: true },
    });
    expect(kick.parameters).toEqual({ effectLength: 0.5, current: 2, extentX: 3, extentY: 3 });
    expect(kick.gridShape).toEqual([8, 16]);
    expect(kick.length).toBe(0);
  });

  it('keeps all its settings in a changed copy', () => {
    const options: SpaceChargeKick2DOptions = {
      ...{ ...own, name: 'sc1', centre: 'reference', differentiateGrid: false },
      extent: { fixed: [1e-3, 2e-3] },
    };
    const kick = new SpaceChargeKick2D(options).with({ parameters: { extentY: 5e-3, current: -1 } });
    expect(kick.name).toBe('sc1');
    expect(kick.kick).toEqual({
      ...{ effectLength: 0.5, current: -1, gridShape: [8, 16, 1], extentKind: 'fixed' },
      ...{ extent: [1e-3, 5e-3, 1], centre: 'reference', differentiateGrid: false },
    });
  });

  it.each<[object, string]>([
    [{ current: undefined }, "current (A) of spaceChargeKick2D 'sc1' must be a finite number, not undefined"],
    [{ current: Number.NaN }, 'must be a finite number, not NaN'],
    [{ gridShape: [8, 3] }, 'must be two integers of at least 4 nodes, not [8, 3]'],
    [{ gridShape: [8, 8, 8] }, 'must be two numbers [x, y], not [8, 8, 8]'],
    [{ gridShape: [8, 1e4] }, 'has more than 4096 nodes along an axis'],
    [{ extent: { sigmas: [3, 3, 3] } }, 'must be two numbers [x, y], not [3, 3, 3]'],
    [
      { extent: { fixed: [1, -1] } },
      "extent.fixed of spaceChargeKick2D 'sc1' must be a positive number, not -1",
    ],
    [{ extent: {} }, 'takes exactly one of sigmas: [x, y] and fixed: [x, y] (m)'],
    [{ curent: 2 }, "SpaceChargeKick2D: 'curent' is unknown — did you mean 'current'?"],
  ])('refuses %j', (changes, message) => {
    const make = () => new SpaceChargeKick2D({ ...own, name: 'sc1', ...changes });
    expect(make).toThrow(LatticeError);
    expect(make).toThrow(message);
  });
});
