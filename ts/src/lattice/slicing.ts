import type { Element } from '../elements/element.js';
import { SPACE_CHARGE_KEYS, SpaceChargeKick, type SpaceChargeSettings } from '../elements/spaceChargeKick.js';
import { LatticeError } from '../errors.js';
import { requireInteger, requireKnownKeys, requirePositive } from '../options.js';

/** Where kicks are inserted, and which: exactly one of `maxStep` and `kicks`. */
export interface WithSpaceChargeOptions extends SpaceChargeSettings {
  /** Longest slice in m: every element longer than 0 is cut into the fewest equal slices no longer than this. */
  readonly maxStep?: number | undefined;
  /** Number of kicks in all, shared by the elements in proportion to their lengths, at least one each. */
  readonly kicks?: number | undefined;
}

/** A kick that was inserted into an element. */
export interface SlicedKick {
  readonly kick: SpaceChargeKick;
  /** effectLength − (length of the element)/(number of slices), in m: not 0 once the kick was given its own value. */
  readonly offset: number;
}

/** An element cut into equal slices with a kick in the middle of each. */
export type Slicing = readonly SlicedKick[];

/** Beyond this the step was meant in another unit. */
const MOST_KICKS = 1_000_000;
/** Relative slack for quotients that rounding takes across an integer: 1.1/0.1 is 11 slices. */
const ROUNDING = 1e-12;

/**
 * The kicks of every element that gets some, by element name. An element named `d1` gets the kicks `d1_sc1`, `d1_sc2`, …, which
 * inherit its directives.
 *
 * @throws LatticeError for unknown or bad options
 */
export function sliceElements(
  elements: readonly Element[],
  options: WithSpaceChargeOptions,
): Map<string, Slicing> {
  requireKnownKeys(options, ['maxStep', 'kicks', ...SPACE_CHARGE_KEYS], 'withSpaceCharge', LatticeError);
  const { maxStep, kicks, ...settings } = options;
  if ((maxStep === undefined) === (kicks === undefined)) {
    const got = maxStep === undefined ? 'neither' : 'both';
    throw new LatticeError(`withSpaceCharge takes exactly one of maxStep (m) and kicks, not ${got}`);
  }
  const long = elements.filter((element) => element.length > 0);
  if (long.length === 0)
    throw new LatticeError('withSpaceCharge: no element of the lattice is longer than 0');
  const lengths = long.map((element) => element.length);
  const counts = maxStep === undefined ? shareKicks(lengths, kicks) : countSlices(lengths, maxStep);
  return new Map(long.map((element, i) => [element.name, sliceElement(element, counts[i]!, settings)]));
}

function sliceElement(element: Element, count: number, settings: SpaceChargeSettings): Slicing {
  const effectLength = element.length / count;
  const { reverse, tier } = element;
  return Array.from({ length: count }, (_, i) => {
    const name = `${element.name}_sc${i + 1}`;
    return { kick: new SpaceChargeKick({ ...settings, name, effectLength, reverse, tier }), offset: 0 };
  });
}

function countSlices(lengths: readonly number[], maxStep: number): number[] {
  requirePositive(maxStep, 'maxStep (m)', LatticeError);
  const counts = lengths.map((length) => Math.max(1, Math.ceil((length / maxStep) * (1 - ROUNDING))));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= MOST_KICKS) return counts;
  throw new LatticeError(
    `maxStep ${maxStep} m asks for ${total} kicks, more than ${MOST_KICKS}: is it in metres?`,
  );
}

/**
 * Shares kicks in proportion to length by largest remainder (A. Hamilton's method of apportionment; of equal remainders
 * the earlier element wins). Elements due less than one kick get one first, the others share the rest.
 */
function shareKicks(lengths: readonly number[], kicks: unknown): number[] {
  const total = requireInteger(kicks, 'kicks', 1, MOST_KICKS, LatticeError);
  if (total < lengths.length) {
    throw new LatticeError(
      `${total} kicks are too few: the lattice has ${lengths.length} elements longer than 0, which need one each`,
    );
  }
  const counts = lengths.map(() => 1);
  let sharing = lengths.map((_, i) => i);
  let left = total;
  for (;;) {
    const length = sharing.reduce((sum, i) => sum + lengths[i]!, 0);
    const due = new Map(sharing.map((i) => [i, (left * lengths[i]!) / length]));
    const staying = sharing.filter((i) => due.get(i)! >= 1 - ROUNDING);
    if (staying.length === sharing.length) return largestRemainder(counts, due, left);
    left -= sharing.length - staying.length;
    sharing = staying;
  }
}

function largestRemainder(counts: number[], due: ReadonlyMap<number, number>, total: number): number[] {
  let left = total;
  for (const [i, quota] of due) {
    counts[i] = Math.floor(quota);
    left -= counts[i]!;
  }
  const byRemainder = [...due.keys()].sort((a, b) => (due.get(b)! % 1) - (due.get(a)! % 1) || a - b);
  for (const i of byRemainder.slice(0, left)) counts[i]! += 1;
  return counts;
}

/**
 * The kicks of an element whose own parameters, or whose kicks' parameters, have changed. The kicks keep their number; each
 * effectLength follows the element's length, keeping what it was offset by, unless it is given itself.
 *
 * @param changes - new parameter values by kick name
 */
export function changeSlicing(
  slicing: Slicing,
  element: Element,
  changes: ReadonlyMap<string, Readonly<Record<string, number>>>,
): Slicing {
  const share = element.length / slicing.length;
  return slicing.map(({ kick, offset }) => {
    const parameters = { effectLength: share + offset, ...changes.get(kick.name) };
    return { kick: kick.with({ parameters }), offset: parameters.effectLength - share };
  });
}
