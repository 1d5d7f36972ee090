import type { Tier } from '../schedules/actions.js';
import type { StepDescriptor } from '../schedules/steps.js';
import type { Directive, PlanProblem, Segment } from './problem.js';

/** What may, must or must not be kept of a step. */
export type Keep = 'may' | 'must' | 'no';

/** A step with what its directive and segments make of it. */
export interface PlannedStep {
  readonly descriptor: StepDescriptor;
  readonly state: Keep;
  readonly field: Keep;
  /** Where what is kept may lie, if that is asked for. */
  readonly tier: Tier | undefined;
  /** Its input state has to be had again by other means than inversion or a certain snapshot. */
  readonly isRigid: boolean;
  /** Nothing of it is kept from the first sweep. */
  readonly isRerun: boolean;
}

/**
 * A place on a line that the adjoint must reach from a state had again: the beginning, a rigid step, a joint segment, a group of
 * rigid steps taken together so that long lines stay tractable, or the end. Between two units lies a run of steps that are gone
 * back over without that.
 */
export interface Unit {
  readonly what: 'start' | 'rigid' | 'segment' | 'group' | 'end';
  /** State before it, counted from the beginning of the line. */
  readonly state: number;
  /** State behind it. */
  readonly end: number;
  /** What a segment or a group consists of. */
  readonly inner?: PlannedLine;
  readonly isRerun: boolean;
}

/** Steps and units of the whole line, a joint segment, or a group (which has neither `start` nor `end`). */
export interface PlannedLine {
  readonly steps: readonly PlannedStep[];
  readonly units: readonly Unit[];
  /** Whether it is a group of rigid steps with states of one size, whose costs are spread evenly. */
  readonly isEven: boolean;
  /** Equal for lines that have the same plans. */
  readonly signature: string;
}

/** Up to so many units are planned together; more are grouped. */
const MOST_UNITS = 24;
/** The same where few groups are alike, so that each is planned anew. */
const MOST_UNLIKE_UNITS = 6;
/** From so many units on, ones whose costs are spread evenly are planned without a search. */
const EVEN_UNITS = 12;
/** How far the way to a unit may be from its even share, as a part of the whole. */
const MOST_UNEVENNESS = 0.1;
/** Up to so many units it does not matter how many are alike. */
const FEW_UNITS = 500;

/** The line of a problem that has been validated. */
export function plannedLine(problem: PlanProblem): PlannedLine {
  const { steps, directives = [], segments = [] } = problem;
  const outermostFirst = [...segments].sort((a, b) => a.from - b.from || b.to - a.to);
  const ids = new Map<string, number>();
  const planned = steps.map((step, i) => plannedStep(step, directives[i], innermost(outermostFirst, i)));
  return new LineBuilder(planned, ids).line(
    0,
    steps.length,
    outermostFirst.filter(({ mode }) => mode === 'joint'),
  );
}

function innermost(outermostFirst: readonly Segment[], i: number): Segment | undefined {
  return outermostFirst.findLast(({ from, to }) => from <= i && i < to);
}

function plannedStep(
  descriptor: StepDescriptor,
  { reverse, tier }: Directive = { reverse: 'auto' },
  segment: Segment | undefined,
): PlannedStep {
  const fieldMay: Keep = descriptor.fieldBytes > 0 ? 'may' : 'no';
  const isRerun = reverse === 'recompute';
  const mustHave = isRerun || (!descriptor.invertible && reverse !== 'store');
  // Nothing in a split segment is run again for its own sake, so that such states are kept.
  const isRigid = mustHave && (isRerun || segment?.mode !== 'split');
  const isKept = reverse === 'store' || (mustHave && !isRigid);
  const isInverted = reverse === 'invert' || (reverse === 'field' && descriptor.invertible);
  const field = { auto: fieldMay, store: fieldMay, field: 'must', recompute: 'no', invert: 'no' } as const;
  return {
    descriptor,
    state: isKept ? 'must' : isInverted ? 'no' : 'may',
    field: field[reverse],
    tier,
    isRigid,
    isRerun,
  };
}

class LineBuilder {
  readonly #steps: readonly PlannedStep[];
  readonly #ids: Map<string, number>;
  readonly #idOf: number[];

  constructor(steps: readonly PlannedStep[], ids: Map<string, number>) {
    this.#steps = steps;
    this.#ids = ids;
    this.#idOf = steps.map((step) => this.#id(contentOf(step)));
  }

  /** The line of steps [from, to), with the joint segments inside. */
  line(from: number, to: number, segments: readonly Segment[]): PlannedLine {
    const units: Unit[] = [];
    const unit = (what: Unit['what'], state: number, end: number, inner?: PlannedLine): Unit => {
      const isRerun = what === 'rigid' && this.#steps[state]!.isRerun;
      return { what, state: state - from, end: end - from, isRerun, ...(inner && { inner }) };
    };
    let signature = `line ${this.#content(from, to)}`;
    let next = 0;
    for (let i = from; i < to; ) {
      while (next < segments.length && segments[next]!.from < i) next += 1;
      const segment = segments[next];
      if (segment?.from === i) {
        const inside = segments.slice(next + 1).filter((other) => other.to <= segment.to);
        const inner = this.line(i, segment.to, inside);
        units.push(unit('segment', i, segment.to, inner));
        signature += ` ${i - from}:${this.#id(inner.signature)}`;
        i = segment.to;
      } else {
        if (this.#steps[i]!.isRigid) units.push(unit('rigid', i, i + 1));
        i += 1;
      }
    }
    const grouped = this.#grouped(units, from);
    // A line that begins with a unit needs no other beginning.
    const start = grouped[0]?.state === 0 ? [] : [unit('start', from, from)];
    return {
      steps: this.#steps.slice(from, to),
      units: [...start, ...grouped, unit('end', to, to)],
      isEven: false,
      signature,
    };
  }

  /** Groups rigid units until few enough are left: those with evenly spread costs, and then the others. */
  #grouped(units: readonly Unit[], from: number): readonly Unit[] {
    if (units.length <= MOST_UNITS) return units;
    const alike = grouped(
      units,
      (i) => this.#evenFrom(units, i, from),
      (members) => this.#group(members, from, true),
    );
    const kinds = new Set(alike.map(({ state, end }) => this.#content(from + state, from + end))).size;
    const most = alike.length <= FEW_UNITS || kinds <= 4 ? MOST_UNITS : MOST_UNLIKE_UNITS;
    if (alike.length <= most) return alike;
    const levels = Math.ceil(Math.log(alike.length) / Math.log(most));
    const perGroup = Math.ceil(alike.length ** ((levels - 1) / levels));
    return grouped(
      alike,
      (i) => rigidFrom(alike, i, perGroup),
      (members) => this.#group(members, from, false),
    );
  }

  /** Rigid units from index `begin` on of which nothing must be kept, evenly spread by their costs; none if they are few. */
  #evenFrom(units: readonly Unit[], begin: number, from: number): readonly Unit[] {
    const first = this.#steps[from + units[begin]!.state]!;
    const isAlike = ({ what, state }: Unit): boolean => {
      const step = this.#steps[from + state];
      return (
        what === 'rigid' &&
        step?.descriptor.stateBytes === first.descriptor.stateBytes &&
        step.tier === first.tier &&
        step.isRerun === first.isRerun
      );
    };
    const end = units.findIndex((unit, i) => i >= begin && !isAlike(unit));
    const alike = units.slice(begin, end < 0 ? units.length : end);
    if (alike.length < EVEN_UNITS) return [];
    const steps = this.#steps.slice(from + alike[0]!.state, from + alike.at(-1)!.end);
    const isFree = steps.every(({ state, field }) => field !== 'must' && state !== 'must');
    return isFree && isEven(alike, steps) ? alike : [];
  }

  #group(members: readonly Unit[], from: number, isEven: boolean): Unit {
    const state = members[0]!.state;
    const { end } = members.at(-1)!;
    const shifted = members.map((unit) => ({ ...unit, state: unit.state - state, end: unit.end - state }));
    const begin = from + state;
    const inner: PlannedLine = {
      steps: this.#steps.slice(begin, from + end),
      units: isEven ? shifted : this.#grouped(shifted, begin),
      isEven,
      signature: `${isEven ? 'even' : 'group'} ${this.#content(begin, from + end)}`,
    };
    return { what: 'group', state, end, inner, isRerun: members.some((unit) => unit.isRerun) };
  }

  #content(from: number, to: number): string {
    return this.#idOf.slice(from, to).join();
  }

  #id(content: string): number {
    const known = this.#ids.get(content);
    if (known !== undefined) return known;
    this.#ids.set(content, this.#ids.size);
    return this.#ids.size - 1;
  }
}

/** Whether the seconds to run up to each unit grow about evenly. */
function isEven(units: readonly Unit[], steps: readonly PlannedStep[]): boolean {
  const forward = [0];
  for (const { descriptor } of steps) forward.push(forward.at(-1)! + descriptor.costs.forward);
  const [first] = units as readonly [Unit];
  const whole = forward.at(-1)!;
  return units.every(({ state }, i) => {
    const share = (whole * i) / units.length;
    return Math.abs(forward[state - first.state]! - share) <= MOST_UNEVENNESS * whole;
  });
}

/** Makes groups of the units that belong together, seen from each on. */
function grouped(
  units: readonly Unit[],
  membersFrom: (i: number) => readonly Unit[],
  group: (members: readonly Unit[]) => Unit,
): readonly Unit[] {
  const groups: Unit[] = [];
  for (let i = 0; i < units.length; ) {
    const members = membersFrom(i);
    groups.push(members.length > 1 ? group(members) : units[i]!);
    i += Math.max(1, members.length);
  }
  return groups;
}

/** At most `count` rigid units one behind the other, from index `begin` on. */
function rigidFrom(units: readonly Unit[], begin: number, count: number): readonly Unit[] {
  let end = begin;
  while (end < units.length && end - begin < count && units[end]!.what === 'rigid') end += 1;
  return units.slice(begin, end);
}

function contentOf({ descriptor, ...rest }: PlannedStep): string {
  const { kind: _, ...numbers } = descriptor;
  return JSON.stringify([numbers, rest]);
}
