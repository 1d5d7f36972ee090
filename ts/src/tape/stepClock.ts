import type { Line } from '../lattice/line.js';
import type { NativeEngine } from '../native.js';
import { action, Op, pack } from './actions.js';
import { CustomSteps } from './customSteps.js';
import { type Controls, Runner, throwIfAborted } from './runner.js';
import type { Schedule, StepCosts, StepDescriptor } from './schedules/index.js';

type StepOp = typeof Op.forward | typeof Op.inverse | typeof Op.adjoint | typeof Op.reverse;

/** Slots on the device that measuring needs: a state, and a field of any kick. */
const STATE_SLOT = 0;
const FIELD_SLOT = 1;

/** A schedule that has these slots, so that an engine for it can be measured on. */
export function measuringSchedule(steps: readonly StepDescriptor[]): Schedule {
  const most = (bytes: (step: StepDescriptor) => number) =>
    steps.reduce((a, step) => Math.max(a, bytes(step)), 0);
  const stateBytes = most((step) => (step.invertible ? 0 : step.stateBytes));
  const fieldBytes = most((step) => step.fieldBytes);
  const slots = {
    device: [
      { offset: 0, bytes: stateBytes },
      { offset: stateBytes, bytes: fieldBytes },
    ],
  };
  return { name: 'profile', actions: [], turn: 0, slots };
}

/** Everything that is measured on. */
export interface MeasureSetting {
  readonly engine: NativeEngine;
  readonly line: Line;
  readonly particles: number;
  readonly controls: Controls;
}

/**
 * Measures the steps of a line one by one. Every pass over a stretch of invertible steps goes to its end and back and measures one
 * thing, so that each step finds at hand what it would in a gradient: fields of other kicks, not its own. Only the last kick
 * of a stretch has its own, as it has in a gradient.
 */
export class StepClock {
  readonly #setting: MeasureSetting;
  readonly #custom: CustomSteps;
  readonly #runner: Runner;
  readonly #total: number;
  #done = 0;

  constructor(setting: MeasureSetting, repeats: number) {
    const { engine, line, particles, controls } = setting;
    this.#setting = setting;
    this.#custom = new CustomSteps(engine, particles, line.apertures > 0);
    // Per step four times forward and back, an adjoint twice more, and once on: see #stretch and #rigid.
    this.#total = 11 * line.steps.length * repeats;
    this.#runner = new Runner(engine, 'forward', 0, { signal: controls.signal });
  }

  /** Costs of every step, from one way along the line. */
  async measure(steps: readonly StepDescriptor[]): Promise<StepCosts[]> {
    await this.#do(action(Op.load), action(Op.clearAdjoint));
    const costs: StepCosts[] = [];
    for (let from = 0; from < steps.length; ) {
      const rigid = steps.findIndex(({ invertible }, i) => i >= from && !invertible);
      const to = rigid < 0 ? steps.length : rigid;
      costs.push(...(await this.#stretch(from, to, steps)));
      if (to < steps.length) costs.push(await this.#rigid(to));
      from = to + 1;
    }
    return costs;
  }

  async #stretch(from: number, to: number, steps: readonly StepDescriptor[]): Promise<StepCosts[]> {
    const forward = await this.#forward(from, to);
    const inverse = await this.#back(from, to, (i) => this.#time(Op.inverse, i));
    await this.#forward(from, to);
    const adjoint = await this.#back(from, to, async (i) => {
      const seconds = await this.#time(Op.adjoint, i);
      await this.#time(Op.inverse, i);
      return seconds;
    });
    // The adjoint is zero throughout, so that it does not matter whose field is restored.
    await this.#forward(from, to, steps);
    const withField = await this.#back(from, to, async (i) => {
      if (steps[i]!.fieldBytes > 0) await this.#do(action(Op.restoreField, i, FIELD_SLOT));
      const seconds = await this.#time(Op.adjoint, i);
      await this.#time(Op.inverse, i);
      return seconds;
    });
    await this.#forward(from, to);
    const reverse = await this.#back(from, to, (i) => this.#time(Op.reverse, i));
    await this.#forward(from, to);
    return forward.map((seconds, i) => ({
      forward: seconds,
      inverse: inverse[i]!,
      adjoint: adjoint[i]!,
      reverse: reverse[i]!,
      savedByField: steps[from + i]!.fieldBytes > 0 ? Math.max(0, adjoint[i]! - withField[i]!) : 0,
    }));
  }

  /** A step that cannot be inverted: its adjoint from a snapshot of its input. */
  async #rigid(step: number): Promise<StepCosts> {
    await this.#do(action(Op.storeState, step, STATE_SLOT));
    const forward = await this.#time(Op.forward, step);
    await this.#do(action(Op.restoreState, step, STATE_SLOT));
    const adjoint = await this.#time(Op.adjoint, step);
    await this.#time(Op.forward, step);
    const never = Number.POSITIVE_INFINITY;
    return { forward, inverse: never, adjoint, reverse: never, savedByField: 0 };
  }

  /** Seconds of the steps [from, to), in line order; with steps given, their fields are kept, each in the place of the last. */
  async #forward(from: number, to: number, steps: readonly StepDescriptor[] = []): Promise<number[]> {
    const seconds: number[] = [];
    for (let i = from; i < to; i++) {
      seconds.push(await this.#time(Op.forward, i));
      if ((steps[i]?.fieldBytes ?? 0) > 0) await this.#do(action(Op.storeField, i, FIELD_SLOT));
    }
    return seconds;
  }

  async #back(from: number, to: number, measure: (step: number) => Promise<number>): Promise<number[]> {
    const seconds: number[] = [];
    for (let i = to - 1; i >= from; i--) seconds[i - from] = await measure(i);
    return seconds;
  }

  async #do(...actions: ReturnType<typeof action>[]): Promise<void> {
    await this.#setting.engine.execute(pack(actions));
  }

  async #time(op: StepOp, index: number): Promise<number> {
    const { engine, line, controls } = this.#setting;
    throwIfAborted(controls.signal);
    this.#done += 1;
    controls.onProgress?.({ done: Math.min(this.#done, this.#total), total: this.#total, phase: 'forward' });
    const step = line.steps[index]!;
    if (step.kind !== 'custom') {
      await engine.execute(pack([action(op, index)]), undefined, true);
      return engine.actionSeconds()[0]!;
    }
    const started = performance.now();
    if (op === Op.forward) await this.#custom.forward(this.#runner, step);
    if (op === Op.inverse || op === Op.reverse) await this.#custom.inverse(this.#runner, step);
    if (op === Op.adjoint || op === Op.reverse) await this.#custom.adjoint(this.#runner, step);
    await this.#runner.flush();
    return (performance.now() - started) / 1000;
  }
}
