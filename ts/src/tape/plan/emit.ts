import type { Place, Schedule, Tier } from '../schedules/actions.js';
import { binomialSplit } from '../schedules/binomial.js';
import { ScheduleBuilder, type Source } from '../schedules/builder.js';
import { type StepDescriptor, stateBytes } from '../schedules/steps.js';
import { ByteStack } from './byteStack.js';
import type { BlockLabel, EvenWay, InlineLabel } from './choices.js';
import type { Keeping } from './items.js';
import type { PlannedLine } from './line.js';

/** Where states and fields of steps lie, by absolute step. */
interface Shelved {
  readonly states: Map<number, Place>;
  readonly fields: Map<number, Place>;
}

/** In which tiers states and fields of steps are to be kept, by absolute step. */
interface Wanted {
  readonly states: Map<number, Tier>;
  readonly fields: Map<number, Tier>;
}

/** A part of the whole line: its planned line and the step it begins at. */
interface Part {
  readonly line: PlannedLine;
  readonly offset: number;
}

/** Writes down the schedule of a way through the whole line. */
export function scheduleOf(label: BlockLabel, line: PlannedLine, steps: readonly StepDescriptor[]): Schedule {
  const slots = { device: new ByteStack(), host: new ByteStack(), disk: new ByteStack() };
  const builder = new ScheduleBuilder(steps.length, slots);
  builder.load();
  new Emission(builder, steps).block(label, { line, offset: 0 }, 0, 'initial');
  return {
    ...builder.finish('auto'),
    slots: { device: slots.device.ranges, host: slots.host.ranges, disk: slots.disk.ranges },
  };
}

class Emission {
  constructor(
    readonly builder: ScheduleBuilder,
    readonly steps: readonly StepDescriptor[],
  ) {}

  /**
   * The units of a block, the state before unit i being there.
   *
   * @param source - frees itself once it is not needed any more
   * @param field - where the field of unit i lies, if it is kept
   */
  block(label: BlockLabel, part: Part, i: number, source: Source | undefined, field?: Place): void {
    const { choice } = label;
    switch (choice.what) {
      case 'store':
        this.block(choice.block, part, i, this.#storeState(choice.shelf.tier));
        break;
      case 'alone':
        this.#alone(choice.inner, part, i, source, field);
        break;
      case 'split':
        this.#split(choice, part, i, source);
        break;
      case 'inline':
        this.#inline(choice, part, i, source!);
        break;
      case 'even':
        this.#even(choice.way, part, source!);
    }
  }

  #alone(inner: BlockLabel | undefined, part: Part, i: number, source?: Source, field?: Place): void {
    const { builder } = this;
    const unit = part.line.units[i]!;
    if (inner) {
      this.block(inner, { line: unit.inner!, offset: part.offset + unit.state }, 0, source);
      return;
    }
    const step = part.offset + unit.state;
    if (field) {
      builder.restoreField(step, field);
      builder.free(field);
    }
    if (source) builder.free(source);
    if (unit.what === 'rigid') builder.adjoint(step);
  }

  #split(
    { at, ahead, left }: Extract<BlockLabel['choice'], { what: 'split' }>,
    part: Part,
    i: number,
    source: Source | undefined,
  ): void {
    const { builder } = this;
    const unit = part.line.units[i]!;
    const state = part.offset + unit.state;
    const isBeginning = at === i + 1 && unit.what === 'start';
    if (isBeginning && source) builder.free(source);
    const shelved = this.#runOn(part, at, wanted(part, ahead.choice.kept));
    this.block(ahead.choice.behind, part, at, undefined);
    this.#runBack(part, at, shelved);
    if (isBeginning) return;
    builder.reach(state, source!);
    this.block(left, part, i, source, at === i + 1 ? shelved.fields.get(state) : undefined);
  }

  #inline(
    { ahead, inline }: Extract<BlockLabel['choice'], { what: 'inline' }>,
    part: Part,
    i: number,
    source: Source,
  ): void {
    const unit = part.line.units[i]!;
    const group: Part = { line: unit.inner!, offset: part.offset + unit.state };
    const goOn = () => {
      const shelved = this.#runOn(part, i + 1, wanted(part, ahead.choice.kept));
      this.block(ahead.choice.behind, part, i + 1, undefined);
      this.#runBack(part, i + 1, shelved);
    };
    if (inline.choice.what === 'even') {
      this.#even(inline.choice, group, source, goOn);
    } else {
      const back = this.#allIn(inline.choice, group);
      goOn();
      back(source);
    }
  }

  /** An even group, or one and what lies behind it, divided binomially. */
  #even(way: EvenWay, group: Part, first: Source, goOn?: () => void): void {
    const { builder } = this;
    const { units } = group.line;
    const want = wanted(group, way.kept);
    const runs = new Map<number, Shelved>();
    const pending: { from: number; length: number; source: Source; isKept: boolean }[] = [
      { from: 0, length: units.length + (goOn ? 1 : 0), source: first, isKept: false },
    ];
    let kept = 0;
    for (;;) {
      const block = pending.pop();
      if (!block) return;
      const { from, length, source, isKept } = block;
      const unit = units[from];
      if (!unit) {
        goOn?.();
        continue;
      }
      const step = group.offset + unit.state;
      if (length === 1) {
        this.#adjointFrom(step, source, runs.get(from + 1)?.fields.get(step));
        if (isKept) kept -= 1;
        if (from > 0) this.#runBack(group, from, runs.get(from)!);
        continue;
      }
      builder.reach(step, source);
      const advance = binomialSplit(length, way.snapshots - kept + 1);
      const to = from + advance;
      runs.set(to, this.#runOn(group, to, want));
      pending.push({ from, length: advance, source, isKept });
      const behind = length - advance;
      const keeps = behind > 1;
      if (keeps) kept += 1;
      const next = keeps ? this.#storeState(way.shelf.tier) : 'initial';
      pending.push({ from: to, length: behind, source: next, isKept: keeps });
    }
  }

  /** Runs through a group and keeps all its states but the first; returns the way back, which takes the first one's source. */
  #allIn(choice: Extract<InlineLabel['choice'], { what: 'all' }>, group: Part): (source: Source) => void {
    const { units } = group.line;
    const ways: ((source: Source) => void)[] = [];
    const sources: Source[] = [];
    const runs: Shelved[] = [];
    for (const [u, unit] of units.entries()) {
      if (u > 0) {
        runs.push(this.#runOn(group, u, wanted(group, choice.kept[u - 1]!)));
        sources.push(this.#storeState(choice.shelf.tier));
      }
      const inner = choice.inner[u]?.choice;
      const step = group.offset + unit.state;
      if (inner?.what === 'all') ways.push(this.#allIn(inner, { line: unit.inner!, offset: step }));
      else ways.push((source) => this.#adjointFrom(step, source, runs[u]?.fields.get(step)));
    }
    this.builder.forwardTo(group.offset + units.at(-1)!.end);
    return (first) => {
      for (let u = ways.length - 1; u >= 0; u--) {
        ways[u]!(sources[u - 1] ?? first);
        if (u > 0) this.#runBack(group, u, runs[u - 1]!);
      }
    };
  }

  #adjointFrom(step: number, source: Source, field: Place | undefined): void {
    const { builder } = this;
    builder.reach(step, source);
    if (field) {
      builder.restoreField(step, field);
      builder.free(field);
    }
    builder.free(source);
    builder.adjoint(step);
  }

  /** Runs on to the state before unit k, or behind the last one, and keeps what is wanted of the run before it. */
  #runOn(part: Part, k: number, { states, fields }: Wanted): Shelved {
    const { builder } = this;
    const { units } = part.line;
    const shelved: Shelved = { states: new Map(), fields: new Map() };
    const end = part.offset + (units[k]?.state ?? units.at(-1)!.end);
    // Steps before the last unit on the way are run again later.
    const begin = part.offset + units[k - 1]!.state;
    while (builder.state < end) {
      const step = builder.state;
      const stateTier = step < begin ? undefined : states.get(step);
      const fieldTier = step < begin ? undefined : fields.get(step);
      if (stateTier) shelved.states.set(step, this.#storeState(stateTier));
      builder.forwardTo(step + 1);
      if (fieldTier) {
        shelved.fields.set(step, builder.storeField(step, fieldTier, this.steps[step]!.fieldBytes));
      }
    }
    return shelved;
  }

  /** Goes back over the run before unit k. */
  #runBack(part: Part, k: number, { states, fields }: Shelved): void {
    const { builder } = this;
    const begin = part.offset + part.line.units[k - 1]!.end;
    const end = part.offset + part.line.units[k]!.state;
    for (let step = end - 1; step >= begin; step--) {
      const field = fields.get(step);
      if (field) {
        builder.restoreField(step, field);
        builder.free(field);
      }
      const state = states.get(step);
      if (state) {
        builder.reach(step, state);
        builder.free(state);
        builder.adjoint(step);
      } else {
        builder.reverse(step);
      }
    }
  }

  #storeState(tier: Tier): Place {
    const { builder } = this;
    return builder.storeState(tier, stateBytes(this.steps, builder.state));
  }
}

function wanted({ offset }: Part, kept: Keeping): Wanted {
  const want: Wanted = { states: new Map(), fields: new Map() };
  for (const [{ what, step }, tier] of kept()) {
    (what === 'state' ? want.states : want.fields).set(offset + step, tier);
  }
  return want;
}
