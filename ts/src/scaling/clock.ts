import type { PlannedCase } from './prediction.js';

/** Starting a process, loading libraries, the warm-up, in seconds. */
const START_SECONDS = 0.5;
/** Making a macroparticle, in seconds. */
const MAKING_SECONDS = 5e-7;
/** As the process of a case repeats gradients. */
const REPEATED_SECONDS = 0.5;

/** How long a sweep has to go: the modelled seconds of its cases, by the pace that it has had so far. */
export class SweepClock {
  #spent = 0;
  #expected = 0;

  /** Books a case that took so many seconds. */
  book(each: PlannedCase, seconds: number): void {
    this.#spent += seconds;
    this.#expected += expectedSeconds(each);
  }

  /** Seconds that these cases will take. */
  left(cases: readonly PlannedCase[]): number {
    const pace = this.#expected > 0 ? this.#spent / this.#expected : 1;
    return pace * cases.reduce((sum, each) => sum + expectedSeconds(each), 0);
  }
}

function expectedSeconds({ particles, predictedSeconds }: PlannedCase): number {
  return START_SECONDS + MAKING_SECONDS * particles + Math.max(predictedSeconds, REPEATED_SECONDS);
}
