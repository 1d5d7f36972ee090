import { OptionsError } from '../errors.js';
import {
  type Coefficient,
  fitTerms,
  type LawPoint,
  type Residuals,
  residualsOf,
  type Terms,
} from './linearFit.js';

/**
 * The bytes of a gradient by its sizes: kicks·(a·N + b·cells + f) + c·N + d·cells + e. docs/memory-law.md derives it.
 */
export interface MemoryLaw {
  /** a: bytes by macroparticle and kick. */
  readonly kickParticle: Coefficient;
  /** b: bytes by cell and kick. */
  readonly kickCell: Coefficient;
  /** f: bytes by kick, whatever its size. */
  readonly kick: Coefficient;
  /** c: bytes by macroparticle, once. */
  readonly particle: Coefficient;
  /** d: bytes by cell, once. */
  readonly cell: Coefficient;
  /** e: bytes, once. */
  readonly fixed: Coefficient;
  readonly residuals: Residuals;
}

const GROWTH = {
  kickParticle: ({ kicks, particles }) => kicks * particles,
  kickCell: ({ kicks, cells }) => kicks * cells,
  kick: ({ kicks }) => kicks,
} satisfies Terms<string>;

const STANDING = {
  particle: ({ particles }) => particles,
  cell: ({ cells }) => cells,
  fixed: () => 1,
} satisfies Terms<string>;

/**
 * Fits the law of memory to measured bytes by least squares of relative residuals, in two steps. What grows with the kicks comes
 * from cases that differ in their kicks alone: what stands there for a size once, whatever it is, is a free number for each
 * size. Edges and planes of small grids, which c and d do not describe, therefore leave a and b alone. Then c, d and e are
 * fitted to what remains.
 *
 * Uncertainties are standard ones, from the scatter about the law; what the law leaves out is no noise, but counts as such.
 *
 * @param points - cases of one strategy, `value` in bytes: at least three pairs of particles and cells that do not lie on a
 * line, with two numbers of kicks each
 * @throws OptionsError if the points do not determine the law
 */
export function fitMemoryLaw(points: readonly LawPoint[]): MemoryLaw {
  const growth = fitGrowth(points);
  const grown = (point: LawPoint) => sumOf(GROWTH, growth, point);
  const standing = fitTerms(
    points.map((point) => ({ ...point, value: point.value - grown(point) })),
    STANDING,
    points.map(({ value }) => value),
  );
  const law = { ...growth, ...standing };
  return { ...law, residuals: residualsOf(points, (point) => memoryAt(law, point)) };
}

/** The law's bytes at a size. */
export function memoryAt(law: Omit<MemoryLaw, 'residuals'>, sizes: Omit<LawPoint, 'value'>): number {
  return sumOf({ ...GROWTH, ...STANDING }, law, { ...sizes, value: 0 });
}

function fitGrowth(points: readonly LawPoint[]): Pick<MemoryLaw, keyof typeof GROWTH> {
  const sizeOf = ({ particles, cells }: LawPoint) => `${particles} ${cells}`;
  const kicksAt = (size: string) =>
    new Set(points.filter((p) => sizeOf(p) === size).map(({ kicks }) => kicks));
  const repeated = [...new Set(points.map(sizeOf))].filter((size) => kicksAt(size).size > 1);
  if (repeated.length < 3) {
    throw new OptionsError(
      `a law of memory needs three sizes with two numbers of kicks each; these cases have ${repeated.length}`,
    );
  }
  const standing = repeated.map((size) => [size, (point: LawPoint) => (sizeOf(point) === size ? 1 : 0)]);
  const { kickParticle, kickCell, kick } = fitTerms<string>(
    points.filter((point) => repeated.includes(sizeOf(point))),
    { ...GROWTH, ...Object.fromEntries(standing) },
  );
  return { kickParticle: kickParticle!, kickCell: kickCell!, kick: kick! };
}

function sumOf<Name extends string>(
  terms: Terms<Name>,
  coefficients: Readonly<Record<Name, Coefficient>>,
  point: LawPoint,
): number {
  const names = Object.keys(terms) as Name[];
  return names.reduce((sum, name) => sum + coefficients[name].value * terms[name](point), 0);
}
