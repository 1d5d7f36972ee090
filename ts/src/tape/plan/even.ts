import { binomialSplit, leastAdvances } from '../schedules/binomial.js';
import type { BlockLabel, EvenWay, InlineLabel, Solver, SolverContext, StateSource } from './choices.js';
import { itemsOf, keepSome, type Shelf } from './items.js';
import type { PlannedLine } from './line.js';
import { add, frontier, type Label } from './pareto.js';

/** Ways that run a group's steps more often than this on average are not offered. */
const MOST_REPETITIONS = 50;
/** Units times numbers of snapshots that are looked at, about. */
const MOST_EVALUATIONS = 5e5;
/** At least so many numbers of snapshots are looked at. */
const LEAST_COUNTS = 160;

/** What a block costs, and how many snapshots it really takes. */
interface Cost {
  readonly seconds: number;
  readonly snapshots: number;
}

/**
 * Many rigid steps whose costs are spread evenly: binomial checkpointing (see `revolve`), which has the fewest launches for every
 * number of snapshots, needs no search. With all states kept, fields may be kept as well.
 */
export class EvenSolver implements Solver {
  readonly #line: PlannedLine;
  readonly #context: SolverContext;
  readonly #inlines = new Map<number, readonly InlineLabel[]>();

  constructor(line: PlannedLine, context: SolverContext) {
    this.#line = line;
    this.#context = context;
  }

  whole(source: StateSource | undefined): readonly BlockLabel[] {
    if (!source) return this.#stored();
    const { read, loadSeconds, limits } = this.#context;
    const again = source === 'initial' ? loadSeconds : read(source, this.#stateBytes);
    const held = source === 'initial' ? this.#bytesIn(undefined, 0) : this.#bytesIn(source, this.#stateBytes);
    const ways = this.#ways(again, false).map(({ bytes, seconds, choice }) => ({
      bytes: add(bytes, held),
      seconds,
      choice: { what: 'even' as const, way: choice },
    }));
    return frontier(ways, limits);
  }

  inline(read: number): readonly InlineLabel[] {
    const known = this.#inlines.get(read);
    if (known) return known;
    const forward = this.#line.steps.reduce((sum, { descriptor }) => sum + descriptor.costs.forward, 0);
    const ways = this.#ways(read, true).map((label) => ({
      ...label,
      seconds: label.seconds - forward,
      choice: { what: 'even' as const, ...label.choice },
    }));
    const labels = frontier(ways, this.#context.limits);
    this.#inlines.set(read, labels);
    return labels;
  }

  /** The first state is kept first. */
  #stored(): BlockLabel[] {
    return this.#shelves().flatMap((shelf) => {
      const write = shelf.secondsPerByte * this.#stateBytes - this.#context.read(shelf, this.#stateBytes);
      return this.whole(shelf).map((block) => ({
        bytes: block.bytes,
        seconds: block.seconds + write,
        choice: { what: 'store' as const, shelf, block },
      }));
    });
  }

  /**
   * @param read - seconds to have the first state again
   * @param toTurn - whether the way goes on behind the last unit, so that going back begins there
   */
  #ways(read: number, toTurn: boolean): Label<EvenWay>[] {
    const n = this.#line.units.length;
    return this.#shelves().flatMap((shelf) => {
      const binomial = new Binomial(this.#line, shelf, this.#context, read, toTurn);
      const ways = countsUpTo(n - 2, Math.max(LEAST_COUNTS, MOST_EVALUATIONS / n)).flatMap((snapshots) => {
        if (leastAdvances(n, snapshots + 1) > MOST_REPETITIONS * n) return [];
        const cost = binomial.cost(snapshots);
        const bytes = this.#bytesIn(shelf, cost.snapshots * this.#stateBytes);
        return [{ bytes, seconds: cost.seconds, choice: { shelf, snapshots, kept: () => [] } }];
      });
      return [...ways, ...this.#allKept(shelf, binomial.cost(n - 1), toTurn)];
    });
  }

  /** With every state kept, whatever else is worth keeping. */
  #allKept(shelf: Shelf, cost: Cost, toTurn: boolean): Label<EvenWay>[] {
    const { units, steps } = this.#line;
    const { shelves, limits } = this.#context;
    const states = this.#bytesIn(shelf, cost.snapshots * this.#stateBytes);
    // The last unit is not run forward unless the way goes on behind it.
    const run = toTurn ? steps : steps.slice(0, -1);
    const items = run.flatMap((step, i) => itemsOf(step, i, step.isRigid ? 'field' : undefined));
    return keepSome(items, shelves, limits).map(({ bytes, seconds, choice }) => ({
      bytes: add(bytes, states),
      seconds: seconds + cost.seconds,
      choice: { shelf, snapshots: units.length - 1, kept: choice },
    }));
  }

  #shelves(): readonly Shelf[] {
    const { tier } = this.#line.steps[0]!;
    return this.#context.shelves.filter((shelf) => (tier ?? shelf.tier) === shelf.tier);
  }

  get #stateBytes(): number {
    return this.#line.steps[0]!.descriptor.stateBytes;
  }

  #bytesIn(shelf: Shelf | undefined, bytes: number): number[] {
    return this.#context.limits.capacities.map((_, tier) => (tier === shelf?.tracked ? bytes : 0));
  }
}

/** Seconds of binomial schedules through a group. */
class Binomial {
  readonly #n: number;
  readonly #toTurn: boolean;
  readonly #firstRead: number;
  readonly #read: number;
  readonly #write: number;
  /** Seconds forward to every unit, and to the end of the group; [n + 1]. */
  readonly #forward: number[];
  /** Seconds of all adjoints of units before this one, and of the ways back over the runs up to it; [n + 1]. */
  readonly #back: number[];

  constructor(
    { units, steps }: PlannedLine,
    shelf: Shelf,
    context: SolverContext,
    firstRead: number,
    toTurn: boolean,
  ) {
    const { stateBytes } = steps[0]!.descriptor;
    this.#n = units.length;
    this.#toTurn = toTurn;
    this.#firstRead = firstRead;
    this.#read = context.read(shelf, stateBytes);
    this.#write = shelf.secondsPerByte * stateBytes - this.#read;
    const forward = [0];
    const back = [0];
    for (const { descriptor, isRigid } of steps) {
      forward.push(forward.at(-1)! + descriptor.costs.forward);
      back.push(back.at(-1)! + (isRigid ? descriptor.costs.adjoint : descriptor.costs.reverse));
    }
    const states = [...units.map(({ state }) => state), steps.length];
    this.#forward = states.map((state) => forward[state]!);
    this.#back = states.map((state) => back[state]!);
  }

  /** The group with so many snapshots besides its first state. */
  cost(snapshots: number): Cost {
    // Every adjoint and every run counts once, however the states are had again.
    let seconds = this.#back[this.#n]!;
    let most = 0;
    const pending = [{ from: 0, length: this.#n + (this.#toTurn ? 1 : 0), kept: 0 }];
    for (;;) {
      const block = pending.pop();
      if (!block) return { seconds, snapshots: most };
      const { from, length, kept } = block;
      if (length === 1) continue;
      const read = from === 0 ? this.#firstRead : this.#read;
      if (snapshots - kept >= length - 1) {
        // Every state is kept but the last, which is there.
        const more = length - 2;
        seconds += this.#between(from, from + length - 1) + read + more * (this.#read + this.#write);
        most = Math.max(most, kept + more);
        continue;
      }
      const advance = binomialSplit(length, snapshots - kept + 1);
      const rest = length - advance;
      const isKept = rest > 1;
      seconds += this.#between(from, from + advance) + read + (isKept ? this.#write : 0);
      most = Math.max(most, kept + (isKept ? 1 : 0));
      pending.push({ from: from + advance, length: rest, kept: kept + 1 });
      pending.push({ from, length: advance, kept });
    }
  }

  #between(from: number, to: number): number {
    return this.#forward[to]! - this.#forward[from]!;
  }
}

/** About `many` numbers from 0 to `most`: the first ones all, then evenly in the logarithm. */
function countsUpTo(most: number, many: number): number[] {
  if (most <= many) return Array.from({ length: most + 1 }, (_, i) => i);
  const first = Math.floor(many / 2);
  const ratio = (most / first) ** (1 / first);
  const counts = Array.from({ length: first + 1 }, (_, i) => i);
  return [...new Set([...counts, ...counts.map((i) => Math.round(first * ratio ** i))])];
}
