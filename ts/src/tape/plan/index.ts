export { PlannerCache } from './cache.js';
export { type Decision, decisionsOf, describeDecision } from './explain.js';
export { type Plan, Planner } from './planner.js';
export type { Directive, PlanProblem, Reverse, Segment } from './problem.js';
