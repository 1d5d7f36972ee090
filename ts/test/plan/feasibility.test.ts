import { describe, expect, it } from 'vitest';
import { Drift, feasibility, gpuBytes, Lattice, planGradient } from '../../src/index.js';

const make = ({ gridShape, kicks }: { gridShape: readonly [number, number, number]; kicks: number }) =>
  new Lattice([new Drift({ name: 'd', length: 1 })]).withSpaceCharge({ gridShape, kicks });
const size = { particles: 100_000, gridShape: [32, 32, 32] as const, kicks: 50 };
const options = { backend: 'cuda', threads: 2 } as const;
const bytes = (strategy: 'invert' | 'fields' | 'store', change: Partial<typeof size>) => {
  const { particles, ...rest } = { ...size, ...change };
  return planGradient(make(rest), { particles }, { ...options, strategy }).memory.device;
};

describe('feasibility', () => {
  it('finds the largest problem of every kind: one more does not fit', () => {
    const device = 400e6;
    for (const found of feasibility(make, size, device, options)) {
      const { largest, fits } = found;
      // 'auto' can do with what inversion takes on a line that can be inverted.
      const strategy =
        found.strategy === 'auto' ? 'invert' : (found.strategy as 'invert' | 'fields' | 'store');
      expect(found.bytes).toBe(bytes(strategy, {}));
      expect(fits).toBe(found.bytes <= device);
      expect(found.seconds !== undefined).toBe(fits);
      const { particles, kicks, gridShape } = largest;
      if (particles > 0) expect(bytes(strategy, { particles })).toBeLessThanOrEqual(device);
      expect(bytes(strategy, { particles: particles + 1 })).toBeGreaterThan(device);
      expect(bytes(strategy, { gridShape: gridShape! as never })).toBeLessThanOrEqual(device);
      const next = gridShape!.map((n) => n + 1) as never;
      expect(bytes(strategy, { gridShape: next })).toBeGreaterThan(device);
      if (strategy === 'invert') expect(kicks).toBe(100_000);
      else {
        expect(bytes(strategy, { kicks })).toBeLessThanOrEqual(device);
        expect(bytes(strategy, { kicks: kicks + 1 })).toBeGreaterThan(device);
      }
    }
  });

  it('says 0 where nothing is small enough', () => {
    const [invert] = feasibility(make, size, 1000, { ...options, strategies: ['invert'] });
    expect(invert).toEqual({
      strategy: 'invert',
      bytes: bytes('invert', {}),
      fits: false,
      largest: { particles: 0, gridShape: undefined, kicks: 0 },
    });
  });

  it('knows GPUs by name and by size, and typing errors', () => {
    expect(gpuBytes('80GB')).toBe(80e9);
    expect(gpuBytes('H200')).toBeGreaterThan(139 * 2 ** 30);
    expect(gpuBytes('a100-80')).toBeLessThan(80 * 2 ** 30);
    expect(() => gpuBytes('a100-8O')).toThrow(/there is no GPU 'a100-8O'.*did you mean 'a100-80'/);
  });

  it('refuses sizes that are none', () => {
    expect(() => feasibility(make, { ...size, particles: 1.5 }, 1e9)).toThrow(/particles must be an integer/);
    expect(() => feasibility(make, { ...size, kicks: 0 }, 1e9)).toThrow(/kicks must be an integer/);
  });
});
