import { OptionsError } from '../errors.js';
import type { Lattice } from '../lattice/lattice.js';
import { requireInteger } from '../options.js';
import { type PlanOptions, planGradient, smallestGradientBytes } from './planGradient.js';
import type { Strategy } from './strategy.js';

/** How large a problem is. */
export interface ProblemSize {
  readonly particles: number;
  /** Nodes along x, y and z of every space-charge grid. */
  readonly gridShape: readonly [number, number, number];
  /** Space-charge kicks. */
  readonly kicks: number;
}

/** What a strategy takes of a problem, and how far it could go within a budget. */
export interface StrategyFeasibility {
  readonly strategy: Strategy | 'auto';
  /** Bytes of the arena; of `'auto'` the least that it can do with. */
  readonly bytes: number;
  readonly fits: boolean;
  /** Seconds of forward and reverse sweep, as `planGradient` says; absent where it does not fit. */
  readonly seconds?: number;
  /** How large each of these could be with the others as they are; 0, or no shape, where nothing is small enough. */
  readonly largest: {
    readonly particles: number;
    readonly gridShape: readonly [number, number, number] | undefined;
    /** 100 000 stands for that and more. */
    readonly kicks: number;
  };
}

/** Options of {@link feasibility}. */
export interface FeasibilityOptions extends Omit<PlanOptions, 'strategy' | 'memory' | 'profile'> {
  /** Strategies to look at; default invert, fields, store and auto. */
  readonly strategies?: readonly (Strategy | 'auto')[] | undefined;
}

const MOST_PARTICLES = 4e9;
/** More kicks are not looked for. */
export const MOST_KICKS = 100_000;
/** So many kicks a guess from rounded numbers may be wrong. */
const GUESS_ERROR = 2;
const LEAST_NODES = 4;
const MOST_NODES = 4096;

/**
 * Answers what people need to know before they ask for a machine: does a gradient of this size fit a budget, with which strategy,
 * at what time, and what is the largest problem that does. Runs nothing; all bytes are those that a run would allocate.
 *
 * @param make - the lattice for a grid and a number of kicks
 * @param device - bytes on the device
 * @throws OptionsError for a size that is none; what `make` and `planGradient` throw
 */
export function feasibility(
  make: (size: Pick<ProblemSize, 'gridShape' | 'kicks'>) => Lattice,
  size: ProblemSize,
  device: number,
  options: FeasibilityOptions = {},
): StrategyFeasibility[] {
  requireInteger(size.particles, 'particles', 1, MOST_PARTICLES, OptionsError);
  requireInteger(size.kicks, 'kicks', 1, MOST_KICKS, OptionsError);
  const { strategies = ['invert', 'fields', 'store', 'auto'], ...planOptions } = options;
  return strategies.map((strategy) => {
    const search = new Search(make, size, device, { ...planOptions, strategy });
    return { strategy, ...search.answer() };
  });
}

class Search {
  readonly #make: Parameters<typeof feasibility>[0];
  readonly #size: ProblemSize;
  readonly #device: number;
  readonly #options: PlanOptions;

  constructor(
    make: Parameters<typeof feasibility>[0],
    size: ProblemSize,
    device: number,
    options: PlanOptions,
  ) {
    this.#make = make;
    this.#size = size;
    this.#device = device;
    this.#options = options;
  }

  answer(): Omit<StrategyFeasibility, 'strategy'> {
    const bytes = this.#bytes({});
    const fits = bytes <= this.#device;
    return { bytes, fits, ...(fits && { seconds: this.#seconds() }), largest: this.#largest() };
  }

  #largest(): StrategyFeasibility['largest'] {
    const shape = (edge: number) => this.#shapeOf(edge);
    const edge = largest(LEAST_NODES, MOST_NODES, (n) => this.#fits({ gridShape: shape(n) }));
    return {
      particles: largest(1, MOST_PARTICLES, (n) => this.#fits({ particles: n })),
      gridShape: edge > 0 ? shape(edge) : undefined,
      kicks: this.#mostKicks(),
    };
  }

  /** Bytes grow by the same number with every kick, but for rounding: two lines tell where they reach the budget, about. */
  #mostKicks(): number {
    const least = this.#leastKicks();
    const some = Math.max(this.#size.kicks, least);
    const [few, more] = [this.#bytes({ kicks: some }), this.#bytes({ kicks: 2 * some })];
    const guess = some + ((this.#device - few) * some) / (more - few);
    if (guess >= MOST_KICKS) return MOST_KICKS;
    const fits = (kicks: number) => this.#fits({ kicks });
    const near = Math.max(least, Math.floor(guess) - GUESS_ERROR);
    const most = largest(near, Math.ceil(guess) + GUESS_ERROR, fits);
    return most > 0 ? most : largest(least, near, fits);
  }

  /** Every element longer than 0 has one kick at least. */
  #leastKicks(): number {
    return this.#make(this.#size).elements.filter(({ length }) => length > 0).length;
  }

  #shapeOf(edge: number): [number, number, number] {
    const { gridShape } = this.#size;
    const most = Math.max(...gridShape);
    // A long beam's grid has one node along z, whatever its size.
    const scaled = gridShape.map((n) => (n === 1 ? 1 : Math.max(LEAST_NODES, Math.round((n * edge) / most))));
    return scaled as [number, number, number];
  }

  #fits(change: Partial<ProblemSize>): boolean {
    return this.#bytes(change) <= this.#device;
  }

  #bytes(change: Partial<ProblemSize>): number {
    const { particles, gridShape, kicks } = { ...this.#size, ...change };
    return smallestGradientBytes(this.#make({ gridShape, kicks }), { particles }, this.#options);
  }

  /** Of the plan that uses the budget, where the strategy can. */
  #seconds(): number {
    const { particles, gridShape, kicks } = this.#size;
    const lattice = this.#make({ gridShape, kicks });
    return planGradient(lattice, { particles }, { ...this.#options, memory: { device: this.#device } })
      .seconds.total;
  }
}

/** The largest integer from `least` to `most` that fits, 0 if none does. */
function largest(least: number, most: number, fits: (n: number) => boolean): number {
  let low = least - 1;
  let high = most + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low < least ? 0 : low;
}
