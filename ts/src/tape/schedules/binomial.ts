/**
 * Binomial checkpointing, A. Griewank & A. Walther, ACM TOMS 26 (2000) 19–45: with `units` snapshots, the one of the first
 * state included, and every step run at most r times, β(units, r) = C(units + r, units) steps can be reversed.
 */

/** Least r with C(units + r, units) ≥ steps, and that binomial coefficient's neighbours. */
function repetitions(steps: number, units: number): { r: number; beta: number } {
  let r = 0;
  let beta = 1;
  while (beta < steps) {
    r += 1;
    beta = (beta * (units + r)) / r;
  }
  return { r, beta };
}

/**
 * t(steps, units) = r·steps − C(units + r, units + 1): the fewest forward launches that reverse a chain whose last step is not
 * run by itself.
 *
 * @param units - snapshots, the one of the first state included; at least 1
 */
export function leastAdvances(steps: number, units: number): number {
  const { r, beta } = repetitions(steps, units);
  return r * steps - (beta * r) / (units + 1);
}

/**
 * The fewest forward launches for a line of `steps` whose end is looked at, with `snapshots` besides the caller's initial beam:
 * t(steps + 1, snapshots + 1).
 */
export function leastForwardLaunches(steps: number, snapshots: number): number {
  return leastAdvances(steps + 1, snapshots + 1);
}

/**
 * Where to put the next snapshot: the largest advance that keeps t(steps, units) = advance + t(advance, units) +
 * t(steps − advance, units − 1), so that snapshots are written as rarely as that allows.
 *
 * @param steps - at least 2
 */
export function binomialSplit(steps: number, units: number): number {
  if (units === 1) return steps - 1;
  const { r, beta } = repetitions(steps, units);
  // β(units, r−1), and β(units−1, r−1): the least that must lie behind the snapshot.
  const most = (beta * r) / (units + r);
  const least = r < 2 ? 1 : (most * units) / (units + r - 1);
  return Math.min(most, steps - least);
}
