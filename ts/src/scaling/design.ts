import { OptionsError } from '../errors.js';
import { requireArray, requireInteger, requireOneOf } from '../options.js';
import { STRATEGIES, type Strategy } from '../tape/strategy.js';

/** One gradient of a sweep: its sizes, and how it comes back. */
export interface ScalingCase {
  readonly strategy: Strategy;
  /** Number of macroparticles. */
  readonly particles: number;
  /** Nodes of the space-charge grid along each axis. */
  readonly grid: number;
  /** Number of space-charge kicks. */
  readonly kicks: number;
}

/** What a sweep goes over. */
export interface ScalingDesign {
  readonly strategies: readonly Strategy[];
  /** Numbers of macroparticles, increasing. */
  readonly particles: readonly number[];
  /** Nodes of the grid along each axis, increasing. */
  readonly grids: readonly number[];
  /** Numbers of space-charge kicks, increasing. */
  readonly kicks: readonly number[];
}

/** The sweep of the reference set-up: 1e3 to 1e7 macroparticles, 16³ to 128³ nodes, 1 to 256 kicks. */
export const DEFAULT_DESIGN: ScalingDesign = {
  strategies: ['invert', 'fields', 'store'],
  particles: [1e3, 1e4, 1e5, 1e6, 1e7],
  grids: [16, 32, 64, 128],
  kicks: [1, 4, 16, 64, 256],
};

/** The sweep of a line that has so many kicks of its own: fewer sizes, since its kicks are many from the start. */
export function designFrom(kicks: number): ScalingDesign {
  return {
    strategies: DEFAULT_DESIGN.strategies,
    particles: [1e3, 1e4, 1e5, 1e6],
    grids: [16, 32, 64],
    kicks: [kicks, 2 * kicks, 4 * kicks],
  };
}

const MOST_PARTICLES = 4e9;
const MOST_NODES = 4096;
const MOST_KICKS = 100_000;
/** A node costs as much time as so many macroparticles (docs/performance.md). */
const NODE_WORK = 2.5;
/** The most kicks·(macroparticles + 2.5·nodes) of a corner: about ten seconds on two cores. */
const CORNER_WORK = 2e8;

/**
 * A design with its lists checked, sorted and free of repetition.
 *
 * @throws OptionsError for an empty list, or what is no strategy or no such number
 */
export function checkDesign({ strategies, particles, grids, kicks }: ScalingDesign): ScalingDesign {
  const numbers = (values: readonly number[], what: string, least: number, most: number) => {
    requireArray(values, what, OptionsError);
    if (values.length === 0) throw new OptionsError(`${what} must name one number at least`);
    for (const value of values) requireInteger(value, what, least, most, OptionsError);
    return [...new Set(values)].sort((a, b) => a - b);
  };
  if (!Array.isArray(strategies) || strategies.length === 0) {
    throw new OptionsError(`strategies must be a list of some of ${STRATEGIES.join(', ')}`);
  }
  return {
    strategies: [
      ...new Set(strategies.map((name) => requireOneOf(name, STRATEGIES, 'strategies', OptionsError))),
    ],
    particles: numbers(particles, 'particles', 1, MOST_PARTICLES),
    grids: numbers(grids, 'grids', 3, MOST_NODES),
    kicks: numbers(kicks, 'kicks', 1, MOST_KICKS),
  };
}

/**
 * The cases of a sweep, by increasing work: each size varied alone while the others stay in the middle of their lists, then the
 * corners of the box that the lists span. At a corner too large for its kicks the most kicks that are not stand instead.
 */
export function casesOf(design: ScalingDesign): ScalingCase[] {
  const { strategies, particles, grids, kicks } = design;
  const base = { particles: middle(particles), grid: middle(grids), kicks: middle(kicks) };
  const sizes = [
    ...particles.map((value) => ({ ...base, particles: value })),
    ...grids.map((value) => ({ ...base, grid: value })),
    ...kicks.map((value) => ({ ...base, kicks: value })),
    ...corners(design),
  ];
  const distinct = [...new Map(sizes.map((size) => [JSON.stringify(size), size])).values()];
  return distinct
    .sort((a, b) => workOf(a) - workOf(b))
    .flatMap((size) => strategies.map((strategy) => ({ strategy, ...size })));
}

type Sizes = Omit<ScalingCase, 'strategy'>;

function corners({ particles, grids, kicks }: ScalingDesign): Sizes[] {
  return ends(particles).flatMap((count) =>
    ends(grids).flatMap((grid) => {
      const size = (k: number): Sizes => ({ particles: count, grid, kicks: k });
      const bearable = kicks.filter((k) => workOf(size(k)) <= CORNER_WORK);
      return [size(kicks[0]!), size(bearable.at(-1) ?? kicks[0]!)];
    }),
  );
}

/** What a case takes, in macroparticles times kicks. */
export function workOf({ particles, grid, kicks }: Sizes): number {
  return kicks * (particles + NODE_WORK * grid ** 3);
}

const ends = (values: readonly number[]) => [values[0]!, values.at(-1)!];
const middle = (values: readonly number[]) => values[(values.length - 1) >> 1]!;
