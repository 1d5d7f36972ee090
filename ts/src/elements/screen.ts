import type { Coordinates } from '../beam/coordinates.js';
import { LatticeError } from '../errors.js';
import {
  requireArray,
  requireFinite,
  requireInteger,
  requireKnownKeys,
  requirePositive,
} from '../options.js';
import { type ElementChanges, label } from './element.js';
import { Marker, type MarkerOptions } from './marker.js';

/** Options of a {@link Screen}. */
export interface ScreenOptions extends MarkerOptions {
  /** Numbers of bins along x and y; default [100, 100]. */
  readonly bins?: readonly [number, number] | undefined;
  /** Half width and half height in m. */
  readonly halfSize: readonly [number, number];
  /** Offset of the screen in x and y, m; default 0. */
  readonly dx?: number | undefined;
  readonly dy?: number | undefined;
}

/** What a screen shows: how much charge hit each of its bins. */
export interface ScreenImage {
  /** C, `[bins y][bins x]` row by row from low y to high y. */
  readonly charge: Float64Array;
  readonly bins: readonly [number, number];
  /** Edges of the bins, `[bins + 1]` m, in the frame of the beam line. */
  readonly edges: { readonly x: Float64Array; readonly y: Float64Array };
  /** Charge that missed it, C. */
  readonly missed: number;
}

const KEYS = ['name', 'bins', 'halfSize', 'dx', 'dy'];
const MOST_BINS = 10_000; // along one axis

/**
 * A screen that the beam passes: every `track` tells what it shows on the last turn. A histogram has no useful derivative: objectives look
 * at it as at a marker, `sigma('x').at('screen1')`.
 */
export class Screen extends Marker {
  readonly bins: readonly [number, number];
  readonly halfSize: readonly [number, number];
  readonly dx: number;
  readonly dy: number;

  /** @throws LatticeError without a name, for an unknown option, bins that are no positive integers, or a size that is not positive */
  constructor(options: ScreenOptions) {
    requireKnownKeys(options, KEYS, 'Screen', LatticeError);
    super(options, 'screen');
    const where = label('screen', options.name);
    this.bins = readPair(options.bins ?? [100, 100], `bins of ${where}`, (value, what) =>
      requireInteger(value, what, 1, MOST_BINS, LatticeError),
    );
    this.halfSize = readPair(options.halfSize, `halfSize (m) of ${where}`, (value, what) =>
      requirePositive(value, what, LatticeError),
    );
    this.dx = requireFinite(options.dx ?? 0, `dx (m) of ${where}`, LatticeError);
    this.dy = requireFinite(options.dy ?? 0, `dy (m) of ${where}`, LatticeError);
  }

  override with(changes: ElementChanges): Screen {
    const { bins, halfSize, dx, dy } = this;
    return new Screen({ ...this.commonOptions(changes), bins, halfSize, dx, dy });
  }

  /**
   * What it shows of a beam.
   *
   * @param charges - `[n]` C, 0 for what does not get here
   */
  image({ x, y }: Pick<Coordinates, 'x' | 'y'>, charges: Float64Array): ScreenImage {
    const [columns, rows] = this.bins;
    const [halfX, halfY] = this.halfSize;
    const charge = new Float64Array(columns * rows);
    let missed = 0;
    for (let i = 0; i < charges.length; i++) {
      const column = binOf(x[i]! - this.dx, halfX, columns);
      const row = binOf(y[i]! - this.dy, halfY, rows);
      if (column === undefined || row === undefined) missed += charges[i]!;
      else charge[row * columns + column]! += charges[i]!;
    }
    const edges = { x: edgesOf(this.dx, halfX, columns), y: edgesOf(this.dy, halfY, rows) };
    return { charge, bins: this.bins, edges, missed };
  }
}

/** The bin that a place falls into; the last one holds its upper edge, too. */
function binOf(u: number, half: number, bins: number): number | undefined {
  if (!(Math.abs(u) <= half)) return undefined;
  return Math.min(Math.floor(((u + half) / (2 * half)) * bins), bins - 1);
}

function edgesOf(centre: number, half: number, bins: number): Float64Array {
  return Float64Array.from({ length: bins + 1 }, (_, i) => centre - half + (2 * half * i) / bins);
}

function readPair(
  value: unknown,
  what: string,
  read: (value: unknown, what: string) => number,
): readonly [number, number] {
  requireArray(value, what, LatticeError);
  if (value.length !== 2) throw new LatticeError(`${what} must be two numbers, along x and y`);
  return [read(value[0], `${what} along x`), read(value[1], `${what} along y`)];
}
