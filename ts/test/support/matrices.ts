import { COORDINATES, perCoordinate } from '../../src/beam/coordinates.js';
import { Beam, type Element, Lattice, Tracker } from '../../src/index.js';

/** Six columns: what unit steps along each coordinate become, of lines that are linear. */
export async function transferMatrix(
  elements: Element | readonly Element[],
  beam: Pick<Beam, 'species' | 'energy'>,
): Promise<number[][]> {
  const step = 1e-3;
  const unit = perCoordinate((name) =>
    Float64Array.from(COORDINATES, (other) => (other === name ? step : 0)),
  );
  const { species, energy } = beam;
  const probes = Beam.fromCoordinates(unit, { species, energy, charge: 1e-40 });
  using tracker = await Tracker.create(new Lattice([elements].flat() as Element[]), { backend: 'cpu' });
  const { coordinates } = await tracker.track(probes);
  return COORDINATES.map((name) => [...coordinates[name]].map((value) => value / step));
}

/** The largest difference of two matrices, over the largest entry of the second. */
export function matrixError(found: readonly number[][], expected: readonly (readonly number[])[]): number {
  const size = Math.max(...expected.flat().map(Math.abs));
  return (
    Math.max(...expected.flatMap((row, i) => row.map((value, j) => Math.abs(value - found[i]![j]!)))) / size
  );
}

/** The identity with some entries changed, such as `{ R12: 3 }`; rows and columns count from 1. */
export function matrixOf(entries: Readonly<Record<string, number>>): number[][] {
  const out: number[][] = COORDINATES.map((_, i) => COORDINATES.map((_, j) => (i === j ? 1 : 0)));
  for (const [name, value] of Object.entries(entries)) out[Number(name[1]) - 1]![Number(name[2]) - 1] = value;
  return out;
}

/** exp(A) by scaling and squaring of its series: matrices from Hamiltonians, independent of closed forms. */
export function exponential(a: readonly (readonly number[])[]): number[][] {
  const halvings = 12;
  const small = a.map((row) => row.map((value) => value / 2 ** halvings));
  let term = matrixOf({});
  let sum = matrixOf({});
  for (let n = 1; n <= 12; n++) {
    term = multiply(term, small).map((row) => row.map((value) => value / n));
    sum = sum.map((row, i) => row.map((value, j) => value + term[i]![j]!));
  }
  for (let i = 0; i < halvings; i++) sum = multiply(sum, sum);
  return sum;
}

/** The product, the last one acting first. */
export function multiply(...factors: readonly (readonly (readonly number[])[])[]): number[][] {
  const product = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
  return factors.reduce(product).map((row) => [...row]);
}
