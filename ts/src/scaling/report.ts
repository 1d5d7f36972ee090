import { UnkickError } from '../errors.js';
import type { ScalingDesign } from './design.js';
import type { LawPoint } from './linearFit.js';
import type { Measurement } from './measurement.js';
import { fitMemoryLaw, type MemoryLaw } from './memoryLaw.js';
import type { PlannedCase } from './prediction.js';
import type { ProblemIdentity } from './problem.js';
import { fitTimeLaw, type TimeLaw } from './timeLaw.js';

/** A case that was measured. */
export interface MeasuredCase extends PlannedCase, Measurement {
  readonly state: 'measured';
  /** Seconds from the start of its process to the end: with libraries, the beam and repetitions. */
  readonly wallSeconds: number;
}

/** A case that was not. */
export interface LeftOutCase extends PlannedCase {
  /** Predicted not to fit, and not started; left out for want of time; started, and failed. */
  readonly state: 'too large' | 'no time' | 'failed';
  /** Why, for a reader. */
  readonly reason: string;
}

/** One case of a sweep. */
export type ScalingResult = MeasuredCase | LeftOutCase;

/** What the cases of one strategy come to. */
export interface StrategyLaws {
  readonly strategy: string;
  /** Number of cases measured. */
  readonly cases: number;
  /** Absent where they do not determine one; `reason` says why. */
  readonly memory?: MemoryLaw;
  /** Seconds forward, and forward and back; absent as `memory` is. */
  readonly time?: { readonly forward: TimeLaw; readonly gradient: TimeLaw };
  readonly reason?: string;
}

/** Where a sweep was measured. */
export interface ScalingMachine {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes of memory. */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
  readonly backend: string;
  /** CPU threads. */
  readonly threads: number;
}

/** A sweep: what `scaling.json` holds. */
export interface ScalingReport {
  readonly format: 'unkick scaling 1';
  /** Version of unkick. */
  readonly unkick: string;
  /** How to measure it again. */
  readonly command: string;
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly machine: ScalingMachine;
  readonly problem: ProblemIdentity;
  readonly design: ScalingDesign;
  /** Number of cases of the design; `cases` has those that have been dealt with. */
  readonly total: number;
  /** In the order of the design: by increasing work. */
  readonly cases: readonly ScalingResult[];
  readonly laws: readonly StrategyLaws[];
}

/** What every strategy's measured cases come to, in the order of the design. */
export function lawsOf(cases: readonly ScalingResult[], strategies: readonly string[]): StrategyLaws[] {
  return strategies.map((strategy) => {
    const measured = cases.filter(
      (each): each is MeasuredCase => each.strategy === strategy && each.state === 'measured',
    );
    const count = { strategy, cases: measured.length };
    const points = (value: (each: MeasuredCase) => number): LawPoint[] =>
      measured.map((each) => {
        const { particles, cells, kicks } = each;
        return { particles, cells, kicks, value: value(each) };
      });
    try {
      return {
        ...count,
        memory: fitMemoryLaw(points(({ arenaBytes }) => arenaBytes)),
        time: {
          forward: fitTimeLaw(points(({ seconds }) => seconds.forward)),
          gradient: fitTimeLaw(points(({ seconds }) => seconds.gradient)),
        },
      };
    } catch (error) {
      if (error instanceof UnkickError) return { ...count, reason: error.message };
      throw error;
    }
  });
}
