import {
  Aperture,
  CustomStep,
  Drift,
  type Element,
  Lattice,
  type LatticeEntry,
  Marker,
  Quadrupole,
  SpaceChargeKick,
} from '../../src/index.js';

/** What a ring is made of; names end in `suffix`, so that turns can be laid one behind the other. */
export type RingElements = (suffix: string) => LatticeEntry[];

const GRID = { gridShape: [9, 8, 10], extent: { sigmas: [4, 4, 4] } } as const;

/** One kick, so that what is at hand of it is of another turn. */
export const oneKick = (suffix: string): Element[] => [
  new Marker({ name: `start${suffix}` }),
  new Quadrupole({ name: `q${suffix}`, length: 0.1, k1: 3 }),
  new SpaceChargeKick({ name: `sc${suffix}`, effectLength: 0.6, ...GRID }),
  new Marker({ name: `m${suffix}` }),
  new Drift({ name: `d${suffix}`, length: 0.5, model: 'exact' }),
];

/** Everything that can be inverted: two kicks, and two apertures that take particles on every turn. */
export const lossy = (suffix: string): Element[] => [
  ...oneKick(suffix),
  new Aperture({ name: `a${suffix}`, halfX: 2.6e-3, halfY: 2.2e-3 }),
  new SpaceChargeKick({ name: `second${suffix}`, effectLength: 0.4, ...GRID }),
  new Drift({ name: `e${suffix}`, length: 0.7 }),
  new Aperture({ name: `b${suffix}`, halfX: 3e-3, halfY: 2.6e-3, shape: 'rectangular' }),
];

/** px += g x², in the middle of all that, without an inverse. */
export const rigid = (suffix: string): Element[] => [
  ...lossy(suffix),
  new CustomStep({
    name: `c${suffix}`,
    parameters: { g: 5 },
    forward: (z, { g }) => ({ ...z, px: z.px.map((px, i) => px + g! * z.x[i]! ** 2) }),
    adjoint: (z, bar, { g }) => ({
      coordinates: { ...bar, x: bar.x.map((xBar, i) => xBar + 2 * g! * z.x[i]! * bar.px[i]!) },
      parameters: { g: bar.px.reduce((sum, pxBar, i) => sum + pxBar * z.x[i]! ** 2, 0) },
    }),
  }),
  new Drift({ name: `f${suffix}`, length: 0.1 }),
];

/** The ring, to be passed again and again. */
export const ring = (elements: RingElements): Lattice => new Lattice(elements(''));

/** The same turns as one long line: names end in `@0`, `@1`, …. */
export const unrolled = (elements: RingElements, turns: number): Lattice =>
  new Lattice(Array.from({ length: turns }, (_, turn) => elements(`@${turn}`)).flat());
