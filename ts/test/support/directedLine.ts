import {
  Aperture,
  type Coordinates,
  CustomStep,
  Drift,
  type ElementOptions,
  Lattice,
  type LatticeEntry,
  Marker,
  Quadrupole,
  Segment,
  type SegmentOptions,
} from '../../src/index.js';

/** The kicks of px come in steps of this, which are whole quanta: then adding and subtracting them is exact. */
const GRAIN = 2 ** -40;

/** px += g·y, with its inverse or without. */
function skew(name: string, isInvertible: boolean, options: ElementOptions): CustomStep {
  const kick = (z: Coordinates, sign: 1 | -1, g: number): Coordinates => ({
    ...z,
    px: z.px.map((px, i) => px + sign * GRAIN * Math.round((g * z.y[i]!) / GRAIN)),
  });
  return new CustomStep({
    name,
    parameters: { g: 0.3 },
    forward: (z, { g }) => kick(z, 1, g!),
    ...(isInvertible && { inverse: (z, { g }) => kick(z, -1, g!) }),
    adjoint: (z, bar, { g }) => ({
      coordinates: { ...bar, y: bar.y.map((yBar, i) => yBar + g! * bar.px[i]!) },
      parameters: { g: bar.px.reduce((sum, pxBar, i) => sum + pxBar * z.y[i]!, 0) },
    }),
    ...options,
  });
}

type Wrap = (options: Omit<SegmentOptions, 'elements'>, elements: LatticeEntry[]) => LatticeEntry[];

/** Elements of every kind; `wrap` says what becomes of segments, and `say` of what an element asks for. */
function lattice(
  wrap: Wrap,
  say: (options: ElementOptions) => ElementOptions,
  isInvertible: boolean,
): Lattice {
  return new Lattice([
    new Drift({ name: 'd1', length: 0.2, ...say({ reverse: 'store' }) }),
    new Quadrupole({ name: 'q1', length: 0.1, k1: 8 }),
    ...wrap({ mode: 'joint', tier: 'host' }, [
      new Drift({ name: 'd2', length: 0.2, model: 'exact', ...say({ reverse: 'field' }) }),
      new Quadrupole({ name: 'q2', length: 0.1, k1: -8 }),
      ...wrap({ mode: 'split', reverse: 'recompute' }, [
        new Aperture({ name: 'a', halfX: 2e-3, halfY: 1.5e-3 }),
        new Drift({ name: 'd3', length: 0.1 }),
        new Marker({ name: 'm' }),
      ]),
    ]),
    ...wrap({ reverse: 'store' }, [
      new Quadrupole({ name: 'q3', length: 0.1, k1: 8, ...say({ tier: 'disk' }) }),
    ]),
    skew('u', isInvertible, say({ reverse: 'recompute' })),
    new Drift({ name: 'd4', length: 0.2, ...say({ reverse: 'invert' }) }),
  ]).withSpaceCharge({ maxStep: 0.1, gridShape: [8, 10, 12], extent: { sigmas: [4, 4, 4] } });
}

/** Without directives and segments, with a custom step that has an inverse or not; looked at at marker `m`. */
export const plainLine = (isInvertible: boolean) =>
  lattice(
    (_, elements) => elements,
    () => ({}),
    isInvertible,
  );
/** The same with directives and segments of every sort. */
export const directedLine = (isInvertible: boolean) =>
  lattice(
    (options, elements) => [new Segment({ ...options, elements })],
    (options) => options,
    isInvertible,
  );
