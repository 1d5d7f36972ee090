import { dotProduct } from '../objective/sums.js';
import { type Bounds, difference, freeVariables, largest, project, projectedStep } from './bounds.js';
import type { Iterate, Optimum } from './optimum.js';

/** A value with its gradient. */
export interface Smooth {
  readonly value: number;
  /** `[n]`. */
  readonly gradient: Float64Array;
}

/** What {@link lbfgs} minimises. */
export interface SmoothProblem {
  /** `[n]`. */
  readonly start: Float64Array;
  readonly bounds: Bounds;
  /** Largest entry of the free gradient at which to stop, as a part of the largest value met first. */
  readonly tolerance: number;
  /** Value and gradient; undefined where there are none: the point counts as infinitely bad. */
  readonly evaluate: (point: Float64Array) => Promise<Smooth | undefined>;
  /** Called with the start and with every accepted point. */
  readonly onIterate: (iterate: Iterate) => void;
}

/** One step and what it did to the gradient. */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

/** Pairs that are remembered: more than problems of a few magnets have variables. */
const MEMORY = 10;
/** The first step moves no variable further than this, in units of its scale. */
const FIRST_STEP = 0.1;
/** The decrease that a step must bring, as a part of what the gradient promises (Armijo). */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 30;
/** Curvature below this part of |s||y| is rounding. */
const LEAST_CURVATURE = 1e-10;

/**
 * Minimises a smooth function within bounds by limited-memory BFGS steps of the free variables, projected onto the bounds, with a
 * backtracking line search along the projected path (C. T. Kelley, Iterative Methods for Optimization, SIAM 1999, 5.5; two-loop
 * recursion: J. Nocedal, Math. Comp. 35 (1980) 773).
 *
 * A deterministic function of what `evaluate` answers.
 *
 * @returns undefined if there is no value at the start
 */
export async function lbfgs(problem: SmoothProblem): Promise<Optimum | undefined> {
  const { bounds, tolerance, evaluate, onIterate } = problem;
  let point = project(problem.start, bounds);
  let here = await evaluate(point);
  if (!here) return undefined;
  const enough = tolerance * (Math.abs(here.value) || 1);
  let memory: Pair[] = [];
  for (;;) {
    const free = freeVariables(point, here.gradient, bounds);
    const iterate = { point, value: here.value, gradientNorm: largest(here.gradient, free) };
    onIterate(iterate);
    if (iterate.gradientNorm <= enough) return { ...iterate, reason: 'stationary' };
    let found = await search(problem, point, here, quasiNewton(here.gradient, free, memory));
    if (!found && memory.length > 0) {
      // The remembered curvature may be that of another cell of a kinked function: forget it once.
      memory = [];
      found = await search(problem, point, here, quasiNewton(here.gradient, free, memory));
    }
    if (!found) return { ...iterate, reason: 'precision' };
    const s = difference(found.point, point);
    const y = difference(found.smooth.gradient, here.gradient);
    const curvature = dotProduct(s, y);
    if (curvature > LEAST_CURVATURE * Math.sqrt(dotProduct(s, s) * dotProduct(y, y))) {
      memory = [...memory, { s, y }].slice(-MEMORY);
    }
    point = found.point;
    here = found.smooth;
  }
}

/** −H·gradient on the free variables, zero on the others; without memory a short step against the gradient. */
function quasiNewton(gradient: Float64Array, free: readonly number[], memory: readonly Pair[]): Float64Array {
  const onFree = (a: Float64Array) => Float64Array.from(free, (i) => a[i]!);
  const q = onFree(gradient).map((value) => -value);
  const pairs = memory
    .map(({ s, y }) => ({ s: onFree(s), y: onFree(y) }))
    .filter(({ s, y }) => dotProduct(s, y) > 0);
  const factors: number[] = [];
  for (const { s, y } of [...pairs].reverse()) {
    const factor = dotProduct(s, q) / dotProduct(s, y);
    factors.unshift(factor);
    addScaled(q, -factor, y);
  }
  const last = pairs.at(-1);
  const scale = last ? dotProduct(last.s, last.y) / dotProduct(last.y, last.y) : firstScale(q);
  for (let i = 0; i < q.length; i++) q[i] = q[i]! * scale;
  for (const [k, { s, y }] of pairs.entries()) {
    addScaled(q, factors[k]! - dotProduct(y, q) / dotProduct(s, y), s);
  }
  const direction = new Float64Array(gradient.length);
  for (const [k, i] of free.entries()) direction[i] = q[k]!;
  return direction;
}

function firstScale(q: Float64Array): number {
  return FIRST_STEP / largest(q, Array.from(q.keys()));
}

/** The first point along the projected path that is better by enough. */
async function search(
  { bounds, evaluate }: SmoothProblem,
  point: Float64Array,
  { value, gradient }: Smooth,
  direction: Float64Array,
): Promise<{ point: Float64Array; smooth: Smooth } | undefined> {
  let step = 1;
  for (let i = 0; i < MOST_HALVINGS; i++) {
    const trial = projectedStep(point, direction, step, bounds);
    const slope = dotProduct(gradient, difference(trial, point));
    if (!(slope < 0)) return undefined;
    const smooth = await evaluate(trial);
    if (smooth && smooth.value <= value + SUFFICIENT * slope) return { point: trial, smooth };
    step *= shortening(slope, smooth ? smooth.value - value : Number.POSITIVE_INFINITY);
  }
  return undefined;
}

/** By how much to shorten a step: to the minimum of the parabola through what is known, between a tenth and a half. */
function shortening(slope: number, rise: number): number {
  const parabola = -slope / (2 * (rise - slope));
  return Number.isFinite(rise) ? Math.min(0.5, Math.max(0.1, parabola)) : 0.25;
}

function addScaled(sum: Float64Array, factor: number, term: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + factor * term[i]!;
}
