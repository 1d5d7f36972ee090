import type { AheadLabel, BlockLabel, InlineLabel, Solver, SolverContext, StateSource } from './choices.js';
import { EvenSolver } from './even.js';
import type { Keeping, Shelf } from './items.js';
import type { PlannedLine, PlannedStep, Unit } from './line.js';
import { add, frontier, type Label, maxima, sums } from './pareto.js';
import { Runs, type WithRigid } from './runs.js';

/** So many times more labels have the lists of a line's first sweep. */
const FIRST_SWEEP_LABELS = 4;

/** The solver of a line; lines that are alike share one. */
export function solverFor(line: PlannedLine, context: SolverContext): Solver {
  const known = context.solvers.get(line.signature);
  if (known) return known;
  const solver = line.isEven ? new EvenSolver(line, context) : new LineSolver(line, context);
  context.solvers.set(line.signature, solver);
  return solver;
}

/**
 * The dynamic program over the blocks of a line. The best ways through a block, all trade-offs of bytes against seconds, are made
 * from those of smaller blocks: with φ bytes kept of the run before unit k, σ of the block's input,
 *
 *   bytes(i, l) = max(σ + φ + bytes(k, l), bytes(i, k)),
 *   seconds(i, l) = forward(i, k) + seconds(k, l) + back over the run + read + seconds(i, k).
 *
 * This is the recurrence of O. Beaumont et al., "Optimal checkpointing for heterogeneous chains", arXiv:1911.13214, with
 * runs that need no state of their own between the stages and with whole trade-off curves in the place of one budget.
 */
class LineSolver implements Solver {
  readonly line: PlannedLine;
  readonly #context: SolverContext;
  readonly #forward: number[] = [0];
  readonly #fields: number[] = [0];
  readonly #blocks = new Map<string, readonly BlockLabel[]>();
  readonly #aheads = new Map<string, readonly AheadLabel[]>();
  readonly #runs: Runs;

  constructor(line: PlannedLine, context: SolverContext) {
    this.line = line;
    this.#context = context;
    this.#runs = new Runs(line, context);
    for (const { descriptor } of line.steps) {
      this.#forward.push(this.#forward.at(-1)! + descriptor.costs.forward);
      this.#fields.push(this.#fields.at(-1)! + (descriptor.fieldBytes > 0 ? 1 : 0));
    }
  }

  whole(source: StateSource | undefined): readonly BlockLabel[] {
    return this.block(0, this.line.units.length, source);
  }

  /** All ways worth having through units i … l − 1; without a source, the state before them is there but not kept. */
  block(i: number, l: number, source: StateSource | undefined): readonly BlockLabel[] {
    const key = `${i} ${l} ${source === 'initial' ? source : source?.tier}`;
    const known = this.#blocks.get(key);
    if (known) return known;
    const labels = frontier(this.#waysThrough(i, l, source), this.#context.limits, this.#labelsFor(l));
    this.#blocks.set(key, labels);
    return labels;
  }

  #waysThrough(i: number, l: number, source: StateSource | undefined): readonly BlockLabel[] {
    const unit = this.#unit(i);
    if (l === i + 1) return this.#alone(unit, source);
    if (!source) {
      // From a beginning the next unit may be reached without ever coming back; these ways come first, to win where keeping the
      // state costs nothing.
      const once = unit.what === 'start' ? this.#split(i, i + 1, l, undefined) : [];
      return [...once, ...this.#stored(i, l)];
    }
    const next = Array.from({ length: l - i - 1 }, (_, k) => i + 1 + k);
    const mayKeep = !(unit.isRerun && this.#isFirstSweep(l));
    // A snapshot of the initial beam may be nearer than the beam itself.
    const mayCopy = source === 'initial' && unit.what !== 'start';
    return [
      ...next.flatMap((at) => this.#split(i, at, l, source)),
      ...(unit.what === 'group' && mayKeep ? this.#inline(i, l, source) : []),
      ...(mayCopy ? this.#stored(i, l) : []),
    ];
  }

  #alone(unit: Unit, source: StateSource | undefined): readonly BlockLabel[] {
    if (unit.inner) {
      const inner = solverFor(unit.inner, this.#context).whole(source);
      return inner.map((label) => ({ ...label, choice: { what: 'alone', inner: label } }));
    }
    const seconds = unit.what === 'rigid' ? this.#step(unit.state).descriptor.costs.adjoint : 0;
    return [{ bytes: this.#nothing(), seconds, choice: { what: 'alone' } }];
  }

  /** The block's input is kept first, wherever it may be. */
  #stored(i: number, l: number): BlockLabel[] {
    const unit = this.#unit(i);
    if (unit.isRerun && this.#isFirstSweep(l)) return [];
    const bytes = this.#stateBytes(unit.state);
    return this.#shelvesFor(unit).flatMap((shelf) => {
      const write = shelf.secondsPerByte * bytes - this.#context.read(shelf, bytes);
      return this.block(i, l, shelf).map((block) => ({
        bytes: block.bytes,
        seconds: block.seconds + write,
        choice: { what: 'store', shelf, block },
      }));
    });
  }

  /** Whether a block up to unit l contains the end of the line, so that it is gone through in the line's first sweep. */
  #isFirstSweep(l: number): boolean {
    return l === this.line.units.length && this.line.units.at(-1)!.what === 'end';
  }

  /** The first sweep's lists are few and decide how finely the plan follows the budget. */
  #labelsFor(l: number): number {
    const { labels } = this.#context.limits;
    return this.#isFirstSweep(l) ? FIRST_SWEEP_LABELS * labels : labels;
  }

  #split(i: number, at: number, l: number, source: StateSource | undefined): BlockLabel[] {
    const isLast = at === i + 1;
    const isBeginning = isLast && this.#unit(i).what === 'start';
    const left = this.block(i, at, isBeginning ? undefined : source);
    const again = isBeginning ? 0 : this.#readSeconds(i, source!) - this.#savedAgain(i, at, l, source!);
    const extra = this.#forwardSeconds(i, at) + again;
    const held = isBeginning ? this.#nothing() : this.#held(i, source!);
    const rigid = isLast && this.#unit(i).what === 'rigid';
    // Loading the initial beam makes a field invalid that is at hand.
    const withRigid = !rigid ? 'without' : source === 'initial' ? 'loaded' : 'with';
    const ahead = this.#ahead(at, l, withRigid).map((label) => ({
      bytes: add(held, label.bytes),
      seconds: label.seconds + extra,
      choice: label,
    }));
    const { limits } = this.#context;
    return maxima(ahead, left, limits, (a, b) => ({ what: 'split', at, ahead: a.choice, left: b }));
  }

  /**
   * What is saved where the field of the last rigid step before unit `at` is still at hand when its adjoint is due: no other
   * field was computed since, and loading the initial beam has not made it invalid.
   */
  #savedAgain(i: number, at: number, l: number, source: StateSource): number {
    const last = this.#unit(at - 1);
    if (at === i + 1 || last.what !== 'rigid' || source === 'initial') return 0;
    const isUntouched =
      this.#fields[this.#unit(l - 1).end] === this.#fields[last.end] &&
      this.#fields[last.state] === this.#fields[this.#unit(i).state];
    const { fieldBytes, costs } = this.#step(last.state).descriptor;
    return isUntouched && fieldBytes > 0 ? costs.savedByField : 0;
  }

  #inline(i: number, l: number, source: StateSource): BlockLabel[] {
    const { limits } = this.#context;
    const unit = this.#unit(i);
    const inlines = solverFor(unit.inner!, this.#context).inline(this.#readSeconds(i, source));
    const held = this.#held(i, source);
    const forward = this.#forwardSeconds(i, i + 1);
    const join = (ahead: AheadLabel, inline: InlineLabel) => ({ ahead, inline });
    const both = sums(this.#ahead(i + 1, l, 'without'), inlines, limits, join, this.#labelsFor(l));
    return both.map(({ bytes, seconds, choice }) => ({
      bytes: add(bytes, held),
      seconds: seconds + forward,
      choice: { what: 'inline', ...choice },
    }));
  }

  inline(read: number): readonly InlineLabel[] {
    const { shelves, limits } = this.#context;
    return frontier(
      shelves.flatMap((shelf) => this.#allIn(shelf, read)),
      limits,
    );
  }

  /** All states but the first in one tier. */
  #allIn(shelf: Shelf, read: number): InlineLabel[] {
    const { units } = this.line;
    let bytes: readonly number[] = this.#nothing();
    let seconds = 0;
    const kept: Keeping[] = [];
    const inner: (InlineLabel | undefined)[] = [];
    for (const [u, unit] of units.entries()) {
      const state = this.#stateBytes(unit.state);
      if (!this.#shelvesFor(unit).includes(shelf)) return [];
      const again = u === 0 ? read : this.#context.read(shelf, state);
      const inside = unit.inner && solverFor(unit.inner, this.#context).inline(again).find(isAllIn(shelf));
      if (unit.inner && !inside) return [];
      inner.push(inside);
      if (inside) bytes = add(bytes, inside.bytes);
      seconds += inside?.seconds ?? this.#step(unit.state).descriptor.costs.adjoint + again;
      if (u === 0) continue;
      const [least] = this.#runs.before(u, units[u - 1]!.what === 'rigid' ? 'loaded' : 'without', false);
      if (!least) return [];
      kept.push(least.choice);
      bytes = add(add(bytes, least.bytes), this.#bytesIn(shelf, state));
      seconds += least.seconds + shelf.secondsPerByte * state - this.#context.read(shelf, state);
    }
    return [{ bytes, seconds, choice: { what: 'all', shelf, kept, inner } }];
  }

  /** What is kept of the run before unit k, with all that lies behind it. */
  #ahead(k: number, l: number, withRigid: WithRigid): readonly AheadLabel[] {
    const key = `${k} ${l} ${withRigid}`;
    const known = this.#aheads.get(key);
    if (known) return known;
    const { units } = this.line;
    // With no field computed behind, the run's last one is still at hand on the way back.
    const isAtHand = this.#fields[units[l - 1]!.end] === this.#fields[units[k]!.state];
    const run = this.#runs.before(k, withRigid, isAtHand);
    const behind = this.block(k, l, undefined);
    const join = (kept: Label<Keeping>, rest: BlockLabel) => ({ kept: kept.choice, behind: rest });
    const labels = sums(run, behind, this.#context.limits, join, this.#labelsFor(l));
    this.#aheads.set(key, labels);
    return labels;
  }

  #forwardSeconds(i: number, k: number): number {
    return this.#forward[this.#unit(k).state]! - this.#forward[this.#unit(i).state]!;
  }

  #readSeconds(i: number, source: StateSource): number {
    const { loadSeconds, read } = this.#context;
    return source === 'initial' ? loadSeconds : read(source, this.#stateBytes(this.#unit(i).state));
  }

  #held(i: number, source: StateSource): readonly number[] {
    return source === 'initial'
      ? this.#nothing()
      : this.#bytesIn(source, this.#stateBytes(this.#unit(i).state));
  }

  #bytesIn(shelf: Shelf, bytes: number): number[] {
    return this.#nothing().map((_, tier) => (tier === shelf.tracked ? bytes : 0));
  }

  #nothing(): number[] {
    return this.#context.limits.capacities.map(() => 0);
  }

  /** Tiers where the state before a unit may lie. */
  #shelvesFor({ what, state }: Unit): readonly Shelf[] {
    const wanted = what === 'rigid' ? this.#step(state).tier : undefined;
    return this.#context.shelves.filter(({ tier }) => (wanted ?? tier) === tier);
  }

  #stateBytes(state: number): number {
    return (this.line.steps[state] ?? this.line.steps.at(-1))?.descriptor.stateBytes ?? 0;
  }

  #step(step: number): PlannedStep {
    return this.line.steps[step]!;
  }

  #unit(i: number): Unit {
    return this.line.units[i]!;
  }
}

function isAllIn(shelf: Shelf): (label: InlineLabel) => boolean {
  return ({ choice }) => choice.what === 'all' && choice.shelf === shelf;
}
