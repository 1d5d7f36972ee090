import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import { BeamError } from '../errors.js';
import { sumOf } from '../objective/sums.js';
import { requireArray, requireInteger, requireKnownKeys, requireOneOf, requirePositive } from '../options.js';
import { COORDINATES, type Coordinate } from './coordinates.js';

/** A macroparticle as `Beam.filter` shows it: its coordinates and its charge in C. */
export type Macroparticle = Readonly<Record<Coordinate | 'charge', number>>;

/** How `Beam.split` orders macroparticles before it cuts. */
export interface SplitOptions {
  /** A coordinate, for slices along it from its lowest value up, or `'random'` (default). */
  readonly by?: Coordinate | 'random' | undefined;
  /** Seed of the random order (default 1). */
  readonly seed?: number | undefined;
}

const ORDERS = ['random', ...COORDINATES] as const;

/** Indices of `wanted` of `n` things, each subset equally likely, in increasing order: Knuth's algorithm S. */
export function randomSubset(n: number, wanted: number, seed: number): Uint32Array {
  const generator = mersenne(seed);
  const chosen = new Uint32Array(wanted);
  for (let i = 0, found = 0; found < wanted; i++) {
    if (uniformFloat64(generator) * (n - i) < wanted - found) chosen[found++] = i;
  }
  return chosen;
}

/** The indices 0 … n − 1 in random order, by Fisher and Yates. */
function shuffled(n: number, seed: number): Uint32Array {
  const generator = mersenne(seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniformFloat64(generator) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * Checks how a beam is to be split.
 *
 * @throws BeamError for unknown options, or fractions that are not positive or do not add up to 1
 */
export function requireSplit(fractions: ArrayLike<number>, options: SplitOptions): Required<SplitOptions> {
  requireKnownKeys(options, ['by', 'seed'], 'beam.split', BeamError);
  requireArray(fractions, 'fractions', BeamError);
  const parts = Float64Array.from(fractions, (part, i) =>
    requirePositive(part, `fractions[${i}]`, BeamError),
  );
  const total = sumOf(parts);
  if (Math.abs(total - 1) > 1e-9) throw new BeamError(`fractions must add up to 1, not ${total}`);
  return {
    by: requireOneOf(options.by ?? 'random', ORDERS, 'by', BeamError),
    seed: requireInteger(options.seed ?? 1, 'seed', 0, 2 ** 32 - 1, BeamError),
  };
}

/**
 * Indices of the macroparticles of each part, in increasing order: the parts follow one another in the chosen order, and
 * a macroparticle belongs to the part in which the middle of its charge lies.
 *
 * @param column - what the macroparticles are ordered by, or `undefined` for a random order
 */
export function splitIndices(
  charges: Float64Array,
  fractions: ArrayLike<number>,
  column: Float64Array | undefined,
  seed: number,
): Uint32Array[] {
  const n = charges.length;
  const order = shuffled(n, seed);
  if (column !== undefined)
    order.set(order.map((_, i) => i).sort((a, b) => column[a]! - column[b]! || a - b));
  const parts: number[][] = Array.from(fractions, () => []);
  const total = sumOf(charges);
  let part = 0;
  let end = fractions[0]!;
  let before = 0;
  for (const i of order) {
    const middle = (before + charges[i]! / 2) / total;
    while (middle > end && part < fractions.length - 1) end += fractions[++part]!;
    parts[part]!.push(i);
    before += charges[i]!;
  }
  return parts.map((indices) => Uint32Array.from(indices).sort());
}

/** Columns one after the other, in an array of its own. */
export function concatenated(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((n, column) => n + column.length, 0));
  let end = 0;
  for (const column of columns) {
    all.set(column, end);
    end += column.length;
  }
  return all;
}
