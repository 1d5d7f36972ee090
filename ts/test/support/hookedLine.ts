import { CustomStep, Drift, type GradientResult, Lattice, Quadrupole, sigma } from '../../src/index.js';
import { hashOf } from './bits.js';

/** Twenty-odd steps; in the middle one that cannot be inverted, and calls `hook` on its first way forward. */
export function hookedLine(hook: () => void = () => {}): Lattice {
  let called = false;
  const middle = new CustomStep({
    name: 'middle',
    forward: (z) => {
      if (!called) hook();
      called = true;
      return { ...z, px: z.px.map((px, i) => px + 5 * z.x[i]! ** 2) };
    },
    adjoint: (z, bar) => ({
      coordinates: { ...bar, x: bar.x.map((xBar, i) => xBar + 10 * z.x[i]! * bar.px[i]!) },
    }),
  });
  const part = (i: number) => [
    new Quadrupole({ name: `q${i}`, length: 0.1, k1: 8 }),
    new Drift({ name: `d${i}`, length: 0.5 }),
  ];
  return new Lattice([...part(1), middle, ...part(2)]).withSpaceCharge({
    maxStep: 0.1,
    gridShape: [8, 8, 8],
  });
}

/** What the line's gradient is taken of, and by what. */
export const HOOKED_OBJECTIVE = sigma('x').squared();
export const HOOKED_WRT = ['q1.k1', 'd2.length', 'beam', 'charge'];

/** Value and gradient of it, to the bit. */
export function hookedBits({ value, gradient }: GradientResult): string {
  return hashOf(value, ...Object.values(gradient.parameters), ...Object.values(gradient.coordinates!));
}
