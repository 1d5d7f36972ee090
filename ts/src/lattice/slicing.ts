import type { CollectiveKick } from '../elements/collectiveKick.js';
import type { Element, ElementOptions } from '../elements/element.js';
import { SpaceChargeKick, type SpaceChargeSettings } from '../elements/spaceChargeKick.js';
import {
  SETTINGS_KEYS_2D,
  SpaceChargeKick2D,
  type SpaceChargeSettings2D,
} from '../elements/spaceChargeKick2D.js';
import { LatticeError } from '../errors.js';
import { requireInteger, requireKnownKeys, requireOneOf, requirePositive } from '../options.js';

/** Where kicks are inserted: exactly one of `maxStep` and `kicks`. */
export interface KickPlacement {
  /** Longest slice in m: every element longer than 0 is cut into the fewest equal slices no longer than this. */
  readonly maxStep?: number | undefined;
  /** Number of kicks in all, shared by the elements in proportion to their lengths, at least one each. */
  readonly kicks?: number | undefined;
}

/** Where kicks are inserted, and which: a bunch's, or with `model: '2d'` a long beam's. */
export type WithSpaceChargeOptions =
  | (KickPlacement & SpaceChargeSettings & { readonly model?: '3d' | undefined })
  | (KickPlacement & SpaceChargeSettings2D & { readonly model: '2d' });

/** A kick that was inserted into an element. */
export interface SlicedKick {
  readonly kick: CollectiveKick;
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
  const { maxStep, kicks, ...settings } = requireOptions(options);
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

const MODELS = ['3d', '2d'] as const;

function requireOptions(options: WithSpaceChargeOptions): WithSpaceChargeOptions {
  const where = 'withSpaceCharge';
  requireKnownKeys(options, ['model', 'maxStep', 'kicks', ...SETTINGS_KEYS_2D], where, LatticeError);
  const model = requireOneOf(options.model ?? '3d', MODELS, `model of ${where}`, LatticeError);
  if (model === '2d') return options;
  if ((options as { current?: unknown }).current !== undefined) {
    throw new LatticeError(
      `${where}: current is for model: '2d'; a bunch's kicks follow the charges of its macroparticles`,
    );
  }
  return options;
}

type Settings = Omit<WithSpaceChargeOptions, keyof KickPlacement>;

function sliceElement(element: Element, count: number, settings: Settings): Slicing {
  const effectLength = element.length / count;
  const { reverse, tier } = element;
  return Array.from({ length: count }, (_, i) => {
    const name = `${element.name}_sc${i + 1}`;
    return { kick: makeKick(settings, { name, effectLength, reverse, tier }), offset: 0 };
  });
}

function makeKick(
  settings: Settings,
  own: { readonly effectLength: number } & ElementOptions,
): CollectiveKick {
  const { model, ...rest } = settings;
  return model === '2d'
    ? new SpaceChargeKick2D({ ...(rest as SpaceChargeSettings2D), ...own })
    : new SpaceChargeKick({ ...(rest as SpaceChargeSettings), ...own });
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
