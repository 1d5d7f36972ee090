import { Planner } from './planner.js';
import type { PlanProblem } from './problem.js';

/** Keeps the planner of the last problem: an optimisation asks for the same plan again and again. */
export class PlannerCache {
  #key = '';
  #planner: Planner | undefined;

  /** @throws OptionsError if the problem is none */
  plannerFor(problem: PlanProblem): Planner {
    const key = JSON.stringify(problem);
    if (this.#planner === undefined || this.#key !== key) {
      this.#planner = new Planner(problem);
      this.#key = key;
    }
    return this.#planner;
  }
}
