import type { Line } from '../lattice/line.js';
import type { Demand, NativeLine } from '../native.js';
import type { Precision } from '../precision.js';
import type { Headroom } from './headroom.js';
import {
  type Course,
  type Layout,
  layoutOf,
  type Schedule,
  type StepDescriptor,
  withVerification,
} from './schedules/index.js';
import { SlotPlan, type SlotUse, slotUseOf } from './slots.js';
import type { Stop } from './sweep.js';
import type { Turns } from './turns.js';

/** What a run is made from, whatever its schedule. */
export interface JobSetting {
  readonly line: Line;
  readonly particles: number;
  readonly precision: Precision;
  readonly stops: readonly Stop[];
  /** How often the line is passed; once if absent. */
  readonly turns?: Turns | undefined;
  /** Steps to do, of all turns: all of them, or those that a resumed adjoint has not passed. */
  readonly length: number;
  readonly differentiate: boolean;
  readonly energyBar: boolean;
  readonly threads: number;
  readonly headroom: Headroom;
  readonly verify: boolean;
  readonly diskFolder: string;
}

/** Everything that an engine is made for; two runs that agree in it share one. */
export interface EngineJob {
  readonly line: Line;
  readonly native: NativeLine;
  readonly demand: Demand;
  readonly headroom: Headroom;
  readonly slots: SlotPlan;
}

/** An engine and what it is to do. */
export interface Job extends EngineJob {
  readonly schedule: Schedule;
}

/** The same where the actions are made as they are done. */
export interface StreamedJob extends EngineJob {
  readonly course: Course;
}

/** What an engine is to be made for, given the way back. */
export function makeJob(setting: JobSetting, plain: Schedule, steps: readonly StepDescriptor[]): Job {
  const schedule = setting.verify ? withVerification(plain, steps.keys()) : plain;
  const use = slotUseOf(schedule.actions);
  return { ...engineJob(setting, layoutOf(schedule, steps), use), schedule };
}

/** An engine that has slots for this layout and what is done with them. */
export function engineJob(setting: JobSetting, layout: Layout, use: SlotUse): EngineJob {
  const { line, particles, stops, headroom } = setting;
  const slots = new SlotPlan(layout, use);
  const { precision, differentiate, energyBar, threads, diskFolder } = setting;
  const demand: Demand = {
    ...{ precision, particles, differentiate, energyBar, threads, diskFolder },
    ...slots.native,
    losses: line.apertures > 0,
    // The last one is for `until`.
    observations: stops.length + (setting.turns?.until ? 1 : 0),
  };
  const { entranceMomentum: momentum, chargeNumber } = line.entrance;
  return { line, native: { momentum, chargeNumber, steps: line.steps }, demand, headroom, slots };
}

/** States at which the objective looks at the beam: on the last turn, but for the entrance. */
export function observedStates({ stops, length, line, turns }: JobSetting): number[] {
  const before = ((turns?.most ?? 1) - 1) * line.steps.length;
  const states = stops.map(({ isEntrance, beforeStep }) => (isEntrance ? 0 : before + beforeStep));
  return states.filter((state) => state < length);
}
