import type { Beam } from '../../src/index.js';

const COULOMB_CONSTANT = 1 / (4 * Math.PI * 8.8541878188e-12); // V·m/C

/** A kick whose grid is fixed and centred on the reference particle. */
export interface DirectKick {
  readonly effectLength: number;
  readonly gridShape: readonly [number, number, number];
  /** m */
  readonly halfWidths: readonly [number, number, number];
}

/** Momentum kicks `[n]` each. */
export interface Kicks {
  readonly px: Float64Array;
  readonly py: Float64Array;
  readonly p: Float64Array;
}

/**
 * The space-charge kick by the book: cloud-in-cell deposit, the potential as a plain double sum over nodes of the
 * integrated Green function, central differences (one-sided of second order on the faces), gather with the same weights.
 * No transform, no shared corners, no fixed point: slow, and independent of the library's.
 */
export function directKick(beam: Beam, { effectLength, gridShape, halfWidths }: DirectKick): Kicks {
  const cell = halfWidths.map((half, axis) => (2 * half) / (gridShape[axis]! - 1));
  const grid = new Nodes(gridShape);
  const { x, y, tau } = beam.coordinates;
  const positions = Array.from(x, (_, i) => [x[i]!, y[i]!, -beam.beta0 * tau[i]!]);
  const weights = positions.map((r) => grid.weights(r.map((a, d) => (a + halfWidths[d]!) / cell[d]!)));

  const density = new Float64Array(grid.count);
  const volume = cell[0]! * cell[1]! * cell[2]!;
  for (const [i, list] of weights.entries()) {
    for (const { node, weight } of list) density[node]! += (beam.charges[i]! * weight) / volume;
  }
  const potential = convolve(grid, density, [cell[0]!, cell[1]!, beam.gamma0 * cell[2]!]);
  const field = [0, 1, 2].map((axis) => grid.slope(potential, axis).map((slope) => -slope / cell[axis]!));

  const { chargeNumber } = beam.species;
  const strength = (Math.abs(chargeNumber) * effectLength) / (beam.momentum * beam.beta0 * beam.gamma0 ** 2);
  const gather = (axis: number, factor: number) =>
    Float64Array.from(weights, (list) =>
      list.reduce((sum, { node, weight }) => sum + factor * weight * field[axis]![node]!, 0),
    );
  return { px: gather(0, strength), py: gather(1, strength), p: gather(2, strength * beam.beta0) };
}

/** φ_g = 1/(4πε0) Σ_g' G(g − g') ρ_g' */
function convolve(grid: Nodes, density: Float64Array, cell: readonly number[]): Float64Array {
  const green = new Map<number, number>();
  const greenAt = (offset: readonly number[]) => {
    const key = grid.index(offset.map(Math.abs));
    const known = green.get(key) ?? integratedGreen(offset.map(Math.abs), cell);
    green.set(key, known);
    return known;
  };
  const charged = [...density.keys()].filter((node) => density[node] !== 0);
  return density.map((_, node) => {
    const here = grid.place(node);
    const terms = charged.map((other) => {
      const there = grid.place(other);
      return greenAt(here.map((a, d) => a - there[d]!)) * density[other]!;
    });
    return COULOMB_CONSTANT * terms.reduce((sum, term) => sum + term, 0);
  });
}

/** ∫ 1/r over a cell at an offset counted in cells: the alternating sum over its corners. */
function integratedGreen(offset: readonly number[], cell: readonly number[]): number {
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const bits = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const at = bits.map((bit, d) => (offset[d]! + bit - 0.5) * cell[d]!);
    const sign = (bits[0]! + bits[1]! + bits[2]!) % 2 === 1 ? 1 : -1;
    sum += sign * antiderivative(at[0]!, at[1]!, at[2]!);
  }
  return sum;
}

/** A function whose mixed third derivative is 1/r. */
function antiderivative(x: number, y: number, z: number): number {
  const r = Math.hypot(x, y, z);
  const angles = (a: number, b: number, c: number) => -0.5 * c * c * Math.atan((a * b) / (c * r));
  const logarithms = (a: number, b: number, c: number) => b * c * Math.asinh(a / Math.hypot(b, c));
  return (
    angles(x, y, z) +
    angles(x, z, y) +
    angles(y, z, x) +
    logarithms(x, y, z) +
    logarithms(y, x, z) +
    logarithms(z, x, y)
  );
}

/** The nodes of a grid, x fastest. */
class Nodes {
  readonly count: number;
  readonly #shape: readonly [number, number, number];

  constructor(shape: readonly [number, number, number]) {
    this.#shape = shape;
    this.count = shape[0] * shape[1] * shape[2];
  }

  index(place: readonly number[]): number {
    return (place[2]! * this.#shape[1] + place[1]!) * this.#shape[0] + place[0]!;
  }

  place(index: number): number[] {
    const [nx, ny] = this.#shape;
    return [index % nx, Math.floor(index / nx) % ny, Math.floor(index / (nx * ny))];
  }

  /** The eight nodes around a point given in cells, and its share in each; none outside the grid. */
  weights(xi: readonly number[]): { node: number; weight: number }[] {
    if (xi.some((a, d) => a < 0 || a > this.#shape[d]! - 1)) return [];
    const first = xi.map((a, d) => Math.min(Math.floor(a), this.#shape[d]! - 2));
    return [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
      const bits = [corner & 1, (corner >> 1) & 1, corner >> 2];
      const parts = bits.map((bit, d) => (bit === 1 ? xi[d]! - first[d]! : 1 + first[d]! - xi[d]!));
      return {
        node: this.index(first.map((a, d) => a + bits[d]!)),
        weight: parts[0]! * parts[1]! * parts[2]!,
      };
    });
  }

  /** Slope per cell along an axis at every node. */
  slope(values: Float64Array, axis: number): Float64Array {
    const last = this.#shape[axis]! - 1;
    const step = [1, this.#shape[0], this.#shape[0] * this.#shape[1]][axis]!;
    return values.map((here, node) => {
      const i = this.place(node)[axis]!;
      const at = (offset: number) => values[node + offset * step]!;
      if (i === 0) return (-3 * here + 4 * at(1) - at(2)) / 2;
      if (i === last) return (3 * here - 4 * at(-1) + at(-2)) / 2;
      return (at(1) - at(-1)) / 2;
    });
  }
}
