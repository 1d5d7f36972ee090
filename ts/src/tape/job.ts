import type { Line } from '../lattice/line.js';
import type { Demand, NativeLine } from '../native.js';
import { layoutOf, type Schedule, type StepDescriptor, withVerification } from './schedules/index.js';
import { SlotPlan } from './slots.js';
import type { Stop } from './sweep.js';

/** What a run is made from, whatever its schedule. */
export interface JobSetting {
  readonly line: Line;
  /** The reference particle: total energy and rest energy in eV, charge number. */
  readonly reference: Omit<NativeLine, 'steps'>;
  readonly particles: number;
  readonly stops: readonly Stop[];
  /** Steps to do: all of the line's, or those that a resumed adjoint has not passed. */
  readonly length: number;
  readonly differentiate: boolean;
  readonly energyBar: boolean;
  readonly threads: number;
  readonly headroom: number;
  readonly verify: boolean;
  readonly diskFolder: string;
}

/** Everything that an engine is made for; two runs that agree in it share one. */
export interface Job {
  readonly line: Line;
  readonly native: NativeLine;
  readonly demand: Demand;
  readonly headroom: number;
  readonly schedule: Schedule;
  readonly slots: SlotPlan;
}

/** What an engine is to be made for, given the way back. */
export function makeJob(setting: JobSetting, plain: Schedule, steps: readonly StepDescriptor[]): Job {
  const { line, reference, particles, stops, headroom } = setting;
  const schedule = setting.verify ? withVerification(plain, steps.keys()) : plain;
  const slots = new SlotPlan(layoutOf(schedule, steps), schedule.actions);
  const { differentiate, energyBar, threads, diskFolder } = setting;
  const demand: Demand = {
    ...{ particles, differentiate, energyBar, threads, diskFolder },
    ...slots.native,
    losses: line.apertures > 0,
    observations: stops.length,
  };
  return { line, native: { ...reference, steps: line.steps }, demand, headroom, schedule, slots };
}

/** States at which the objective looks at the beam. */
export function observedStates({ stops, length }: JobSetting): number[] {
  return stops.map(({ beforeStep }) => beforeStep).filter((step) => step < length);
}
