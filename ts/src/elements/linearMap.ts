import { LatticeError } from '../errors.js';
import { requireFinite, show } from '../options.js';
import { Dual } from './dual.js';
import { type ElementChanges, label, type Slice } from './element.js';
import { Magnet, type MagnetOptions } from './magnet.js';
import { type ElementMap, quadraticLift } from './maps.js';
import { largest, type Matrix } from './matrices.js';
import { symplecticViolation, type TriangularLift, triangularLifts } from './symplectic.js';

/** Options of a {@link LinearMap}. */
export interface LinearMapOptions extends MagnetOptions {
  /** [6][6], acts on (x, px, y, py, tau, p), symplectic to a part in a million. */
  readonly matrix: readonly (readonly number[])[];
}

/** How far from symplectic a matrix may be, over the square of its largest entry or 1: the digits of a printed one. */
const TOLERANCE = 1e-6;

/**
 * A thin element with any symplectic matrix, as lifts: what is computed is exactly symplectic, and differs from a matrix that is not quite
 * by about as much as that lacks. Its parameters are the misalignment `dx`, `dy`, `tilt`; it is not differentiated by the entries of the
 * matrix, which depend on each other.
 */
export class LinearMap extends Magnet<never> {
  static readonly summary = 'Any symplectic matrix, thin';
  static readonly rules = {};
  static readonly settings = {
    matrix: {
      kind: 'matrix',
      rows: 6,
      columns: 6,
      required: true,
      meaning: 'Symplectic matrix, row by row, acts on x, px, y, py, tau, p',
    },
  } as const;

  readonly matrix: Matrix;
  readonly #lifts: readonly TriangularLift[];

  /** @throws LatticeError for an unknown option or directive, or what is not a symplectic matrix, with the size of the violation */
  constructor(options: LinearMapOptions) {
    super('LinearMap', options, LinearMap.rules, Object.keys(LinearMap.settings));
    this.matrix = readMatrix(options.matrix, `matrix of ${label(this.type, this.name)}`);
    this.#lifts = triangularLifts(this.matrix);
  }

  with(changes: ElementChanges): LinearMap {
    return new LinearMap({ ...this.changed(changes), matrix: this.matrix });
  }

  protected override body({ reference: { ratio } }: Slice): ElementMap[] {
    return this.#lifts.map(({ of, matrix }) => {
      const isDrift = of === 'positions';
      const entry = (i: number, j: number) => Dual.constant(matrix[i]![j]!);
      // The lifts know −p: it takes its sign from x, y with p, and all signs of thin lenses from px −= ….
      const xy = { xx: entry(0, 0), xy: entry(0, 1), yy: entry(1, 1), tt: entry(2, 2) };
      const xt = { xt: entry(0, 2), yt: entry(1, 2) };
      const drift = {
        ...scaledBy(xy, (a) => a.over(ratio)),
        ...scaledBy(xt, (a) => a.over(ratio).negated()),
      };
      const lens = scaledBy({ ...xy, ...xt }, (a) => a.times(ratio).negated());
      return quadraticLift(isDrift ? 'momentumLift' : 'positionLift', isDrift ? drift : lens);
    });
  }
}

function scaledBy<Key extends string>(
  entries: Readonly<Record<Key, Dual>>,
  by: (entry: Dual) => Dual,
): Record<Key, Dual> {
  const pairs = Object.entries<Dual>(entries).map(([key, entry]) => [key, by(entry)]);
  return Object.fromEntries(pairs) as Record<Key, Dual>;
}

/** @throws LatticeError for what is not a symplectic 6×6 matrix */
function readMatrix(value: unknown, what: string): Matrix {
  const isMatrix =
    Array.isArray(value) &&
    value.length === 6 &&
    value.every((row) => Array.isArray(row) && row.length === 6);
  if (!isMatrix) throw new LatticeError(`${what} must be six rows of six numbers, not ${show(value)}`);
  const rows = (value as unknown[][]).map((row) =>
    row.map((entry) => requireFinite(entry, what, LatticeError)),
  );
  const violation = symplecticViolation(rows) / Math.max(1, largest(rows)) ** 2;
  if (violation <= TOLERANCE) return rows;
  throw new LatticeError(
    `${what} is not symplectic: MᵀJM differs from J by ${violation.toPrecision(2)} of the square of its largest entry, ` +
      `more than ${TOLERANCE}; it acts on (x, px, y, py, tau, p) with tau late and p = ΔE/(p0·c)`,
  );
}
