export * from './actions.js';
export { binary } from './binary.js';
export { leastAdvances, leastForwardLaunches } from './binomial.js';
export { checkSchedule, describeAction, type ScheduleReport } from './checker.js';
export { type Course, inverting, type Leg, listed, online, onlineLayout, tracking } from './course.js';
export { ScheduleError } from './error.js';
export {
  type HierarchicalCosts,
  type HierarchicalSchedule,
  hierarchical,
  type SnapshotTier,
} from './hierarchical.js';
export { fields, invert } from './invert.js';
export { type Layout, layoutOf, regionBytes } from './layout.js';
export { type MixedOptions, mixed } from './mixed.js';
export { multistage } from './multistage.js';
export { OnlineSchedule } from './online.js';
export { periodic } from './periodic.js';
export { withPrefetch } from './prefetch.js';
export { revolve, type SnapshotOptions } from './revolve.js';
export { selective } from './selective.js';
export {
  type Machine,
  readSeconds,
  type StepCosts,
  type StepDescriptor,
  stateBytes,
  type TierSpec,
  writeSeconds,
} from './steps.js';
export type { TierUse } from './storage.js';
export { storeAll } from './storeAll.js';
export { verified, withVerification } from './verification.js';
