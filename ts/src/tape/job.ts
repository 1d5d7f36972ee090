import { tmpdir } from 'node:os';
import type { Line } from '../lattice/line.js';
import type { Demand } from '../native.js';
import type { Task } from './run.js';
import {
  fields,
  invert,
  layoutOf,
  type Schedule,
  type StepDescriptor,
  selective,
  withVerification,
} from './schedules/index.js';
import { SlotPlan } from './slots.js';
import { describeSteps, forwardOnly, resolveStrategy, scheduleFor } from './strategy.js';
import type { Stop } from './sweep.js';
import type { Job } from './workspace.js';

/** Makes a schedule for described steps, given the states at which the beam is looked at. */
export type ScheduleMaker = (steps: readonly StepDescriptor[], observed: readonly number[]) => Schedule;

/** What takes the least memory: inversion, and nothing kept where a step cannot be inverted. */
export const leastMemory: ScheduleMaker = (steps) => selective(steps, 0);

/**
 * The job of the strategy asked for, or of the one that `'auto'` stands for.
 *
 * @throws OptionsError for an unknown strategy
 */
export function chooseJob(
  strategy: Task['strategy'],
  budgeted: boolean,
  jobFor: (schedule: ScheduleMaker) => Job,
  fits: (job: Job) => boolean,
): Job {
  if (strategy === undefined) return jobFor((steps) => forwardOnly(steps.length));
  const wanted = resolveStrategy(strategy);
  const { name } = wanted;
  if (name !== 'auto') return jobFor((steps, observed) => scheduleFor({ ...wanted, name }, steps, observed));
  // A kept potential saves a solve; memory is spent on it only where the caller said how much there is.
  const automatic: ScheduleMaker = (steps) => {
    const rigid = steps.filter(({ invertible }) => !invertible).length;
    return rigid > 0 ? selective(steps, Math.ceil(Math.sqrt(rigid))) : invert(steps);
  };
  const kept: ScheduleMaker = (steps, observed) =>
    steps.every(({ invertible }) => invertible) ? fields(steps) : automatic(steps, observed);
  const job = budgeted ? jobFor(kept) : undefined;
  return job && fits(job) ? job : jobFor(automatic);
}

/**
 * What an engine is to be made for.
 *
 * @param length - steps to do: all of the line's, or those that a resumed adjoint has not passed
 */
export function makeJob(
  makeSchedule: ScheduleMaker,
  task: Task,
  line: Line,
  stops: readonly Stop[],
  headroom: number,
  length: number,
): Job {
  const observed = stops.map(({ beforeStep }) => beforeStep).filter((step) => step < length);
  const { particles, energy, species } = task.beam;
  const steps = describeSteps(line, particles).slice(0, length);
  const plain = makeSchedule(steps, observed);
  const schedule = task.verify ? withVerification(plain, steps.keys()) : plain;
  const slots = new SlotPlan(layoutOf(schedule, steps));
  const demand: Demand = {
    particles,
    differentiate: task.strategy !== undefined,
    energyBar: task.energyBar,
    threads: task.threads,
    ...slots.native,
    diskFolder: task.options.diskFolder ?? tmpdir(),
    losses: line.apertures > 0,
    observations: stops.length,
  };
  const native = {
    energy,
    restEnergy: species.restEnergy,
    chargeNumber: species.chargeNumber,
    steps: line.steps,
  };
  return { line, native, demand, headroom, schedule, slots };
}
