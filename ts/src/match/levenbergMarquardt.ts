import { dotProduct } from '../objective/sums.js';
import { leastSquares } from '../scaling/leastSquares.js';
import { type Bounds, difference, freeVariables, largest, project, projectedStep } from './bounds.js';
import type { Iterate, Optimum } from './optimum.js';

/** What {@link levenbergMarquardt} minimises: the sum of squared residuals. */
export interface ResidualProblem {
  /** `[n]`. */
  readonly start: Float64Array;
  readonly bounds: Bounds;
  /** The cosine between the residuals and every free column of the Jacobian at which to stop. */
  readonly tolerance: number;
  /** Residuals `[m]`; undefined where there are none: the point counts as infinitely bad. */
  readonly residuals: (point: Float64Array) => Promise<Float64Array | undefined>;
  /** Their derivatives, `[m][n]`. */
  readonly jacobian: (point: Float64Array) => Promise<readonly Float64Array[]>;
  /** Whether these residuals are small enough to stop. */
  readonly isMet: (residuals: Float64Array) => boolean;
  /** Called with the start and with every accepted point. */
  readonly onIterate: (iterate: Iterate) => void;
}

const FIRST_DAMPING = 1e-3;
/** Damping beyond which a step is no step. */
const MOST_DAMPING = 1e16;
/** The decrease that a step must bring, as a part of what the linear model promises. */
const SUFFICIENT = 1e-4;
/** Where a step leaves more than this part of the residuals' norm, the Jacobian is computed anew instead of corrected. */
const FAST = 0.25;

/** A place with all that is known of it. */
interface Place {
  readonly point: Float64Array;
  readonly residuals: Float64Array;
  /** `[m][n]`. */
  readonly jacobian: readonly Float64Array[];
  /** Whether it was differentiated here, or comes from an earlier place with a correction. */
  readonly isExact: boolean;
}

/**
 * Minimises a sum of squares within bounds: Levenberg–Marquardt steps of the free variables, damped in units of the Jacobian's
 * column norms (J. J. Moré, Lecture Notes in Mathematics 630 (1978) 105) with the damping of H. B. Nielsen (IMM-REP-1999-05),
 * projected onto the bounds (C. Kanzow, N. Yamashita and M. Fukushima, J. Comput. Appl. Math. 172 (2004) 375).
 *
 * A Jacobian costs a reverse sweep for every residual, the residuals themselves one forward sweep. As long as steps are good, the
 * Jacobian is therefore only corrected by what a step taught (C. G. Broyden, Math. Comp. 19 (1965) 577); it is differentiated
 * where progress is slow, where a step fails, and before a point is called stationary.
 *
 * A deterministic function of what `residuals` and `jacobian` answer.
 *
 * @returns undefined if there are no residuals at the start
 */
export async function levenbergMarquardt(problem: ResidualProblem): Promise<Optimum | undefined> {
  const { bounds, tolerance, isMet, onIterate } = problem;
  const start = project(problem.start, bounds);
  const residuals = await problem.residuals(start);
  if (!residuals) return undefined;
  let place = await differentiated(problem, start, residuals);
  const columns = new Columns(start.length);
  const damping = new Damping();
  onIterate(iterateAt(place, bounds));
  for (;;) {
    const iterate = iterateAt(place, bounds);
    if (isMet(place.residuals)) return { ...iterate, reason: 'targets' };
    columns.see(place.jacobian);
    const isStationary = largestCosine(place, bounds) <= tolerance;
    const next = isStationary ? undefined : await step(problem, place, columns, damping);
    if (next) {
      place = next;
      onIterate(iterateAt(place, bounds));
    } else if (place.isExact) {
      return { ...iterate, reason: isStationary ? 'stationary' : 'precision' };
    } else {
      place = await differentiated(problem, place.point, place.residuals);
    }
  }
}

/** A step that the linear model proposes. */
interface Attempt {
  readonly point: Float64Array;
  readonly s: Float64Array;
  /** Residuals that the model expects there, `[m]`. */
  readonly expected: Float64Array;
}

/**
 * The next place, or undefined if no step from here is good: with a Jacobian that was only corrected, the first that is not good
 * ends the attempts.
 */
async function step(
  problem: ResidualProblem,
  place: Place,
  columns: Columns,
  damping: Damping,
): Promise<Place | undefined> {
  const before = squares(place.residuals);
  do {
    const attempt = attemptFrom(place, columns, damping.value, problem.bounds);
    if (attempt.s.every((moved) => moved === 0)) break;
    const promised = before - squares(attempt.expected);
    const found = promised > 0 ? await problem.residuals(attempt.point) : undefined;
    const gain = found ? (before - squares(found)) / promised : Number.NEGATIVE_INFINITY;
    if (found && gain > SUFFICIENT) {
      damping.accept(gain);
      return await arrive(problem, place, attempt, found);
    }
    damping.refuse();
  } while (place.isExact && damping.value <= MOST_DAMPING);
  return undefined;
}

function attemptFrom(place: Place, columns: Columns, damping: number, bounds: Bounds): Attempt {
  const { point, residuals, jacobian } = place;
  const free = freeVariables(point, gradientOf(place), bounds);
  const trial = projectedStep(point, columns.dampedStep(place, free, damping), 1, bounds);
  const s = difference(trial, point);
  return { point: trial, s, expected: residuals.map((r, i) => r + dotProduct(jacobian[i]!, s)) };
}

async function arrive(
  problem: ResidualProblem,
  { residuals, jacobian }: Place,
  { point, s, expected }: Attempt,
  found: Float64Array,
): Promise<Place> {
  const isFast = squares(found) <= FAST ** 2 * squares(residuals);
  if (!isFast && !problem.isMet(found)) return await differentiated(problem, point, found);
  // Broyden: the least change with which the model would have expected what was found.
  const length = dotProduct(s, s);
  const corrected = jacobian.map((row, i) => {
    const factor = (found[i]! - expected[i]!) / length;
    return row.map((value, j) => value + factor * s[j]!);
  });
  return { point, residuals: found, jacobian: corrected, isExact: false };
}

async function differentiated(
  problem: ResidualProblem,
  point: Float64Array,
  residuals: Float64Array,
): Promise<Place> {
  return { point, residuals, jacobian: await problem.jacobian(point), isExact: true };
}

/** Norms of the Jacobian's columns, the largest met so far: the units in which steps are damped. */
class Columns {
  readonly #norms: Float64Array;

  constructor(count: number) {
    this.#norms = new Float64Array(count);
  }

  see(jacobian: readonly Float64Array[]): void {
    for (const [j, before] of this.#norms.entries())
      this.#norms[j] = Math.max(before, columnNorm(jacobian, j));
  }

  /** The step of the free variables that minimises the damped linear model, zero for the others, `[n]`. */
  dampedStep({ residuals, jacobian }: Place, free: readonly number[], damping: number): Float64Array {
    const model = jacobian.map((row) => free.map((j) => row[j]!));
    // A variable without any effect stays where it is.
    const damped = free.map((j, k) =>
      free.map((_, l) => (k === l ? Math.sqrt(damping) * (this.#norms[j]! || 1) : 0)),
    );
    const fit = leastSquares([...model, ...damped], [...residuals.map((r) => -r), ...free.map(() => 0)]);
    const direction = new Float64Array(this.#norms.length);
    for (const [k, j] of free.entries()) direction[j] = fit?.coefficients[k] ?? 0;
    return direction;
  }
}

/** How strongly steps are held back: relaxed smoothly after good ones, faster and faster tightened after bad ones. */
class Damping {
  value = FIRST_DAMPING;
  #growth = 2;

  accept(gain: number): void {
    this.value *= Math.max(1 / 3, 1 - (2 * gain - 1) ** 3);
    this.#growth = 2;
  }

  refuse(): void {
    this.value *= this.#growth;
    this.#growth *= 2;
  }
}

/** Largest cosine between the residuals and a free column of the Jacobian; 0 at a stationary point. */
function largestCosine(place: Place, bounds: Bounds): number {
  const { point, residuals, jacobian } = place;
  const gradient = gradientOf(place);
  const length = Math.sqrt(squares(residuals));
  const cosines = freeVariables(point, gradient, bounds).map((j) => {
    const norm = columnNorm(jacobian, j);
    return norm > 0 ? Math.abs(gradient[j]!) / (2 * norm * length) : 0;
  });
  return Math.max(0, ...cosines);
}

function iterateAt(place: Place, bounds: Bounds): Iterate {
  const { point, residuals } = place;
  const gradient = gradientOf(place);
  const gradientNorm = largest(gradient, freeVariables(point, gradient, bounds));
  return { point, value: squares(residuals), gradientNorm, residuals };
}

/** Of the sum of squares, `[n]`. */
function gradientOf({ point, residuals, jacobian }: Place): Float64Array {
  return point.map((_, j) => 2 * jacobian.reduce((sum, row, i) => sum + row[j]! * residuals[i]!, 0));
}

const columnNorm = (jacobian: readonly Float64Array[], j: number) =>
  Math.sqrt(jacobian.reduce((sum, row) => sum + row[j]! ** 2, 0));

const squares = (values: Float64Array) => dotProduct(values, values);
